using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Events as the journal's bytes: a length, a tag that says type and format, number, time, actor, then what the type holds.</summary>
public static class EventCodec
{
    // Beside the tag: lines of the ledger follow what the type holds.
    private const byte Billed = 0x80;

    // Beside the tag: what its request is expected to cost follows that.
    private const byte Estimated = 0x40;

    private enum Tag : byte
    {
        Submitted = 1,
        Started = 2,
        Ended = 3,
        Corrected = 4,
        Renewed = 5,
        PriorityChanged = 6,
        SubmittedMore = 7,
        PreemptionNoticed = 8,
        PreemptionWithdrawn = 9,
        PreemptionBegun = 10,
        Requeued = 11,
        Held = 12,
        SubmittedBooked = 13,
        Booked = 14,
        BookingMoved = 15,
        RenewedMore = 16,
        AmountChosen = 17,
        HeldMetered = 18,
        EndedMore = 19,
        PoolSet = 20,
        PoolDrained = 21,
        PoolDeleted = 22,
        KindSet = 23,
        KindDeleted = 24,
        ClassSet = 25,
        ClassDeleted = 26,
        OwnerSet = 27,
        ClockJumped = 28,
        PoolSetMore = 29,
        PoolDeletedMore = 30,
        QuotaSet = 31,
        QuotaDeleted = 32,
        QuotaSetWithReason = 33,
        Delayed = 34,
        StrategyTried = 35,
        StrategySwitched = 36,
        AlternativeChosen = 37,
        Degraded = 38,
        StartedMerged = 39,
        ReservationSet = 40,
        ReservationDeleted = 41,
        OwnerSetMore = 42,
        PricesChanged = 50,
        UsageRecorded = 51,
        Rerated = 52,
        BudgetSet = 53,
        BudgetDeleted = 54,
        BudgetRaised = 55,
        BudgetPaused = 56,
        BudgetThresholdReached = 57,
        MonthClosed = 58,
        ChargeEntered = 59,
        AllowanceOpened = 60,
        AllowanceClosed = 61,
        PoolHealthChanged = 62,
        PoolHealthReset = 63,
    }

    /// <summary>Appends an event.</summary>
    public static void Write(EventBuffer to, EngineEvent happened)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(happened);
        int block = to.BeginBlock();
        bool billed = CostLayout.HasPriced(happened.Lines);
        to.Byte((byte)((byte)TagOf(happened) | (billed ? Billed : 0) | (happened.Estimate is null ? 0 : Estimated)));
        to.Number(happened.Sequence);
        to.Time(happened.At);
        to.By(happened.Actor);
        switch (happened)
        {
            case RequestSubmitted e:
                to.Spec(e.Spec);
                if (!e.Spec.IsPlain || e.Booking is not null)
                {
                    to.More(e.Spec);
                }

                to.Text(e.Priority);
                to.Pairs(e.Labels);
                to.Byte((byte)e.Status);
                to.Grant(e.Lease);
                to.Why(e.Reason);
                to.Joined(e);
                if (e.Booking is { } booked)
                {
                    to.Promise(booked);
                }

                break;
            case RequestEvent e:
                to.Owner(e.Owner);
                to.Text(e.Id);
                WriteOf(to, e);
                break;
            case PoolSet e:
                to.Definition(e.Pool, more: !IsPlain(e));
                to.Definition(e.Before, more: !IsPlain(e));
                to.Flag(e.WasDraining);
                break;
            case PoolDrained e: to.Text(e.Name); break;
            case PoolHealthChanged e: to.HealthChanged(e); break;
            case StrategyTried e: to.Tried(e); break;
            case StrategySwitched e: to.Switched(e); break;
            case PoolHealthReset e: to.Text(e.Name); break;
            case PoolDeleted e: to.Definition(e.Before, more: !e.Before.IsPlain); break;
            case KindSet e:
                to.Kind(e.Kind);
                to.Kind(e.Before);
                break;
            case KindDeleted e: to.Kind(e.Before); break;
            case PriorityClassSet e:
                to.Class(e.Class);
                to.Class(e.Before);
                break;
            case PriorityClassDeleted e: to.Class(e.Before); break;
            case OwnerSet e: to.OwnerChanged(e); break;
            case ReservationSet e:
                to.Reserved(e.Reservation);
                to.Times(e.Times);
                to.Flag(e.Before is not null);
                if (e.Before is not null)
                {
                    to.Reserved(e.Before);
                }

                break;
            case ReservationDeleted e: to.Reserved(e.Before); break;
            case ClockJumped e: to.Time(e.From); break;
            case QuotaSet e:
                to.Quota(e.Quota);
                to.Quota(e.Before);
                if (e.Reason is not null)
                {
                    to.Text(e.Reason);
                }

                break;
            case QuotaDeleted e: to.Quota(e.Before); break;
            case UsageRecorded e: to.Usage(e.Records); break;
            case Rerated e: to.Corrections(e.Corrections); break;
            case MonthClosed e: to.Number(e.Month.Number); break;
            case ChargeEntered e: to.Charge(e.Charge); break;
            case AllowanceOpened e:
                to.Allowance(e.Spec);
                to.Time(e.ExpiresAt);
                break;
            case AllowanceClosed e: to.Closing(e); break;
            case PricesChanged e:
                to.Prices(e.Change.Set);
                to.Prices(e.Change.Before);
                break;
            case BudgetSet or BudgetDeleted or BudgetRaised or BudgetPaused or BudgetThresholdReached: to.OfBudget(happened); break;
            default: throw new InvalidOperationException($"an event {happened.GetType().Name} has no layout");
        }

        if (billed)
        {
            to.Priced(happened.Lines);
        }

        if (happened.Estimate is not null)
        {
            to.Expected(happened.Estimate);
        }

        to.EndBlock(block);
    }

    /// <summary>Reads the next event.</summary>
    /// <exception cref="InvalidDataException">Its type or format is not known to this version.</exception>
    public static EngineEvent Read(ref EventReader from)
    {
        EventReader block = new(from.Block());
        byte first = block.Byte();
        long sequence = block.Number();
        Instant at = block.Time();
        Actor actor = block.By();
        EngineEvent happened = ReadOf((Tag)(first & ~(Billed | Estimated)), ref block).Stamp(sequence, at, actor);
        happened = (first & Billed) == 0 ? happened : happened.Bill(block.Priced());
        return (first & Estimated) == 0 ? happened : happened.Expect(block.Expected());
    }

    /// <summary>Reads all events of a batch.</summary>
    /// <exception cref="InvalidDataException">A type or format is not known to this version.</exception>
    public static IReadOnlyList<EngineEvent> ReadAll(ReadOnlyMemory<byte> events)
    {
        List<EngineEvent> read = [];
        EventReader from = new(events.Span);
        while (!from.AtEnd)
        {
            read.Add(Read(ref from));
        }

        return read;
    }

    private static Tag TagOf(EngineEvent happened) => happened switch
    {
        RequestSubmitted { Booking: not null } => Tag.SubmittedBooked,
        RequestBooked => Tag.Booked,
        BookingMoved => Tag.BookingMoved,
        ReservationSet => Tag.ReservationSet,
        ReservationDeleted => Tag.ReservationDeleted,
        RequestSubmitted e => e.Spec.IsPlain ? Tag.Submitted : Tag.SubmittedMore,
        RequestStarted e => e.Lease.MergedWith is null ? Tag.Started : Tag.StartedMerged,
        RequestEnded e => e.Unstated.Count == 0 ? Tag.Ended : Tag.EndedMore,
        SettlementCorrected => Tag.Corrected,
        LeaseRenewed e => e.Wanted.Count == 0 ? Tag.Renewed : Tag.RenewedMore,
        PriorityChanged => Tag.PriorityChanged,
        PreemptionNoticed => Tag.PreemptionNoticed,
        PreemptionWithdrawn => Tag.PreemptionWithdrawn,
        PreemptionBegun => Tag.PreemptionBegun,
        RequestRequeued => Tag.Requeued,
        RequestHeld => Tag.Held,
        AmountChosen => Tag.AmountChosen,
        RequestDelayed => Tag.Delayed,
        AlternativeChosen => Tag.AlternativeChosen,
        RequestDegraded => Tag.Degraded,
        HeldMetered => Tag.HeldMetered,
        PoolSet e => IsPlain(e) ? Tag.PoolSet : Tag.PoolSetMore,
        PoolDrained => Tag.PoolDrained,
        PoolDeleted e => e.Before.IsPlain ? Tag.PoolDeleted : Tag.PoolDeletedMore,
        KindSet => Tag.KindSet,
        KindDeleted => Tag.KindDeleted,
        PriorityClassSet => Tag.ClassSet,
        PriorityClassDeleted => Tag.ClassDeleted,
        OwnerSet e => DegradeLayout.IsPlain(e) ? Tag.OwnerSet : Tag.OwnerSetMore,
        ClockJumped => Tag.ClockJumped,
        QuotaSet e => e.Reason is null ? Tag.QuotaSet : Tag.QuotaSetWithReason,
        QuotaDeleted => Tag.QuotaDeleted,
        PricesChanged => Tag.PricesChanged,
        UsageRecorded => Tag.UsageRecorded,
        Rerated => Tag.Rerated,
        BudgetSet => Tag.BudgetSet,
        BudgetDeleted => Tag.BudgetDeleted,
        BudgetRaised => Tag.BudgetRaised,
        BudgetPaused => Tag.BudgetPaused,
        BudgetThresholdReached => Tag.BudgetThresholdReached,
        MonthClosed => Tag.MonthClosed,
        ChargeEntered => Tag.ChargeEntered,
        AllowanceOpened => Tag.AllowanceOpened,
        AllowanceClosed => Tag.AllowanceClosed,
        PoolHealthChanged => Tag.PoolHealthChanged,
        StrategyTried => Tag.StrategyTried,
        StrategySwitched => Tag.StrategySwitched,
        PoolHealthReset => Tag.PoolHealthReset,
        _ => throw new InvalidOperationException($"an event {happened.GetType().Name} has no tag"),
    };

    private static bool IsPlain(PoolSet happened) => happened.Pool.IsPlain && happened.Before is not { IsPlain: false };

    private static void WriteOf(EventBuffer to, RequestEvent happened)
    {
        switch (happened)
        {
            case RequestStarted e: to.Shared(e.Lease); break;
            case RequestEnded e:
                to.Byte((byte)e.Status);
                to.Why(e.Reason);
                to.Settled(e.Settlement);
                to.Pairs(e.Labels);
                if (e.Unstated.Count > 0)
                {
                    to.Texts(e.Unstated);
                }

                break;
            case SettlementCorrected e:
                to.Settled(e.Settlement);
                to.Pairs(e.Labels);
                to.Flag(e.Prior is not null);
                if (e.Prior is { } prior)
                {
                    RequestCodec.Write(to, prior);
                }

                break;
            case LeaseRenewed e:
                to.Time(e.ExpiresAt);
                to.Vector(e.Extended);
                to.Vector(e.Usage);
                to.Why(e.Refusal);
                if (e.Wanted.Count > 0)
                {
                    to.Vector(e.Wanted);
                }

                break;
            case PriorityChanged e:
                to.Text(e.From);
                to.Text(e.To);
                break;
            case PreemptionNoticed e: to.Notice(e.Notice); break;
            case PreemptionWithdrawn: break;
            case PreemptionBegun e: to.Begun(e.Preempting); break;
            case RequestRequeued e:
                to.Why(e.Reason);
                to.Settled(e.Settlement);
                break;
            case RequestHeld e: to.Flag(e.Held); break;
            case AmountChosen e:
                to.Vector(e.Resources);
                to.Span(e.Duration);
                break;
            case RequestDelayed e: to.Why(e.Reason); break;
            case AlternativeChosen e: to.Chosen(e); break;
            case RequestDegraded e: to.Less(e); break;
            case HeldMetered e: to.Time(e.Until); break;
            case RequestBooked e: to.Promise(e.Booking); break;
            case BookingMoved e: to.Moved(e); break;
            default: throw new InvalidOperationException($"an event {happened.GetType().Name} has no layout");
        }
    }

    private static EngineEvent ReadOf(Tag tag, ref EventReader from) => tag switch
    {
        Tag.Submitted => new RequestSubmitted(from.Spec(), from.Name()!, from.Pairs(), (RequestStatus)from.Byte(), from.Grant(), from.Why()),
        Tag.SubmittedMore => new RequestSubmitted(from.More(from.Spec()), from.Name()!, from.Pairs(), (RequestStatus)from.Byte(), from.Grant(), from.Why()).Joining(ref from),
        Tag.SubmittedBooked => new RequestSubmitted(from.More(from.Spec()), from.Name()!, from.Pairs(), (RequestStatus)from.Byte(), from.Grant(), from.Why()) { Booking = from.Promise() },
        Tag.Booked => new RequestBooked(from.Owner(), from.Text()!, from.Promise()),
        Tag.BookingMoved => from.Moved(),
        Tag.ReservationSet => new ReservationSet(from.Reserved(), from.Times(), from.Flag() ? from.Reserved() : null),
        Tag.ReservationDeleted => new ReservationDeleted(from.Reserved()),
        Tag.Started => new RequestStarted(from.Owner(), from.Text()!, from.Grant()!),
        Tag.StartedMerged => new RequestStarted(from.Owner(), from.Text()!, from.Shared()),
        Tag.Ended => new RequestEnded(from.Owner(), from.Text()!, (RequestStatus)from.Byte(), from.Why(), from.Settled(), from.Pairs()),
        Tag.EndedMore => new RequestEnded(from.Owner(), from.Text()!, (RequestStatus)from.Byte(), from.Why(), from.Settled(), from.Pairs()) { Unstated = from.Texts()! },
        Tag.Corrected => new SettlementCorrected(from.Owner(), from.Text()!, from.Settled()!, from.Pairs(), from.Flag() ? RequestCodec.Read(ref from) : null),
        Tag.Renewed => new LeaseRenewed(from.Owner(), from.Text()!, from.Time(), from.Vector(), from.Vector(), from.Why()),
        Tag.RenewedMore => new LeaseRenewed(from.Owner(), from.Text()!, from.Time(), from.Vector(), from.Vector(), from.Why()) { Wanted = from.Vector() },
        Tag.PriorityChanged => new PriorityChanged(from.Owner(), from.Text()!, from.Text()!, from.Text()!),
        Tag.PreemptionNoticed => new PreemptionNoticed(from.Owner(), from.Text()!, from.Notice()!),
        Tag.PreemptionWithdrawn => new PreemptionWithdrawn(from.Owner(), from.Text()!),
        Tag.PreemptionBegun => new PreemptionBegun(from.Owner(), from.Text()!, from.Begun()),
        Tag.Requeued => new RequestRequeued(from.Owner(), from.Text()!, from.Why()!, from.Settled()),
        Tag.Held => new RequestHeld(from.Owner(), from.Text()!, from.Flag()),
        Tag.HeldMetered => new HeldMetered(from.Owner(), from.Text()!, from.Time()),
        Tag.Delayed => new RequestDelayed(from.Owner(), from.Text()!, from.Why()!),
        Tag.AlternativeChosen => from.AlternativeChosen(),
        Tag.Degraded => from.Less(),
        Tag.AmountChosen => new AmountChosen(from.Owner(), from.Text()!, from.Vector(), from.Span()),
        Tag.PoolSet => new PoolSet(from.Definition()!, from.Definition(), from.Flag()),
        Tag.PoolSetMore => new PoolSet(from.Definition(more: true)!, from.Definition(more: true), from.Flag()),
        Tag.PoolDrained => new PoolDrained(from.Text()!),
        Tag.PoolDeleted => new PoolDeleted(from.Definition()!),
        Tag.PoolDeletedMore => new PoolDeleted(from.Definition(more: true)!),
        Tag.KindSet => new KindSet(from.Kind()!, from.Kind()),
        Tag.KindDeleted => new KindDeleted(from.Kind()!),
        Tag.ClassSet => new PriorityClassSet(from.Class()!, from.Class()),
        Tag.ClassDeleted => new PriorityClassDeleted(from.Class()!),
        Tag.OwnerSet => new OwnerSet(from.Owner(), from.Settings(), from.Settings()),
        Tag.OwnerSetMore => new OwnerSet(from.Owner(), from.SettingsMore(), from.SettingsMore()),
        Tag.ClockJumped => new ClockJumped(from.Time()),
        Tag.QuotaSet => new QuotaSet(from.Quota()!, from.Quota()),
        Tag.QuotaSetWithReason => new QuotaSet(from.Quota()!, from.Quota(), from.Text()),
        Tag.QuotaDeleted => new QuotaDeleted(from.Quota()!),
        Tag.UsageRecorded => new UsageRecorded(from.Usage()),
        Tag.Rerated => new Rerated(from.Corrections()),
        Tag.BudgetSet => from.BudgetSet(),
        Tag.BudgetDeleted => new BudgetDeleted(from.Budget()),
        Tag.BudgetRaised => from.Raised(),
        Tag.BudgetPaused => from.Paused(),
        Tag.BudgetThresholdReached => from.Reached(),
        Tag.MonthClosed => new MonthClosed(new BillingMonth((int)from.Number())),
        Tag.ChargeEntered => new ChargeEntered(from.Charge()),
        Tag.AllowanceOpened => new AllowanceOpened(from.Allowance(), from.Time()),
        Tag.AllowanceClosed => from.Closing(),
        Tag.PoolHealthChanged => from.HealthChanged(),
        Tag.StrategyTried => from.Tried(),
        Tag.StrategySwitched => from.Switched(),
        Tag.PoolHealthReset => new PoolHealthReset(from.Text()!),
        Tag.PricesChanged => new PricesChanged(new PriceChange(from.Prices(), from.Prices())),
        _ => throw new InvalidDataException($"event tag {(byte)tag} is of a later version: read this journal with the version that wrote it, or a later one"),
    };
}
