using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Simulation.Recorded;

/// <summary>The command that made an event happen.</summary>
internal static class RecordedCommands
{
    // A class that does not exist admits nothing: a submission that its key's ceiling stopped is stopped again, whatever the ceiling was.
    private const string NoClass = "";

    /// <summary>The submission.</summary>
    public static Submit Of(RequestSubmitted e) => new(e.Spec.AsAsked(), e.Reason?.Code == ReasonCode.PriorityAboveKey ? NoClass : null) { Actor = e.Actor };

    /// <summary>The late release of a lease that had ended before the record begins.</summary>
    public static Release Of(SettlementCorrected e, long lease) =>
        new(e.Key, lease, Trail.Stated(e.Settlement), e.Labels, e.Settlement.Outcome, AnyUsage: true, e.Prior) { Actor = e.Actor };

    /// <summary>The command of any other event that somebody caused at that time; null where nobody did, or where it belongs to the life of a request that runs.</summary>
    /// <exception cref="InvalidOperationException">The event is not known here.</exception>
    public static Command? Of(EngineEvent happened)
    {
        if (happened is ClockJumped jump)
        {
            return new JumpClock(jump.From) { Actor = jump.Actor };
        }

        if (happened is StrategyTried tried)
        {
            // What a replay beside the loop found came in from outside, whoever it was in the name of.
            return new RecordTrial(tried.Pool, tried.From, tried.To, tried.Load, tried.Figures) { Actor = tried.Actor };
        }

        return happened.Actor.Kind == ActorKind.Engine ? null : happened switch
        {
            RequestSubmitted or LeaseRenewed or SettlementCorrected => null,
            RequestEnded e => e.Status == RequestStatus.Cancelled ? new Cancel(e.Key) { Actor = e.Actor } : null,
            PriorityChanged e => new SetPriority(e.Key, e.To) { Actor = e.Actor },
            RequestRequeued e => new Requeue(e.Key) { Actor = e.Actor },
            RequestHeld e => new Hold(e.Key, e.Held) { Actor = e.Actor },
            PoolSet e => new SetPool(e.Pool) { Actor = e.Actor },
            PoolDrained e => new DrainPool(e.Name) { Actor = e.Actor },
            PoolHealthReset e => new ResetPoolHealth(e.Name) { Actor = e.Actor },
            PoolHealthChanged or StrategySwitched => null,
            PoolDeleted e => new DeletePool(e.Before.Name) { Actor = e.Actor },
            QuotaSet e => new SetQuota(e.Quota, Reason: e.Reason) { Actor = e.Actor },
            QuotaDeleted e => new DeleteQuota(e.Before.Owner) { Actor = e.Actor },
            ReservationSet e => new SetReservation(e.Reservation, e.Times) { Actor = e.Actor },
            ReservationDeleted e => new DeleteReservation(e.Before.Id) { Actor = e.Actor },
            KindSet e => new SetKind(e.Kind) { Actor = e.Actor },
            KindDeleted e => new DeleteKind(e.Before.Name) { Actor = e.Actor },
            PriorityClassSet e => new SetPriorityClass(e.Class) { Actor = e.Actor },
            PriorityClassDeleted e => new DeletePriorityClass(e.Before.Name) { Actor = e.Actor },
            UsageRecorded e => new RecordUsage([.. e.Records.Select(r => r.Record)]) { Actor = e.Actor },
            MonthClosed e => new CloseMonth(e.Month) { Actor = e.Actor },
            ChargeEntered e => new EnterCharge(e.Charge) { Actor = e.Actor },
            Rerated e => new Rerate(e.Corrections) { Actor = e.Actor },
            PricesChanged e => new SetPrices(e.Change.Set, Replaces: false) { Actor = e.Actor, Removes = [.. e.Change.Removed.Select(s => s.Key)] },
            BudgetSet e => new SetBudget(e.Budget, Reason: e.Reason) { Actor = e.Actor, Starts = e.Starts },
            BudgetDeleted e => new DeleteBudget(e.Before.Id) { Actor = e.Actor },
            BudgetRaised e => new RaiseBudget(e.Budget, e.Raise.Amount, e.Raise.Until, e.Raise.Reason) { Actor = e.Actor },
            BudgetPaused e => new PauseBudget(e.Budget, e.Pause?.Until, e.Pause?.Reason ?? "") { Actor = e.Actor },
            BudgetThresholdReached => null,
            AllowanceOpened e => new OpenAllowance(e.Spec) { Actor = e.Actor },
            AllowanceClosed e => new CancelAllowance(e.Key, e.Reason) { Actor = e.Actor },
            OwnerSet e => new SetOwner(e.Owner ?? new OwnerSettings(e.Path, Labels.None, null, null), PoolsMayBeGone: true) { Actor = e.Actor },
            _ => throw new InvalidOperationException($"what caused an event {happened.GetType().Name} is not known"),
        };
    }
}
