using Nexus.Engine.Resources;

namespace Nexus.Engine.Hosting;

/// <summary>A point of the live series: one every ten seconds, the last hour of them, in memory only.</summary>
/// <param name="At">When, in engine time.</param>
/// <param name="Waiting">How many waited, over all owners.</param>
/// <param name="Running">How many ran, over all owners.</param>
/// <param name="DecisionsPerSecond">Submissions decided a second since the point before.</param>
/// <param name="Refused">How many of them were refused.</param>
/// <param name="AdmissionP99">99 % of the answers of the last minute took at most this.</param>
/// <param name="Kinds">Each kind over all pools.</param>
/// <param name="Meters">Each kind of each pool, at most <see cref="MostMeters"/>.</param>
public sealed record SeriesPoint(
    Instant At, int Waiting, int Running, double DecisionsPerSecond, long Refused, TimeSpan? AdmissionP99, IReadOnlyList<KindPoint> Kinds, IReadOnlyList<MeterPoint> Meters)
{
    /// <summary>The most meters that the series follows.</summary>
    public const int MostMeters = 400;
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
