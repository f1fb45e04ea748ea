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
    /// <summary>The rule that is named to the request: that quota was reclaimed, where any was; else that what is borrowed was evened out, where it was.</summary>
    public PreemptionRule Rule => Has(PreemptionRule.Reclaim) ? PreemptionRule.Reclaim : Has(PreemptionRule.FairShare) ? PreemptionRule.FairShare : PreemptionRule.Priority;

    private bool Has(PreemptionRule rule) => Taken.Any(v => v.Rule == rule);
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
/// <param name="Claim">Where it stands among those who take turns at a bucket.</param>
internal readonly record struct Seeker(RequestSpec Spec, ResourceVector Needs, RequestKey Key, int ClassValue, QuotaAsk? Quota, IClaimant Claim)
{
    /// <summary>True for one whose grant was ended before: it takes back what is its own, and evens out nothing, or each could end the other's grant in turn.</summary>
    public bool CameBack { get; init; }

    /// <summary>True when it is there when a grace has passed.</summary>
    public bool CanWait => Spec.Queue || Spec.Deadline is not null;
}

/// <summary>Why nobody was found to end, as far as that passes.</summary>
/// <param name="RetryAt">When it is worth another look, in milliseconds of engine time, as a guaranteed runtime ends or a bucket has refilled then; else <see cref="long.MaxValue"/>.</param>
/// <param name="AtBucket">True where a bucket must fill first, as time passes or as what others reserved of it comes back, or where others go before it there.</param>
internal readonly record struct NoVictims(long RetryAt, bool AtBucket)
{
    /// <summary>For no reason that passes.</summary>
    public static NoVictims ForGood { get; } = new(long.MaxValue, false);

    /// <summary>For that reason or another.</summary>
    public NoVictims Or(long retryAt, bool atBucket = false) => new(Math.Min(RetryAt, retryAt), AtBucket || atBucket);
}

/// <summary>
/// Finds the smallest set of grants whose end admits a request, for higher classes and for owners who want back what they lent alike: borrowers first, then lower classes
/// (<see cref="Reclaims"/>, <see cref="VictimHunt.NextLower"/>), or where a pool evens out what is borrowed as <see cref="BorrowerWalk"/> does; they are taken until the whole request passes every gate and fits, and then given back in the reverse order of taking as long as it still does.
/// Where the whole set does not admit it, nobody is taken.
/// </summary>
/// <remarks>
/// What the set would free is tried on the quotas themselves and put back before the search ends: what is given back and taken again restores them exactly.
/// They are seen as they will be when those have ended who were told to: who ends already borrows nothing any more, and what is kept for others is theirs.
/// </remarks>
internal sealed class VictimSearch(EngineState state, FreedQuotas freed)
{
    private readonly Endable _endable = new(state);

    /// <summary>Looks for victims.</summary>
    /// <param name="seeker">Who asks.</param>
    /// <param name="route">The pools that could serve it.</param>
    /// <param name="now">The engine time in milliseconds.</param>
    /// <param name="none">Where none are found: why not.</param>
    public Victims? Find(Seeker seeker, Route route, long now, out NoVictims none)
    {
        none = NoVictims.ForGood;
        if (route.Groups.Length == 0 || route.Impossible is not null || !state.HasPreemptible || StoppedForGood(seeker, now))
        {
            return null;
        }

        foreach (RouteCandidate home in route.Groups[0].Candidates)
        {
            if (Chosen(home, route, seeker, now) is { } chosen && Take(seeker, route, chosen, now, ref none) is { } victims)
            {
                return victims;
            }
        }

        return null;
    }

    // What is used up in a period does not come back by anybody's end.
    private static bool StoppedForGood(Seeker seeker, long now) =>
        seeker.Quota is { } ask && ask.Route.Steps.Any(s => s.Count != QuotaCount.Held && !ask.Allowed(s, now));

    // The home as given; of each other group the first that fits now and where it is its turn, else the first that could ever.
    private static RouteCandidate[]? Chosen(RouteCandidate home, Route route, Seeker seeker, long now)
    {
        RouteCandidate[] chosen = new RouteCandidate[route.Groups.Length];
        for (int g = 0; g < chosen.Length; g++)
        {
            RouteGroup group = route.Groups[g];
            RouteCandidate? candidate = g == 0 ? home
                : Array.Find(group.Candidates, c => c.Fits(group, seeker.Needs, now, seeker.Claim)) ?? Array.Find(group.Candidates, c => c.Exceeds(group, seeker.Needs) is null);
            if (candidate is null || candidate.Exceeds(group, seeker.Needs) is not null)
            {
                return null;
            }

            chosen[g] = candidate;
        }

        return chosen;
    }

    private Victims? Take(Seeker seeker, Route route, RouteCandidate[] chosen, long now, ref NoVictims none)
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

                if (node.Before(seeker.Claim, now) is not null)
                {
                    // Whoever started now would take what others wait for in their turn, and delay them.
                    none = none.Or(long.MaxValue, atBucket: true);
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
            none = none.Or(refilled, atBucket: true);
            return null;
        }

        VictimHunt hunt = new(state, seeker, missing, now, _endable);
        if (hunt.Candidates.Length == 0)
        {
            none = none.Or(hunt.RetryAt);
            return null;
        }

        using FreedQuotas.Look look = freed.AsSeenBy(seeker.Key, now);
        Reclaims reclaims = new(hunt);
        BorrowerWalk? walk = BorrowerWalk.Of(hunt, state.Pools[chosen[0].Pool].Definition);
        try
        {
            while (!hunt.Fits)
            {
                if ((walk?.Next() ?? reclaims.Next() ?? hunt.NextLower()) is not { } next)
                {
                    none = none.Or(hunt.RetryAt);
                    return null;
                }

                hunt.Take(next);
            }

            hunt.GiveBackWhatIsSuperfluous();
            long at = hunt.Taken.Count == 0 ? long.MaxValue : now + hunt.Taken.Max(v => hunt.GraceOf(v.Grant));
            return at == long.MaxValue || seeker.Spec.LatestStart?.Milliseconds < at ? null : new Victims(chosen, [.. hunt.Taken], at);
        }
        finally
        {
            hunt.Restore();
        }
    }
}
