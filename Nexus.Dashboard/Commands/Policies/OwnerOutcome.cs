using Nexus.Engine.Costs;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>What a changed policy means to a tenant.</summary>
/// <remarks>It gains or loses by the first of these that differs: how many of its requests are refused, how many miss their deadline, the 95th percentile of its wait, what it costs.
/// In this order, since whose work is refused waits less and costs less, and has gained nothing by it.</remarks>
/// <param name="Owner">The tenant.</param>
/// <param name="Before">Under the present policy; null where it is not among the busiest there.</param>
/// <param name="After">Under the changed one.</param>
internal sealed record OwnerOutcome(string Owner, OwnerReport? Before, OwnerReport? After)
{
    private const double LeastWait = 0.0005;

    /// <summary>True where it is worse off.</summary>
    public bool Loses => Sign > 0;

    /// <summary>True where it is better off.</summary>
    public bool Gains => Sign < 0;

    // Positive: worse.
    private long Refused => (After?.Rejected ?? 0) - (Before?.Rejected ?? 0);

    private long Missed => MissedIn(After) - MissedIn(Before);

    private double Wait => (After?.P95WaitSeconds ?? 0) - (Before?.P95WaitSeconds ?? 0) is var by && Math.Abs(by) < LeastWait ? 0 : (After?.P95WaitSeconds ?? 0) - (Before?.P95WaitSeconds ?? 0);

    private Money Cost => CostIn(After) - CostIn(Before);

    private int Sign => Before is null || After is null ? 0
        : Refused != 0 ? Math.Sign(Refused) : Missed != 0 ? Math.Sign(Missed) : Wait != 0 ? Math.Sign(Wait) : Cost.CompareTo(Money.Zero);

    /// <summary>Those who lose most come first, those who gain most last.</summary>
    public static IComparer<OwnerOutcome> WorstFirst { get; } = Comparer<OwnerOutcome>.Create(static (a, b) =>
    {
        int order = b.Sign.CompareTo(a.Sign);
        order = order != 0 ? order : b.Refused.CompareTo(a.Refused);
        order = order != 0 ? order : b.Missed.CompareTo(a.Missed);
        order = order != 0 ? order : b.Wait.CompareTo(a.Wait);
        order = order != 0 ? order : b.Cost.CompareTo(a.Cost);
        return order != 0 ? order : string.CompareOrdinal(a.Owner, b.Owner);
    });

    private static long MissedIn(OwnerReport? report) => report is null ? 0 : report.Deadlines - report.DeadlinesMet;

    private static Money CostIn(OwnerReport? report) => report?.Cost?.ToMoney() ?? Money.Zero;
}
