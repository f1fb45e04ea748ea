using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>How promised starts held.</summary>
/// <param name="Since">From when on they are known: older scores are forgotten, and none outlives the program.</param>
/// <param name="Promised">The share of the intervals that should come true.</param>
/// <param name="All">All together.</param>
/// <param name="ByBasis">By what the estimates came from, in the order of <see cref="EstimateBasis"/>.</param>
/// <param name="ByPool">By the pool that granted the start, in the order of their names.</param>
/// <param name="Worst">Those that lay farthest outside their interval, the worst first; at most <see cref="MostWorst"/>.</param>
public sealed record StartCalibration(
    Instant Since,
    decimal Promised,
    PromiseScore All,
    IReadOnlyList<KeyValuePair<EstimateBasis, PromiseScore>> ByBasis,
    IReadOnlyList<KeyValuePair<string, PromiseScore>> ByPool,
    IReadOnlyList<ScoredStart> Worst)
{
    /// <summary>The most misses that are listed.</summary>
    public const int MostWorst = 10;

    /// <summary>Adds scores up.</summary>
    internal static StartCalibration Of(Instant since, IReadOnlyList<ScoredStart> scored) => new(
        since,
        Explanation.PromisedShare,
        PromiseScore.Of(scored),
        [.. scored.GroupBy(s => s.Basis).OrderBy(g => g.Key).Select(g => KeyValuePair.Create(g.Key, PromiseScore.Of([.. g])))],
        [.. scored.GroupBy(s => s.Pool, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => KeyValuePair.Create(g.Key, PromiseScore.Of([.. g])))],
        [.. scored.Where(s => !s.Kept).OrderByDescending(s => s.Missed).ThenBy(s => s.StartedAt).ThenBy(s => s.Request.ToString(), StringComparer.Ordinal).Take(MostWorst)]);
}

/// <summary>How a number of promises held.</summary>
/// <param name="Scored">How many were scored.</param>
/// <param name="Kept">How many of them came true.</param>
/// <param name="Bias">By how much later than estimated it came, in the median; negative when earlier; null when none was scored.</param>
public readonly record struct PromiseScore(int Scored, int Kept, TimeSpan? Bias)
{
    internal static PromiseScore Of(IReadOnlyList<ScoredStart> scored)
    {
        TimeSpan[] errors = [.. scored.Select(s => s.Error).Order()];
        return new(errors.Length, scored.Count(s => s.Kept), errors.Length == 0 ? null : errors[(errors.Length - 1) / 2]);
    }
}
