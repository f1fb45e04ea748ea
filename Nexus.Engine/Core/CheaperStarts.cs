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

        long latest = Math.Min(Math.Min((submittedAt + most).Milliseconds, spec.LatestStart?.Milliseconds ?? long.MaxValue), (now + Horizon).Milliseconds);
        latest = spec.MaxWait is { } wait ? Math.Min(latest, (submittedAt + wait).Milliseconds - 1) : latest;
        if (latest <= now.Milliseconds)
        {
            return null;
        }

        ExpectedPrice starting = CostIn(spec, needs, route, pools, now);
        Money cost = starting.Cost;
        Choice[][] choices = [.. route.Groups.Select(g => Choices(spec, needs, g, now.Milliseconds, latest))];
        (long start, Money cheapest, string home) = (0, cost, "");
        foreach (long at in Starts(choices, now.Milliseconds, latest))
        {
            // What has no price then as little as now is left out of both.
            if (Cheapest(choices, at) is { } then && then.Price.Unpriced == starting.Unpriced && then.Price.Cost < cheapest)
            {
                (start, cheapest, home) = (at, then.Price.Cost, then.Home);
            }
        }

        return cheapest < cost && (cost - cheapest).Picos >= cost.Picos / LeastShare
            ? new Reason(ReasonCode.CheaperLater, home, Earliest: new Instant(start)) { Delay = new PriceDelay(cost, cheapest) }
            : null;
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
