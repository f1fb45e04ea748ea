using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Dashboard.Features.Recommendations;
using Nexus.Dashboard.Features.Recommendations.Review;
using Nexus.Engine.Resources;
using Nexus.Engine.Optimization;

namespace Nexus.Dashboard.Features.Alerts.Metrics;

/// <summary>Spending that departs from its own season, as the last review of savings found it and nobody has decided about yet.</summary>
internal sealed class SavingsSource(SavingsReviewer reviewer) : IAlertSource
{
    private static readonly AlertMetric Anomalies = new(
        "savings.anomalies", AlertUnit.Count, AlertScopes.Owner, "spending that departs from its own season and that nobody has decided about", static (s, v) => $"{v} of {s.OwnerName} spend far above their season");

    /// <inheritdoc/>
    public IReadOnlyList<AlertMetric> Metrics { get; } = [Anomalies];

    /// <inheritdoc/>
    public IReadOnlyList<AlertReading>? Read(AlertMetric metric, AlertRule rule) =>
        [.. reviewer.Known.Where(r => r.State == RecommendationState.Open && r.Type == FindingType.Anomaly && r.Within.IsWithin(rule.Owner))
            .GroupBy(r => r.Within).Select(g => new AlertReading(new AlertSubject(g.Key), g.Count()))];
}
