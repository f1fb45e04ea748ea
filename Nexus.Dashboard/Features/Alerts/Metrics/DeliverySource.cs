using Nexus.Dashboard.Features.Alerts.Delivery;
using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Alerts.Metrics;

/// <summary>Whether people are told at all.</summary>
internal sealed class DeliverySource(DeliveryFigures figures) : IAlertSource
{
    private static readonly AlertMetric Dead = new(
        "alerts.dead", AlertUnit.Count, AlertScopes.None, "deliveries of alerts and statements that were given up in the last 24 hours", static (_, v) => $"{v} of the last 24 hours' deliveries were given up");

    private static readonly AlertMetric Stuck = new(
        "alerts.stuck", AlertUnit.Seconds, AlertScopes.None, "how long the oldest delivery has not been taken", static (_, v) => $"A delivery has not been taken for {v}");

    /// <inheritdoc/>
    public IReadOnlyList<AlertMetric> Metrics { get; } = [Dead, Stuck];

    /// <inheritdoc/>
    public IReadOnlyList<AlertReading>? Read(AlertMetric metric, AlertRule rule) =>
        figures.IsKnown ? [new AlertReading(new AlertSubject(OwnerPath.Root), metric == Dead ? figures.Dead : figures.OldestPending?.TotalSeconds ?? 0)] : null;
}
