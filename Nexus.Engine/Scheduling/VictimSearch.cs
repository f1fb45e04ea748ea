using Nexus.Engine.Charges;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Scheduling;

/// <summary>The grants that must end so that a request can start.</summary>
/// <param name="Pools">The pool of each group of its kinds.</param>
/// <param name="Taken">The grants, in the order in which they were taken; none of them is superfluous.</param>
/// <param name="At">When they end.</param>
/// <param name="Rule">By which rule.</param>
internal sealed record Victims(RouteCandidate[] Pools, IReadOnlyList<Live> Taken, long At, PreemptionRule Rule);

/// <summary>Who asks for victims.</summary>
/// <param name="Spec">What is asked.</param>
/// <param name="Needs">What all members need together.</param>
/// <param name="Key">Its identity.</param>
/// <param name="ClassValue">The value of its class, without what waiting added: that never gives the right to preempt.</param>
internal readonly record struct Seeker(RequestSpec Spec, ResourceVector Needs, RequestKey Key, int ClassValue)
{
    /// <summary>True when it is there when a grace has passed.</summary>
    public bool CanWait => Spec.Queue || Spec.Deadline is not null;
}

/// <summary>
/// Finds the smallest set of grants whose end admits a request: they are taken the lowest class first, then the youngest, until it fits, and then given
/// back in the reverse order of taking as long as it still fits. Where the whole set does not admit it, nobody is taken.
/// </summary>
internal sealed class VictimSearch(EngineState state)
{
    /// <summary>Looks for victims.</summary>
    /// <param name="seeker">Who asks.</param>
    /// <param name="route">The pools that could serve it.</param>
    /// <param name="now">The engine time in milliseconds.</param>
    /// <param name="retryAt">Where none are found: when it is worth another look, as a guaranteed runtime ends then; else <see cref="long.MaxValue"/>.</param>
    public Victims? Find(Seeker seeker, Route route, long now, out long retryAt)
    {
        retryAt = long.MaxValue;
        if (route.Groups.Length == 0 || route.Impossible is not null)
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
        SortedSet<Live> candidates = new(Live.LowestYoungest);
        (long grace, long refilled) = (0, 0);
        for (int g = 0; g < chosen.Length; g++)
        {
            Pool pool = state.Pools[chosen[g].Pool];
            for (int i = 0; i < chosen[g].Nodes.Length; i++)
            {
                ChargeNode node = chosen[g].Nodes[i];
                long wanted = seeker.Needs[route.Groups[g].Amounts[i]].Quantity.Thousandths;
                long lacks = wanted - (node.Behaviour == ResourceBehaviour.Held ? node.Room : node.Available(now));
                if (lacks <= 0 && !node.Closed)
                {
                    continue;
                }

                if (node is { Closed: false, Behaviour: ResourceBehaviour.Metered })
                {
                    refilled = Math.Max(refilled, node.EarliestFor(wanted, now) ?? long.MaxValue);
                    continue;
                }

                if (node.Closed || node.Behaviour != ResourceBehaviour.Held || pool.Definition.Strategy != PriorityStrategy.Name)
                {
                    return null;
                }

                missing[node] = lacks;
            }

            if (missing.Keys.Any(n => n.Pool == pool.Name))
            {
                grace = Math.Max(grace, (long)pool.Definition.Preemption.Grace.TotalMilliseconds);
                candidates.UnionWith(pool.Preemptible.TakeWhile(l => l.GrantedClass < seeker.ClassValue));
            }
        }

        if (missing.Count == 0 || candidates.Count == 0 || (grace > 0 && !seeker.CanWait))
        {
            return null;
        }

        if (refilled > now)
        {
            // Nobody ends for what would still wait for a bucket.
            retryAt = Math.Min(retryAt, refilled);
            return null;
        }

        HashSet<string> metered = [.. seeker.Needs.Select(a => a.Kind).Where(k => state.Kinds.GetValueOrDefault(k)?.Behaviour == ResourceBehaviour.Metered)];
        List<Live> taken = [];
        long retry = long.MaxValue;
        foreach (Live candidate in candidates)
        {
            if (missing.Values.All(m => m <= 0))
            {
                break;
            }

            if (!Gives(candidate, missing) || !MayEnd(candidate, metered, now, grace, ref retry))
            {
                continue;
            }

            taken.Add(candidate);
            Give(candidate, missing, -1);
        }

        if (missing.Values.Any(m => m > 0))
        {
            retryAt = Math.Min(retryAt, retry);
            return null;
        }

        for (int i = taken.Count - 1; i >= 0; i--)
        {
            Give(taken[i], missing, 1);
            if (missing.Values.All(m => m <= 0))
            {
                taken.RemoveAt(i);
            }
            else
            {
                Give(taken[i], missing, -1);
            }
        }

        return new Victims(chosen, taken, now + grace, PreemptionRule.Priority);
    }

    // Not one that ends anyway before its grace were over, that was told to end already, or that has not run as long as was guaranteed to it.
    private bool MayEnd(Live candidate, HashSet<string> metered, long now, long grace, ref long retry)
    {
        // One that used more than it reserved takes more from its buckets when it is settled; that could be what the request itself needs of them.
        if (candidate.Request.Lease!.Usage.Any(u => u.Quantity > candidate.Request.Lease.Amounts[u.Kind] && metered.Contains(u.Kind)))
        {
            return false;
        }

        if (candidate.Request.Notice is not null || Live.KnownEnd(candidate.Request) is { } end && end > now && end <= now + grace)
        {
            return false;
        }

        long guaranteed = candidate.Request.Lease!.Pools.Max(p => (long)(state.Pools.GetValueOrDefault(p)?.Definition.Preemption.MinimumRuntime.TotalMilliseconds ?? 0));
        long may = candidate.Request.Lease.GrantedAt.Milliseconds + guaranteed;
        if (may > now)
        {
            retry = Math.Min(retry, may);
            return false;
        }

        return true;
    }

    private static bool Gives(Live candidate, Dictionary<ChargeNode, long> missing) =>
        missing.Any(m => m.Value > 0 && Explainer.Held(candidate.Request.Lease!, m.Key.Pool, m.Key.Kind).Thousandths > 0);

    private static void Give(Live candidate, Dictionary<ChargeNode, long> missing, int sign)
    {
        foreach (ChargeNode node in missing.Keys)
        {
            missing[node] += sign * Explainer.Held(candidate.Request.Lease!, node.Pool, node.Kind).Thousandths;
        }
    }
}
