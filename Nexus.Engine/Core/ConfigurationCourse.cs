using Nexus.Engine.Charges;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>What follows from what an operator changes: who can never start any more is refused, and all others are parked and promised anew.</summary>
internal sealed class ConfigurationCourse(EngineState state, WaitingLines lines, SubmitHandler submit, BookingCourse bookings, WayMaker ways, Happens happens)
{
    /// <summary>Lets follow what does.</summary>
    public void Follow(EngineEvent happens, Instant at, Batch batch)
    {
        lines.Freed.Rebuild();
        if (PoolOf(happens) is { } pool)
        {
            batch.TouchPool(pool);
        }

        if (((happens as QuotaSet)?.Quota.Owner ?? (happens as QuotaDeleted)?.Before.Owner) is { } owner)
        {
            batch.TouchOwner(owner);
        }

        if (happens is OwnerSet or MonthClosed || (happens is PricesChanged && state.Budgets.IsEmpty && state.Allowances.IsEmpty && !state.Requests.Values.Any(l => l.Request is { Status: RequestStatus.Queued or RequestStatus.Reserved, Spec.MaxDelay: not null })) || bookings.Reservations.Reserve(happens, at, batch))
        {
            return;
        }

        lines.Room.Clear();
        if (happens is not (PoolHealthChanged or PoolHealthReset))
        {
            // That a pool's grants fail passes.
            Array.ForEach([.. Waiting()], live => RefuseWhatCanNeverStart(live, at, batch));
        }

        bookings.Rebuild(at, batch);
        ways.Rebuild(Waiting());
        lines.Room.Rebuild(Waiting(), state.StandingOf, at.Milliseconds);
    }

    /// <summary>The pool that an event changes, or null.</summary>
    public static string? PoolOf(EngineEvent happens) => happens switch
    {
        PoolSet e => e.Pool.Name,
        PoolDrained e => e.Name,
        PoolDeleted e => e.Before.Name,
        PoolHealthChanged e => e.Pool,
        PoolHealthReset e => e.Name,
        StrategyTried e => e.Pool,
        StrategySwitched e => e.Pool,
        _ => null,
    };

    /// <summary>Nobody waits in vain.</summary>
    public void RefuseWhatCanNeverStart(Live live, Instant at, Batch batch)
    {
        if (live.Request.Status == RequestStatus.Queued && submit.Never(live.Request, at) is { } reason)
        {
            happens(submit.Otherwise(live.Request, at) ?? new RequestEnded(live.Request.Owner, live.Request.Spec.Id, RequestStatus.Rejected, reason, null, Labels.None), Actor.Engine, at, batch);
        }
    }

    /// <summary>No place is looked at because of what was due before.</summary>
    public void ForgetTimes()
    {
        foreach (WaitPoint point in state.Pools.Values.SelectMany(p => p.Nodes).Concat<WaitPoint>(state.Quotas.Forest.Trees.SelectMany(t => t.Nodes).SelectMany(n => n.Points)).Concat(state.Budgets.Nodes.Select(n => n.Point)))
        {
            point.WakeAt = long.MaxValue;
        }
    }

    /// <summary>Those who wait, by arrival.</summary>
    public IEnumerable<Live> Waiting() => state.Requests.Values.Where(l => l.Request is { Status: RequestStatus.Queued, Held: false }).OrderBy(l => l.Request.Arrival);
}
