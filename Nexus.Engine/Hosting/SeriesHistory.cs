using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;

namespace Nexus.Engine.Hosting;

/// <summary>The series beyond the last hour: what was sampled is kept on disk, every ten seconds, then as means of five minutes and of hours.</summary>
/// <remarks>A disk that refuses costs charts their past and nothing else: the reason is logged, once until it changes.</remarks>
internal sealed partial class SeriesHistory(Func<SeriesStore>? open, ILogger log) : IDisposable
{
    /// <summary>About how many points an answer has at most: a chart shows no more.</summary>
    public const int MostPoints = 400;

    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan RawAtMost = TimeSpan.FromHours(6);
    private static readonly TimeSpan FiveMinutesAtMost = TimeSpan.FromDays(7);

    private readonly Lock _lock = new();
    private readonly List<SeriesPoint> _withinFive = [];
    private readonly List<SeriesPoint> _withinHour = [];
    private readonly Dictionary<TimeSpan, (Instant At, IReadOnlyList<SeriesPoint> Points)> _answers = [];
    private SeriesStore? _store;
    private string? _fault;
    private Instant _kept = new(long.MinValue);

    /// <summary>Opens the store and reads what the last hour left there; empty where there is none.</summary>
    public IReadOnlyList<SeriesPoint> Open(Instant now)
    {
        lock (_lock)
        {
            return Try(() =>
            {
                _store = open!();
                IReadOnlyList<SeriesPoint> last = Read(SeriesStep.Raw, now - Hour);
                _withinFive.Clear();
                _withinFive.AddRange(last.Where(p => Start(p.At, FiveMinutes) == Start(now, FiveMinutes)));
                _withinHour.Clear();
                _withinHour.AddRange(Read(SeriesStep.FiveMinutes, new Instant(Start(now, Hour))));
                _kept = last.Count > 0 ? last[^1].At : new Instant(long.MinValue);
                return last;
            }) ?? [];
        }
    }

    /// <summary>Keeps the points that were not kept yet.</summary>
    public void Keep(IReadOnlyList<SeriesPoint> live)
    {
        lock (_lock)
        {
            if (live.Count == 0 || open is null)
            {
                return;
            }

            if (_store is null)
            {
                Open(live[^1].At);
            }

            Try(() =>
            {
                SeriesPoint[] news = _store is null ? [] : [.. live.Where(p => p.At > _kept)];
                List<(SeriesStep, long, byte[])> points = [];
                foreach (SeriesPoint point in news)
                {
                    Close(_withinFive, point, FiveMinutes, SeriesStep.FiveMinutes, points, five => Close(_withinHour, five, Hour, SeriesStep.Hour, points, null));
                    _withinFive.Add(point);
                    points.Add((SeriesStep.Raw, point.At.Milliseconds, SeriesCodec.Encode(point)));
                }

                if (news.Length > 0)
                {
                    _store!.Add(points, news[^1].At.Milliseconds);
                    _kept = news[^1].At;
                }

                return news;
            });
        }
    }

    /// <summary>The series over a span that ends now, in about <see cref="MostPoints"/> points at most, oldest first.</summary>
    public IReadOnlyList<SeriesPoint> Over(TimeSpan span, IReadOnlyList<SeriesPoint> live)
    {
        Instant now = live.Count == 0 ? new Instant(0) : live[^1].At;
        Instant from = now - span;
        if (span <= Hour || _store is null)
        {
            return [.. live.Where(p => p.At >= from)];
        }

        lock (_lock)
        {
            TimeSpan pace = span / MostPoints;
            if (_answers.TryGetValue(span, out (Instant At, IReadOnlyList<SeriesPoint> Points) answer) && now - answer.At < pace)
            {
                return answer.Points;
            }

            IReadOnlyList<SeriesPoint> points = Try(() => Read(span <= RawAtMost ? SeriesStep.Raw : span <= FiveMinutesAtMost ? SeriesStep.FiveMinutes : SeriesStep.Hour, from)) ?? [];
            // What is not summed up yet stands at the end as it was sampled.
            Instant last = points.Count > 0 ? points[^1].At : from;
            points = Thinned([.. points, .. live.Where(p => p.At > last)], now, pace);
            _answers[span] = (now, points);
            return points;
        }
    }

    /// <summary>The series over a span that ends now, of seven days at most, as it is kept, oldest first: for who must not miss what a chart would not show.</summary>
    public IReadOnlyList<SeriesPoint> Recorded(TimeSpan span, IReadOnlyList<SeriesPoint> live)
    {
        Instant now = live.Count == 0 ? new Instant(0) : live[^1].At;
        Instant from = now - (span < FiveMinutesAtMost ? span : FiveMinutesAtMost);
        lock (_lock)
        {
            IReadOnlyList<SeriesPoint> points = span <= Hour || _store is null ? [] : Try(() => Read(SeriesStep.FiveMinutes, from)) ?? [];
            Instant last = points.Count > 0 ? points[^1].At : from;
            return [.. points, .. live.Where(p => p.At > last)];
        }
    }

    /// <summary>The means of five minutes over a span that ends now, of as much as is kept, oldest first: read one by one, as a month of them need not be in memory at once.</summary>
    public IEnumerable<SeriesPoint> FiveMinutesOver(TimeSpan span, Instant now)
    {
        IReadOnlyList<byte[]> kept;
        lock (_lock)
        {
            kept = _store is null ? [] : Try(() => _store.From(SeriesStep.FiveMinutes, (now - span).Milliseconds)) ?? [];
        }

        return kept.Select(SeriesCodec.Decode).OfType<SeriesPoint>();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _store?.Dispose();
            _store = null;
        }
    }

    private static SeriesPoint[] Thinned(IReadOnlyList<SeriesPoint> points, Instant now, TimeSpan pace) =>
        points.Count <= MostPoints ? [.. points] : [.. points.GroupBy(p => (now.Milliseconds - p.At.Milliseconds) / (long)pace.TotalMilliseconds).Select(g => SeriesPoint.Mean([.. g])).OrderBy(p => p.At)];

    // Sums up what lies in the step before the one that a point begins.
    private static void Close(List<SeriesPoint> open, SeriesPoint next, TimeSpan length, SeriesStep step, List<(SeriesStep, long, byte[])> to, Action<SeriesPoint>? closed)
    {
        if (open.Count > 0 && Start(next.At, length) > Start(open[0].At, length))
        {
            SeriesPoint mean = SeriesPoint.Mean(open);
            open.Clear();
            to.Add((step, mean.At.Milliseconds, SeriesCodec.Encode(mean)));
            closed?.Invoke(mean);
        }

        if (step == SeriesStep.Hour)
        {
            open.Add(next);
        }
    }

    private static long Start(Instant at, TimeSpan length) => at.Milliseconds / (long)length.TotalMilliseconds * (long)length.TotalMilliseconds;

    private SeriesPoint[] Read(SeriesStep step, Instant from) => [.. _store!.From(step, from.Milliseconds).Select(SeriesCodec.Decode).OfType<SeriesPoint>()];

    private T? Try<T>(Func<T> act)
        where T : class
    {
        if (open is null)
        {
            return null;
        }

        try
        {
            T done = act();
            _fault = _store is null ? _fault : null;
            return done;
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException)
        {
            // Opened anew with the next points: what is on disk then is where it goes on.
            _store?.Dispose();
            _store = null;
            if (_fault != fault.Message)
            {
                _fault = fault.Message;
                LogFault(log, fault.Message);
            }

            return null;
        }
    }

    [LoggerMessage(2, LogLevel.Warning, "The past of the charts cannot be kept or read: {Fault} Decisions are not concerned; it is tried again.")]
    private static partial void LogFault(ILogger log, string fault);
}
