using Nexus.Engine.Costs;

namespace Nexus.Engine.Optimization;

/// <summary>What a change is expected to save in a month of 730 hours.</summary>
/// <param name="Monthly">The estimate.</param>
/// <param name="Low">The lower end of its range.</param>
/// <param name="High">The upper end of its range.</param>
/// <param name="Confidence">How sure that is.</param>
/// <param name="Reason">Why it is as sure as that, as a sentence.</param>
public sealed record Saving(Money Monthly, Money Low, Money High, SavingsLevel Confidence, string Reason)
{
    /// <summary>The hours of a month: a year of 8,760 in twelve parts.</summary>
    public const double HoursOfMonth = 730;

    /// <summary>The days of such a month.</summary>
    public const double DaysOfMonth = HoursOfMonth / 24;

    /// <summary>By what recommendations are ordered: the estimate, weighed by how sure it is (high 0.9, medium 0.6, low 0.3).</summary>
    public double Expected => SavingsMoney.Units(Monthly) * Weight(Confidence);

    /// <summary>A saving of amounts that were worked out; the estimate lies within its range, and nothing is below zero.</summary>
    public static Saving Of(double monthly, double low, double high, SavingsLevel confidence, string reason)
    {
        double estimate = Math.Max(0, monthly);
        return new(SavingsMoney.Of(estimate), SavingsMoney.Of(Math.Clamp(low, 0, estimate)), SavingsMoney.Of(Math.Max(high, estimate)), confidence, reason);
    }

    private static double Weight(SavingsLevel confidence) => confidence switch { SavingsLevel.High => 0.9, SavingsLevel.Medium => 0.6, _ => 0.3 };
}
