using Nexus.Dashboard.Features.Recommendations;
using Nexus.Engine.Costs;
using Nexus.Engine.Optimization;

namespace Nexus.Dashboard.Features.Calibration;

/// <summary>How what applied recommendations were expected to save held, by the last look at each.</summary>
/// <param name="Scored">How many were looked at.</param>
/// <param name="Kept">How many of these saved an amount within the range that was given.</param>
/// <param name="Realised">What was saved of what was expected; null where nothing was.</param>
/// <param name="Worst">Those furthest from what was expected.</param>
/// <param name="Currency">The currency of all amounts.</param>
internal sealed record SavingsCalibration(int Scored, int Kept, double? Realised, IReadOnlyList<ScoredSaving> Worst, string Currency)
{
    /// <summary>The share of amounts that should lie within their range; see <see cref="SavingEstimate.Coverage"/>.</summary>
    public const decimal Promised = 0.8m;

    private const int MostWorst = 10;

    /// <summary>Of recommendations whose last look lies within a span.</summary>
    public static SavingsCalibration Of(IEnumerable<Recommendation> all, DateTimeOffset? from, DateTimeOffset? to, string currency)
    {
        (Recommendation Of, FollowUpDone Look)[] scored =
        [
            .. all.Where(r => r.State is RecommendationState.Applied or RecommendationState.Reverted)
                .Select(r => (r, Look: r.ReadFollowUps().LastOrDefault(f => (from is null || f.At >= from) && (to is null || f.At < to)))).Where(r => r.Look is not null).Select(r => (r.r, r.Look!)),
        ];
        double expected = scored.Sum(s => SavingsMoney.Units(s.Of.Saving.Monthly));
        return new SavingsCalibration(
            scored.Length, scored.Count(s => s.Look.Realised.Monthly >= s.Of.Saving.Low && s.Look.Realised.Monthly <= s.Of.Saving.High),
            expected > 0 ? scored.Sum(s => SavingsMoney.Units(s.Look.Realised.Monthly)) / expected : null,
            [.. scored.Select(s => new ScoredSaving(s.Of.Id, s.Of.Title, s.Of.Saving.Monthly, s.Look.Realised.Monthly, s.Look.At)).OrderByDescending(s => Math.Abs(SavingsMoney.Units(s.Realised - s.Expected))).ThenBy(s => s.Id).Take(MostWorst)],
            currency);
    }
}

/// <summary>A saving that was looked at.</summary>
/// <param name="Id">The recommendation.</param>
/// <param name="Title">What it was.</param>
/// <param name="Expected">What was expected in a month.</param>
/// <param name="Realised">What was saved.</param>
/// <param name="At">When it was looked at.</param>
internal sealed record ScoredSaving(long Id, string Title, Money Expected, Money Realised, DateTimeOffset At);
