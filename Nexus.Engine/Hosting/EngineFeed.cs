using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;

namespace Nexus.Engine.Hosting;

/// <summary>What changes, in small frames: at most four a second for each topic, only what changed, and only while somebody watches. Beside that it keeps the series of what was used, waited and was decided.</summary>
/// <remarks>
/// Topics: <c>overview</c>, <c>pools</c>, <c>pools/NAME</c>, <c>queue</c>. Requests outside the subscriber's path are left out; what pools hold together is not.
/// Subscribers of the same topic and path share one projection, so that their number costs little. A subscriber that does not keep up gets a full frame instead of what it missed.
/// </remarks>
public sealed partial class EngineFeed : IHostedService, IAsyncDisposable
{
    /// <summary>The time between two frames at least.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>After this time without news a frame without content says that the connection lives.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FeedBoard _board;
    private readonly LiveSeries _series;
    private readonly SeriesHistory _history;
    private readonly ReadModel _read;
    private readonly ConcurrentDictionary<(string Topic, string Within), Broadcast> _broadcasts = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _ticking = new();
    private Task _running = Task.CompletedTask;

    /// <summary>The feed of an engine whose series lives in memory, for an hour.</summary>
    public EngineFeed(EngineHost host, TimeProvider? time = null, ILogger<EngineFeed>? log = null)
        : this(host, time, log, null)
    {
    }

    /// <summary>The feed of an engine.</summary>
    /// <param name="host">The engine.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told what fails.</param>
    /// <param name="series">Opens the place where the series is kept; null: it lives in memory, for an hour.</param>
    internal EngineFeed(EngineHost host, TimeProvider? time, ILogger<EngineFeed>? log, Func<SeriesStore>? series)
    {
        ArgumentNullException.ThrowIfNull(host);
        _time = time ?? TimeProvider.System;
        _log = log ?? NullLogger<EngineFeed>.Instance;
        _read = host.Read;
        _series = new LiveSeries(host.Read, host.Meters);
        _history = new SeriesHistory(series, _log);
        _board = new FeedBoard(host.Read, host.Meters, _series, () => host.Health);
    }

    /// <summary>The live series of the last hour, oldest first.</summary>
    public IReadOnlyList<SeriesPoint> Series => _series.Points;

    /// <summary>The series over a span that ends now, oldest first: every ten seconds up to an hour, else as many points as a chart can show.</summary>
    /// <param name="span">At most what is kept (<c>Nexus:Engine:Series</c>); what is older is missing.</param>
    public IReadOnlyList<SeriesPoint> Over(TimeSpan span) => _history.Over(span, _series.Points);

    /// <summary>The series over a span that ends now, oldest first, not thinned for a chart: every ten seconds up to an hour, else the means of five minutes, at last as it was sampled.</summary>
    /// <param name="span">At most seven days; of more, the last seven.</param>
    public IReadOnlyList<SeriesPoint> Recorded(TimeSpan span) => _history.Recorded(span, _series.Points);

    /// <summary>The means of five minutes over a span that ends now, oldest first, of as much as is kept (<c>Nexus:Engine:Series</c>); decoded one by one as they are taken.</summary>
    public IEnumerable<SeriesPoint> FiveMinutesOver(TimeSpan span) => _history.FiveMinutesOver(span, _read.Now);

    /// <summary>How many watch.</summary>
    public int Subscribers => _broadcasts.Values.Sum(b => b.Count);

    /// <summary>True when there is such a topic.</summary>
    public static bool IsTopic(string? topic) => topic is not null && Projections.Of(topic, OwnerPath.Root) is not null;

    /// <summary>Watches a topic: first a full frame at once, then what changes, until it is cancelled or the program stops.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="within">What the subscriber may see.</param>
    /// <param name="cancellation">Ends it, without an exception.</param>
    /// <exception cref="ArgumentException">There is no such topic.</exception>
    public IAsyncEnumerable<Frame> Subscribe(string topic, OwnerPath within, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        ArgumentNullException.ThrowIfNull(within);
        return IsTopic(topic) ? Watch(topic, within, cancellation) : throw new ArgumentException($"there is no topic '{topic}'", nameof(topic));
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll(RunAsync(), Task.Run(KeepAsync, CancellationToken.None));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested)
        {
            await StopAsync(CancellationToken.None);
        }

        _history.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Samples, and sends what changed. Called four times a second.</summary>
    internal void Tick()
    {
        lock (_ticking)
        {
            if (_read.Sequence > 0)
            {
                _series.Sample(_read.Now);
            }

            if (_broadcasts.IsEmpty)
            {
                return;
            }

            _board.Refresh();
            long now = _time.GetTimestamp();
            foreach (Broadcast broadcast in _broadcasts.Values)
            {
                broadcast.Tick(_board, now);
            }
        }
    }

    private async IAsyncEnumerable<Frame> Watch(string topic, OwnerPath within, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stopping.Token);
        (string, string) key = (topic, within.ToString());
        Channel<Frame> mine = Channel.CreateBounded<Frame>(new BoundedChannelOptions(Broadcast.MostUnread) { SingleReader = true });
        lock (_ticking)
        {
            Broadcast broadcast = _broadcasts.GetOrAdd(key, _ => new Broadcast(Projections.Of(topic, within)!, _time));
            if (broadcast.Count == 0)
            {
                _board.Refresh();
            }

            broadcast.Join(mine.Writer, _board);
        }

        try
        {
            while (await CanRead(mine.Reader, either.Token))
            {
                while (mine.Reader.TryRead(out Frame? frame))
                {
                    yield return frame;
                }
            }
        }
        finally
        {
            lock (_ticking)
            {
                if (_broadcasts.TryGetValue(key, out Broadcast? broadcast) && broadcast.Leave(mine.Writer) == 0)
                {
                    _broadcasts.TryRemove(key, out _);
                }
            }
        }
    }

    private static async Task<bool> CanRead(ChannelReader<Frame> reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.WaitToReadAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // Whoever watches must not lose the feed for good over one frame.
    private void TickOrLog()
    {
        try
        {
            Tick();
        }
#pragma warning disable CA1031 // Logged, and the next frame comes in a quarter of a second.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogFault(_log, error);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "A frame could not be made.")]
    private static partial void LogFault(ILogger log, Exception error);

    private async Task RunAsync()
    {
        using PeriodicTimer timer = new(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                TickOrLog();
            }
        }
        catch (OperationCanceledException)
        {
            // The program stops.
        }
    }

    // On a thread of its own: a disk that is slow must not make frames late.
    private async Task KeepAsync()
    {
        try
        {
            using (PeriodicTimer until = new(Interval, _time))
            {
                while (_read.Sequence == 0)
                {
                    await until.WaitForNextTickAsync(_stopping.Token);
                }
            }

            _series.Restore(_history.Open(_read.Now));
            using PeriodicTimer timer = new(LiveSeries.Interval, _time);
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                _history.Keep(_series.Points);
            }
        }
        catch (OperationCanceledException)
        {
            _history.Keep(_series.Points);
        }
    }
}
