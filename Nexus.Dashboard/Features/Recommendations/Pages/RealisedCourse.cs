using Nexus.Engine.Optimization;
using Nexus.Engine.Optimization.FollowUp;

namespace Nexus.Dashboard.Features.Recommendations.Pages;

/// <summary>What a change saved week by week, for a month each, beside what was expected.</summary>
/// <param name="Expected">What was expected.</param>
/// <param name="Weeks">The weeks, the first first.</param>
/// <param name="Currency">The currency of all amounts.</param>
public sealed record RealisedCourse(double Expected, IReadOnlyList<CourseWeek> Weeks, string Currency)
{
    /// <summary>Of a recommendation; null while no week is known.</summary>
    internal static RealisedCourse? Of(Recommendation of, string currency) => of.ReadWeeks() is not { Count: > 0 } weeks ? null : new RealisedCourse(
        SavingsMoney.Units(of.Saving.Monthly),
        [.. weeks.Select(w => new CourseWeek(w.Start.ToDateTimeOffset(), w.Days, SavingsMoney.Units(w.Monthly), SavingsMoney.Units(w.Low), SavingsMoney.Units(w.High)))], currency);
}

/// <summary>A week since a change.</summary>
/// <param name="Start">When it begins.</param>
/// <param name="Days">How many of its days are over.</param>
/// <param name="Monthly">What was saved, for a month.</param>
/// <param name="Low">The lower end of its interval.</param>
/// <param name="High">The upper end of its interval.</param>
public sealed record CourseWeek(DateTimeOffset Start, double Days, double Monthly, double Low, double High);
