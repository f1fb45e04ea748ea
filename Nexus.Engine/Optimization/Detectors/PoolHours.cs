using Nexus.Engine.Resources;

namespace Nexus.Engine.Optimization.Detectors;

/// <summary>What a pool gave, hour by hour.</summary>
internal static class PoolHours
{
    private static readonly long Hour = TimeSpan.FromHours(1).Ticks;

    /// <summary>The distance between two points.</summary>
    public static TimeSpan StepOf(PoolPast pool) => pool.Points.Count < 2 ? TimeSpan.FromHours(1) : (pool.Points[^1].At - pool.Points[0].At) / (pool.Points.Count - 1);

    /// <summary>What findings about a pool's kind are about.</summary>
    public static string About(PoolPast pool) => $"pool:{pool.Pool}:{pool.Resource}";

    /// <summary>The means of whole hours since the epoch.</summary>
    public static Dictionary<long, (double Used, double Capacity)> Of(PoolPast pool) => pool.Points
        .GroupBy(p => p.At.Milliseconds * TimeSpan.TicksPerMillisecond / Hour)
        .ToDictionary(g => g.Key, g => (g.Average(p => p.Used), g.Average(p => p.Capacity)));

    /// <summary>The beginning of an hour.</summary>
    public static Instant Begins(long hour) => new(hour * Hour / TimeSpan.TicksPerMillisecond);

    /// <summary>Adds what hours would have saved up by days.</summary>
    public static double[] ByDay(SavingsPast past, IEnumerable<(long Hour, double Saved)> hours) => past.ByDay(hours, h => Begins(h.Hour), h => h.Saved);
}
