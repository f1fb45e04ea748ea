using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Costs.Rerating;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Reservations;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Engine.Core;

/// <summary>Something that happened. The state is what its events, applied in order, make of it.</summary>
public abstract record EngineEvent
{
    /// <summary>Its place in the journal, from 1, without gaps.</summary>
    public long Sequence { get; private set; }

    /// <summary>When it happened, in engine time.</summary>
    public Instant At { get; private set; }

    /// <summary>Who caused it.</summary>
    public Actor Actor { get; private set; } = Actor.Engine;

    /// <summary>What it writes into the ledger. Of an event that was read back from the journal those lines alone that have a price.</summary>
    public IReadOnlyList<CostLine> Lines { get; private set; } = [];

    /// <summary>What the request is expected to cost from now on, where the event grants, books or prolongs something that has a price; else null.</summary>
    public CostEstimate? Estimate { get; private set; }

    /// <summary>Says what its request is expected to cost; once, before anybody sees the event.</summary>
    internal EngineEvent Expect(CostEstimate? estimate)
    {
        Estimate = estimate;
        return this;
    }

    /// <summary>Says what it writes into the ledger; once, before anybody sees the event.</summary>
    internal EngineEvent Bill(IReadOnlyList<CostLine> lines)
    {
        Lines = lines;
        return this;
    }

    /// <summary>Says when, in which place and by whom; once, before anybody sees the event.</summary>
    internal EngineEvent Stamp(long sequence, Instant at, Actor actor)
    {
        (Sequence, At, Actor) = (sequence, at, actor);
        return this;
    }
}

/// <summary>An event of one request.</summary>
/// <param name="Owner">Who the request is for.</param>
/// <param name="Id">The request's id.</param>
public abstract record RequestEvent(OwnerPath Owner, string Id) : EngineEvent
{
    /// <summary>The request's identity.</summary>
    public RequestKey Key => new(Owner.Tenant, Id);
}

/// <summary>A request came and was decided: allocated, queued or rejected.</summary>
/// <param name="Spec">What was asked.</param>
/// <param name="Priority">The class it got.</param>
/// <param name="Labels">Its labels, inherited ones included.</param>
/// <param name="Status">The decision.</param>
/// <param name="Lease">The grant, where it was allocated.</param>
/// <param name="Reason">Why not, where it was not.</param>
public sealed record RequestSubmitted(RequestSpec Spec, string Priority, Labels Labels, RequestStatus Status, Lease? Lease, Reason? Reason)
    : RequestEvent(Spec.Owner, Spec.Id)
{
    /// <summary>The start that was booked, where it was reserved.</summary>
    public Booking? Booking { get; init; }
}

/// <summary>A request that waited was promised a start.</summary>
public sealed record RequestBooked(OwnerPath Owner, string Id, Booking Booking) : RequestEvent(Owner, Id);

/// <summary>A promised start is another one.</summary>
/// <param name="Owner">Who the request is for.</param>
/// <param name="Id">The request's id.</param>
/// <param name="To">When it starts now; null: nothing can be promised any more, it waits.</param>
/// <param name="Reason">Why it could not stay; null where it moved earlier.</param>
public sealed record BookingMoved(OwnerPath Owner, string Id, Booking? To, Reason? Reason) : RequestEvent(Owner, Id);

/// <summary>A request that waited was granted.</summary>
public sealed record RequestStarted(OwnerPath Owner, string Id, Lease Lease) : RequestEvent(Owner, Id);

/// <summary>A request that waited could start, and is held back: it may be delayed, and costs less later.</summary>
/// <param name="Owner">Who the request is for.</param>
/// <param name="Id">The request's id.</param>
/// <param name="Reason">The start that costs less, the pool, and what it saves.</param>
public sealed record RequestDelayed(OwnerPath Owner, string Id, Reason Reason) : RequestEvent(Owner, Id);

/// <summary>The engine chose other amounts for a waiting request that leaves them open.</summary>
/// <param name="Owner">Who the request is for.</param>
/// <param name="Id">The request's id.</param>
/// <param name="Resources">What each member needs from now on.</param>
/// <param name="Duration">How long it will run with that.</param>
public sealed record AmountChosen(OwnerPath Owner, string Id, ResourceVector Resources, TimeSpan Duration) : RequestEvent(Owner, Id);

/// <summary>The engine chose another configuration for a request that states several, or it waits in the lines of another.</summary>
/// <param name="Owner">Who the request is for.</param>
/// <param name="Id">The request's id.</param>
/// <param name="Alternative">Which: 0 for the main one, 1 for the first of its <c>alternatives</c>.</param>
/// <param name="Resources">What each member needs from now on.</param>
/// <param name="Duration">How long it will run at most with that; null: not known.</param>
public sealed record AlternativeChosen(OwnerPath Owner, string Id, int Alternative, ResourceVector Resources, TimeSpan? Duration) : RequestEvent(Owner, Id);

/// <summary>A request whose wait was over gave way by its owner's rules instead of ending: it starts with less, or in pools that it did not name.</summary>
/// <param name="Owner">Who the request is for.</param>
/// <param name="Id">The request's id.</param>
/// <param name="Resources">What each member needs from now on.</param>
/// <param name="Pools">The pools that it accepts from now on; null: any.</param>
/// <param name="Degraded">What it asked for, and in what it gave way.</param>
public sealed record RequestDegraded(OwnerPath Owner, string Id, ResourceVector Resources, IReadOnlyList<string>? Pools, Degraded Degraded) : RequestEvent(Owner, Id);

/// <summary>A request ended.</summary>
/// <param name="Owner">Who the request is for.</param>
/// <param name="Id">The request's id.</param>
/// <param name="Status">How.</param>
/// <param name="Reason">Why, where its client did not end it.</param>
/// <param name="Settlement">What it used, where it had a lease.</param>
/// <param name="Labels">Labels that the release added.</param>
public sealed record RequestEnded(OwnerPath Owner, string Id, RequestStatus Status, Reason? Reason, Settlement? Settlement, Labels Labels) : RequestEvent(Owner, Id)
{
    /// <summary>The kinds whose size is learned and whose usage its release left out: they settled at what was reserved, which teaches nothing.</summary>
    public IReadOnlyList<string> Unstated { get; init; } = [];
}

/// <summary>A release that came after the end corrected what was settled.</summary>
/// <param name="Owner">Who the request is for.</param>
/// <param name="Id">The request's id.</param>
/// <param name="Settlement">What it really used.</param>
/// <param name="Labels">Labels that the release added.</param>
/// <param name="Prior">The request as the index had it, where memory no longer held it; it is remembered anew.</param>
public sealed record SettlementCorrected(OwnerPath Owner, string Id, Settlement Settlement, Labels Labels, Request? Prior = null) : RequestEvent(Owner, Id);

/// <summary>A lease was prolonged.</summary>
/// <param name="Owner">Who the request is for.</param>
/// <param name="Id">The request's id.</param>
/// <param name="ExpiresAt">Its new end.</param>
/// <param name="Extended">What was granted in addition.</param>
/// <param name="Usage">What the client reported so far.</param>
/// <param name="Refusal">Why a wanted extension was refused.</param>
public sealed record LeaseRenewed(OwnerPath Owner, string Id, Instant ExpiresAt, ResourceVector Extended, ResourceVector Usage, Reason? Refusal) : RequestEvent(Owner, Id)
{
    /// <summary>What was wanted in addition and refused, so that it can be asked for again; empty in events of the first layout.</summary>
    public ResourceVector Wanted { get; init; } = ResourceVector.Empty;
}

/// <summary>A waiting request got another class.</summary>
public sealed record PriorityChanged(OwnerPath Owner, string Id, string From, string To) : RequestEvent(Owner, Id);

/// <summary>The holder of a grant was told that it ends, and when.</summary>
public sealed record PreemptionNoticed(OwnerPath Owner, string Id, PreemptionNotice Notice) : RequestEvent(Owner, Id);

/// <summary>A grant that was to end may run on: whoever it should have made way for fits otherwise, or went away.</summary>
public sealed record PreemptionWithdrawn(OwnerPath Owner, string Id) : RequestEvent(Owner, Id);

/// <summary>Grants are about to end for the sake of a waiting request; null: not any more.</summary>
public sealed record PreemptionBegun(OwnerPath Owner, string Id, Preempting? Preempting) : RequestEvent(Owner, Id);

/// <summary>A grant was ended and its request went back to where it stood in the queue.</summary>
/// <param name="Owner">Who the request is for.</param>
/// <param name="Id">The request's id.</param>
/// <param name="Reason">Why.</param>
/// <param name="Settlement">What the attempt used; null where it had ended before.</param>
public sealed record RequestRequeued(OwnerPath Owner, string Id, Reason Reason, Settlement? Settlement) : RequestEvent(Owner, Id);

/// <summary>A waiting request was held back, or let go again.</summary>
public sealed record RequestHeld(OwnerPath Owner, string Id, bool Held) : RequestEvent(Owner, Id);

/// <summary>What a running grant holds was metered up to a moment: a full hour.</summary>
/// <param name="Owner">Who the request is for.</param>
/// <param name="Id">The request's id.</param>
/// <param name="Until">The moment.</param>
public sealed record HeldMetered(OwnerPath Owner, string Id, Instant Until) : RequestEvent(Owner, Id);

/// <summary>Use was reported, and is in the ledger.</summary>
/// <param name="Records">The records with their lines, in the order of the report.</param>
public sealed record UsageRecorded(IReadOnlyList<RecordedUsage> Records) : EngineEvent
{
    /// <summary>What is answered to whoever reported; null in events that come from the journal.</summary>
    internal UsageReply? Outcomes { get; init; }
}

/// <summary>Lines of the ledger were corrected by rating them anew.</summary>
/// <param name="Corrections">The corrections, in the order of the lines' times.</param>
public sealed record Rerated(IReadOnlyList<Correction> Corrections) : EngineEvent;

/// <summary>A credit, a discount or a tax was entered, and is in the ledger.</summary>
/// <param name="Charge">The charge.</param>
public sealed record ChargeEntered(EnteredCharge Charge) : EngineEvent;

/// <summary>An event of an allowance.</summary>
/// <param name="Owner">Whose it is.</param>
/// <param name="Id">Its id.</param>
public abstract record AllowanceEvent(OwnerPath Owner, string Id) : EngineEvent
{
    /// <summary>Its identity.</summary>
    public AllowanceKey Key => new(Owner.Tenant, Id);
}

/// <summary>An allowance was opened, or carved out of another.</summary>
/// <param name="Spec">What was opened.</param>
/// <param name="ExpiresAt">When it ends at the latest.</param>
public sealed record AllowanceOpened(AllowanceSpec Spec, Instant ExpiresAt) : AllowanceEvent(Spec.Owner, Spec.Id);

/// <summary>Nothing can be drawn from an allowance any more; what it did not use is given back to that out of which it was carved.</summary>
/// <param name="Owner">Whose it is.</param>
/// <param name="Id">Its id.</param>
/// <param name="How">Cancelled or expired.</param>
/// <param name="Reason">Why, where somebody said.</param>
public sealed record AllowanceClosed(OwnerPath Owner, string Id, AllowanceStatus How, string? Reason = null) : AllowanceEvent(Owner, Id);

/// <summary>An event of what an operator configures.</summary>
public abstract record ConfigurationEvent : EngineEvent;

/// <summary>A pool was created, changed, or set to grant again.</summary>
public sealed record PoolSet(PoolDefinition Pool, PoolDefinition? Before, bool WasDraining) : ConfigurationEvent;

/// <summary>A pool grants nothing more.</summary>
public sealed record PoolDrained(string Name) : ConfigurationEvent;

/// <summary>The outcomes of a pool's grants made it open or healthy, or its time to be probed came.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="From">How it did.</param>
/// <param name="To">How it does: <see cref="PoolHealthStatus.Open"/>, <see cref="PoolHealthStatus.Probing"/> or <see cref="PoolHealthStatus.Healthy"/>.</param>
/// <param name="Failed">How many grants failed; where it is probed, what had opened it.</param>
/// <param name="Settled">Of how many that stated an outcome.</param>
/// <param name="RetryAt">When it is probed, where it opened.</param>
public sealed record PoolHealthChanged(string Pool, PoolHealthStatus From, PoolHealthStatus To, int Failed, int Settled, Instant? RetryAt) : EngineEvent;

/// <summary>A stretch of the past of an adaptive pool was replayed under each strategy.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="From">The beginning of the stretch.</param>
/// <param name="To">Its end.</param>
/// <param name="Load">Who waited in it, on average.</param>
/// <param name="Figures">What became of it under each strategy.</param>
public sealed record StrategyTried(string Pool, Instant From, Instant To, PoolLoad Load, IReadOnlyList<StrategyFigures> Figures) : EngineEvent;

/// <summary>An adaptive pool follows another strategy from now on.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Before">The strategy before.</param>
/// <param name="After">The strategy from now on.</param>
/// <param name="Evidence">What it rests on.</param>
public sealed record StrategySwitched(string Pool, string Before, string After, SwitchEvidence Evidence) : EngineEvent;

/// <summary>Somebody said that a pool whose grants failed is well again: it grants all that it has.</summary>
public sealed record PoolHealthReset(string Name) : ConfigurationEvent;

/// <summary>A pool was removed.</summary>
public sealed record PoolDeleted(PoolDefinition Before) : ConfigurationEvent;

/// <summary>A kind was created or changed.</summary>
public sealed record KindSet(ResourceKind Kind, ResourceKind? Before) : ConfigurationEvent;

/// <summary>A kind was removed.</summary>
public sealed record KindDeleted(ResourceKind Before) : ConfigurationEvent;

/// <summary>A priority class was created or changed.</summary>
public sealed record PriorityClassSet(PriorityClass Class, PriorityClass? Before) : ConfigurationEvent;

/// <summary>A priority class was removed.</summary>
public sealed record PriorityClassDeleted(PriorityClass Before) : ConfigurationEvent;

/// <summary>What is set for an owner was replaced; null: nothing.</summary>
public sealed record OwnerSet(OwnerPath Path, OwnerSettings? Owner, OwnerSettings? Before) : ConfigurationEvent;

/// <summary>Capacity was reserved for an owner, or what was reserved is another.</summary>
/// <param name="Reservation">The reservation.</param>
/// <param name="Times">The times at which it is held.</param>
/// <param name="Before">What it was; null: new.</param>
public sealed record ReservationSet(Reservation Reservation, IReadOnlyList<Occurrence> Times, Reservation? Before) : ConfigurationEvent;

/// <summary>A reservation was given up.</summary>
public sealed record ReservationDeleted(Reservation Before) : ConfigurationEvent;

/// <summary>What is set for a node of the owner path was created or changed: its weight and its quotas.</summary>
/// <param name="Quota">What is set.</param>
/// <param name="Before">What was; null: nothing.</param>
/// <param name="Reason">Why, in a sentence; null where nobody said.</param>
public sealed record QuotaSet(QuotaDefinition Quota, QuotaDefinition? Before, string? Reason = null) : ConfigurationEvent;

/// <summary>What was set for a node of the owner path was removed.</summary>
public sealed record QuotaDeleted(QuotaDefinition Before) : ConfigurationEvent;

/// <summary>The price book is another: some SKUs are new, others changed or gone.</summary>
public sealed record PricesChanged(PriceChange Change) : ConfigurationEvent;

/// <summary>A budget was created or changed.</summary>
/// <param name="Budget">What is set.</param>
/// <param name="Before">What was; null: nothing.</param>
/// <param name="Starts">What the ledger had of it, where it begins to count with this.</param>
/// <param name="Reason">Why, in a sentence; null where nobody said.</param>
public sealed record BudgetSet(BudgetDefinition Budget, BudgetDefinition? Before, IReadOnlyList<BudgetStart> Starts, string? Reason = null) : ConfigurationEvent;

/// <summary>A budget was removed.</summary>
public sealed record BudgetDeleted(BudgetDefinition Before) : ConfigurationEvent;

/// <summary>A budget has more for a time.</summary>
/// <param name="Budget">The budget.</param>
/// <param name="Raise">How much more, until when, and why.</param>
public sealed record BudgetRaised(string Budget, BudgetRaise Raise) : ConfigurationEvent
{
    /// <summary>Whose costs the budget counts, for whoever may read it.</summary>
    public required OwnerPath Owner { get; init; }
}

/// <summary>A budget stops and paces nobody for a time; null: it does again.</summary>
/// <param name="Budget">The budget.</param>
/// <param name="Pause">Until when, and why.</param>
public sealed record BudgetPaused(string Budget, BudgetPause? Pause) : ConfigurationEvent
{
    /// <summary>Whose costs the budget counts, for whoever may read it.</summary>
    public required OwnerPath Owner { get; init; }
}

/// <summary>A month was closed: what belongs to it and comes from now on is an adjustment, billed in a later one.</summary>
/// <param name="Month">The month.</param>
public sealed record MonthClosed(BillingMonth Month) : ConfigurationEvent;

/// <summary>A threshold of a budget was reached, for the first time in its period.</summary>
/// <param name="Budget">The budget.</param>
/// <param name="AtMillionths">The threshold's part of the amount.</param>
/// <param name="Action">What happens from now on.</param>
/// <param name="Start">The beginning of the period.</param>
/// <param name="Amount">What there is to spend in it.</param>
/// <param name="Spent">What is spent.</param>
/// <param name="Reserved">What is reserved.</param>
public sealed record BudgetThresholdReached(string Budget, int AtMillionths, BudgetAction Action, Instant Start, Money Amount, Money Spent, Money Reserved) : EngineEvent
{
    /// <summary>Whose costs the budget counts, for whoever may read it.</summary>
    public required OwnerPath Owner { get; init; }
}

/// <summary>Engine time jumped forward; every lease got its full length again.</summary>
public sealed record ClockJumped(Instant From) : ConfigurationEvent;
