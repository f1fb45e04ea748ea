using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Engine.Hosting;
using Nexus.Engine.Quotas;

namespace Nexus.Dashboard.Features.Alerts.Metrics;

/// <summary>How full quotas are, whom they keep waiting and what they refused.</summary>
internal sealed class QuotaSource(ReadModel read, TimeProvider time) : IAlertSource
{
    /// <summary>Over how long refusals are counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private static readonly AlertMetric Utilization = new(
        "quota.utilization", AlertUnit.Share, AlertScopes.Owner | AlertScopes.Resource, "how much of a quota's limit is used", static (s, v) => $"{s.OwnerName} uses {v} of its quota of {s.Resource}");

    private static readonly AlertMetric Refused = new(
        "quota.refused", AlertUnit.Count, AlertScopes.Owner | AlertScopes.Resource, "requests that a quota refused in the last 10 minutes", static (s, v) => $"The quota of {s.Resource} of {s.OwnerName} refused {v} in 10 minutes");

    private static readonly AlertMetric Waiting = new(
        "quota.waiting", AlertUnit.Count, AlertScopes.Owner | AlertScopes.Resource, "requests that a quota keeps waiting", static (s, v) => $"The quota of {s.Resource} of {s.OwnerName} keeps {v} waiting");

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<(DateTimeOffset At, long Rejections)>> _seen = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyList<AlertMetric> Metrics { get; } = [Utilization, Refused, Waiting];

    /// <inheritdoc/>
    public IReadOnlyList<AlertReading>? Read(AlertMetric metric, AlertRule rule)
    {
        if (!read.IsLoaded)
        {
            return null;
        }

        // Without quotas there is nothing to make trees of.
        if (read.Quotas.Count == 0)
        {
            return [];
        }

        List<AlertReading> readings = [];
        Dictionary<(string, QuotaPeriod), QuotaWaits> waits = [];
        foreach (QuotaShown node in read.QuotasWithin(rule.Owner))
        {
            foreach ((QuotaRule of, QuotaFigures figures) in node.State.Definition.Rules.Zip(node.Figures))
            {
                string key = QuotaChoice.KeyOf(of.Resource, of.Period);
                if (rule.Resource is not null && rule.Resource != of.Resource && rule.Resource != key)
                {
                    continue;
                }

                AlertSubject subject = new(node.State.Owner, null, key);
                double? value = metric == Utilization ? (double?)figures.Utilization
                    : metric == Refused ? InWindow(subject, figures.Rejections)
                    : Waits(of).Stopped.GetValueOrDefault(node.State.Owner);
                if (value is { } found)
                {
                    readings.Add(new AlertReading(subject, found));
                }
            }
        }

        return readings;

        QuotaWaits Waits(QuotaRule of) => waits.TryGetValue((of.Resource, of.Period), out QuotaWaits? known) ? known
            : waits[(of.Resource, of.Period)] = read.WaitsFor(of.Resource, of.Period, rule.Owner);
    }

    // The engine counts since the quota was set: what came within the window is the difference to what was seen before it.
    private long InWindow(AlertSubject subject, long rejections)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (_lock)
        {
            if (!_seen.TryGetValue(subject.Key, out Queue<(DateTimeOffset At, long Rejections)>? seen) || (seen.Count > 0 && seen.Last().Rejections > rejections))
            {
                // New, or set anew.
                seen = _seen[subject.Key] = new();
            }

            if (seen.Count == 0 || seen.Last() is var last && (last.Rejections != rejections || now - last.At >= Window))
            {
                seen.Enqueue((now, rejections));
            }

            // The last from before the window is what the others are counted from.
            while (seen.Count > 1 && now - seen.ElementAt(1).At >= Window)
            {
                seen.Dequeue();
            }

            return rejections - seen.Peek().Rejections;
        }
    }
}
