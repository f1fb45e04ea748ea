using Nexus.Dashboard.Features.Alerts.Rules;

namespace Nexus.Dashboard.Features.Alerts.Metrics;

/// <summary>All that rules can watch.</summary>
internal sealed class AlertSources(IEnumerable<IAlertSource> sources)
{
    private readonly Dictionary<string, (IAlertSource Source, AlertMetric Metric)> _metrics =
        sources.SelectMany(static s => s.Metrics.Select(m => (Source: s, Metric: m))).ToDictionary(m => m.Metric.Name, StringComparer.Ordinal);

    /// <summary>The metrics, by name.</summary>
    public IReadOnlyList<AlertMetric> Metrics => [.. _metrics.Values.Select(m => m.Metric).OrderBy(m => m.Name, StringComparer.Ordinal)];

    /// <summary>A metric, or null.</summary>
    public AlertMetric? Find(string name) => _metrics.TryGetValue(name, out (IAlertSource, AlertMetric Metric) found) ? found.Metric : null;

    /// <summary>The present values that a rule watches; null while they cannot be known, or where its metric is of a version that knew more.</summary>
    public IReadOnlyList<AlertReading>? Read(AlertRule rule) => _metrics.TryGetValue(rule.Metric, out (IAlertSource Source, AlertMetric Metric) found) ? found.Source.Read(found.Metric, rule) : null;

    /// <summary>The channels that are told of something of a metric, beside those of the rule.</summary>
    public IReadOnlyList<string> AlsoTold(string metric, string? resource) => _metrics.TryGetValue(metric, out (IAlertSource Source, AlertMetric Metric) found) ? found.Source.AlsoTold(found.Metric, resource) : [];

    /// <summary>Their recorded past; null where there is none.</summary>
    public IReadOnlyList<AlertPast>? Past(AlertRule rule, TimeSpan span) => _metrics.TryGetValue(rule.Metric, out (IAlertSource Source, AlertMetric Metric) found) ? found.Source.Past(found.Metric, rule, span) : null;
}
