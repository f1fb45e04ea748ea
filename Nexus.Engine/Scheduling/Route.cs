using Nexus.Engine.Charges;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>The pools that could serve requests for the same kinds: for each group of kinds that must come together, the candidates in the order of preference.</summary>
internal sealed class Route(RouteGroup[] groups, bool preferNamedOrder, Reason? impossible)
{
    /// <summary>Why nothing of that kind can be served whatever the amounts, or null.</summary>
    public Reason? Impossible { get; } = impossible;

    /// <summary>The groups, the home's first.</summary>
    public RouteGroup[] Groups { get; } = groups;

    /// <summary>Why these amounts can never be served, or null.</summary>
    public Reason? NeverFits(ResourceVector resources)
    {
        foreach (RouteGroup group in Groups)
        {
            Reason? closest = null;
            foreach (RouteCandidate candidate in group.Candidates)
            {
                Reason? excess = candidate.Exceeds(group, resources);
                if (excess is null)
                {
                    closest = null;
                    break;
                }

                closest = closest is null || excess.Available > closest.Available ? excess : closest;
            }

            if (closest is not null)
            {
                return closest;
            }
        }

        return null;
    }

    /// <summary>Chooses a pool for every group, or none when any group has none that fits now: all or nothing.</summary>
    /// <returns>The candidate of each group, in the groups' order; null when it does not fit.</returns>
    public RouteCandidate[]? Choose(ResourceVector resources, long now)
    {
        RouteCandidate[]? chosen = null;
        for (int i = 0; i < Groups.Length; i++)
        {
            RouteGroup group = Groups[i];
            RouteCandidate? best = null;
            Int128 least = Int128.MaxValue;
            foreach (RouteCandidate candidate in group.Candidates)
            {
                if (!candidate.Fits(group, resources, now))
                {
                    continue;
                }

                if (preferNamedOrder || group.Candidates.Length == 1)
                {
                    best = candidate;
                    break;
                }

                Int128 left = candidate.LeftOver(group, resources, now);
                if (left < least)
                {
                    (best, least) = (candidate, left);
                }
            }

            if (best is null)
            {
                return null;
            }

            chosen ??= new RouteCandidate[Groups.Length];
            chosen[i] = best;
        }

        return chosen;
    }

    /// <summary>The first moment at which every group could be served as things stand, or null when none is known.</summary>
    public long? Earliest(ResourceVector resources, long now)
    {
        long latest = now;
        foreach (RouteGroup group in Groups)
        {
            long? soonest = null;
            foreach (RouteCandidate candidate in group.Candidates)
            {
                long? at = candidate.Earliest(group, resources, now);
                soonest = soonest is null || at < soonest ? at : soonest;
            }

            if (soonest is null)
            {
                return null;
            }

            latest = Math.Max(latest, soonest.Value);
        }

        return latest;
    }

    /// <summary>What stops these amounts now: for the first group that nobody can serve, the first node with too little in each pool that ever could.</summary>
    public IEnumerable<Charge> Blockers(ResourceVector resources, long now)
    {
        foreach (RouteGroup group in Groups)
        {
            if (!group.Fits(resources, now))
            {
                return BlockersOf(group, resources, now);
            }
        }

        return [];
    }

    private static IEnumerable<Charge> BlockersOf(RouteGroup group, ResourceVector resources, long now) =>
        group.Candidates.Where(c => c.Exceeds(group, resources) is null).Select(c => c.FirstBlocked(group, resources, now));
}

/// <summary>Kinds that come together from one pool, and the pools that supply them all, by preference.</summary>
/// <param name="Amounts">The indexes of these kinds among the request's amounts.</param>
/// <param name="Candidates">The pools.</param>
internal sealed record RouteGroup(int[] Amounts, RouteCandidate[] Candidates)
{
    /// <summary>True when any of the pools can give the amounts now.</summary>
    public bool Fits(ResourceVector resources, long now)
    {
        foreach (RouteCandidate candidate in Candidates)
        {
            if (candidate.Fits(this, resources, now))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A pool as the supplier of one group.</summary>
/// <param name="Pool">The pool's name.</param>
/// <param name="Nodes">Its meters, in the order of the group's amounts.</param>
internal sealed record RouteCandidate(string Pool, ChargeNode[] Nodes)
{
    /// <summary>True when it can give the amounts now.</summary>
    public bool Fits(RouteGroup group, ResourceVector resources, long now)
    {
        for (int i = 0; i < Nodes.Length; i++)
        {
            if (Nodes[i].Available(now) < resources[group.Amounts[i]].Quantity.Thousandths)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The first meter with too little now, with the amount needed of it.</summary>
    public Charge FirstBlocked(RouteGroup group, ResourceVector resources, long now)
    {
        for (int i = 0; i < Nodes.Length; i++)
        {
            long amount = resources[group.Amounts[i]].Quantity.Thousandths;
            if (Nodes[i].Available(now) < amount)
            {
                return new Charge(Nodes[i], amount);
            }
        }

        throw new InvalidOperationException($"pool {Pool} stops nothing");
    }

    /// <summary>Why it can never give the amounts, or null.</summary>
    public Reason? Exceeds(RouteGroup group, ResourceVector resources)
    {
        for (int i = 0; i < Nodes.Length; i++)
        {
            ResourceAmount amount = resources[group.Amounts[i]];
            if (amount.Quantity.Thousandths > Nodes[i].Capacity)
            {
                return new Reason(
                    Nodes[i].Behaviour == ResourceBehaviour.Limit ? ReasonCode.ExceedsCeiling : ReasonCode.ExceedsPools,
                    Pool, amount.Kind, amount.Quantity, Quantity.FromThousandths(Nodes[i].Capacity));
            }
        }

        return null;
    }

    /// <summary>How much of the pool would be left, summed over the kinds in millionths of each capacity: the least is the closest fit.</summary>
    public Int128 LeftOver(RouteGroup group, ResourceVector resources, long now)
    {
        Int128 sum = 0;
        for (int i = 0; i < Nodes.Length; i++)
        {
            if (Nodes[i].Behaviour != ResourceBehaviour.Limit && Nodes[i].Capacity > 0)
            {
                sum += (Int128)(Nodes[i].Available(now) - resources[group.Amounts[i]].Quantity.Thousandths) * 1_000_000 / Nodes[i].Capacity;
            }
        }

        return sum;
    }

    /// <summary>The first moment at which it could give the amounts as things stand, or null.</summary>
    public long? Earliest(RouteGroup group, ResourceVector resources, long now)
    {
        long latest = now;
        for (int i = 0; i < Nodes.Length; i++)
        {
            if (Nodes[i].EarliestFor(resources[group.Amounts[i]].Quantity.Thousandths, now) is not { } at)
            {
                return null;
            }

            latest = Math.Max(latest, at);
        }

        return latest;
    }
}
