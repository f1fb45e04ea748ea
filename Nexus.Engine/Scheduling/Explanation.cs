using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>Why a request stands where it stands, and what would change that.</summary>
/// <remarks>
/// What the decision's event holds is <see cref="Decided"/>; everything else is computed when it is read, against the present, and <see cref="ComputedAt"/> says when that was.
/// </remarks>
/// <param name="Request">The request.</param>
/// <param name="Decided">The reason that was decided and recorded; null where there is none.</param>
/// <param name="StoppedBy">What stops it now; null when it does not wait, or nothing does.</param>
/// <param name="Gates">The gates in their order.</param>
/// <param name="Holders">Who holds what it lacks, the largest first; only those that the reader may see.</param>
/// <param name="Others">What others hold of it, summed; null when nobody else holds anything.</param>
/// <param name="Ahead">How many of those that wait for the same are ahead of it and may be seen by the reader.</param>
/// <param name="OthersAhead">How many more are.</param>
/// <param name="EstimatedStart">When it would start as things stand, where that can be known.</param>
/// <param name="EstimateFrom">What the estimate comes from.</param>
/// <param name="Counterfactuals">The changes that would admit it or bring it forward, the smallest first.</param>
/// <param name="Timeline">Its events, oldest first, as far as memory holds them.</param>
/// <param name="ComputedAt">The engine time at which it was computed.</param>
/// <param name="Sequence">The last event that was known then.</param>
public sealed record Explanation(
    Request Request,
    Reason? Decided,
    Reason? StoppedBy,
    IReadOnlyList<GateResult> Gates,
    IReadOnlyList<Holder> Holders,
    HeldByOthers? Others,
    int Ahead,
    int OthersAhead,
    Instant? EstimatedStart,
    EstimateBasis EstimateFrom,
    IReadOnlyList<Counterfactual> Counterfactuals,
    IReadOnlyList<EngineEvent> Timeline,
    Instant ComputedAt,
    long Sequence)
{
    /// <summary>The share of the intervals of starts that should come true.</summary>
    public const decimal PromisedShare = 0.8m;

    /// <summary>What stops its other configurations, where it states several and has none of them yet.</summary>
    public IReadOnlyList<OtherConfiguration> OtherConfigurations { get; init; } = [];

    /// <summary>The interval in which the estimated start should lie; null where there is no estimate.</summary>
    public StartInterval? StartsBetween { get; init; }

    /// <summary>How often intervals of estimates of the same basis came true so far; null before the first did or did not.</summary>
    public HitRate? HitRate { get; init; }

    /// <summary>Why its grant is in the pool it is in; null where it has none, or that cannot be told.</summary>
    public PoolChoice? PoolChoice { get; init; }

    /// <summary>The grant that it shares with others; null where it has one of its own, or none.</summary>
    public SharedGrant? Shares { get; init; }

    /// <summary>What holds: what stops it now, else what was decided.</summary>
    public Reason? Reason => StoppedBy ?? Decided;
}

/// <summary>An interval in which something should start.</summary>
/// <param name="From">Not before this moment.</param>
/// <param name="To">And not after this one.</param>
public readonly record struct StartInterval(Instant From, Instant To);

/// <summary>How many of the intervals that were shown came true.</summary>
/// <param name="Hits">So many.</param>
/// <param name="Of">Of so many, the newest.</param>
public sealed record HitRate(int Hits, int Of);

/// <summary>How far a request came.</summary>
public enum GateOutcome
{
    /// <summary>It passed.</summary>
    Passed,

    /// <summary>It is stopped here.</summary>
    Stopped,

    /// <summary>An earlier gate stopped it.</summary>
    NotReached,
}

/// <summary>What one gate said.</summary>
/// <param name="Gate">The gate.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="Reason">Why it was stopped, with what is needed and available; else null.</param>
public sealed record GateResult(Gate Gate, GateOutcome Outcome, Reason? Reason);

/// <summary>A grant that holds what is lacking.</summary>
/// <param name="Owner">Whose.</param>
/// <param name="Id">The request's id.</param>
/// <param name="Lease">The lease's number.</param>
/// <param name="Pool">The pool.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Amount">How much.</param>
/// <param name="Priority">Its class.</param>
/// <param name="Since">Since when.</param>
/// <param name="ExpiresAt">When its lease ends unless it is renewed.</param>
/// <param name="EndsAt">When it ends at the latest, where it committed to that.</param>
public sealed record Holder(
    OwnerPath Owner, string Id, long Lease, string Pool, string Kind, Quantity Amount, string Priority, Instant Since, Instant ExpiresAt, Instant? EndsAt)
{
    /// <summary>True where it tolerates that it is ended for others.</summary>
    public bool Preemptible { get; init; }
}

/// <summary>What is held by grants that the reader may not see, or beyond those listed.</summary>
/// <param name="Grants">How many.</param>
/// <param name="Amount">How much they hold together.</param>
public sealed record HeldByOthers(int Grants, Quantity Amount);

/// <summary>What an estimated start comes from.</summary>
public enum EstimateBasis
{
    /// <summary>It is not known: what stops it has no known end.</summary>
    Unknown,

    /// <summary>Nothing stops it.</summary>
    Now,

    /// <summary>The ends that grants committed to.</summary>
    KnownEnds,

    /// <summary>The rate at which a bucket refills.</summary>
    Refill,

    /// <summary>How long other grants of the same owner's workflow ran: what stops it committed to no end.</summary>
    Learned,

    /// <summary>The engine's own plan of the queue: who goes first, beside the ends that grants committed to and what is promised.</summary>
    Plan,

    /// <summary>It may be delayed, and costs less from then on.</summary>
    Price,
}

/// <summary>What kind of change would help.</summary>
public enum CounterfactualKind
{
    /// <summary>Ask for less of what is lacking.</summary>
    AskForLess,

    /// <summary>Accept another pool.</summary>
    AcceptPool,

    /// <summary>Wait.</summary>
    WaitUntil,

    /// <summary>Ask for a higher class.</summary>
    RaisePriority,

    /// <summary>Ask for a class that the owner may ask for.</summary>
    LowerPriority,

    /// <summary>Let the grant be preempted, so that it may use what others lend.</summary>
    BePreemptible,

    /// <summary>Raise the limit of a quota, or what a cohort has of its own.</summary>
    RaiseQuota,

    /// <summary>Raise a budget.</summary>
    RaiseBudget,
}

/// <summary>A change that would admit a request, or bring it forward.</summary>
/// <param name="Kind">What kind of change.</param>
/// <param name="Amounts">What to ask for of the kinds that are lacking, or by how much to raise a quota; of no other change.</param>
/// <param name="Pool">The pool that would serve it then.</param>
/// <param name="Priority">The class to ask for.</param>
/// <param name="Passes">How many that wait for the same it would pass.</param>
/// <param name="StartsAt">When it would start then; null when that is not known.</param>
/// <param name="StartsNow">True when it would start at once.</param>
/// <param name="Node">The node of the owner path whose quota to raise, <c>~</c> for the root; or the budget to raise.</param>
public sealed record Counterfactual(
    CounterfactualKind Kind, ResourceVector? Amounts = null, string? Pool = null, string? Priority = null, int Passes = 0, Instant? StartsAt = null, bool StartsNow = false, string? Node = null)
{
    /// <summary>By how much to raise a budget; null of any other change.</summary>
    public Costs.Money? More { get; init; }
}
