using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Alerts.Metrics;

/// <summary>How many wait, how long, and how many are refused.</summary>
internal sealed class QueueSource(ReadModel read, EngineFeed feed) : IAlertSource
{
    /// <summary>Over how long what is refused is counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private static readonly AlertMetric Waiting = new(
        "queue.waiting", AlertUnit.Count, AlertScopes.Owner, "requests that wait", static (s, v) => $"{v} wait{Of(s)}");

    private static readonly AlertMetric OldestWait = new(
        "queue.oldestWait", AlertUnit.Seconds, AlertScopes.Owner, "how long the request that waits longest does", static (s, v) => $"The oldest request{Of(s)} has waited {v}");

    private static readonly AlertMetric RefusedShare = new(
        "queue.refusedShare", AlertUnit.Share, AlertScopes.None, "the part of the requests of the last 5 minutes that was refused", static (_, v) => $"{v} of the requests of the last 5 minutes were refused");

    /// <inheritdoc/>
    public IReadOnlyList<AlertMetric> Metrics { get; } = [Waiting, OldestWait, RefusedShare];

    /// <inheritdoc/>
    public IReadOnlyList<AlertReading>? Read(AlertMetric metric, AlertRule rule)
    {
        if (!read.IsLoaded)
        {
            return null;
        }

        if (metric == RefusedShare)
        {
            return [Reading(rule, RefusedOver([.. feed.Series.Where(p => read.Now - p.At <= Window)]))];
        }

        Counts counts = read.CountsWithin(rule.Owner);
        return [Reading(rule, metric == Waiting ? counts.Waiting : counts.OldestWaitingSince is { } since ? (read.Now - since).TotalSeconds : 0)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<AlertPast>? Past(AlertMetric metric, AlertRule rule, TimeSpan span)
    {
        // The series is over all owners.
        if (metric == OldestWait || !rule.Owner.IsRoot)
        {
            return null;
        }

        IEnumerable<AlertPoint> points = feed.Recorded(span).Select(p => new AlertPoint(p.At.ToDateTimeOffset(), metric == Waiting ? p.Waiting : RefusedOver([p])));
        return [new AlertPast(new AlertSubject(rule.Owner), [.. points])];
    }

    private static double RefusedOver(SeriesPoint[] points) => points.Sum(p => p.Decided) is > 0 and var decided ? (double)points.Sum(p => p.Refused) / decided : 0;

    private static AlertReading Reading(AlertRule rule, double value) => new(new AlertSubject(rule.Owner), value);

    private static string Of(AlertSubject subject) => subject.Owner.IsRoot ? "" : $" of {subject.Owner}";
}
