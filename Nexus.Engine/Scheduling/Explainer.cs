using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>Explains a request against the present. Pure: it reads what it is given and nothing else.</summary>
internal static class Explainer
{
    /// <summary>The most holders that are listed; the rest is summed.</summary>
    public const int MostHolders = 20;

    /// <summary>The explanation of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="within">What the reader may see of others.</param>
    /// <param name="present">The world.</param>
    /// <param name="timeline">The request's events.</param>
    public static Explanation Explain(Request request, OwnerPath within, Present present, IReadOnlyList<EngineEvent> timeline)
    {
        bool undecided = request.Status == RequestStatus.Queued || (request.Status == RequestStatus.Rejected && request.Reason?.Gate == Gate.Capacity);
        SupplierGroup[] groups = undecided
            ? Suppliers.Find(request.Spec, present.Configuration.Kind, [.. present.Pools.Select(p => p.Definition)])
            : [];
        Obstacle? obstacle = undecided ? Obstacle.First(request, groups, present) : null;
        Reason? stopped = request.Status == RequestStatus.Queued ? obstacle?.Reason : null;
        (IReadOnlyList<Holder> holders, HeldByOthers? others) = obstacle is null ? ([], null) : Holders(obstacle, within, present);
        Rivals rivals = Rivals.Of(request, obstacle, within, present);
        Estimate estimate = request.Preempting is { } under ? new Estimate(under.At, EstimateBasis.KnownEnds, new StartInterval(under.At, under.At))
            : request.Status == RequestStatus.Queued ? Estimates.Start(request, groups, rivals, present) : Estimate.None;
        if (request.Preempting is not null)
        {
            stopped = request.Reason;
        }
        else if (stopped is not null)
        {
            stopped = stopped with { Earliest = estimate.At };
        }

        return new Explanation(
            request, request.Reason, stopped, Gates(request, stopped), holders, others, rivals.Visible, rivals.Hidden, estimate.At, estimate.Basis,
            undecided ? Counterfactuals.Find(request, groups, obstacle, rivals, estimate, present) : Counterfactuals.OfAccess(request, present),
            timeline, present.Now, present.Sequence)
        {
            StartsBetween = estimate.At is null ? null : estimate.Between,
        };
    }

    private static GateResult[] Gates(Request request, Reason? stopped)
    {
        Reason? reason = stopped ?? (request.Status == RequestStatus.Rejected ? request.Reason : null);
        return reason switch
        {
            null => [new(Gate.Access, GateOutcome.Passed, null), new(Gate.Capacity, GateOutcome.Passed, null)],
            { Gate: Gate.Access } => [new(Gate.Access, GateOutcome.Stopped, reason), new(Gate.Capacity, GateOutcome.NotReached, null)],
            _ => [new(Gate.Access, GateOutcome.Passed, null), new(Gate.Capacity, GateOutcome.Stopped, reason)],
        };
    }

    private static (IReadOnlyList<Holder>, HeldByOthers?) Holders(Obstacle obstacle, OwnerPath within, Present present)
    {
        if (obstacle.Pool is not { } pool || obstacle.Behaviour != ResourceBehaviour.Held)
        {
            return ([], null);
        }

        List<Holder> seen = [];
        int hiddenGrants = 0;
        Quantity hidden = Quantity.Zero;
        foreach (Request holder in present.Running)
        {
            if (holder is not { Status: RequestStatus.Allocated, Lease: { } lease } || Held(lease, pool, obstacle.Kind) is not { IsZero: false } amount)
            {
                continue;
            }

            if (holder.Owner.IsWithin(within))
            {
                seen.Add(new Holder(
                    holder.Owner, holder.Spec.Id, lease.Number, pool, obstacle.Kind, amount, holder.Priority, lease.GrantedAt, lease.ExpiresAt,
                    Live.KnownEnd(holder) is { } end ? new Instant(end) : null));
            }
            else
            {
                hiddenGrants++;
                hidden += amount;
            }
        }

        Holder[] largest = [.. seen.OrderByDescending(h => h.Amount).ThenBy(h => h.Lease)];
        foreach (Holder more in largest.Skip(MostHolders))
        {
            hiddenGrants++;
            hidden += more.Amount;
        }

        return ([.. largest.Take(MostHolders)], hiddenGrants == 0 ? null : new HeldByOthers(hiddenGrants, hidden));
    }

    /// <summary>What a lease holds of a kind in a pool.</summary>
    public static Quantity Held(Lease lease, string pool, string kind)
    {
        for (int i = 0; i < lease.Amounts.Count; i++)
        {
            if (lease.Amounts[i].Kind == kind && lease.Pools[i] == pool)
            {
                return lease.Amounts[i].Quantity;
            }
        }

        return Quantity.Zero;
    }
}
