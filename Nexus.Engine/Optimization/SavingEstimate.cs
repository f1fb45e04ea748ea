using System.Globalization;
using Nexus.Engine.Optimization.Statistics;

namespace Nexus.Engine.Optimization;

/// <summary>Estimates of savings from what would have been saved day by day.</summary>
public static class SavingEstimate
{
    /// <summary>The coverage of the ranges.</summary>
    public const double Coverage = 0.8;

    private const int ManyDays = 14;
    private const int SomeDays = 7;
    private const double Narrow = 0.5;

    /// <summary>The saving that days speak for: their mean over a month, with the range in which that mean lies with 80 % (<see cref="BlockBootstrap"/>).</summary>
    /// <param name="days">What each day would have saved.</param>
    /// <param name="fewest">With fewer days there is none.</param>
    /// <param name="most">How sure it is at most, whatever the days say.</param>
    /// <param name="why">Why no surer, as a sentence; empty where the days alone decide.</param>
    public static Saving? OfDays(IReadOnlyList<double> days, int fewest, SavingsLevel most = SavingsLevel.High, string why = "")
    {
        ArgumentNullException.ThrowIfNull(days);
        if (days.Count < Math.Max(1, fewest))
        {
            return null;
        }

        double mean = days.Average();
        (double low, double high) = BlockBootstrap.Mean(days, Coverage);
        SavingsLevel level = days.Count >= ManyDays && high - low <= Narrow * mean ? SavingsLevel.High : days.Count >= SomeDays ? SavingsLevel.Medium : SavingsLevel.Low;
        string reason = string.Create(CultureInfo.InvariantCulture, $"From {days.Count} days that differ {(high - low <= Narrow * mean ? "little" : "much")} from one another.");
        return Saving.Of(mean * Saving.DaysOfMonth, low * Saving.DaysOfMonth, high * Saving.DaysOfMonth, level < most ? level : most, level > most && why.Length > 0 ? $"{reason} {why}" : reason);
    }

    /// <summary>How sure a percentile of use is after some days.</summary>
    public static SavingsLevel OfHistory(double days) => days >= ManyDays ? SavingsLevel.High : days >= SomeDays ? SavingsLevel.Medium : SavingsLevel.Low;
}
