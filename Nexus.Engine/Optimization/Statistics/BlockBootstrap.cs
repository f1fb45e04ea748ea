namespace Nexus.Engine.Optimization.Statistics;

/// <summary>By how much the mean of a series could have been another: the series is put together anew from whole weeks of itself, many times.</summary>
/// <remarks>
/// The circular block bootstrap (Politis and Romano, <em>A Circular Block-Resampling Procedure for Stationary Data</em>, 1992): blocks keep what hangs together, weekends among working days.
/// The draws come from a generator with a fixed seed, so that the same series always gives the same range.
/// </remarks>
public static class BlockBootstrap
{
    private const int Resamples = 400;
    private const int Week = 7;

    /// <summary>The range in which the mean lies with a probability.</summary>
    /// <param name="days">Values of one day each; one at least.</param>
    /// <param name="coverage">The probability, between 0 and 1.</param>
    public static (double Low, double High) Mean(IReadOnlyList<double> days, double coverage)
    {
        ArgumentNullException.ThrowIfNull(days);
        int block = days.Count >= 2 * Week ? Week : Math.Max(1, days.Count / 3);
        ulong state = 0x9E3779B97F4A7C15UL;
        double[] means = new double[Resamples];
        for (int r = 0; r < Resamples; r++)
        {
            double sum = 0;
            for (int taken = 0; taken < days.Count; taken += block)
            {
                int start = (int)(Next(ref state) % (ulong)days.Count);
                for (int i = 0; i < Math.Min(block, days.Count - taken); i++)
                {
                    sum += days[(start + i) % days.Count];
                }
            }

            means[r] = sum / days.Count;
        }

        Array.Sort(means);
        return (Percentiles.Of(means, (1 - coverage) / 2), Percentiles.Of(means, (1 + coverage) / 2));
    }

    // SplitMix64 (Steele, Lea and Flood, 2014).
    private static ulong Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15UL;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
