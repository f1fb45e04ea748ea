using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>What a pool cost of one kind, in one step of time, that nobody held.</summary>
internal readonly record struct IdlePart(string Pool, string Resource, Instant Step, Money Cost);

/// <summary>What provisioned capacity cost that nobody held.</summary>
/// <param name="Parts">By pool, kind and step; what cost nothing is left out.</param>
/// <param name="KnownSince">Since when capacity is known.</param>
/// <param name="Unpriced">What was there and has no price by the unit-hour, as <c>pool kind</c>: what it costs nobody knows.</param>
internal sealed record IdleReport(IReadOnlyList<IdlePart> Parts, Instant KnownSince, IReadOnlyList<string> Unpriced)
{
    /// <summary>All of it.</summary>
    public Money Total => Parts.Aggregate(Money.Zero, static (sum, p) => sum + p.Cost);

    /// <summary>The same by the steps of a series.</summary>
    /// <param name="interval">How long its steps are.</param>
    /// <param name="steps">When they begin.</param>
    public Money[] BySteps(CostInterval interval, IReadOnlyList<Instant> steps)
    {
        Dictionary<Instant, int> places = steps.Select((step, place) => (step, place)).ToDictionary(s => s.step, s => s.place);
        Money[] idle = new Money[steps.Count];
        foreach (IdlePart part in Parts)
        {
            // A long range is told by days, of which the first may begin before it.
            idle[places[CostSteps.Of(interval, part.Step < steps[0] ? steps[0] : part.Step)]] += part.Cost;
        }

        return idle;
    }
}

/// <summary>Works out what provisioned capacity cost that nobody held: capacity less what the ledger says was held, hour by hour, at the price that held then.</summary>
/// <remarks>
/// What runs now and is not in the ledger yet counts as held. Where more was reported than there was, nothing was idle.
/// In an hour within which the capacity or the price changed, what was held is taken to lie evenly over it. A price with tiers or a formula is none of a unit-hour.
/// </remarks>
internal sealed class IdleCosts(EngineHost host, CapacityPast past)
{
    private static readonly TimeSpan HourByHour = TimeSpan.FromDays(92);
    private static readonly CostDimension[] ByPool = [new("pool"), new("resource")];

    /// <summary>False after a start until the journal was read: then nothing can be said.</summary>
    public bool IsKnown => past.IsKnown;

    /// <summary>What was idle in a range; null while that is not known.</summary>
    public IdleReport? Of(Ledger ledger, Instant from, Instant to)
    {
        if (!past.IsKnown)
        {
            return null;
        }

        Instant now = host.Now;
        Instant end = to < now ? to : now;
        CostInterval step = to - from <= HourByHour ? CostInterval.Hour : CostInterval.Day;
        Dictionary<(string, string, Instant), List<(PricingQuantity Capacity, Money? Price)>> capacity = [];
        foreach (CapacitySpan span in from < end ? past.Spans(from, end) : [])
        {
            foreach (Supply supply in span.Pool.Supplies.Where(s => past.IsHeld(s.Kind) && !s.Amount.IsZero))
            {
                Money? price = CapacityPrice.Of(span.Book, span.Pool, supply.Kind, span.From);
                foreach (Instant at in CostTime.Steps(step, span.From, span.To))
                {
                    Instant next = CostTime.Next(step, at);
                    TimeSpan time = (next < span.To ? next : span.To) - (at > span.From ? at : span.From);
                    (string, string, Instant) key = (span.Pool.Name, supply.Kind, at);
                    if (!capacity.TryGetValue(key, out List<(PricingQuantity, Money?)>? parts))
                    {
                        capacity[key] = parts = [];
                    }

                    parts.Add((PricingQuantity.Of(supply.Amount, time), price));
                }
            }
        }

        Dictionary<(string, string, Instant), Int128> held = Held(ledger, from, end, step);
        List<IdlePart> idle = [];
        HashSet<(string, string)> priced = [];
        foreach (((string Pool, string Resource, Instant At) key, List<(PricingQuantity Capacity, Money? Price)> parts) in capacity)
        {
            Int128 all = parts.Aggregate(Int128.Zero, static (sum, p) => sum + p.Capacity.Millionths);
            Int128 used = Int128.Clamp(held.GetValueOrDefault(key), 0, all);
            Money cost = Money.Zero;
            foreach ((PricingQuantity has, Money? price) in parts.Where(p => p.Capacity.Millionths > 0))
            {
                if (price is { } one)
                {
                    priced.Add((key.Pool, key.Resource));
                    cost += new PricingQuantity(has.Millionths - (used * has.Millionths / all)).At(one);
                }
            }

            if (cost != Money.Zero)
            {
                idle.Add(new IdlePart(key.Pool, key.Resource, key.At, cost));
            }
        }

        return new IdleReport([.. idle.OrderBy(p => p.Step).ThenBy(p => p.Pool, StringComparer.Ordinal).ThenBy(p => p.Resource, StringComparer.Ordinal)], past.KnownSince,
            [.. capacity.Keys.Select(k => (k.Item1, k.Item2)).Distinct().Where(k => !priced.Contains(k)).Select(k => $"{k.Item1} {k.Item2}").Order(StringComparer.Ordinal)]);
    }

    private Dictionary<(string, string, Instant), Int128> Held(Ledger ledger, Instant from, Instant to, CostInterval step)
    {
        Dictionary<(string, string, Instant), Int128> held = [];
        CostReport report = ledger.Report(new CostQuery(from, to) { GroupBy = ByPool, Interval = step });
        foreach (CostPoint point in report.Series)
        {
            if (report.Groups[point.Group].Values is [{ } pool, { } resource] && past.IsHeld(resource))
            {
                held[(pool, resource, point.Start)] = held.GetValueOrDefault((pool, resource, point.Start)) + point.Sum.Consumed.Millionths;
            }
        }

        foreach (Request request in host.Read.Committed.Where(r => r is { Status: RequestStatus.Allocated, Lease: not null }))
        {
            Lease lease = request.Lease!;
            Instant since = request.HeldUntil ?? lease.GrantedAt;
            since = since > from ? since : from;
            for (int i = 0; i < lease.Amounts.Count && since < to; i++)
            {
                (string kind, Quantity amount) = lease.Amounts[i];
                if (!past.IsHeld(kind))
                {
                    continue;
                }

                foreach (Instant at in CostTime.Steps(step, since, to))
                {
                    Instant next = CostTime.Next(step, at);
                    TimeSpan time = (next < to ? next : to) - (at > since ? at : since);
                    (string, string, Instant) key = (lease.Pools[i], kind, at);
                    held[key] = held.GetValueOrDefault(key) + PricingQuantity.Of(amount, time).Millionths;
                }
            }
        }

        return held;
    }
}
