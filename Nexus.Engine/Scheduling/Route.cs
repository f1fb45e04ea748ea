using Nexus.Engine.Charges;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Scheduling;

/// <summary>The pools that could serve requests for the same kinds: for each group of kinds that must come together, the candidates in the order of preference.</summary>
internal sealed class Route(RouteGroup[] groups, bool preferNamedOrder, Reason? impossible, PoolCosts? costs = null)
{
    /// <summary>Why nothing of that kind can be served whatever the amounts, or null.</summary>
    public Reason? Impossible { get; } = impossible;

    /// <summary>The groups, the home's first.</summary>
    public RouteGroup[] Groups { get; } = groups;

    /// <summary>The home that is preferred; empty where there is none.</summary>
    public string Home { get; } = groups.SelectMany(g => g.Candidates).Select(c => c.Pool).FirstOrDefault("");

    /// <summary>The order of the home that is preferred.</summary>
    public PoolOrder Order { get; } = OrdersOf(groups).FirstOrDefault(PoolOrder.Usual);

    /// <summary>True when all the pools place requests alike.</summary>
    public bool PlacesAlike { get; } = OrdersOf(groups).All(o => o.PlacesAs(OrdersOf(groups).First()));

    /// <summary>Who has how much of those pools that give fair shares.</summary>
    public FairTree[] Trees { get; } = [.. OrdersOf(groups).Select(o => o.Tree).OfType<FairTree>().Distinct()];

    /// <summary>Those of the pools that could be its home from which something is taken and given back: there starts are planned.</summary>
    public string[] HeldHomes { get; } =
        [.. groups.Take(1).SelectMany(g => g.Candidates).Where(c => Array.Exists(c.Nodes, n => n.Behaviour == ResourceBehaviour.Held)).Select(c => c.Pool).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>True when a pool is among those that could.</summary>
    public bool Serves(string pool) => Groups.Any(g => Array.Exists(g.Candidates, c => c.Pool == pool));

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
    /// <param name="resources">What is needed.</param>
    /// <param name="now">The moment, in milliseconds.</param>
    /// <param name="may">What else a pool must allow; null: nothing.</param>
    /// <returns>The candidate of each group, in the groups' order; null when it does not fit.</returns>
    /// <param name="asks">Who asks, after those whose turn it is; null: somebody who need not wait for a turn.</param>
    /// <param name="spec">What is asked, where nobody asks in turn and costs decide; null: <paramref name="asks"/> tells.</param>
    public RouteCandidate[]? Choose(ResourceVector resources, long now, IClaimant? asks, Func<RouteGroup, RouteCandidate, bool>? may = null, RequestSpec? spec = null)
    {
        RouteCandidate[]? chosen = null;
        for (int i = 0; i < Groups.Length; i++)
        {
            RouteGroup group = Groups[i];
            RouteCandidate? best = null;
            Int128 least = Int128.MaxValue;
            ExpectedPrice cheapest = default;
            bool byCost = costs is not null && group.PlacesByCost && (asks is not null || spec is not null);
            foreach (RouteCandidate candidate in group.Candidates)
            {
                if (!candidate.Fits(group, resources, now, asks) || may?.Invoke(group, candidate) == false)
                {
                    continue;
                }

                if (preferNamedOrder || group.Candidates.Length == 1)
                {
                    best = candidate;
                    break;
                }

                Int128 left = candidate.LeftOver(group, resources, now);
                ExpectedPrice cost = byCost ? costs!.Of(asks?.Spec ?? spec!, resources, group, candidate.Pool, now) : default;
                if (best is null || cost < cheapest || (cost == cheapest && left < least))
                {
                    (best, least, cheapest) = (candidate, left, cost);
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

    /// <summary>The pools that could be the home of a request, the preferred one first: where one of them places by cost the cheapest, else as they are named.</summary>
    public IReadOnlyList<RouteCandidate> HomesFor(RequestSpec spec, ResourceVector resources, long at) =>
        Groups.Length == 0 ? [] : costs is null || preferNamedOrder || !Groups[0].PlacesByCost ? Groups[0].Candidates
            : [.. Groups[0].Candidates.OrderBy(c => costs.Of(spec, resources, Groups[0], c.Pool, at))];

    /// <summary>The first moment at which every group could be served as things stand, or null when none is known.</summary>
    public long? Earliest(ResourceVector resources, long now, IClaimant? asks)
    {
        long latest = now;
        foreach (RouteGroup group in Groups)
        {
            long? soonest = null;
            foreach (RouteCandidate candidate in group.Candidates)
            {
                long? at = candidate.Earliest(group, resources, now, asks);
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

    /// <summary>What stops these amounts now: for the first group that nobody can serve, in each pool that ever could, what <see cref="RouteCandidate.AddBlocked"/> tells.</summary>
    public IReadOnlyList<Charge> Blockers(ResourceVector resources, long now, IClaimant? asks)
    {
        foreach (RouteGroup group in Groups)
        {
            if (!group.Fits(resources, now, asks))
            {
                return BlockersOf(group, resources, now, asks);
            }
        }

        return [];
    }

    /// <summary>Where somebody stands whom nothing stops: in each pool that ever could be its home what has too little, else the first node.</summary>
    public IReadOnlyList<Charge> Doors(ResourceVector resources, long now) => Groups.Length == 0 ? [] : BlockersOf(Groups[0], resources, now, null);

    private static List<Charge> BlockersOf(RouteGroup group, ResourceVector resources, long now, IClaimant? asks)
    {
        List<Charge> blockers = new(group.Candidates.Length);
        foreach (RouteCandidate candidate in group.Candidates)
        {
            if (candidate.Exceeds(group, resources) is null)
            {
                candidate.AddBlocked(group, resources, now, asks, blockers);
            }
        }

        return blockers;
    }

    private static IEnumerable<PoolOrder> OrdersOf(RouteGroup[] groups) => groups.SelectMany(g => g.Candidates).Select(c => c.Nodes[0].Order);
}

/// <summary>Kinds that come together from one pool, and the pools that supply them all, by preference.</summary>
/// <param name="Amounts">The indexes of these kinds among the request's amounts.</param>
/// <param name="Candidates">The pools.</param>
internal sealed record RouteGroup(int[] Amounts, RouteCandidate[] Candidates)
{
    /// <summary>True where one of the pools places by cost.</summary>
    public bool IsByCost { get; } = Array.Exists(Candidates, c => c.Nodes[0].Order.PlacesByCost);

    /// <summary>True where there is a choice between pools, and one of them places by cost.</summary>
    public bool PlacesByCost => IsByCost && Candidates.Length > 1;

    /// <summary>True when any of the pools can give the amounts now.</summary>
    public bool Fits(ResourceVector resources, long now, IClaimant? asks)
    {
        foreach (RouteCandidate candidate in Candidates)
        {
            if (candidate.Fits(this, resources, now, asks))
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
    /// <summary>True when it can give the amounts now, to whoever asks in its turn.</summary>
    public bool Fits(RouteGroup group, ResourceVector resources, long now, IClaimant? asks)
    {
        for (int i = 0; i < Nodes.Length; i++)
        {
            if (!Nodes[i].Gives(resources[group.Amounts[i]].Quantity.Thousandths, now, asks))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Adds the first meter with too little now, with the amount needed of it; where all of those are buckets, which have a known time, all at which there is too little or others go first.
    /// The first meter of the pool where nothing stops it.
    /// </summary>
    public void AddBlocked(RouteGroup group, ResourceVector resources, long now, IClaimant? asks, List<Charge> blocked)
    {
        int before = blocked.Count;
        for (int i = 0; i < Nodes.Length; i++)
        {
            long amount = resources[group.Amounts[i]].Quantity.Thousandths;
            if (Nodes[i].Gives(amount, now, asks))
            {
                continue;
            }

            if (!Nodes[i].IsInTurn || Nodes[i].Closed)
            {
                blocked.RemoveRange(before, blocked.Count - before);
                blocked.Add(new Charge(Nodes[i], amount));
                return;
            }

            blocked.Add(new Charge(Nodes[i], amount));
        }

        if (blocked.Count == before)
        {
            blocked.Add(new Charge(Nodes[0], resources[group.Amounts[0]].Quantity.Thousandths));
        }
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

    /// <summary>True when it could give the amounts at some time, as it is set and does.</summary>
    /// <param name="group">The kinds.</param>
    /// <param name="resources">What is needed.</param>
    /// <param name="evenUnwell">True to count on a pool whose grants fail, once it is probed.</param>
    public bool CouldServe(RouteGroup group, ResourceVector resources, bool evenUnwell = false) =>
        Exceeds(group, resources) is null && !Array.Exists(Nodes, n => n.Draining || (!evenUnwell && n.Health is { IsHealthy: false }));

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
    public long? Earliest(RouteGroup group, ResourceVector resources, long now, IClaimant? asks)
    {
        long latest = now;
        for (int i = 0; i < Nodes.Length; i++)
        {
            long amount = resources[group.Amounts[i]].Quantity.Thousandths;
            if ((asks is null ? Nodes[i].EarliestFor(amount, now) : Nodes[i].TurnOf(amount, now, asks)) is not { } at)
            {
                return null;
            }

            latest = Math.Max(latest, at);
        }

        return latest;
    }
}
