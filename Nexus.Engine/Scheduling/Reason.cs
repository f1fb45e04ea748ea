using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>The gates of a decision, in their order; the first that stops a request gives the reason.</summary>
public enum Gate
{
    /// <summary>May this owner and key ask for that?</summary>
    Access = 0,

    /// <summary>May so much be spent?</summary>
    Budget = 1,

    /// <summary>May this owner use so much?</summary>
    Quota = 2,

    /// <summary>Does it fit, now or ever, and is it its turn?</summary>
    Capacity = 3,
}

/// <summary>How a reason is to be read, worst first.</summary>
public enum ReasonTier
{
    /// <summary>Nobody could be served: an operator must change the configuration.</summary>
    Misconfigured = 0,

    /// <summary>This request can never be served as it is.</summary>
    NeverFits = 1,

    /// <summary>A quota is used up for now.</summary>
    OverQuota = 2,

    /// <summary>A budget is used up, or paces.</summary>
    OverBudget = 3,

    /// <summary>It waits for, or was refused for lack of, free capacity.</summary>
    WaitingForCapacity = 4,

    /// <summary>There is capacity, and it was promised to somebody else.</summary>
    BehindBooking = 5,

    /// <summary>Grants end for its sake.</summary>
    PreemptionUnderWay = 6,

    /// <summary>Nothing stops it: it waits by its own wish, as it costs less later.</summary>
    HeldBack = 7,

    /// <summary>It ended by itself or by somebody's wish.</summary>
    Ended = 9,
}

/// <summary>Why a request waits, was refused or ended.</summary>
public enum ReasonCode
{
    /// <summary>A Held kind has too little free now.</summary>
    NotEnoughFree = 0,

    /// <summary>A bucket holds too little now; it refills.</summary>
    RateExhausted = 1,

    /// <summary>The pool is being drained and grants nothing.</summary>
    PoolDraining = 2,

    /// <summary>Grants were told to end for its sake; it starts when they have.</summary>
    PreemptionUnderWay = 3,

    /// <summary>There is enough, but others wait for it before, and it would delay them.</summary>
    BehindOthers = 4,

    /// <summary>It could start, and costs less later: it is held back, as it may be delayed.</summary>
    CheaperLater = 5,

    /// <summary>There is enough now, but not for as long as it would run: a booking or reservation needs it by then.</summary>
    BehindBooking = 6,

    /// <summary>There is enough now, but somebody who waits before it starts in time on what it would still hold then.</summary>
    BehindPlan = 8,

    /// <summary>No start can be promised: what it needs is held by grants that committed to no end.</summary>
    NoEndKnown = 7,

    /// <summary>All that could serve it is spot capacity, placed by cost, and it does not tolerate being interrupted.</summary>
    SpotNotTolerated = 9,

    /// <summary>Too many of the pool's grants failed: it grants nothing until it is probed.</summary>
    PoolUnhealthy = 44,

    /// <summary>The pool is probed after too many of its grants failed, and as many run as it grants at a time.</summary>
    PoolProbed = 45,

    /// <summary>More than any accepted pool can ever give.</summary>
    ExceedsPools = 10,

    /// <summary>Above the ceiling of every accepted pool.</summary>
    ExceedsCeiling = 11,

    /// <summary>No pool supplies the kind.</summary>
    NoPool = 12,

    /// <summary>Pools supply it, but none that the request accepts by name and label.</summary>
    NoAcceptedPool = 13,

    /// <summary>More than a quota ever allows, with all that may be borrowed.</summary>
    ExceedsQuota = 14,

    /// <summary>A quota has too little left now.</summary>
    OverQuota = 15,

    /// <summary>No start meets its deadline.</summary>
    DeadlineOutOfReach = 16,

    /// <summary>The reservation that it is bound to is over or was given up.</summary>
    ReservationOver = 17,

    /// <summary>It is expected to cost more than a budget has in any period.</summary>
    ExceedsBudget = 18,

    /// <summary>A budget has too little left for what it is expected to cost.</summary>
    OverBudget = 19,

    /// <summary>The class asked for is above the owner's highest.</summary>
    PriorityAboveOwner = 20,

    /// <summary>The class asked for is above the key's highest.</summary>
    PriorityAboveKey = 21,

    /// <summary>Every pool that could serve it is closed to this owner.</summary>
    PoolNotAllowed = 22,

    /// <summary>A budget lets one pass after another.</summary>
    Throttled = 23,

    /// <summary>Its allowance, or one above it, has used so much that what it needs never comes back.</summary>
    AllowanceSpent = 24,

    /// <summary>Its allowance, or one above it, has too little left now; what others reserved or carved out of it may come back.</summary>
    OverAllowance = 25,

    /// <summary>The time of its allowance, or of one above it, is over, or would be by then.</summary>
    AllowanceExpired = 26,

    /// <summary>Its allowance, or one above it, was cancelled.</summary>
    AllowanceCancelled = 27,

    /// <summary>It would cost more than its <c>maxCost</c>.</summary>
    ExceedsMaxCost = 28,

    /// <summary><c>maxWait</c> passed.</summary>
    WaitedTooLong = 30,

    /// <summary>Nobody renewed the lease.</summary>
    LeaseExpired = 31,

    /// <summary>Somebody cancelled it.</summary>
    Cancelled = 32,

    /// <summary>Its grant was ended for a request of a higher class.</summary>
    Preempted = 33,

    /// <summary>Its grant was ended for the owner of the quota that it had borrowed.</summary>
    Reclaimed = 34,

    /// <summary>Its grant was ended for a booking or reservation that began.</summary>
    MadeWay = 35,

    /// <summary>Somebody put it back into the queue.</summary>
    Requeued = 36,

    /// <summary>Its grant was ended to bring its node within a limit whose enforcement an operator chose.</summary>
    QuotaEnforced = 37,

    /// <summary>Its grant was ended for an owner that borrowed less than its own.</summary>
    BorrowedMore = 38,
}

/// <summary>Why, as data; the sentence that a person reads is made at the edge (<see cref="ReasonText"/>).</summary>
/// <param name="Code">What stopped it.</param>
/// <param name="Pool">The pool concerned, the first by preference where several are.</param>
/// <param name="Kind">The kind concerned.</param>
/// <param name="Needed">How much of it was asked for.</param>
/// <param name="Available">How much there was.</param>
/// <param name="Earliest">The earliest time at which it would fit as things stand, where one is known.</param>
/// <param name="Name">The class, owner or person concerned; of a quota the node that stops it, <c>~</c> for the root.</param>
public sealed record Reason(
    ReasonCode Code,
    string? Pool = null,
    string? Kind = null,
    Quantity? Needed = null,
    Quantity? Available = null,
    Instant? Earliest = null,
    string? Name = null)
{
    /// <summary>The period of the quota that stopped it; null where none did.</summary>
    public QuotaPeriod? Period { get; init; }

    /// <summary>What of a budget, or of the money of an allowance, stopped it; null where none did.</summary>
    public BudgetShortfall? Budget { get; init; }

    /// <summary>What it saves to wait; null where it does not wait for that.</summary>
    public PriceDelay? Delay { get; init; }

    /// <summary>What of a pool's health stopped it; null where none did.</summary>
    public PoolFailing? Health { get; init; }

    /// <summary>True where it was the health of a pool that stopped it: that passes.</summary>
    public bool IsOfHealth => Code is ReasonCode.PoolUnhealthy or ReasonCode.PoolProbed;

    /// <summary>The gate that stopped it.</summary>
    public Gate Gate => Code switch
    {
        ReasonCode.PriorityAboveOwner or ReasonCode.PriorityAboveKey or ReasonCode.PoolNotAllowed => Gate.Access,
        ReasonCode.ExceedsBudget or ReasonCode.OverBudget or ReasonCode.Throttled or ReasonCode.ExceedsMaxCost => Gate.Budget,
        ReasonCode.AllowanceSpent or ReasonCode.OverAllowance or ReasonCode.AllowanceExpired or ReasonCode.AllowanceCancelled => Gate.Budget,
        ReasonCode.ExceedsQuota or ReasonCode.OverQuota => Gate.Quota,
        _ => Gate.Capacity,
    };

    /// <summary>True where it was an allowance that stopped it: <see cref="Name"/> is its id.</summary>
    public bool IsOfAllowance => Code is ReasonCode.AllowanceSpent or ReasonCode.OverAllowance or ReasonCode.AllowanceExpired or ReasonCode.AllowanceCancelled;

    /// <summary>True when it may pass with time: what waits for it need not be refused.</summary>
    public bool MayPass => Tier is ReasonTier.OverQuota or ReasonTier.OverBudget or ReasonTier.WaitingForCapacity or ReasonTier.BehindBooking or ReasonTier.HeldBack;

    /// <summary>How it is to be read.</summary>
    public ReasonTier Tier => Code switch
    {
        ReasonCode.NoPool => ReasonTier.Misconfigured,
        ReasonCode.OverQuota => ReasonTier.OverQuota,
        ReasonCode.OverBudget or ReasonCode.Throttled or ReasonCode.OverAllowance => ReasonTier.OverBudget,
        ReasonCode.NotEnoughFree or ReasonCode.RateExhausted or ReasonCode.PoolDraining or ReasonCode.NoEndKnown or ReasonCode.BehindOthers or ReasonCode.PoolUnhealthy or ReasonCode.PoolProbed => ReasonTier.WaitingForCapacity,
        ReasonCode.BehindBooking or ReasonCode.BehindPlan => ReasonTier.BehindBooking,
        ReasonCode.PreemptionUnderWay => ReasonTier.PreemptionUnderWay,
        ReasonCode.CheaperLater => ReasonTier.HeldBack,
        ReasonCode.WaitedTooLong or ReasonCode.LeaseExpired or ReasonCode.Cancelled or ReasonCode.AllowanceCancelled
            or ReasonCode.Preempted or ReasonCode.Reclaimed or ReasonCode.MadeWay or ReasonCode.Requeued or ReasonCode.QuotaEnforced or ReasonCode.BorrowedMore => ReasonTier.Ended,
        _ => ReasonTier.NeverFits,
    };
}
