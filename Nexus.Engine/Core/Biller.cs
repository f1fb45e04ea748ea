using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Writes the lines of the ledger for what happens to grants: what they used, by the prices that hold.</summary>
/// <remarks>Metered use belongs to the moment of the grant. What is held is metered in slices: at every full hour, when the amount changes, and at the end.</remarks>
internal sealed class Biller(EngineState state)
{
    private const string ModelLabel = "model";
    private const string ProviderLabel = "provider";
    private const string LaneLabel = "lane";
    private const string WholePrompt = "tokens.input";
    private const long ThousandthsAUnit = 1_000;
    private const long MillionthsAUnit = 1_000_000;

    /// <summary>How long a slice of what is held is at most.</summary>
    public static TimeSpan Slice { get; } = TimeSpan.FromHours(1);

    private readonly SharedMinima _minima = new(state);
    private readonly Func<string, string?> _wholeOf = kind => state.Kinds.GetValueOrDefault(kind)?.PartOf;

    /// <summary>Says when the next slice of a grant ends; never where nobody meters before the end.</summary>
    public void Schedule(Live live) => live.NextSlice = state.Limits.MetersHeld && NextSlice(live.Request) is { } at ? at.Milliseconds : long.MaxValue;

    /// <summary>Lets an event say what it writes into the ledger.</summary>
    public void Bill(EngineEvent happens, Request? before, Instant at)
    {
        if (happens is RequestEnded or RequestRequeued or SettlementCorrected or LeaseRenewed or HeldMetered && LinesOf(happens, before, at) is { Count: > 0 } lines)
        {
            happens.Bill(lines);
        }
    }

    /// <summary>Hands the lines of a request's event to the ledger.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="request">Its request as it is now.</param>
    /// <param name="before">And as it was.</param>
    /// <param name="batch">Takes them.</param>
    public void Post(EngineEvent happened, Request request, Request? before, Batch batch)
    {
        foreach (CostLine line in happened.Lines)
        {
            batch.Post(state.Configuration.Months.Entering(new LedgerEntry(line, request.Owner, request.Labels) { Request = request.Spec.Id, Lease = (before ?? request).Lease?.Number }));
        }
    }

    private Instant? NextSlice(Request request) => request is { Status: RequestStatus.Allocated, Lease: { } lease } && state.Holds(lease.Amounts) ? SliceAfter(request.HeldUntil ?? lease.GrantedAt) : null;

    private IReadOnlyList<CostLine> LinesOf(EngineEvent happens, Request? before, Instant at) => happens switch
    {
        RequestEnded { Settlement: { } settlement } => Ended(before!, settlement, at),
        RequestRequeued { Settlement: { } settlement } when before!.Status == RequestStatus.Allocated => Ended(before, settlement, at),
        SettlementCorrected corrected => Corrected(before ?? corrected.Prior!, corrected.Settlement),
        LeaseRenewed { Extended.Count: > 0 } renewed when state.Holds(renewed.Extended) => Held(before!, at),
        HeldMetered metered => Held(before!, metered.Until),
        _ => [],
    };

    /// <summary>Adds the lines of reported use.</summary>
    public void Add(List<CostLine> lines, UsageRecord record) => Add(lines, record.Facts, record.Quantity);

    /// <summary>Hands the lines of what is no request's own to the ledger, reported use, corrections and what was entered, and shows what it changed to readers.</summary>
    public void Post(EngineEvent happened, Batch batch)
    {
        if (happened is Rerated rerated)
        {
            RerateHandler.Post(state, rerated, batch);
        }
        else if (happened is ChargeEntered { Charge: var charge })
        {
            batch.Post(charge.Entry);
        }
        else
        {
            Post((UsageRecorded)happened, batch);
        }
    }

    private void Post(UsageRecorded happened, Batch batch)
    {
        foreach ((UsageRecord record, IReadOnlyList<CostLine> lines) in happened.Records)
        {
            batch.Post(record, lines, state.Configuration.Months);
            if (record.Request is { } id)
            {
                batch.Touch(state.Requests[new RequestKey(record.Owner.Tenant, id)].Request);
                continue;
            }

            if (!state.Quotas.Forest.IsEmpty)
            {
                batch.TouchOwner(record.Owner);
            }

            if (record.Pool is { } pool && state.Pools.ContainsKey(pool))
            {
                batch.TouchPool(pool);
            }
        }
    }

    // What is held is reported in unit-hours.
    private void Add(List<CostLine> lines, UsageFacts facts, Quantity used, MinimumPaid? paid = null)
    {
        CostLine line = new(LineKind.Usage, facts.Resource, facts.At, facts.At, used.Thousandths) { Pool = facts.Pool, Provider = facts.Provider, Model = facts.Model, Lane = facts.Lane, PromptTokens = facts.PromptTokens };
        Price(lines, line, facts, paid);
    }

    private IReadOnlyList<CostLine> Ended(Request request, Settlement settlement, Instant at)
    {
        Lease lease = request.Lease!;
        if (settlement.Metered.Count == 0 && (request.HeldUntil ?? lease.GrantedAt) >= at && state.Configuration.Prices.IsEmpty)
        {
            return [];
        }

        List<CostLine> lines = new(lease.Amounts.Count);
        MinimumPaid? paid = _minima.Of(request);
        AddMetered(lines, request, settlement.Metered, paid);
        AddHeld(lines, request, at, paid);
        AddMeasured(lines, request, at, paid);
        return lines;
    }

    // The difference of what was written and what would have been, each by its own lines: tiers and minima are not linear.
    private List<CostLine> Corrected(Request request, Settlement after)
    {
        List<CostLine> was = [];
        AddMetered(was, request, request.Settlement!.Metered, SharedMinima.AsWritten(request));
        List<CostLine> lines = [];
        AddMetered(lines, request, after.Metered, _minima.AsCorrected(request, was));
        return was.SequenceEqual(lines) ? [] : [.. _minima.Missed(request, was, lines).Select(Kept).Where(l => l.Cost > Money.Zero), .. was.Select(l => l.Reverse()), .. lines.Select(l => l with { Kind = LineKind.Adjustment })];
    }

    // Others have none because of it: it stays due though nothing of its SKU was used. It stands before what is taken back, and so is no part of that when the past is rated anew.
    private CostLine Kept(CostLine paid) => paid with
    {
        Kind = LineKind.Minimum,
        Thousandths = 0,
        Quantity = new PricingQuantity(MillionthsAUnit),
        UnitPrice = state.Configuration.Prices.Find(new UsageFacts(paid.Resource, paid.From) { Sku = paid.Sku }, _wholeOf)?.Sku.Minimum ?? default,
    };

    private List<CostLine> Held(Request request, Instant until)
    {
        List<CostLine> lines = [];
        AddHeld(lines, request, until, _minima.Of(request));
        return lines;
    }

    private void AddMetered(List<CostLine> lines, Request request, ResourceVector metered, MinimumPaid? paid)
    {
        Lease lease = request.Lease!;
        long? prompt = PromptOf(metered);
        foreach (ResourceAmount used in Apart(metered))
        {
            if (!used.Quantity.IsZero)
            {
                Add(lines, FactsOf(request.Labels, used.Kind, PoolOf(lease, used.Kind), lease.GrantedAt) with { PromptTokens = prompt }, used.Quantity, paid);
            }
        }
    }

    private void AddHeld(List<CostLine> lines, Request request, Instant until, MinimumPaid? paid)
    {
        Lease lease = request.Lease!;
        for (int i = 0; i < lease.Amounts.Count; i++)
        {
            (string kind, Quantity amount) = lease.Amounts[i];
            if (state.Kinds.GetValueOrDefault(kind)?.Behaviour != ResourceBehaviour.Held)
            {
                continue;
            }

            // Each slice has the price that held at its beginning; after a time when nobody looked there are several.
            for (Instant from = request.HeldUntil ?? lease.GrantedAt; from < until;)
            {
                Instant to = SliceAfter(from) is var next && next < until ? next : until;
                UsageFacts facts = FactsOf(request.Labels, kind, lease.Pools[i], from);
                CostLine line = new(LineKind.Usage, kind, from, to, amount.Thousandths) { Pool = facts.Pool, Provider = facts.Provider, Model = facts.Model, Lane = facts.Lane };
                Price(lines, line, facts, paid);
                from = to;
            }
        }
    }

    // Time is observed with every grant, and in the ledger only where it has a price.
    private void AddMeasured(List<CostLine> lines, Request request, Instant at, MinimumPaid? paid)
    {
        if (state.Configuration.Prices.IsEmpty)
        {
            return;
        }

        AddTime(lines, request, "time.processing", at - request.Lease!.GrantedAt, paid);
        AddTime(lines, request, "time.latency", at - request.SubmittedAt, paid);
        AddTime(lines, request, "time.queue", request.Lease.GrantedAt - request.SubmittedAt, paid);
    }

    private void AddTime(List<CostLine> lines, Request request, string kind, TimeSpan time, MinimumPaid? paid)
    {
        if (time <= TimeSpan.Zero || !state.Configuration.Prices.Has(kind))
        {
            return;
        }

        UsageFacts facts = FactsOf(request.Labels, kind, request.Lease!.Pools[0], request.Lease.GrantedAt);
        if (state.Configuration.Prices.Find(facts, _wholeOf) is not null)
        {
            Add(lines, facts, Quantity.FromThousandths((long)time.TotalMilliseconds), paid);
        }
    }

    private void Price(List<CostLine> lines, CostLine line, UsageFacts facts, MinimumPaid? paid = null)
    {
        SkuPrice? price = state.Configuration.Prices.Find(facts, _wholeOf);
        line = paid is not null && price?.Sku.Minimum is not null && paid(price.Sku.Name, line, lines) ? line with { SharesMinimum = true } : line;
        PricingQuantity before = price?.Sku.TierPeriod == TierPeriod.Month ? UsedThisMonth(price.Sku.Name, line, lines) : default;
        LineRating.Add(lines, line, price, facts.Labels ?? Labels.None, before, state.Limits.CostModels);
    }

    private PricingQuantity UsedThisMonth(string sku, CostLine line, List<CostLine> earlier)
    {
        Int128 used = state.Tiers.Before(sku, line.From);
        foreach (CostLine one in earlier)
        {
            used += one.Sku == sku && one.Kind != LineKind.Minimum ? one.Quantity.Millionths : 0;
        }

        return new PricingQuantity(used);
    }

    private UsageFacts FactsOf(Labels labels, string kind, string pool, Instant at)
    {
        Labels supplied = state.Pools.TryGetValue(pool, out Pool? known) ? known.Definition.Labels : Labels.None;
        return new UsageFacts(kind, at)
        {
            Pool = pool,
            Provider = labels[ProviderLabel] ?? supplied[ProviderLabel],
            Model = labels[ModelLabel] ?? supplied[ModelLabel],
            Lane = labels[LaneLabel],
            Labels = labels,
        };
    }

    /// <summary>What an amount of a kind would cost: of what is held from a moment to another, else at one moment. Where it joins others its minimum is theirs.</summary>
    public Money CostOf(Labels labels, ResourceAmount amount, string pool, long? prompt, Instant from, Instant to, bool joins = false)
    {
        List<CostLine> lines = [];
        UsageFacts facts = FactsOf(labels, amount.Kind, pool, from) with { PromptTokens = prompt };
        Price(lines, new CostLine(LineKind.Usage, amount.Kind, from, to, amount.Quantity.Thousandths) { SharesMinimum = joins }, facts);
        Money cost = default;
        foreach (CostLine line in lines)
        {
            cost += line.Sku is null ? default : line.Cost;
        }

        return cost;
    }

    /// <summary>The same, or null where it has no price.</summary>
    public Money? PriceOf(Labels labels, ResourceAmount amount, string pool, long? prompt, Instant from, Instant to, bool joins = false)
    {
        UsageFacts facts = FactsOf(labels, amount.Kind, pool, from) with { PromptTokens = prompt };
        return state.Configuration.Prices.Find(facts, _wholeOf) is null ? null : CostOf(labels, amount, pool, prompt, from, to, joins);
    }

    /// <summary>How large the prompt is among some amounts, in tokens; null where there is none.</summary>
    public static long? PromptOf(ResourceVector amounts) => amounts.Has(WholePrompt) ? amounts[WholePrompt].Thousandths / ThousandthsAUnit : null;

    /// <summary>Amounts, each without its parts.</summary>
    public IReadOnlyList<ResourceAmount> Apart(ResourceVector amounts) => HasParts(amounts) ? Parts.Apart(amounts, _wholeOf) : amounts;

    /// <summary>The pool of a lease that a kind came from.</summary>
    public string PoolOf(Lease lease, string kind)
    {
        // A part of which only the release told came from where its whole did.
        for (string? wanted = kind; wanted is not null; wanted = _wholeOf(wanted))
        {
            for (int i = 0; i < lease.Amounts.Count; i++)
            {
                if (lease.Amounts[i].Kind == wanted)
                {
                    return lease.Pools[i];
                }
            }
        }

        return lease.Pools[0];
    }

    private bool HasParts(ResourceVector amounts)
    {
        foreach (ResourceAmount amount in amounts.AsSpan())
        {
            if (_wholeOf(amount.Kind) is not null)
            {
                return true;
            }
        }

        return false;
    }

    // A budget's period may end between two full hours, where a zone is half an hour off.
    private Instant SliceAfter(Instant at)
    {
        long slice = (long)Slice.TotalMilliseconds;
        return new Instant(Math.Min(((at.Milliseconds / slice) + 1) * slice, state.Budgets.NextEnd(at.Milliseconds)));
    }
}
