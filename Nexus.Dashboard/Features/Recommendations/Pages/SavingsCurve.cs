using Nexus.Engine.Optimization;
using Nexus.Engine.Optimization.FollowUp;

namespace Nexus.Dashboard.Features.Recommendations.Pages;

/// <summary>What all that was applied has saved together since the first of it, beside what was expected of it.</summary>
/// <param name="Points">From the first change on, the amounts growing.</param>
/// <param name="Currency">The currency of all amounts.</param>
public sealed record SavingsCurve(IReadOnlyList<CurvePoint> Points, string Currency)
{
    private const int MostPoints = 60;
    private static readonly TimeSpan Shortest = TimeSpan.FromDays(1);

    /// <summary>What was saved in all.</summary>
    public double Saved => Points[^1].Saved;

    /// <summary>What was expected in all.</summary>
    public double Expected => Points[^1].Expected;

    /// <summary>Of what was applied, and of what was taken back for as long as it held; null while no week of any is known.</summary>
    internal static SavingsCurve? Of(IReadOnlyList<Recommendation> all, string currency)
    {
        (RealisedWeek Week, double Expected)[] weeks =
            [.. all.Where(r => r.State is RecommendationState.Applied or RecommendationState.Reverted).SelectMany(r => r.ReadWeeks().Select(w => (w, w.At(r.Saving.Monthly))))];
        if (weeks.Length == 0)
        {
            return null;
        }

        DateTimeOffset start = weeks.Min(w => w.Week.Start).ToDateTimeOffset();
        DateTimeOffset end = weeks.Max(w => w.Week.Start.ToDateTimeOffset().AddDays(w.Week.Days));
        TimeSpan step = (end - start) / MostPoints > Shortest ? (end - start) / MostPoints : Shortest;
        List<CurvePoint> points = [];
        for (DateTimeOffset at = start; at < end; at += step)
        {
            points.Add(Until(at));
        }

        return new SavingsCurve([.. points, Until(end)], currency);

        // Within a week as much is saved each day.
        CurvePoint Until(DateTimeOffset at) => new(at, weeks.Sum(w => w.Week.Saved * Part(w.Week, at)), weeks.Sum(w => w.Expected * Part(w.Week, at)));

        static double Part(RealisedWeek week, DateTimeOffset at) => Math.Clamp((at - week.Start.ToDateTimeOffset()).TotalDays / week.Days, 0, 1);
    }
}

/// <summary>What was saved until a moment.</summary>
/// <param name="At">The moment.</param>
/// <param name="Saved">What was saved.</param>
/// <param name="Expected">What was expected.</param>
public sealed record CurvePoint(DateTimeOffset At, double Saved, double Expected);
