using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Dashboard.Features.Pools;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;

namespace Nexus.Dashboard.Features.Alerts.Metrics;

/// <summary>How full pools are, and who waits for them.</summary>
internal sealed class PoolSource(ReadModel read, EngineFeed feed) : IAlertSource
{
    private const double P95 = 0.95;

    private static readonly AlertMetric Utilization = new(
        "pool.utilization", AlertUnit.Share, AlertScopes.Owner | AlertScopes.Pool | AlertScopes.Resource, "how much of a pool's capacity is used", static (s, v) => $"{s.Pool} has {v} of its {s.Resource} in use");

    private static readonly AlertMetric Waiting = new(
        "pool.waiting", AlertUnit.Count, AlertScopes.Owner | AlertScopes.Pool, "requests that wait at home in a pool", static (s, v) => $"{v} wait for {s.Pool}");

    private static readonly AlertMetric WaitP95 = new(
        "pool.waitP95", AlertUnit.Seconds, AlertScopes.Owner | AlertScopes.Pool, "how long 95 % of what a pool granted in the last hour had waited at most", static (s, v) => $"Of what {s.Pool} granted in the last hour 5 % had waited longer than {v}");

    private static readonly AlertMetric Unhealthy = new(
        "pool.unhealthy", AlertUnit.Flag, AlertScopes.Owner | AlertScopes.Pool, "1 while a pool grants less as too many of its grants failed: from the time that it opens until it is healthy again", static (s, _) => $"Too many grants of {s.Pool} failed: it grants less until they succeed");

    /// <inheritdoc/>
    public IReadOnlyList<AlertMetric> Metrics { get; } = [Utilization, Waiting, WaitP95, Unhealthy];

    /// <inheritdoc/>
    public IReadOnlyList<AlertReading>? Read(AlertMetric metric, AlertRule rule)
    {
        if (!read.IsLoaded)
        {
            return null;
        }

        Instant now = read.Now;
        return
        [
            .. Pools(rule).SelectMany(pool => metric == Utilization
                ? pool.Meters.Where(m => IsWatched(m, rule)).Select(m => new AlertReading(new AlertSubject(rule.Owner, pool.Name, m.Supply.Kind), (double)(PoolRows.Used(m, now) / m.Supply.Amount.Units)))
                : Of(pool, metric) is { } value ? [new AlertReading(new AlertSubject(rule.Owner, pool.Name), value)] : []),
        ];
    }

    /// <inheritdoc/>
    public IReadOnlyList<AlertPast>? Past(AlertMetric metric, AlertRule rule, TimeSpan span)
    {
        if (metric != Utilization)
        {
            return null;
        }

        HashSet<(string, string)> watched = [.. Pools(rule).SelectMany(p => p.Meters.Where(m => IsWatched(m, rule)).Select(m => (p.Name, m.Supply.Kind)))];
        Dictionary<(string Pool, string Kind), List<AlertPoint>> points = [];
        foreach (SeriesPoint point in feed.Recorded(span))
        {
            foreach (MeterPoint meter in point.Meters)
            {
                if (watched.Contains((meter.Pool, meter.Kind)) && !meter.Capacity.IsZero)
                {
                    (points.TryGetValue((meter.Pool, meter.Kind), out List<AlertPoint>? of) ? of : points[(meter.Pool, meter.Kind)] = [])
                        .Add(new AlertPoint(point.At.ToDateTimeOffset(), (double)(meter.Used.Units / meter.Capacity.Units)));
                }
            }
        }

        return [.. points.Select(p => new AlertPast(new AlertSubject(rule.Owner, p.Key.Pool, p.Key.Kind), p.Value))];
    }

    // Where outcomes do not count, there is nothing to tell.
    private double? Of(PoolState pool, AlertMetric metric) => metric == Unhealthy ? pool.Health is { } health ? health.Status == PoolHealthStatus.Healthy ? 0 : 1 : null
        : metric == Waiting ? read.WaitingIn(pool.Name) : read.WaitIn(pool.Name, P95)?.TotalSeconds;

    // Those that the rule's owner may use; at the root all.
    private IEnumerable<PoolState> Pools(AlertRule rule) => read.Pools.Where(p =>
        (rule.Pool is null || rule.Pool == p.Name) && (p.Definition.Allow is not { } allow || allow.Any(o => o.IsWithin(rule.Owner) || rule.Owner.IsWithin(o))));

    private static bool IsWatched(MeterState meter, AlertRule rule) => meter.Behaviour != ResourceBehaviour.Limit && !meter.Supply.Amount.IsZero && (rule.Resource is null || rule.Resource == meter.Supply.Kind);
}
