using System.Collections.Immutable;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>The last hour in points of ten seconds, in bounded memory; <see cref="SeriesHistory"/> keeps what is older. One thread samples, any may read.</summary>
internal sealed class LiveSeries(ReadModel read, EngineMeters meters)
{
    /// <summary>The time between two points.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>How many points are kept.</summary>
    public const int MostPoints = 360;

    private volatile ImmutableList<SeriesPoint> _points = [];
    private long _decided;
    private long _refused;

    /// <summary>The points, oldest first.</summary>
    public IReadOnlyList<SeriesPoint> Points => _points;

    /// <summary>The points after a moment, oldest first.</summary>
    public IReadOnlyList<SeriesPoint> After(Instant? moment)
    {
        ImmutableList<SeriesPoint> points = _points;
        int first = points.Count;
        while (first > 0 && (moment is null || points[first - 1].At > moment))
        {
            first--;
        }

        return first == 0 ? points : points.GetRange(first, points.Count - first);
    }

    /// <summary>Begins with what was kept of the last hour before a restart.</summary>
    public void Restore(IReadOnlyList<SeriesPoint> kept) => Update(
        (points, kept) => [.. kept.Where(p => points.IsEmpty || p.At < points[0].At).Concat(points).TakeLast(MostPoints)], kept);

    /// <summary>Takes a point if it is time for one.</summary>
    public void Sample(Instant now)
    {
        ImmutableList<SeriesPoint> points = _points;
        SeriesPoint? last = points.IsEmpty ? null : points[^1];
        if (last is not null && now - last.At < Interval)
        {
            return;
        }

        (long decided, long refused) = (meters.Decided, meters.Refused);
        Counts counts = read.Counts;
        double seconds = last is null ? Interval.TotalSeconds : (now - last.At).TotalSeconds;
        SeriesPoint point = new(
            now, counts.Waiting, counts.Running, (decided - _decided) / seconds, decided - _decided, refused - _refused, meters.AdmissionP99LastMinute, Kinds(read.Pools, counts, now), Meters(read.Pools, now));
        (_decided, _refused) = (decided, refused);
        Update(static (points, point) => (points.Count < MostPoints ? points : points.RemoveAt(0)).Add(point), point);
    }

    private void Update<T>(Func<ImmutableList<SeriesPoint>, T, ImmutableList<SeriesPoint>> change, T with)
    {
        ImmutableList<SeriesPoint> before;
        do
        {
            before = _points;
        }
        while (Interlocked.CompareExchange(ref _points, change(before, with), before) != before);
    }

    private static KindPoint[] Kinds(IReadOnlyList<PoolState> pools, Counts counts, Instant now) =>
    [
        .. pools.SelectMany(p => p.Meters)
            .Where(m => m.Behaviour != ResourceBehaviour.Limit)
            .GroupBy(m => m.Supply.Kind, StringComparer.Ordinal)
            .OrderBy(k => k.Key, StringComparer.Ordinal)
            .Select(k => new KindPoint(
                k.Key,
                Tally.Sum(k.Sum(m => EngineMeters.Used(m, now).Thousandths)),
                Tally.Sum(k.Sum(m => m.Supply.Amount.Thousandths)),
                counts.WaitingAmounts.GetValueOrDefault(k.Key))),
    ];

    private static MeterPoint[] Meters(IReadOnlyList<PoolState> pools, Instant now) =>
    [
        .. pools.SelectMany(p => p.Meters
            .Where(m => m.Behaviour != ResourceBehaviour.Limit)
            .Select(m => new MeterPoint(p.Name, m.Supply.Kind, EngineMeters.Used(m, now), m.Supply.Amount)))
            .Take(SeriesPoint.MostMeters),
    ];
}
