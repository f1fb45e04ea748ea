using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>What the engine answers to a command.</summary>
public abstract record Reply;

/// <summary>A request as it stands after the command.</summary>
/// <param name="Request">The request.</param>
/// <param name="Refusal">Why an extension was refused; the lease was renewed all the same.</param>
/// <param name="Duplicate">True when the command had been handled before and changed nothing.</param>
public sealed record RequestReply(Request Request, Reason? Refusal = null, bool Duplicate = false) : Reply
{
    /// <summary>What to take in the next step, where the request runs and its size is learned; null where nothing is left of its maxima.</summary>
    public ResourceVector? Next { get; init; }
}

/// <summary>A lease's settlement.</summary>
/// <param name="Request">The request, ended.</param>
/// <param name="Late">True when the lease had ended before the release came.</param>
public sealed record ReleaseReply(Request Request, bool Late) : Reply;

/// <summary>A pool as it stands after the command.</summary>
public sealed record PoolReply(PoolState Pool) : Reply;

/// <summary>Done.</summary>
/// <param name="Version">The version of what was changed: the sequence number of its event; 0 where nothing changed.</param>
public sealed record DoneReply(long Version) : Reply;

/// <summary>What a caller did wrong.</summary>
public enum FaultCode
{
    /// <summary>There is no such request, lease, pool, kind, class.</summary>
    NotFound,

    /// <summary>The same id was used with another body.</summary>
    IdReused,

    /// <summary>A name in the command that means nothing: a kind, class or pool that does not exist.</summary>
    UnknownName,

    /// <summary>A value that cannot be accepted.</summary>
    Invalid,

    /// <summary>It was changed since the caller saw it.</summary>
    VersionMismatch,

    /// <summary>Something still uses it.</summary>
    InUse,

    /// <summary>The lease or the wait has ended.</summary>
    Ended,

    /// <summary>There is not as much left as is asked for.</summary>
    NotEnough,

    /// <summary>Usage above 100 × its estimate needs the scope <c>usage</c>.</summary>
    ExcessUsage,
}

/// <summary>A node's quotas as they stand after the command.</summary>
public sealed record QuotaReply(QuotaState Quota) : Reply;

/// <summary>A budget as it stands after the command.</summary>
public sealed record BudgetReply(BudgetState Budget) : Reply;

/// <summary>An allowance as it stands after the command.</summary>
/// <param name="Allowance">The allowance.</param>
/// <param name="Duplicate">True where the command had been handled before and changed nothing.</param>
public sealed record AllowanceReply(AllowanceState Allowance, bool Duplicate = false) : Reply;

/// <summary>What quotas say to a grant that somebody might ask for.</summary>
/// <param name="Constrained">True where a rule concerns it.</param>
/// <param name="Stop">What stops it; null where nothing does.</param>
/// <param name="Missing">How much is missing at the node that stops it, in the kind's unit; zero where nothing does.</param>
public sealed record QuotaCheckReply(bool Constrained, Reason? Stop, Quantity Missing) : Reply;

/// <summary>What a change of the price book came to.</summary>
/// <param name="Change">What was changed, or would be.</param>
/// <param name="Version">The version of the book.</param>
public sealed record PricesReply(PriceChange Change, long Version) : Reply;

/// <summary>A month as it was closed.</summary>
/// <param name="Month">The month.</param>
/// <param name="Duplicate">True where it had been closed before, and nothing changed.</param>
public sealed record MonthReply(ClosedMonth Month, bool Duplicate = false) : Reply;

/// <summary>What was entered.</summary>
/// <param name="Charge">The charge, with the month in which it is billed.</param>
/// <param name="Duplicate">True where it had been entered before, and nothing changed.</param>
public sealed record ChargeReply(EnteredCharge Charge, bool Duplicate = false) : Reply;

/// <summary>What became of reported use.</summary>
public enum UsageStatus
{
    /// <summary>It is in the ledger.</summary>
    Accepted,

    /// <summary>It was in the ledger before.</summary>
    Duplicate,

    /// <summary>It was refused.</summary>
    Error,
}

/// <summary>Why a usage record was refused.</summary>
/// <param name="Field">The field.</param>
/// <param name="Detail">A sentence with the remedy.</param>
public sealed record UsageFault(string Field, string Detail);

/// <summary>What became of a usage record.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Fault">Why it was refused.</param>
public sealed record UsageOutcome(UsageStatus Status, UsageFault? Fault = null)
{
    /// <summary>It is in the ledger.</summary>
    public static UsageOutcome Accepted { get; } = new(UsageStatus.Accepted);

    /// <summary>It was in the ledger before.</summary>
    public static UsageOutcome Duplicate { get; } = new(UsageStatus.Duplicate);
}

/// <summary>What became of the records of a command, in their order.</summary>
public sealed record UsageReply(IReadOnlyList<UsageOutcome> Outcomes) : Reply;

/// <summary>The command is refused as wrong and changed nothing.</summary>
/// <param name="Code">What is wrong.</param>
/// <param name="Detail">A sentence with the remedy.</param>
/// <param name="Field">The JSON path of the field of the public contract concerned, for example <c>$.resources.gpu</c>; null for the whole.</param>
public sealed record Fault(FaultCode Code, string Detail, string? Field = null) : Reply;
