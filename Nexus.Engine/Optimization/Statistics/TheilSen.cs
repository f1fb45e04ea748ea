namespace Nexus.Engine.Optimization.Statistics;

/// <summary>The slope of values that follow one another: the median of the slopes between all pairs (Theil, 1950; Sen, 1968), which up to 29 % of wild values do not move.</summary>
public static class TheilSen
{
    // Pairs grow with the square.
    private const int MostValues = 200;

    /// <summary>By how much a value lies above the one before; 0 of fewer than two.</summary>
    public static double Slope(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        int every = Math.Max(1, (values.Count + MostValues - 1) / MostValues);
        List<double> slopes = [];
        for (int i = 0; i < values.Count; i += every)
        {
            for (int j = i + every; j < values.Count; j += every)
            {
                slopes.Add((values[j] - values[i]) / (j - i));
            }
        }

        return Percentiles.Median(slopes);
    }
}
