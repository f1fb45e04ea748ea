using Nexus.Engine.Charges;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>The grants that must end so that a request can start.</summary>
/// <param name="Pools">The pool of each group of its kinds.</param>
/// <param name="Taken">The grants, each with the rule by which it was taken, in the order of taking; none of them is superfluous.</param>
/// <param name="At">When they end.</param>
internal sealed record Victims(RouteCandidate[] Pools, IReadOnlyList<Victim> Taken, long At)
{
    /// <summary>The rule that is named to the request: that quota was reclaimed, where any was.</summary>
    public PreemptionRule Rule => Taken.Any(v => v.Rule == PreemptionRule.Reclaim) ? PreemptionRule.Reclaim : PreemptionRule.Priority;
}

/// <summary>A grant that must end.</summary>
/// <param name="Grant">The grant.</param>
/// <param name="Rule">Why it may be taken.</param>
internal readonly record struct Victim(Live Grant, PreemptionRule Rule);

/// <summary>Who asks for victims.</summary>
/// <param name="Spec">What is asked.</param>
/// <param name="Needs">What all members need together.</param>
/// <param name="Key">Its identity.</param>
/// <param name="ClassValue">The value of its class, without what waiting added: that never gives the right to preempt.</param>
/// <param name="Quota">What it asks of its quotas; null where no rule concerns it.</param>
internal readonly record struct Seeker(RequestSpec Spec, ResourceVector Needs, RequestKey Key, int ClassValue, QuotaAsk? Quota)
{
    /// <summary>True when it is there when a grace has passed.</summary>
    public bool CanWait => Spec.Queue || Spec.Deadline is not null;
}

/// <summary>
/// Finds the smallest set of grants whose end admits a request, for higher classes and for owners who want back what they lent alike: borrowers first, then lower classes;
/// they are taken until the whole request passes every gate and fits, and then given back in the reverse order of taking as long as it still does.
/// Where the whole set does not admit it, nobody is taken.
/// </summary>
/// <remarks>What the set would free is tried on the quotas themselves and put back before the search ends: what is given back and taken again restores them exactly.</remarks>
internal sealed class VictimSearch(EngineState state)
{
    /// <summary>Looks for victims.</summary>
    /// <param name="seeker">Who asks.</param>
    /// <param name="route">The pools that could serve it.</param>
    /// <param name="now">The engine time in milliseconds.</param>
    /// <param name="retryAt">Where none are found: when it is worth another look, as a guaranteed runtime ends or a bucket has refilled then; else <see cref="long.MaxValue"/>.</param>
    public Victims? Find(Seeker seeker, Route route, long now, out long retryAt)
    {
        retryAt = long.MaxValue;
        if (route.Groups.Length == 0 || route.Impossible is not null || !state.HasPreemptible || StoppedForGood(seeker, now))
        {
            return null;
        }

        foreach (RouteCandidate home in route.Groups[0].Candidates)
        {
            if (Chosen(home, route, seeker, now) is { } chosen && Take(seeker, route, chosen, now, ref retryAt) is { } victims)
            {
                return victims;
            }
        }

        return null;
    }

    // What is used up in a period does not come back by anybody's end.
    private static bool StoppedForGood(Seeker seeker, long now) =>
        seeker.Quota is { } ask && ask.Route.Steps.Any(s => s.Count != QuotaCount.Held && !ask.Allowed(s, now));

    // The home as given; of each other group the first that fits now, else the first that could ever.
    private static RouteCandidate[]? Chosen(RouteCandidate home, Route route, Seeker seeker, long now)
    {
        RouteCandidate[] chosen = new RouteCandidate[route.Groups.Length];
        for (int g = 0; g < chosen.Length; g++)
        {
            RouteGroup group = route.Groups[g];
            RouteCandidate? candidate = g == 0 ? home
                : Array.Find(group.Candidates, c => c.Fits(group, seeker.Needs, now)) ?? Array.Find(group.Candidates, c => c.Exceeds(group, seeker.Needs) is null);
            if (candidate is null || candidate.Exceeds(group, seeker.Needs) is not null)
            {
                return null;
            }

            chosen[g] = candidate;
        }

        return chosen;
    }

    private Victims? Take(Seeker seeker, Route route, RouteCandidate[] chosen, long now, ref long retryAt)
    {
        Dictionary<ChargeNode, long> missing = [];
        long refilled = 0;
        for (int g = 0; g < chosen.Length; g++)
        {
            for (int i = 0; i < chosen[g].Nodes.Length; i++)
            {
                ChargeNode node = chosen[g].Nodes[i];
                long wanted = seeker.Needs[route.Groups[g].Amounts[i]].Quantity.Thousandths;
                long lacks = wanted - (node.Behaviour == ResourceBehaviour.Held ? node.Room : node.Available(now));
                if (node.Closed || (lacks > 0 && node.Behaviour == ResourceBehaviour.Limit))
                {
                    return null;
                }

                if (lacks > 0 && node.Behaviour == ResourceBehaviour.Metered)
                {
                    refilled = Math.Max(refilled, node.EarliestFor(wanted, now) ?? long.MaxValue);
                }
                else if (lacks > 0)
                {
                    missing[node] = lacks;
                }
            }
        }

        if (refilled > now)
        {
            // Nobody ends for what would still wait for a bucket.
            retryAt = Math.Min(retryAt, refilled);
            return null;
        }

        VictimHunt hunt = new(state, seeker, missing, now);
        try
        {
            while (!hunt.Fits)
            {
                if ((hunt.NextBorrower() ?? hunt.NextLower()) is not { } next)
                {
                    retryAt = Math.Min(retryAt, hunt.RetryAt);
                    return null;
                }

                hunt.Take(next);
            }

            hunt.GiveBackWhatIsSuperfluous();
            return hunt.Taken.Count == 0 ? null : new Victims(chosen, [.. hunt.Taken], now + hunt.Taken.Max(v => hunt.GraceOf(v.Grant)));
        }
        finally
        {
            hunt.Restore();
        }
    }
}
