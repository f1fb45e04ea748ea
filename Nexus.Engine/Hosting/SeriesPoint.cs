using Nexus.Engine.Resources;

namespace Nexus.Engine.Hosting;

/// <summary>A point of the series: one every ten seconds, later the mean of five minutes or an hour.</summary>
/// <param name="At">When, in engine time.</param>
/// <param name="Waiting">How many waited, over all owners.</param>
/// <param name="Running">How many ran, over all owners.</param>
/// <param name="DecisionsPerSecond">Submissions decided a second since the point before.</param>
/// <param name="Decided">How many that were.</param>
/// <param name="Refused">How many of them were refused.</param>
/// <param name="AdmissionP99">99 % of the answers of the last minute took at most this.</param>
/// <param name="Kinds">Each kind over all pools.</param>
/// <param name="Meters">Each kind of each pool, at most <see cref="MostMeters"/>.</param>
public sealed record SeriesPoint(
    Instant At, int Waiting, int Running, double DecisionsPerSecond, long Decided, long Refused, TimeSpan? AdmissionP99, IReadOnlyList<KindPoint> Kinds, IReadOnlyList<MeterPoint> Meters)
{
    /// <summary>The most meters that the series follows.</summary>
    public const int MostMeters = 400;

    /// <summary>Several points as one: means, of counts the sums, of percentiles the largest; at the last of their moments, with the kinds and meters of then.</summary>
    internal static SeriesPoint Mean(IReadOnlyList<SeriesPoint> points)
    {
        SeriesPoint last = points[^1];
        if (points.Count == 1)
        {
            return last;
        }

        ILookup<string, KindPoint> kinds = points.SelectMany(p => p.Kinds).ToLookup(k => k.Kind, StringComparer.Ordinal);
        ILookup<(string, string), MeterPoint> meters = points.SelectMany(p => p.Meters).ToLookup(m => (m.Pool, m.Kind));
        return new SeriesPoint(
            last.At,
            (int)Math.Round(points.Average(p => p.Waiting)),
            (int)Math.Round(points.Average(p => p.Running)),
            points.Average(p => p.DecisionsPerSecond),
            points.Sum(p => p.Decided),
            points.Sum(p => p.Refused),
            points.Max(p => p.AdmissionP99),
            [.. last.Kinds.Select(k => kinds[k.Kind]).Select(k => new KindPoint(k.First().Kind, Mean(k, p => p.Used), Mean(k, p => p.Capacity), Mean(k, p => p.Waiting)))],
            [.. last.Meters.Select(m => meters[(m.Pool, m.Kind)]).Select(m => new MeterPoint(m.First().Pool, m.First().Kind, Mean(m, p => p.Used), Mean(m, p => p.Capacity)))]);
    }

    private static Quantity Mean<T>(IEnumerable<T> points, Func<T, Quantity> of) => Quantity.FromThousandths((long)Math.Round(points.Average(p => (decimal)of(p).Thousandths)));
}

/// <summary>A kind over all pools at a moment.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Used">What is used; see <see cref="MeterFigures.Used"/>.</param>
/// <param name="Capacity">What there is.</param>
/// <param name="Waiting">What those who wait need.</param>
public readonly record struct KindPoint(string Kind, Quantity Used, Quantity Capacity, Quantity Waiting);

/// <summary>A kind of a pool at a moment.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Used">What is used; see <see cref="MeterFigures.Used"/>.</param>
/// <param name="Capacity">What there is.</param>
public readonly record struct MeterPoint(string Pool, string Kind, Quantity Used, Quantity Capacity);
