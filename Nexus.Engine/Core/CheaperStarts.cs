using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Finds the start at which work costs least that may be delayed (<see cref="RequestSpec.MaxDelay"/>), where a pool places by cost.</summary>
/// <remarks>
/// Looked at are the full hours, at which prices change, and the moments at which a pool has enough as things stand, up to the latest start that the work accepts, a week ahead at most.
/// It is delayed for a hundredth of its cost or more. What happens meanwhile may make another start the cheapest: it is looked at again when the stated one has come.
/// </remarks>
internal sealed class CheaperStarts(EngineState state)
{
    // Less is not worth the wait, and not the surprise.
    private const int LeastShare = 100;

    private const long Hour = 3_600_000;

    private readonly PoolCosts _costs = new(state, new Biller(state));

    /// <summary>So far ahead is looked at most.</summary>
    public static TimeSpan Horizon { get; } = TimeSpan.FromDays(7);

    /// <summary>Why somebody who could start now should not: the cheaper start; null where there is none.</summary>
    /// <param name="spec">What is asked.</param>
    /// <param name="needs">What all members need together.</param>
    /// <param name="route">The pools that could serve it.</param>
    /// <param name="pools">The pool of each amount that would serve it now.</param>
    /// <param name="submittedAt">When it came.</param>
    /// <param name="now">The moment.</param>
    public Reason? Find(RequestSpec spec, ResourceVector needs, Route route, IReadOnlyList<string> pools, Instant submittedAt, Instant now)
    {
        if (spec.MaxDelay is not { } most || !Array.Exists(route.Groups, g => g.IsByCost))
        {
            return null;
        }

        long latest = Math.Min(LatestOf(spec, most, submittedAt), (now + Horizon).Milliseconds);
        if (latest <= now.Milliseconds)
        {
            return null;
        }

        ExpectedPrice starting = CostIn(spec, needs, route, pools, now);
        Money cost = starting.Cost;
        Choice[][] choices = [.. route.Groups.Select(g => Choices(spec, needs, g, now.Milliseconds, latest))];
        // What comes free for one cannot save it for all.
        choices = [.. choices.Select(g => Array.FindAll(g, c => c.Free <= now.Milliseconds || !IsAwaited(c.Pool, spec.Key, now)))];
        (long start, Money cheapest, string home) = (0, cost, "");
        foreach (long at in Starts(choices, now.Milliseconds, latest))
        {
            // What has no price then as little as now is left out of both.
            if (Cheapest(choices, at) is { } then && then.Price.Unpriced == starting.Unpriced && then.Price.Cost < cheapest)
            {
                (start, cheapest, home) = (at, then.Price.Cost, then.Home);
            }
        }

        return IsWorth(cost, cheapest) ? ReasonFor(home, start, cost, cheapest) : null;
    }

    /// <summary>Why somebody who could start now has a promised start instead, where that is one it accepts and costs less; else null.</summary>
    /// <param name="spec">What is asked.</param>
    /// <param name="needs">What all members need together.</param>
    /// <param name="route">The pools that could serve it.</param>
    /// <param name="pools">The pool of each amount that would serve it now.</param>
    /// <param name="booking">What can be promised.</param>
    /// <param name="now">The moment, at which it came.</param>
    public Reason? Of(RequestSpec spec, ResourceVector needs, Route route, IReadOnlyList<string> pools, Booking booking, Instant now)
    {
        (ExpectedPrice starting, ExpectedPrice then) = (CostIn(spec, needs, route, pools, now), CostIn(spec, needs, route, booking.Pools, booking.StartsAt));
        return booking.StartsAt.Milliseconds <= LatestOf(spec, spec.MaxDelay!.Value, now) && starting.Unpriced == then.Unpriced && IsWorth(starting.Cost, then.Cost)
            ? ReasonFor(booking.Pools[route.Groups[0].Amounts[0]], booking.StartsAt.Milliseconds, starting.Cost, then.Cost) : null;
    }

    private static long LatestOf(RequestSpec spec, TimeSpan most, Instant submittedAt)
    {
        long latest = Math.Min((submittedAt + most).Milliseconds, spec.LatestStart?.Milliseconds ?? long.MaxValue);
        return spec.MaxWait is { } wait ? Math.Min(latest, (submittedAt + wait).Milliseconds - 1) : latest;
    }

    private static bool IsWorth(Money now, Money then) => then < now && (now - then).Picos >= now.Picos / LeastShare;

    private static Reason ReasonFor(string home, long start, Money now, Money then) => new(ReasonCode.CheaperLater, home, Earliest: new Instant(start)) { Delay = new PriceDelay(now, then) };

    // Somebody else is held back for it, or goes first there of those who wait.
    private bool IsAwaited(string pool, RequestKey but, Instant now)
    {
        foreach (Live live in state.Requests.Values)
        {
            if (live.Request is { Status: RequestStatus.Queued, Reason: { Code: ReasonCode.CheaperLater } reason } && reason.Pool == pool && live.Request.Key != but)
            {
                return true;
            }
        }

        return Array.Exists(state.Pools[pool].Nodes, n => n.Waiting.Find(long.MaxValue, now.Milliseconds) is { } first && first.Shape.First.Request.Key != but);
    }

    /// <summary>What it is expected to cost from a start on in the pools of its amounts.</summary>
    public ExpectedPrice CostIn(RequestSpec spec, ResourceVector needs, Route route, IReadOnlyList<string> pools, Instant at)
    {
        ExpectedPrice sum = default;
        foreach (RouteGroup group in route.Groups)
        {
            sum += _costs.Of(spec, needs, group, pools[group.Amounts[0]], at.Milliseconds);
        }

        return sum;
    }

    private Choice[] Choices(RequestSpec spec, ResourceVector needs, RouteGroup group, long now, long latest) =>
    [
        .. group.Candidates.Where(c => c.CouldServe(group, needs))
            .Select(c => (Candidate: c, Free: c.Earliest(group, needs, now, null)))
            .Where(c => c.Free <= latest)
            .Select(c => new Choice(c.Candidate.Pool, c.Free!.Value, _costs.Hourly(spec, needs, group, c.Candidate.Pool))),
    ];

    private SortedSet<long> Starts(Choice[][] choices, long now, long latest)
    {
        SortedSet<long> starts = [.. choices.SelectMany(c => c).Select(c => c.Free).Where(f => f > now)];
        for (long at = state.Configuration.Prices.ChangesWithTime ? ((now / Hour) + 1) * Hour : long.MaxValue; at <= latest; at += Hour)
        {
            starts.Add(at);
        }

        return starts;
    }

    private static (ExpectedPrice Price, string Home)? Cheapest(Choice[][] choices, long at)
    {
        (ExpectedPrice sum, string? home) = (default, null);
        foreach (Choice[] group in choices)
        {
            (ExpectedPrice? least, string? pool) = (null, null);
            foreach (Choice choice in group)
            {
                if (choice.Free <= at && choice.Costs.From(at) is var price && (least is null || price < least.Value))
                {
                    (least, pool) = (price, choice.Pool);
                }
            }

            if (least is null)
            {
                return null;
            }

            sum += least.Value;
            home ??= pool;
        }

        return (sum, home!);
    }

    // A pool that could serve, from when on it has enough as things stand, and what it costs there.
    private readonly record struct Choice(string Pool, long Free, HourlyCosts Costs);
}
