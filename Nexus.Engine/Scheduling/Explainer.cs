using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>Explains a request against the present. Pure: it reads what it is given and nothing else.</summary>
internal static class Explainer
{
    private static readonly Gate[] All = [Gate.Access, Gate.Budget, Gate.Quota, Gate.Capacity];

    /// <summary>The most holders that are listed; the rest is summed.</summary>
    public const int MostHolders = 20;

    /// <summary>The explanation of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="within">What the reader may see of others.</param>
    /// <param name="present">The world.</param>
    /// <param name="timeline">The request's events.</param>
    public static Explanation Explain(Request request, OwnerPath within, Present present, IReadOnlyList<EngineEvent> timeline)
    {
        bool undecided = request.Status == RequestStatus.Queued || (request.Status == RequestStatus.Rejected && request.Reason is { Gate: Gate.Budget or Gate.Quota or Gate.Capacity, Code: not ReasonCode.ExceedsMaxCost });
        SupplierGroup[] groups = undecided
            ? Suppliers.Find(request.Spec, present.Configuration.Kind, [.. present.Pools.Select(p => p.Definition)])
            : [];
        BudgetObstacle? budget = undecided ? BudgetObstacle.First(request, present) : null;
        QuotaObstacle? quota = undecided && budget is null ? QuotaObstacle.First(request, present) : null;
        Obstacle? obstacle = undecided && budget is null ? Obstacle.First(request, groups, present) : null;
        Reason? stopped = request.Status == RequestStatus.Queued ? budget?.Reason ?? quota?.Reason ?? (IsDelayed(request, present) && request is { Held: false, Preempting: null } ? request.Reason : null) ?? obstacle?.Reason ?? Behind(request, groups, present) : null;
        (IReadOnlyList<Holder> holders, HeldByOthers? others) = quota is not null ? Holders(quota, within, present) : obstacle is null ? ([], null) : Holders(obstacle, within, present);
        Rivals rivals = quota is not null ? Rivals.Under(request, quota, within, present) : Rivals.Of(request, obstacle, within, present);
        Estimate estimate = budget is not null && request.Status == RequestStatus.Queued ? Resets(budget, present) : Start(request, groups, quota, obstacle, stopped, rivals, present);
        if (request.Preempting is not null)
        {
            stopped = request.Reason;
        }
        else if (stopped is not null && budget is null)
        {
            // Of an open pool it is known when it is probed, and no more.
            stopped = stopped with { Earliest = estimate.At ?? (stopped.IsOfHealth ? stopped.Earliest : null) };
        }

        return new Explanation(
            request, request.Reason, stopped, Gates(request, stopped), holders, others, rivals.Visible, rivals.Hidden, estimate.At, estimate.Basis,
            budget is not null ? [.. budget.Changes()] : undecided ? Counterfactuals.Find(request, groups, quota, obstacle, rivals, estimate, present) : Counterfactuals.OfAccess(request, present),
            [.. timeline.Select(e => GrantSight.Shown(e, within, present.ByLease))], present.Now, present.Sequence)
        {
            StartsBetween = estimate.At is null ? null : estimate.Between,
            PoolChoice = PoolChoice.Of(request, present),
            Shares = SharedGrant.Of(request, within, present),
            OtherConfigurations = undecided ? OtherConfiguration.Of(request, present) : [],
        };
    }

    // There is enough, and still it waits: a promise to somebody else stops it, or the planned start of who waits before it.
    private static Reason? Behind(Request request, SupplierGroup[] groups, Present present)
    {
        if (request.Held || request.Preempting is not null || request.Reason is { Code: ReasonCode.BehindBooking or ReasonCode.BehindPlan } || IsDelayed(request, present))
        {
            return request.Held || request.Preempting is not null ? null : request.Reason;
        }

        foreach (SupplierGroup group in groups)
        {
            foreach (PoolDefinition pool in group.Open)
            {
                foreach (int i in group.Amounts)
                {
                    if (present.Pool(pool.Name).Of(request.Needs[i].Kind) is { Behaviour: ResourceBehaviour.Held })
                    {
                        return new Reason(ReasonCode.BehindPlan, pool.Name, request.Needs[i].Kind, request.Needs[i].Quantity, present.Free(pool.Name, request.Needs[i].Kind));
                    }
                }
            }
        }

        return null;
    }

    private static GateResult[] Gates(Request request, Reason? stopped)
    {
        Reason? reason = stopped ?? (request.Status == RequestStatus.Rejected ? request.Reason : null);
        return reason switch
        {
            null => [.. All.Select(Passed)],
            _ => [.. All.Select(gate => gate < reason.Gate ? Passed(gate) : gate == reason.Gate ? Stopped(reason) : NotReached(gate))],
        };

        static GateResult Passed(Gate gate) => new(gate, GateOutcome.Passed, null);
        static GateResult NotReached(Gate gate) => new(gate, GateOutcome.NotReached, null);
        static GateResult Stopped(Reason reason) => new(reason.Gate, GateOutcome.Stopped, reason);
    }

    /// <summary>When a waiting request would start as things stand; the same as its explanation says.</summary>
    public static Estimate Start(Request request, Present present)
    {
        if (request.Status != RequestStatus.Queued)
        {
            return Estimate.None;
        }

        if (BudgetObstacle.First(request, present) is { } budget)
        {
            return Resets(budget, present);
        }

        SupplierGroup[] groups = Suppliers.Find(request.Spec, present.Configuration.Kind, [.. present.Pools.Select(p => p.Definition)]);
        QuotaObstacle? quota = QuotaObstacle.First(request, present);
        Obstacle? obstacle = Obstacle.First(request, groups, present);
        Rivals rivals = quota is not null ? Rivals.Under(request, quota, OwnerPath.Root, present) : Rivals.Of(request, obstacle, OwnerPath.Root, present);
        return Start(request, groups, quota, obstacle, quota?.Reason ?? obstacle?.Reason ?? Behind(request, groups, present), rivals, present);
    }

    // Held back by its own wish, until a start that costs less.
    private static bool IsDelayed(Request request, Present present) => request.Reason is { Code: ReasonCode.CheaperLater } later && later.Earliest > present.Now;

    private static Estimate Resets(BudgetObstacle budget, Present present) =>
        budget.Reason.Earliest is { } resets ? new Estimate(resets, EstimateBasis.Refill, new StartInterval(present.Now, resets)) : Estimate.None;

    private static Estimate Start(Request request, SupplierGroup[] groups, QuotaObstacle? quota, Obstacle? obstacle, Reason? stopped, Rivals rivals, Present present)
    {
        if (request.Preempting is { } under)
        {
            return At(under.At);
        }

        if (request.Status != RequestStatus.Queued)
        {
            return Estimate.None;
        }

        // Whatever its pools have until then: it is not looked at before.
        if (IsDelayed(request, present) && quota is null)
        {
            return new Estimate(request.Reason!.Earliest, EstimateBasis.Price, new StartInterval(request.Reason.Earliest!.Value, request.Reason.Earliest.Value));
        }

        if (quota is null && present.PlannedStart(request) is { } planned)
        {
            return (stopped is { Code: ReasonCode.BehindBooking or ReasonCode.BehindPlan } ? Estimate.None : Passing(request, groups, quota, rivals, present)).As(planned, present.Now);
        }

        if (request.Reason is { Code: ReasonCode.BehindBooking or ReasonCode.BehindPlan, Earliest: { } after } && quota is null && obstacle is null && after > present.Now)
        {
            return At(after);
        }

        return stopped is { Code: ReasonCode.BehindBooking or ReasonCode.BehindPlan } ? Estimate.None : Passing(request, groups, quota, rivals, present);

        static Estimate At(Instant at) => new(at, EstimateBasis.KnownEnds, new StartInterval(at, at));
    }

    // What stops it among its quotas goes first, and then it may still wait for a pool.
    private static Estimate Passing(Request request, SupplierGroup[] groups, QuotaObstacle? quota, Rivals rivals, Present present)
    {
        if (quota is null)
        {
            return Estimates.Start(request, groups, rivals, present);
        }

        (Estimate passed, Estimate served) = (quota.Estimate(rivals, present), Estimates.Start(request, groups, Rivals.Nobody, present));
        return passed.At is null || served.At is null ? Estimate.None : served.And(passed);
    }

    private static (IReadOnlyList<Holder>, HeldByOthers?) Holders(QuotaObstacle quota, OwnerPath within, Present present) =>
        Holders(quota.Kind, r => Quantity.FromThousandths(quota.HeldBy(r)), r => r.Lease!.Pools[IndexOf(r.Lease.Amounts, quota.Kind)], within, present);

    private static int IndexOf(ResourceVector amounts, string kind)
    {
        int at = 0;
        while (amounts[at].Kind != kind)
        {
            at++;
        }

        return at;
    }

    private static (IReadOnlyList<Holder>, HeldByOthers?) Holders(Obstacle obstacle, OwnerPath within, Present present)
    {
        if (obstacle.Pool is not { } pool || obstacle.Behaviour != ResourceBehaviour.Held)
        {
            return ([], null);
        }

        return Holders(obstacle.Kind, r => Held(r.Lease!, pool, obstacle.Kind), _ => pool, within, present);
    }

    private static (IReadOnlyList<Holder>, HeldByOthers?) Holders(string kind, Func<Request, Quantity> held, Func<Request, string> poolOf, OwnerPath within, Present present)
    {
        List<Holder> seen = [];
        int hiddenGrants = 0;
        Quantity hidden = Quantity.Zero;
        foreach (Request holder in present.Running)
        {
            if (holder is not { Status: RequestStatus.Allocated, Lease: { } lease } || held(holder) is not { IsZero: false } amount)
            {
                continue;
            }

            if (holder.Owner.IsWithin(within))
            {
                seen.Add(new Holder(
                    holder.Owner, holder.Spec.Id, lease.Number, poolOf(holder), kind, amount, holder.Priority, lease.GrantedAt, lease.ExpiresAt,
                    Live.KnownEnd(holder) is { } end ? new Instant(end) : null)
                {
                    Preemptible = holder.Spec.Preemptible,
                });
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
