using System.Diagnostics.Metrics;
using Nexus.Dashboard.Features.Alerts.Delivery;

namespace Nexus.Dashboard.Features.Alerts;

/// <summary>What alerting tells whoever measures it (meter <c>Nexus.Alerts</c>).</summary>
internal sealed class AlertMeters
{
    private readonly Counter<long> _sent;
    private volatile IReadOnlyDictionary<AlertSeverity, int> _firing = new Dictionary<AlertSeverity, int>();

    public AlertMeters(IMeterFactory factory, DeliveryFigures figures)
    {
        Meter meter = factory.Create("Nexus.Alerts");
        _sent = meter.CreateCounter<long>("nexus.alerts.attempts", "{attempt}", "Attempts to deliver, by the channel's kind and what became of the delivery.");
        meter.CreateObservableGauge("nexus.alerts.firing", () => Enum.GetValues<AlertSeverity>().Select(s => new Measurement<int>(_firing.GetValueOrDefault(s), Tag("severity", s))), "{alert}", "Alerts that fire and that nobody has acknowledged, by severity.");
        meter.CreateObservableGauge("nexus.alerts.deliveries.pending", () => figures.Pending, "{delivery}", "Deliveries that are to be sent.");
        meter.CreateObservableGauge("nexus.alerts.deliveries.dead", () => figures.Dead, "{delivery}", "Deliveries that were given up in the last 24 hours.");
        meter.CreateObservableGauge("nexus.alerts.deliveries.age", () => figures.OldestPending?.TotalSeconds ?? 0, "s", "How old the oldest delivery is that is to be sent.");
    }

    /// <summary>An attempt was made.</summary>
    public void Sent(ChannelKind? kind, DeliveryState became) =>
        _sent.Add(1, KeyValuePair.Create("kind", (object?)(kind?.ToString().ToLowerInvariant() ?? "deleted")), KeyValuePair.Create("state", (object?)became.ToString().ToLowerInvariant()));

    /// <summary>So many fire.</summary>
    public void Firing(IReadOnlyDictionary<AlertSeverity, int> bySeverity) => _firing = bySeverity;

    private static KeyValuePair<string, object?> Tag(string name, AlertSeverity severity) => KeyValuePair.Create(name, (object?)severity.ToString().ToLowerInvariant());
}
