using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Allowances;

/// <summary>How much of one thing an allowance has, and what became of it. Money is in 10⁻¹² of the currency, all else in thousandths of the kind's unit.</summary>
/// <param name="Name"><c>money</c>, or the name of a kind.</param>
/// <param name="Limit">How much there is; null: as much as those above it have.</param>
/// <param name="Used">What is settled: its own and that of all below it.</param>
/// <param name="Reserved">What grants and bookings may still use: its own and that of all below it.</param>
/// <param name="Committed">What of it is gone for now: what is used and reserved, and what was carved out of it and is not used yet.</param>
public sealed record AllowanceFigure(string Name, Int128? Limit, Int128 Used, Int128 Reserved, Int128 Committed)
{
    /// <summary>True where it is money, not a kind.</summary>
    public bool IsMoney => Name == AllowanceAmount.Money;

    /// <summary>What of it was settled by what drew from it directly.</summary>
    public Int128 OwnUsed { get; init; }

    /// <summary>What can be drawn or carved yet; negative where more was used than there was. Null without a limit.</summary>
    public Int128? Remaining => Limit - Committed;
}

/// <summary>An allowance as it stands.</summary>
/// <param name="Spec">What was opened.</param>
/// <param name="Number">The number of the event that opened it.</param>
/// <param name="Version">The number of the last event that changed whether it is open.</param>
/// <param name="OpenedAt">When.</param>
/// <param name="ExpiresAt">When it ends at the latest.</param>
public sealed record AllowanceState(AllowanceSpec Spec, long Number, long Version, Instant OpenedAt, Instant ExpiresAt)
{
    /// <summary>Whether anything can be drawn from it.</summary>
    public AllowanceStatus Status { get; init; }

    /// <summary>When it was cancelled or expired; null while it is open.</summary>
    public Instant? ClosedAt { get; init; }

    /// <summary>How far below its run's first one it stands, from 0.</summary>
    public int Depth { get; init; }

    /// <summary>The run that it is part of: its own identity where it was carved out of none.</summary>
    public AllowanceKey Root { get; init; }

    /// <summary>How much it has of what is limited or was used, money first, then by name.</summary>
    public IReadOnlyList<AllowanceFigure> Figures { get; init; } = [];

    /// <summary>How many requests draw from it directly and hold a grant.</summary>
    public int Running { get; init; }

    /// <summary>How many requests wait to draw from it directly, or have a start booked.</summary>
    public int Waiting { get; init; }

    /// <summary>How many requests and extensions it refused.</summary>
    public long Refused { get; init; }

    /// <summary>Its identity.</summary>
    public AllowanceKey Key => Spec.Key;
}
