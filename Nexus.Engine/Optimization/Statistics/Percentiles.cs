namespace Nexus.Engine.Optimization.Statistics;

/// <summary>Percentiles, medians and what is normal about them.</summary>
public static class Percentiles
{
    // Makes the median absolute deviation of a normal distribution its standard deviation.
    private const double NormalMad = 1.4826;

    /// <summary>A percentile by linear interpolation: definition 7 of Hyndman and Fan, <em>Sample Quantiles in Statistical Packages</em>, 1996.</summary>
    /// <param name="sorted">Values in ascending order; one at least.</param>
    /// <param name="share">Between 0 and 1.</param>
    public static double Of(IReadOnlyList<double> sorted, double share)
    {
        ArgumentNullException.ThrowIfNull(sorted);
        double place = (sorted.Count - 1) * Math.Clamp(share, 0, 1);
        int below = (int)Math.Floor(place);
        int above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (place - below));
    }

    /// <summary>The median; 0 of nothing.</summary>
    public static double Median(IEnumerable<double> values) => values.Order().ToArray() is { Length: > 0 } sorted ? Of(sorted, 0.5) : 0;

    /// <summary>The median absolute deviation from the median, scaled to be the standard deviation where values are normal (Rousseeuw and Croux, 1993); half of the values may be wrong without moving it.</summary>
    public static double Deviation(IReadOnlyCollection<double> values)
    {
        double middle = Median(values);
        return NormalMad * Median(values.Select(v => Math.Abs(v - middle)));
    }
}
