using Nexus.Engine.Resources;

namespace Nexus.Engine.Optimization.Detectors;

/// <summary>Amounts to which a capacity or a limit can be set: whole units where it is of whole units, else thousandths.</summary>
internal static class Sizing
{
    // What a sum is off by in binary must not cost a unit.
    private const double Rounding = 1e-9;

    /// <summary>The smallest amount that holds some.</summary>
    /// <param name="need">What must be held.</param>
    /// <param name="like">The amount as it is, which says in what steps.</param>
    public static double Up(double need, double like)
    {
        double step = like == Math.Floor(like) ? 1 : 0.001;
        return Math.Max(step, Math.Ceiling((need / step) - Rounding) * step);
    }

    /// <summary>The same as a quantity.</summary>
    public static Quantity Of(double units) => Quantity.FromThousandths((long)Math.Round(units * 1_000));
}
