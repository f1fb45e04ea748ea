using Nexus.Dashboard.Features.Queue;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Request = Nexus.Engine.Scheduling.Request;

namespace Nexus.Dashboard.Hubs;

/// <summary>Puts frames into the form in which they go over the wire, without what the subscriber may not see.</summary>
/// <param name="maySee">True for the pools that the subscriber may see; figures over all pools and owners are sums and shown to all.</param>
internal sealed class FrameMessages(Func<string, bool> maySee)
{
    /// <summary>The message of a frame.</summary>
    public object Of(Frame frame) => frame switch
    {
        OverviewFrame f => new OverviewMessage
        {
            Sequence = f.Sequence,
            At = f.At.Milliseconds,
            Full = f.Full,
            Queue = Of(f.Queue),
            Speed = Of(f.Speed),
            Pools = Of(f.Pools),
            Removed = Of(f.RemovedPools),
            Points = Of(f.Points, withMeters: false),
            Decisions = f.Decisions.Count == 0 ? null : [.. f.Decisions.Select(Of)],
            Health = f.Health is { } health ? new HealthMessage { State = Camel(health.State), Reason = health.Reason, Since = health.Since.ToUnixTimeMilliseconds(), Clock = Camel(health.Clock) } : null,
        },
        PoolsFrame f => new PoolsMessage
        {
            Sequence = f.Sequence,
            At = f.At.Milliseconds,
            Full = f.Full,
            Pools = Of(f.Pools),
            Removed = Of(f.RemovedPools),
            Points = Of(f.Points, withMeters: true),
        },
        PoolFrame f => new PoolMessage
        {
            Sequence = f.Sequence,
            At = f.At.Milliseconds,
            Full = f.Full,
            Pool = f.Pool is { } pool ? Of(pool) : null,
            Removed = f.Removed ? true : null,
            Points = Of(f.Points, withMeters: true),
            Changed = Of(f.Changed),
            More = f.More ? true : null,
        },
        QueueFrame f => new QueueMessage
        {
            Sequence = f.Sequence,
            At = f.At.Milliseconds,
            Full = f.Full,
            Queue = Of(f.Queue),
            Changed = Of(f.Changed),
            More = f.More ? true : null,
        },
        _ => throw new ArgumentException($"there is no message for {frame.GetType().Name}", nameof(frame)),
    };

    private static QueueFigureMessage? Of(QueueFigures? queue) => queue is null ? null : new QueueFigureMessage
    {
        Waiting = queue.Waiting,
        Running = queue.Running,
        AllWaiting = queue.AllWaiting,
        AllRunning = queue.AllRunning,
        Oldest = queue.OldestWaitingSince?.Milliseconds,
        Classes = queue.WaitingByClass.ToDictionary(StringComparer.Ordinal),
    };

    private static SpeedMessage? Of(SpeedFigures? speed) => speed is null ? null : new SpeedMessage
    {
        PerSecond = speed.DecisionsPerSecond,
        Refused = speed.RefusedShare,
        P50 = speed.AdmissionP50?.TotalMilliseconds,
        P99 = speed.AdmissionP99?.TotalMilliseconds,
    };

    private PoolFigureMessage[]? Of(IReadOnlyList<PoolFigures> pools) => pools.Count == 0 ? null : [.. pools.Where(p => maySee(p.Name)).Select(Of)];

    // A pool that is gone cannot be asked any more whether it may be seen; its name alone tells nothing that was not shown before it went.
    private static string[]? Of(IReadOnlyList<string> removed) => removed.Count == 0 ? null : [.. removed];

    private static PoolFigureMessage Of(PoolFigures pool) => new()
    {
        Name = pool.Name,
        Version = pool.Version,
        Draining = pool.Draining ? true : null,
        Health = pool.Health?.Status.ToString().ToLowerInvariant(),
        Waiting = pool.Waiting,
        WaitP95 = pool.WaitP95?.TotalMilliseconds,
        Meters = [.. pool.Meters.Select(m => new MeterMessage
        {
            Kind = m.Kind,
            Capacity = Units(m.Capacity),
            Used = Units(m.Used),
            Free = Units(m.Free),
            Owed = m.Owed.IsZero ? null : Units(m.Owed),
        })],
    };

    private PointMessage[]? Of(IReadOnlyList<SeriesPoint> points, bool withMeters) => points.Count == 0 ? null :
    [
        .. points.Select(p => new PointMessage
        {
            At = p.At.Milliseconds,
            Waiting = p.Waiting,
            Running = p.Running,
            PerSecond = Math.Round(p.DecisionsPerSecond, 2),
            Refused = p.Refused,
            P99 = p.AdmissionP99?.TotalMilliseconds,
            Kinds = [.. p.Kinds.Select(k => new KindPointMessage { Kind = k.Kind, Used = Units(k.Used), Capacity = Units(k.Capacity), Waiting = Units(k.Waiting) })],
            Meters = withMeters
                ? [.. p.Meters.Where(m => maySee(m.Pool)).Select(m => new MeterPointMessage { Pool = m.Pool, Kind = m.Kind, Used = Units(m.Used), Capacity = Units(m.Capacity) })]
                : null,
        }),
    ];

    private static DecisionMessage Of(Engine.Hosting.Decision decision) => new()
    {
        Sequence = decision.Sequence,
        At = decision.At.Milliseconds,
        Owner = decision.Owner.ToString(),
        Id = decision.Id,
        Verb = Camel(decision.Verb),
        Amounts = Of(decision.Amounts),
        Pools = decision.Pools.Count == 0 ? null : [.. decision.Pools],
        Reason = decision.Reason is { } reason ? ReasonText.Of(reason) : null,
    };

    private static RequestMessage[]? Of(IReadOnlyList<Request> changed) => changed.Count == 0 ? null :
    [
        .. changed.Select(r => new RequestMessage
        {
            Id = r.Spec.Id,
            Owner = r.Owner.ToString(),
            Status = Camel(r.Status),
            Priority = r.Priority,
            Version = r.Version,
            SubmittedAt = r.SubmittedAt.Milliseconds,
            EndedAt = r.EndedAt?.Milliseconds,
            Resources = Of(r.Spec.Resources),
            Lease = r.Lease?.Id,
            ExpiresAt = r.Lease?.ExpiresAt.Milliseconds,
            Pools = r.Lease is { } lease ? [.. lease.Pools.Distinct(StringComparer.Ordinal)] : null,
            Reason = r.Reason is { } reason ? ReasonText.Of(reason) : null,
        }),
    ];

    private static Dictionary<string, double> Of(ResourceVector amounts) => amounts.ToDictionary(a => a.Kind, a => Units(a.Quantity), StringComparer.Ordinal);

    private static double Units(Quantity quantity) => quantity.Thousandths / 1000.0;

    private static string Camel<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
