using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Histories;

/// <summary>What the ledger of a history must say: each grant's use once, what is held without a gap and without an overlap, and of each request what it says it cost.</summary>
internal sealed class Costs
{
    private readonly Dictionary<RequestKey, Money> _paid = [];
    private readonly Dictionary<RequestKey, List<Lease>> _leases = [];
    private readonly Dictionary<(long Lease, string Kind), Instant> _meteredTo = [];

    private readonly HashSet<BillingMonth> _closed = [];

    /// <summary>The grants that requests share.</summary>
    public Merging Merging { get; } = new();

    /// <summary>A price book of a step: flat, in tiers, by the month, with a minimum, and now and then none at all.</summary>
    public static SetPrices Prices(Step step)
    {
        Money price = new((Int128)(1 + (step.B % 97)) * 1_000_000);
        Sku[] skus = step.A % 7 == 6 ? [] :
        [
            new("gpu", "gpu") { UnitPrice = new Money(price.Picos * 1_000_000), Minimum = step.C % 4 == 1 ? new Money(price.Picos * 1_000) : null },
            new("memory", "memory") { Tiers = [new PriceTier(Quantity.Of(1), price), new PriceTier(null, new Money(price.Picos * 2))], TierPeriod = step.C % 2 == 0 ? TierPeriod.Month : TierPeriod.Line },
            new("calls", "llm.calls") { UnitPrice = price, Minimum = new Money(step.C % 3 * 1_000_000_000) },
            new("out", "tokens.output") { UnitPrice = price },
            new("thought", "tokens.output.reasoning") { UnitPrice = new Money(price.Picos * 3) },
        ];
        return new SetPrices(skus, Replaces: step.B % 2 == 0) { Actor = Scene.Somebody };
    }

    /// <summary>Closes a month before, and now and then one that runs, which is refused. In every third the month that runs ends first.</summary>
    public static CloseMonth Close(Step step, ref Instant now)
    {
        now = step.B % 3 == 0 ? BillingMonth.Of(now).End + TimeSpan.FromSeconds(step.A % 60) : now;
        return new(new BillingMonth(BillingMonth.Of(now).Number - (step.C % 3))) { Actor = Scene.Somebody };
    }

    /// <summary>Gives something back, or taxes; of few ids, so that some come twice.</summary>
    public static EnterCharge Charge(Step step, Instant now) => new(new EnteredCharge(
        new BillingMonth(BillingMonth.Of(now).Number - (step.C % 3)), $"c{step.A % 5}", step.B % 4 == 0 ? OwnerPath.Root : OwnerPath.Parse("acme/x"), (LineKind)(3 + (step.B % 3)), new Money(step.B - 10_000), "because")) { Actor = Scene.Somebody };

    /// <summary>Takes what a step wrote.</summary>
    public void Take(IReadOnlyList<EngineEvent> happened, IReadOnlyList<LedgerEntry> ledger, Configuration configuration)
    {
        foreach (RequestEvent e in happened.OfType<RequestEvent>())
        {
            Merging.Follow(e);
            if (e switch { RequestSubmitted { Lease: { } l } => l, RequestStarted s => s.Lease, _ => null } is { } granted)
            {
                _leases.TryAdd(e.Key, []);
                _leases[e.Key].Add(granted);
                Merging.Take(e, granted);
            }
        }

        foreach (LedgerEntry entry in ledger)
        {
            BillingMonth charged = BillingMonth.Of(entry.Line.From);
            BillingMonth billed = entry.Billed is { } later ? BillingMonth.Of(later) : charged;
            Invariants.Holds(!_closed.Contains(billed), $"{entry.Record ?? entry.Request} was billed in {billed}, which is closed");
            Invariants.Holds(billed == charged || (_closed.Contains(charged) && (entry.Line.IsEntered || entry.Line.Kind == LineKind.Adjustment)), $"{entry.Record ?? entry.Request} of {charged} was billed in {billed} as {entry.Line.Kind}");
            if (entry.Request is null)
            {
                continue;
            }

            RequestKey key = new(entry.Owner.Tenant, entry.Request);
            Merging.Take(key, _leases[key], entry);
            _paid[key] = _paid.GetValueOrDefault(key) + entry.Line.Cost;
            if (configuration.IsHeld(entry.Line.Resource) && (entry.Line.Kind == LineKind.Usage || entry.Billed is not null) && entry.Line.Thousandths > 0)
            {
                (long, string) slice = (entry.Lease!.Value, entry.Line.Resource);
                Instant before = _meteredTo.TryGetValue(slice, out Instant to) ? to : _leases[key].Find(l => l.Number == entry.Lease)!.GrantedAt;
                Invariants.Holds(entry.Line.From == before && entry.Line.To > before, $"{entry.Request} was metered to {before}, and then from {entry.Line.From} to {entry.Line.To}");
                _meteredTo[slice] = entry.Line.To;
            }
        }

        _closed.UnionWith(happened.OfType<MonthClosed>().Select(e => e.Month));
        foreach (RequestEvent ended in happened.OfType<RequestEvent>().Where(e => e is RequestEnded { Settlement: not null } or RequestRequeued { Settlement: not null }))
        {
            // Whoever started anew within the step has another lease by now.
            Lease lease = _leases[ended.Key].FindLast(l => l.Number < ended.Sequence)!;
            foreach (ResourceAmount held in lease.Amounts.Where(a => configuration.IsHeld(a.Kind)))
            {
                Instant to = _meteredTo.GetValueOrDefault((lease.Number, held.Kind), lease.GrantedAt);
                Invariants.Holds(to == ended.At, $"{ended.Id} ended at {ended.At} and was metered to {to}");
            }
        }
    }

    /// <summary>What a request cost is the sum of its lines, late corrections included.</summary>
    public void Check(IEnumerable<Request> requests)
    {
        foreach (Request request in requests)
        {
            Invariants.Holds(request.Cost == _paid.GetValueOrDefault(request.Key), $"{request.Key} says it cost {request.Cost}, its lines say {_paid.GetValueOrDefault(request.Key)}");
        }
    }
}
