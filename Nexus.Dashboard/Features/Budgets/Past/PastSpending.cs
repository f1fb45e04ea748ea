using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Budgets.Past;

/// <summary>What a scope spent in a step of time, in units of the currency.</summary>
/// <param name="Start">When the step began.</param>
/// <param name="End">When it ended.</param>
/// <param name="Cost">What it cost.</param>
/// <param name="Charges">In how many charges.</param>
internal readonly record struct PastStep(Instant Start, Instant End, double Cost, long Charges);

/// <summary>What a scope spent in one period, step by step.</summary>
/// <param name="Start">When it began.</param>
/// <param name="End">When it ended, or will.</param>
/// <param name="Steps">The steps, the first first.</param>
/// <param name="IsAhead">True of the period that runs: its end is as it is forecast.</param>
internal sealed record PastPeriod(Instant Start, Instant End, IReadOnlyList<PastStep> Steps, bool IsAhead = false)
{
    /// <summary>All that was spent.</summary>
    public double Total => Steps.Sum(s => s.Cost);
}

/// <summary>What a scope spent in the last periods.</summary>
/// <param name="Periods">The periods, the oldest first.</param>
/// <param name="Window">The length of a rolling period, in whose past there is one stretch of time; null of the calendar's.</param>
internal sealed record PastSpending(IReadOnlyList<PastPeriod> Periods, TimeSpan? Window = null);
