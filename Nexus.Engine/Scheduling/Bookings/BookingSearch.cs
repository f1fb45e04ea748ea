using Nexus.Engine.Charges;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Timelines;

namespace Nexus.Engine.Scheduling.Bookings;

/// <summary>Searches the pools' futures for the earliest start that can be promised to a request, beside the planned starts of those who go before it.</summary>
internal sealed class BookingSearch(EngineState state, Futures futures, HeadPlans? plans = null)
{
    /// <summary>The earliest start that meets a request's deadline, or why there is none.</summary>
    /// <param name="spec">What is asked.</param>
    /// <param name="needs">What all members need together.</param>
    /// <param name="route">The pools that could serve it.</param>
    /// <param name="stopped">What stops it now.</param>
    /// <param name="notBefore">The earliest start that will do.</param>
    /// <param name="now">The moment.</param>
    /// <param name="asks">Who asks, after those whose turn at a bucket it is; null: somebody who need not wait for a turn.</param>
    /// <param name="evenUnwell">True to count on pools whose grants fail, once they are probed.</param>
    /// <returns>
    /// The booking; or null and the reason: no start meets the deadline; or, where it is only not known when grants end that committed to no end, that.
    /// </returns>
    public (Booking? Booking, Reason Reason) Find(RequestSpec spec, ResourceVector needs, Route route, Reason stopped, Instant notBefore, Instant now, IClaimant? asks, bool evenUnwell = false)
    {
        Way[] ways = Ways(spec, needs, route, now, asks, evenUnwell, notBefore);
        if (ways.Length == 0)
        {
            return (null, stopped);
        }

        Instant latest = spec.LatestStart!.Value;
        (Way way, long start) = plans is null ? First() : plans.With(route, asks, now, First);
        if (start <= latest.Milliseconds)
        {
            return (new Booking(new Instant(start), way.Pools), stopped);
        }

        // What was planned for others is no promise to them: it may come otherwise.
        ReasonCode code = First().Start <= latest.Milliseconds ? ReasonCode.BehindPlan
            : futures.IfOpenEndsCame(now.Milliseconds, () => First().Start) <= latest.Milliseconds ? ReasonCode.NoEndKnown
            : ReasonCode.DeadlineOutOfReach;
        return (null, stopped with { Code = code, Earliest = start == Timeline.Open ? null : new Instant(start) });

        (Way Way, long Start) First() => this.First(ways, spec, notBefore.Milliseconds, now.Milliseconds);
    }

    /// <summary>The earliest start that could be promised to it whatever its deadline says, or null.</summary>
    public Instant? Earliest(RequestSpec spec, ResourceVector needs, Route route, Instant now, IClaimant? asks) =>
        Ways(spec, needs, route, now, asks) is { Length: > 0 } ways && First(ways, spec, now.Milliseconds, now.Milliseconds).Start is var start && start != Timeline.Open ? new Instant(start) : null;

    /// <summary>
    /// Of several sizes of a request with a deadline, the smallest first, those that need be looked at to find what becomes of it: all that could start now or be promised a start; the first that could be if what is
    /// planned for others came otherwise, or open ends came; where there is none of that, the last.
    /// </summary>
    /// <remarks>What is planned for those who go before it is drawn once for all sizes. Under fair shares the order depends on what is asked, and then each size is looked at that could start without those plans.</remarks>
    public IEnumerable<RequestSpec> WorthTrying(IReadOnlyList<RequestSpec> sizes, Func<RequestSpec, ResourceVector> needsOf, Route route, Instant now, IClaimant? asks)
    {
        if (sizes.Count == 1)
        {
            return sizes;
        }

        ResourceVector[] needs = [.. sizes.Select(needsOf)];
        Way[][] ways = [.. sizes.Select((s, i) => Ways(s, needs[i], route, now, asks))];
        bool[] possible = NowOrInTime();
        bool[] beside = plans is null || route.Trees.Length > 0 || !possible.Contains(true) ? possible : plans.With(route, asks, now, NowOrInTime);
        bool[] mayCome = futures.IfOpenEndsCame(now.Milliseconds, InTime);
        int first = Array.FindIndex(mayCome, m => m);
        return sizes.Where((_, i) => beside[i] || i == (first < 0 ? sizes.Count - 1 : first));

        // What is free now is granted beside grants past their end. A promised start tells those one grace ahead where they hold what it or a reservation needs: it may be too late by that.
        bool[] NowOrInTime() => [.. InTime().Select((inTime, i) => inTime || futures.Choose(sizes[i], needs[i], route, now.Milliseconds, asks) is not null)];

        bool[] InTime() => [.. sizes.Select((s, i) => ways[i].Length == 0 || First(ways[i], s, now.Milliseconds, now.Milliseconds).Start <= s.LatestStart!.Value.Milliseconds)];
    }

    /// <summary>Why somebody for whom there is enough now must not start: in the first pool where it would break a promise.</summary>
    public Reason Behind(RequestSpec spec, ResourceVector needs, Route route, Instant now, IClaimant? asks)
    {
        if (futures.Over(spec, now) is { } over)
        {
            return over;
        }

        foreach (RouteGroup group in route.Groups)
        {
            foreach (RouteCandidate candidate in group.Candidates)
            {
                if (candidate.Fits(group, needs, now.Milliseconds, asks) && !futures.MayStart(spec, needs, route, group, candidate, now.Milliseconds))
                {
                    return Behind(spec, needs, route, group, candidate, now, asks);
                }
            }
        }

        return new Reason(ReasonCode.BehindBooking, Needed: needs[0].Quantity, Kind: needs[0].Kind);
    }

    private Reason Behind(RequestSpec spec, ResourceVector needs, Route route, RouteGroup group, RouteCandidate candidate, Instant now, IClaimant? asks)
    {
        if (futures.Of(candidate.Pool) is not { IsIdle: false } future)
        {
            return new Reason(ReasonCode.BehindBooking, candidate.Pool, needs[group.Amounts[0]].Kind, needs[group.Amounts[0]].Quantity);
        }

        long[] amounts = future.AmountsOf(group, needs);
        long to = FitSearch.EndOf(now.Milliseconds, Futures.LengthOf(spec));
        int lacking = 0;
        for (int kind = amounts.Length - 1; kind >= 0; kind--)
        {
            long[] alone = new long[amounts.Length];
            alone[kind] = amounts[kind];
            lacking = amounts[kind] > 0 && !future.Timeline.Fits(spec.Owner, alone, now.Milliseconds, to) ? kind : lacking;
        }

        long left = Math.Clamp(future.Timeline.Capacities[lacking] - future.Timeline.MostUsed(lacking, now.Milliseconds, to), 0, Math.Max(0, amounts[lacking] - 1));
        return new Reason(
            ReasonCode.BehindBooking, candidate.Pool, future.Timeline.Kinds[lacking], Quantity.FromThousandths(amounts[lacking]), Quantity.FromThousandths(left),
            Earliest(spec, needs, route, now, asks));
    }

    // A start that needs what overdue grants hold tells them one grace ahead.
    private (Way Way, long Start) First(Way[] ways, RequestSpec spec, long notBefore, long now)
    {
        (Way best, long first) = (ways[0], Timeline.Open);
        foreach (Way way in ways)
        {
            long start = way.Head.Earliest(way.Head.Placements[0], Math.Max(notBefore, way.Refilled)).From;
            if (start < now + way.Grace && !IsThereWithoutOverdue(way, start, now))
            {
                start = way.Head.Earliest(way.Head.Placements[0], Math.Max(notBefore, Math.Max(way.Refilled, now + way.Grace))).From;
            }

            (best, first) = start < first ? (way, start) : (best, first);
        }

        return (best, first);
    }

    private bool IsThereWithoutOverdue(Way way, long start, long now)
    {
        foreach (string pool in way.Pools.Distinct(StringComparer.Ordinal))
        {
            if (futures.Of(pool) is not { } future)
            {
                continue;
            }

            long[] overdue = future.HeldPast(pool, now);
            long[] amounts = future.AmountsOf(pool, way.Needs, way.Pools);
            for (int kind = 0; kind < overdue.Length; kind++)
            {
                if (overdue[kind] > 0 && amounts[kind] > 0 && future.Timeline.PromisedAt(kind, start) + overdue[kind] + amounts[kind] > future.Timeline.Capacities[kind])
                {
                    return false;
                }
            }
        }

        return true;
    }

    private Way[] Ways(RequestSpec spec, ResourceVector needs, Route route, Instant now, IClaimant? asks, bool evenUnwell = false, Instant? start = null)
    {
        List<Way> ways = [];
        string? bound = spec.Reservation is { } id ? state.Configuration.Reservation(id)?.Pool ?? "" : null;
        foreach (RouteCandidate home in route.HomesFor(spec, needs, (start ?? now).Milliseconds))
        {
            if ((bound is null || bound == home.Pool) && Chosen(home, route, needs, now.Milliseconds, evenUnwell) is { } chosen)
            {
                string[] pools = SubmitHandler.PoolsOf(route, chosen, needs, state);
                futures.Open(pools, now);
                long refilled = now.Milliseconds;
                for (int g = 0; g < chosen.Length; g++)
                {
                    refilled = Math.Max(refilled, Refilled(route.Groups[g], chosen[g], needs, now.Milliseconds, asks));
                }

                long grace = pools.Max(p => (long)state.Pools[p].Definition.Preemption.Grace.TotalMilliseconds);
                ways.Add(new Way(pools, needs, futures.HeadOf(spec, 0, [futures.PlacementOf(needs, pools)], bound is not null), refilled, grace));
            }
        }

        return [.. ways];
    }

    /// <summary>When the buckets of a pool hold what a group of kinds takes of them, after those whose turn comes before; <see cref="Timeline.Open"/> where that is not known.</summary>
    public static long Refilled(RouteGroup group, RouteCandidate candidate, ResourceVector needs, long now, IClaimant? asks)
    {
        long refilled = now;
        for (int i = 0; i < candidate.Nodes.Length; i++)
        {
            if (candidate.Nodes[i] is { Behaviour: ResourceBehaviour.Metered } node)
            {
                long amount = needs[group.Amounts[i]].Quantity.Thousandths;
                refilled = Math.Max(refilled, (node.IsUnwell ? node.TimeOf(amount) : asks is null ? node.EarliestFor(amount, now) : node.TurnOf(amount, now, asks)) ?? Timeline.Open);
            }
        }

        return refilled;
    }

    // The home as given; of each other group the first that fits now, else the first that could ever. Nothing is promised of a pool that grants nothing more, and nothing new of one whose grants fail.
    private static RouteCandidate[]? Chosen(RouteCandidate home, Route route, ResourceVector needs, long now, bool evenUnwell)
    {
        RouteCandidate?[] chosen = new RouteCandidate?[route.Groups.Length];
        for (int g = 0; g < chosen.Length; g++)
        {
            RouteGroup group = route.Groups[g];
            chosen[g] = g == 0 ? Could(home, group) ? home : null
                : Array.Find(group.Candidates, c => Could(c, group) && c.Fits(group, needs, now, null)) ?? Array.Find(group.Candidates, c => Could(c, group));
            if (chosen[g] is null)
            {
                return null;
            }
        }

        return chosen!;

        bool Could(RouteCandidate candidate, RouteGroup group) => candidate.CouldServe(group, needs, evenUnwell);
    }

    // One way to serve it: the pool of each amount, when the buckets among them hold enough, and how long before their end grants are told.
    private readonly record struct Way(string[] Pools, ResourceVector Needs, Head Head, long Refilled, long Grace);
}
