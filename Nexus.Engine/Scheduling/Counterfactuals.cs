using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>Finds the changes that would admit a request or bring it forward, the smallest first: less of what is lacking, another pool, patience, another class.</summary>
internal static class Counterfactuals
{
    private const int MostPools = 3;

    /// <summary>The changes, against the present.</summary>
    public static IReadOnlyList<Counterfactual> Find(
        Request request, SupplierGroup[] groups, QuotaObstacle? quota, Obstacle? obstacle, Rivals rivals, Estimate estimate, Present present)
    {
        List<Counterfactual> found = [];
        if (quota is not null && obstacle is null)
        {
            found.AddRange(quota.Changes(request, present));
        }
        else if (quota is null && obstacle is not null && Array.TrueForAll(groups, g => g == obstacle.Group || (g.Impossible is null && Array.Exists(g.Open, p => Obstacle.Fits(g, p, request, present)))))
        {
            if (Less(request, obstacle.Group, present) is { } less)
            {
                found.Add(less);
            }

            found.AddRange(obstacle.Group.Unaccepted
                .Where(p => Obstacle.Fits(obstacle.Group, p, request, present))
                .Take(MostPools)
                .Select(p => new Counterfactual(CounterfactualKind.AcceptPool, Pool: p.Name, StartsNow: true)));
        }

        if (estimate is { At: { } at, Basis: EstimateBasis.KnownEnds or EstimateBasis.Refill or EstimateBasis.Plan })
        {
            found.Add(new Counterfactual(CounterfactualKind.WaitUntil, StartsAt: at));
        }

        if (rivals.Count > 0 && Raised(request, rivals, present) is { } raised)
        {
            found.Add(raised);
        }

        return found;
    }

    /// <summary>What would let a request through that was refused for its class.</summary>
    public static IReadOnlyList<Counterfactual> OfAccess(Request request, Present present) =>
        request is { Status: RequestStatus.Rejected, Reason.Code: ReasonCode.PriorityAboveOwner }
        && present.Configuration.EffectiveFor(request.Owner).MaxPriority is { } most
            ? [new Counterfactual(CounterfactualKind.LowerPriority, Priority: most)]
            : [];

    // The pool where the least must be cut, in share of what was asked.
    private static Counterfactual? Less(Request request, SupplierGroup group, Present present)
    {
        Counterfactual? best = null;
        decimal smallest = decimal.MaxValue;
        foreach (PoolDefinition pool in group.Open.Where(p => !present.Pool(p.Name).StopsGrants))
        {
            decimal cut = 0;
            List<ResourceAmount> amounts = [];
            foreach (int i in group.Amounts)
            {
                ResourceAmount wanted = request.Needs[i];
                Quantity free = present.Free(pool.Name, wanted.Kind);
                if (free < wanted.Quantity)
                {
                    amounts.Add(wanted with { Quantity = free });
                    cut += (wanted.Quantity - free).Units / wanted.Quantity.Units;
                }
            }

            if (amounts.Count > 0 && amounts.TrueForAll(a => !a.Quantity.IsZero) && cut < smallest)
            {
                smallest = cut;
                best = new Counterfactual(CounterfactualKind.AskForLess, ResourceVector.Of(amounts), pool.Name, StartsNow: true);
            }
        }

        return best;
    }

    private static Counterfactual? Raised(Request request, Rivals rivals, Present present)
    {
        int mine = present.ValueOf(request.Priority);
        string? most = present.Configuration.EffectiveFor(request.Owner).MaxPriority;
        int highest = most is null ? int.MaxValue : present.ValueOf(most);
        return present.Configuration.Classes
            .Where(c => c.Value > mine && c.Value <= highest)
            .OrderBy(c => c.Value)
            .Select(c => new Counterfactual(CounterfactualKind.RaisePriority, Priority: c.Name, Passes: rivals.PassedBy(c.Value)))
            .FirstOrDefault(c => c.Passes > 0);
    }
}
