using Nexus.Engine.Optimization;
using Nexus.Engine.Optimization.FollowUp;

namespace Nexus.Bench.Savings;

/// <summary>What came of one cause.</summary>
/// <param name="Cause">The cause.</param>
/// <param name="Found">Whether it was found.</param>
/// <param name="Estimated">What it was said to save in a month.</param>
/// <param name="Realised">What it saved.</param>
internal sealed record SavingsOutcome(string Cause, bool Found, double Estimated, double Realised)
{
    /// <summary>What was realised of the estimate.</summary>
    public double Ratio => Estimated > 0 ? Realised / Estimated : 0;

    /// <summary>Plants all causes in a month, does what is recommended, and looks at the month after it.</summary>
    public static IReadOnlyList<SavingsOutcome> Of(int seed)
    {
        SavingsPast before = SimulatedMonth.Of(Planting.Planted, seed);
        Dictionary<string, Finding> found = SavingsDetectors.Find(before, SavingsSettings.Usual).ToDictionary(f => f.Cause, StringComparer.Ordinal);
        Dictionary<string, double> to = SimulatedMonth.Causes.ToDictionary(c => c, c => (double)(found.GetValueOrDefault(c)?.Change.To?.Units ?? 1), StringComparer.Ordinal);
        SavingsPast after = SimulatedMonth.Of(Planting.Applied, seed + 1, to);
        return [.. SimulatedMonth.Causes.Select(cause => found.TryGetValue(cause, out Finding? finding)
            ? new SavingsOutcome(cause, true, SavingsMoney.Units(finding.Saving.Monthly), SavingsMoney.Units(RealisedOf(finding, before, after)?.Monthly ?? default))
            : new SavingsOutcome(cause, false, 0, 0))];
    }

    private static Realised? RealisedOf(Finding finding, SavingsPast before, SavingsPast after) => finding.Measure.Volume switch
    {
        MeasureVolume.Capacity => Engine.Optimization.FollowUp.Realised.OfPool(after, finding.Measure, (double)finding.Change.From!.Value.Units, after.From),
        MeasureVolume.SetAside => Engine.Optimization.FollowUp.Realised.OfQuota(after, finding.Measure, (double)finding.Change.From!.Value.Units, after.From),
        _ => Engine.Optimization.FollowUp.Realised.Compare(Engine.Optimization.FollowUp.Realised.Baseline(before, finding.Measure), MeasuredDay.Of(after, finding.Measure)),
    };
}
