using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Costs.Rerating;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Reservations;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Engine.Core;

/// <summary>What kind of party acts.</summary>
public enum ActorKind
{
    /// <summary>Nexus itself: the clock, a rule.</summary>
    Engine = 0,

    /// <summary>Somebody signed in.</summary>
    Person = 1,

    /// <summary>An API key.</summary>
    Key = 2,

    /// <summary>Whoever may read the data directory: the command line on the same machine.</summary>
    Local = 3,
}

/// <summary>Who caused a command, as the journal keeps it.</summary>
/// <param name="Kind">What kind of party.</param>
/// <param name="Id">The person's name or the key's id; never a secret.</param>
/// <param name="Source">By which door: <c>page</c>, <c>api</c>, <c>cli</c>, <c>engine</c>.</param>
/// <param name="Address">The remote address, where there is one.</param>
public sealed record Actor(ActorKind Kind, string Id, string Source, string? Address = null)
{
    /// <summary>Nexus itself.</summary>
    public static Actor Engine { get; } = new(ActorKind.Engine, "nexus", "engine");
}

/// <summary>Something that somebody wants of the engine. What may be asked by whom was settled before; what is possible is settled here.</summary>
public abstract record Command
{
    /// <summary>Who asks.</summary>
    public required Actor Actor { get; init; }
}

/// <summary>Asks for resources. Reply: <see cref="RequestReply"/>, or a <see cref="Fault"/>.</summary>
/// <param name="Spec">What is asked.</param>
/// <param name="MaxPriority">The highest class of the caller's key, or null.</param>
/// <param name="DryRun">True to learn the answer and change nothing.</param>
/// <param name="Prior">A request of the same key that ended so long ago that memory no longer holds it, found by the host in the index.</param>
public sealed record Submit(RequestSpec Spec, string? MaxPriority = null, bool DryRun = false, Request? Prior = null) : Command;

/// <summary>Ends a request that waits (voided) or runs (settled as an expiry). Reply: <see cref="RequestReply"/>; of one that has ended: its present state.</summary>
public sealed record Cancel(RequestKey Key) : Command;

/// <summary>Puts a request back into the queue, as another attempt: one that runs is ended at once, one that has ended begins again. Reply: <see cref="RequestReply"/>.</summary>
public sealed record Requeue(RequestKey Key) : Command;

/// <summary>Holds a waiting request back, or lets it go again. Reply: <see cref="RequestReply"/>.</summary>
/// <param name="Key">The request.</param>
/// <param name="Held">True to hold it back.</param>
public sealed record Hold(RequestKey Key, bool Held) : Command;

/// <summary>Gives a waiting request another class. Reply: <see cref="RequestReply"/>.</summary>
public sealed record SetPriority(RequestKey Key, string Priority, string? MaxPriority = null) : Command;

/// <summary>Prolongs a lease. Reply: <see cref="RequestReply"/>, with the reason where the extension was refused.</summary>
/// <param name="Key">The request that holds it.</param>
/// <param name="Lease">The lease's number.</param>
/// <param name="Extend">What is wanted in addition, all or nothing.</param>
/// <param name="Usage">What was used so far; empty: not said.</param>
/// <param name="AnyUsage">True when usage above 100 × its estimate is accepted.</param>
public sealed record Renew(RequestKey Key, long Lease, ResourceVector Extend, ResourceVector Usage, bool AnyUsage = false) : Command;

/// <summary>Ends a lease with what was really used. Reply: <see cref="ReleaseReply"/>.</summary>
/// <param name="Key">The request that holds it.</param>
/// <param name="Lease">The lease's number.</param>
/// <param name="Usage">What was used; kinds not named settle at their estimate.</param>
/// <param name="Labels">Labels to add.</param>
/// <param name="Outcome">How the work ended.</param>
/// <param name="AnyUsage">True when usage above 100 × its estimate is accepted.</param>
/// <param name="Prior">The request, where it ended so long ago that memory no longer holds it.</param>
public sealed record Release(RequestKey Key, long Lease, ResourceVector Usage, Labels Labels, Outcome? Outcome, bool AnyUsage = false, Request? Prior = null) : Command;

/// <summary>What a change may expect of its object beside a version that the caller has seen.</summary>
public static class Expected
{
    /// <summary>It exists, in whatever version.</summary>
    public const long ToExist = -1;

    /// <summary>It does not exist yet.</summary>
    public const long NotToExist = -2;
}

/// <summary>Creates or replaces a pool; one that drains grants again. Reply: <see cref="PoolReply"/>.</summary>
/// <param name="Pool">The whole definition.</param>
/// <param name="IfVersion">The version the caller has seen, or one of <see cref="Expected"/>; null: whatever it is.</param>
public sealed record SetPool(PoolDefinition Pool, long? IfVersion = null) : Command;

/// <summary>Lets a pool grant nothing more; what it granted runs on. Reply: <see cref="PoolReply"/>.</summary>
public sealed record DrainPool(string Name) : Command;

/// <summary>Lets a pool whose grants failed grant all that it has again, and judges it anew. Reply: <see cref="PoolReply"/>; of one that is healthy as it is.</summary>
public sealed record ResetPoolHealth(string Name) : Command;

/// <summary>Lets an adaptive pool follow a strategy from now on, in a replay of its past. Reply: <see cref="PoolReply"/>, or a <see cref="Fault"/>.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Strategy">The strategy, by its name.</param>
internal sealed record FollowStrategy(string Pool, string Strategy) : Command;

/// <summary>Tells an adaptive pool what a stretch of its past would have been under each strategy. Reply: <see cref="PoolReply"/>, or a <see cref="Fault"/>.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="From">The beginning of the stretch.</param>
/// <param name="To">Its end; not later than now.</param>
/// <param name="Load">Who waited in it, on average.</param>
/// <param name="Figures">What became of it under each strategy.</param>
public sealed record RecordTrial(string Pool, Instant From, Instant To, PoolLoad Load, IReadOnlyList<StrategyFigures> Figures) : Command;

/// <summary>Removes a pool that nobody holds anything of. Reply: <see cref="DoneReply"/>.</summary>
public sealed record DeletePool(string Name, long? IfVersion = null) : Command;

/// <summary>Creates or replaces an operator's own kind. Reply: <see cref="DoneReply"/>.</summary>
public sealed record SetKind(ResourceKind Kind, long? IfVersion = null) : Command;

/// <summary>Removes an operator's own kind that no pool supplies and no live request names. Reply: <see cref="DoneReply"/>.</summary>
public sealed record DeleteKind(string Name, long? IfVersion = null) : Command;

/// <summary>Creates or replaces a class. Reply: <see cref="DoneReply"/>.</summary>
public sealed record SetPriorityClass(PriorityClass Class, long? IfVersion = null) : Command;

/// <summary>Removes an operator's own class that no live request and no owner names. Reply: <see cref="DoneReply"/>.</summary>
public sealed record DeletePriorityClass(string Name, long? IfVersion = null) : Command;

/// <summary>Replaces what is set for an owner; nothing set removes it. Reply: <see cref="DoneReply"/>.</summary>
/// <param name="Owner">The owner.</param>
/// <param name="IfVersion">Only where it still has this version; null: whatever it has.</param>
/// <param name="PoolsMayBeGone">True for what held once and is set again, as in a simulation: it may name pools that are gone, as rules do that outlive a pool.</param>
public sealed record SetOwner(OwnerSettings Owner, long? IfVersion = null, bool PoolsMayBeGone = false) : Command;

/// <summary>Reserves capacity for an owner, or replaces what is reserved. Reply: <see cref="DoneReply"/>, or a <see cref="Fault"/> that names what was promised to others.</summary>
/// <param name="Reservation">The reservation.</param>
/// <param name="Times">The times at which it is held, in their order: they depend on a time zone's rules, so they are worked out before.</param>
/// <param name="IfVersion">The version the caller has seen, or one of <see cref="Expected"/>; null: whatever it is.</param>
public sealed record SetReservation(Reservation Reservation, IReadOnlyList<Occurrence> Times, long? IfVersion = null) : Command;

/// <summary>Gives a reservation up; who is bound to it and waits is refused. Reply: <see cref="DoneReply"/>.</summary>
public sealed record DeleteReservation(string Id, long? IfVersion = null) : Command;

/// <summary>Creates or replaces what is set for a node of the owner path: its weight and its quotas. Reply: <see cref="QuotaReply"/>.</summary>
/// <param name="Quota">The whole of it.</param>
/// <param name="IfVersion">The version the caller has seen, or one of <see cref="Expected"/>; null: whatever it is.</param>
/// <param name="Reason">Why, in a sentence for the audit; null where nobody says.</param>
public sealed record SetQuota(QuotaDefinition Quota, long? IfVersion = null, string? Reason = null) : Command;

/// <summary>Removes what is set for a node of the owner path. Reply: <see cref="DoneReply"/>.</summary>
public sealed record DeleteQuota(OwnerPath Owner, long? IfVersion = null) : Command;

/// <summary>Asks whether quotas would let an owner have something now. Changes nothing. Reply: <see cref="QuotaCheckReply"/>.</summary>
/// <param name="Owner">Who would ask.</param>
/// <param name="Resources">What for.</param>
/// <param name="Preemptible">True where the grant could be ended for the sake of others.</param>
/// <param name="Duration">For how long, where unit-hours count.</param>
public sealed record CheckQuota(OwnerPath Owner, ResourceVector Resources, bool Preemptible, TimeSpan? Duration) : Command;

/// <summary>Changes the price book. Reply: <see cref="PricesReply"/>.</summary>
/// <param name="Skus">The SKUs.</param>
/// <param name="Replaces">True where they are all that the book holds from then on; false: those of their names and times are added or replaced.</param>
/// <param name="IfVersion">The version of the book that the caller has seen; null: whatever it is.</param>
/// <param name="DryRun">True to learn what would change, and change nothing.</param>
public sealed record SetPrices(IReadOnlyList<Sku> Skus, bool Replaces, long? IfVersion = null, bool DryRun = false) : Command
{
    /// <summary>Which go beside that; those that are not there are gone already.</summary>
    public IReadOnlyList<SkuKey> Removes { get; init; } = [];
}

/// <summary>Creates or replaces a budget. Reply: <see cref="BudgetReply"/>.</summary>
/// <param name="Budget">The whole of it.</param>
/// <param name="IfVersion">The version the caller has seen, or one of <see cref="Expected"/>; null: whatever it is.</param>
/// <param name="Reason">Why, in a sentence for the audit; null where nobody says.</param>
public sealed record SetBudget(BudgetDefinition Budget, long? IfVersion = null, string? Reason = null) : Command
{
    /// <summary>What the ledger has of its scope, by the beginning of the period or slot; found by the host.</summary>
    public IReadOnlyList<BudgetStart> Starts { get; init; } = [];

    /// <summary>The place in the ledger up to which <see cref="Starts"/> counts.</summary>
    public long CountedUpTo { get; init; }
}

/// <summary>Removes a budget. Reply: <see cref="DoneReply"/>.</summary>
public sealed record DeleteBudget(string Id, long? IfVersion = null) : Command;

/// <summary>Gives a budget more for a time. Reply: <see cref="BudgetReply"/>.</summary>
/// <param name="Id">The budget.</param>
/// <param name="Amount">How much more, above zero.</param>
/// <param name="Until">Until when, 366 days ahead at most; null: to the end of the period, of a rolling budget for its length.</param>
/// <param name="Reason">Why.</param>
public sealed record RaiseBudget(string Id, Money Amount, Instant? Until, string Reason) : Command;

/// <summary>Lets a budget stop and pace nobody for a time, or again. Reply: <see cref="BudgetReply"/>.</summary>
/// <param name="Id">The budget.</param>
/// <param name="Until">Until when, 366 days ahead at most; null: it does from now on.</param>
/// <param name="Reason">Why.</param>
public sealed record PauseBudget(string Id, Instant? Until, string Reason) : Command;

/// <summary>Opens an allowance, or carves one out of another. Reply: <see cref="AllowanceReply"/>.</summary>
/// <param name="Spec">What is opened.</param>
public sealed record OpenAllowance(AllowanceSpec Spec) : Command;

/// <summary>Cancels an allowance and all that was carved out of it: what did not start is withdrawn, what runs is ended. Reply: <see cref="AllowanceReply"/>; of one that is closed as it was closed.</summary>
/// <param name="Key">The allowance.</param>
/// <param name="Reason">Why, in a sentence for the audit; null where nobody says.</param>
public sealed record CancelAllowance(AllowanceKey Key, string? Reason = null) : Command;

/// <summary>Reports use. Reply: <see cref="UsageReply"/>, an outcome for each record.</summary>
/// <param name="Records">The records.</param>
public sealed record RecordUsage(IReadOnlyList<UsageRecord> Records) : Command
{
    /// <summary>The places of those whose ids the ledger has already, found by the host.</summary>
    public IReadOnlySet<int> Known { get; init; } = new HashSet<int>();
}

/// <summary>Lets what is due at this moment happen. Reply: <see cref="DoneReply"/>.</summary>
public sealed record Tick : Command;

/// <summary>Engine time was taken forward by more than an hour at once: every lease gets its full length again. Reply: <see cref="DoneReply"/>.</summary>
/// <param name="From">The engine time before the jump; the command is handled at the time after it.</param>
public sealed record JumpClock(Instant From) : Command;

/// <summary>Corrects what the ledger has of a past range. Reply: <see cref="DoneReply"/>, or a <see cref="Fault"/> where the book by which it was rated no longer holds.</summary>
/// <param name="Corrections">What it corrects, found by the host; some at once.</param>
/// <param name="IfVersion">The version of the price book by which they were rated; null: whatever it is, as what was recorded is entered again.</param>
public sealed record Rerate(IReadOnlyList<Correction> Corrections, long? IfVersion = null) : Command;

/// <summary>Closes a month that has ended. Reply: <see cref="MonthReply"/>; of one that is closed as it was closed.</summary>
/// <param name="Month">The month.</param>
public sealed record CloseMonth(BillingMonth Month) : Command
{
    /// <summary>The place in the ledger up to which its monthly tiers were trued up; null: it has none.</summary>
    public long? TruedUpTo { get; init; }

    /// <summary>True where a line of the month by such a price came since, found by the host.</summary>
    public bool CameSince { get; init; }
}

/// <summary>Enters a credit, a discount or a tax. Reply: <see cref="ChargeReply"/>.</summary>
/// <param name="Charge">What is entered; its labels and the month in which it is billed are the engine's to say.</param>
public sealed record EnterCharge(EnteredCharge Charge) : Command;
