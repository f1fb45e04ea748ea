using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>Turns what changed into frames of one topic for one owner path. Called by one thread at a time.</summary>
internal interface IProjection
{
    /// <summary>What changed since the last call, or null when nothing did.</summary>
    Frame? Next(FeedBoard board);

    /// <summary>Everything as of the last call.</summary>
    Frame Full(FeedBoard board);
}

/// <summary>The topics.</summary>
internal static class Projections
{
    private const string OnePool = "pools/";

    /// <summary>The projection of a topic, or null when there is no such topic.</summary>
    public static IProjection? Of(string topic, OwnerPath within) => topic switch
    {
        "overview" => new OverviewProjection(within),
        "pools" => new PoolsProjection(),
        "queue" => new QueueProjection(within),
        _ when topic.StartsWith(OnePool, StringComparison.Ordinal) && topic.Length > OnePool.Length => new PoolProjection(topic[OnePool.Length..], within),
        _ => null,
    };
}

/// <summary>Follows which pools' figures changed.</summary>
internal sealed class PoolChanges
{
    private Dictionary<string, PoolFigures> _shown = new(StringComparer.Ordinal);

    /// <summary>Those that changed, and those that are gone.</summary>
    public (IReadOnlyList<PoolFigures> Changed, IReadOnlyList<string> Removed) Next(IReadOnlyList<PoolFigures> pools)
    {
        PoolFigures[] changed = [.. pools.Where(p => !_shown.TryGetValue(p.Name, out PoolFigures? before) || !before.Equals(p))];
        string[] removed = [.. _shown.Keys.Except(pools.Select(p => p.Name), StringComparer.Ordinal)];
        if (changed.Length > 0 || removed.Length > 0)
        {
            _shown = pools.ToDictionary(p => p.Name, StringComparer.Ordinal);
        }

        return (changed, removed);
    }
}

internal sealed class OverviewProjection(OwnerPath within) : IProjection
{
    private readonly PoolChanges _pools = new();
    private readonly List<Decision> _decisions = [];
    private QueueFigures? _queue;
    private SpeedFigures? _speed;
    private HealthFigures? _health;
    private Instant? _lastPoint;
    private long _sequence = -1;

    public Frame? Next(FeedBoard board)
    {
        QueueFigures queue = board.Sequence == _sequence ? _queue! : board.QueueWithin(within);
        IReadOnlyList<Decision> decisions = NewDecisions(board);
        (IReadOnlyList<PoolFigures> pools, IReadOnlyList<string> removed) = _pools.Next(board.Pools);
        IReadOnlyList<SeriesPoint> points = board.Series.After(_lastPoint);
        OverviewFrame frame = new(
            board.Sequence, board.Now, Full: false,
            queue.Equals(_queue) ? null : queue,
            board.Speed == _speed ? null : board.Speed,
            pools, removed, points, decisions,
            board.Health == _health ? null : board.Health);
        (_queue, _speed, _health, _sequence) = (queue, board.Speed, board.Health, board.Sequence);
        _lastPoint = points.Count > 0 ? points[^1].At : _lastPoint;
        return frame is { Queue: null, Speed: null, Health: null, Pools.Count: 0, RemovedPools.Count: 0, Points.Count: 0, Decisions.Count: 0 } ? null : frame;
    }

    public Frame Full(FeedBoard board) => new OverviewFrame(
        board.Sequence, board.Now, Full: true, _queue, _speed, board.Pools, [], [.. board.Series.Points.Where(p => p.At <= _lastPoint)], [.. _decisions], _health);

    private List<Decision> NewDecisions(FeedBoard board)
    {
        List<Decision> found = [];
        foreach (RequestEvent happened in board.NewestFirst(_sequence, within))
        {
            if (Decisions.Of(happened, board.Read) is { } decision)
            {
                found.Add(decision);
                if (found.Count == Decision.MostInFrame)
                {
                    break;
                }
            }
        }

        _decisions.InsertRange(0, found);
        if (_decisions.Count > Decision.MostInFrame)
        {
            _decisions.RemoveRange(Decision.MostInFrame, _decisions.Count - Decision.MostInFrame);
        }

        return found;
    }
}

internal sealed class PoolsProjection : IProjection
{
    private readonly PoolChanges _pools = new();
    private Instant? _lastPoint;

    public Frame? Next(FeedBoard board)
    {
        (IReadOnlyList<PoolFigures> pools, IReadOnlyList<string> removed) = _pools.Next(board.Pools);
        IReadOnlyList<SeriesPoint> points = board.Series.After(_lastPoint);
        _lastPoint = points.Count > 0 ? points[^1].At : _lastPoint;
        return pools.Count == 0 && removed.Count == 0 && points.Count == 0 ? null : new PoolsFrame(board.Sequence, board.Now, Full: false, pools, removed, points);
    }

    public Frame Full(FeedBoard board) =>
        new PoolsFrame(board.Sequence, board.Now, Full: true, board.Pools, [], [.. board.Series.Points.Where(p => p.At <= _lastPoint)]);
}

internal sealed class PoolProjection(string name, OwnerPath within) : IProjection
{
    private PoolFigures? _pool;
    private Instant? _lastPoint;
    private long _sequence = -1;

    public Frame? Next(FeedBoard board)
    {
        PoolFigures? pool = board.Pools.FirstOrDefault(p => p.Name == name);
        IReadOnlyList<SeriesPoint> points = board.Series.After(_lastPoint);
        (IReadOnlyList<Request> changed, bool more) = _sequence < 0 ? ([], false) : board.ChangedAfter(_sequence, within, r => Concerns(r, board.Read));
        bool gone = pool is null && _pool is not null;
        bool same = pool is null ? !gone : pool.Equals(_pool);
        (_pool, _sequence) = (pool, board.Sequence);
        _lastPoint = points.Count > 0 ? points[^1].At : _lastPoint;
        return same && points.Count == 0 && changed.Count == 0 && !more
            ? null
            : new PoolFrame(board.Sequence, board.Now, Full: false, same ? null : pool, gone, Mine(points), changed, more);
    }

    public Frame Full(FeedBoard board) =>
        new PoolFrame(board.Sequence, board.Now, Full: true, _pool, _pool is null, Mine([.. board.Series.Points.Where(p => p.At <= _lastPoint)]), [], More: false);

    private bool Concerns(Request request, ReadModel read) =>
        request.Lease is { } lease ? lease.Pools.Contains(name, StringComparer.Ordinal)
        : request.Booking is { } booking ? booking.Pools.Contains(name, StringComparer.Ordinal)
        : request.Status == RequestStatus.Queued ? read.HomesOf(request).Contains(name, StringComparer.Ordinal)
        : request.Reason?.Pool == name;

    private SeriesPoint[] Mine(IReadOnlyList<SeriesPoint> points) => [.. points.Select(p => p with { Kinds = [], Meters = [.. p.Meters.Where(m => m.Pool == name)] })];
}

internal sealed class QueueProjection(OwnerPath within) : IProjection
{
    private QueueFigures? _queue;
    private long _sequence = -1;

    public Frame? Next(FeedBoard board)
    {
        if (board.Sequence == _sequence)
        {
            return null;
        }

        QueueFigures queue = board.QueueWithin(within);
        (IReadOnlyList<Request> changed, bool more) = _sequence < 0 ? ([], false) : board.ChangedAfter(_sequence, within, static _ => true);
        bool same = queue.Equals(_queue);
        (_queue, _sequence) = (queue, board.Sequence);
        return same && changed.Count == 0 && !more ? null : new QueueFrame(board.Sequence, board.Now, Full: false, same ? null : queue, changed, more);
    }

    public Frame Full(FeedBoard board) => new QueueFrame(board.Sequence, board.Now, Full: true, _queue, [], More: false);
}
