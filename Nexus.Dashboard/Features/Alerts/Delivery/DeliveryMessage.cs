using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Alerts.Firing;
using Nexus.Dashboard.Features.Alerts.Metrics;
using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Dashboard.Features.Quotas;

namespace Nexus.Dashboard.Features.Alerts.Delivery;

/// <summary>What a channel is told: the body of a webhook, and what an e-mail is made of.</summary>
/// <param name="Id">The delivery's key, the same for each attempt.</param>
/// <param name="Type"><c>alert.firing</c>, <c>alert.resolved</c> or <c>test</c>.</param>
/// <param name="At">When it was written.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Severity">How urgent it is.</param>
/// <param name="Summary">All of it in a sentence.</param>
/// <param name="Description">What to do about it.</param>
/// <param name="Alerts">The alerts, one by one.</param>
/// <param name="Page">Where they are shown, below the address of the dashboard.</param>
internal sealed record DeliveryMessage(string Id, string Type, DateTimeOffset At, string Rule, AlertSeverity Severity, string Summary, string? Description, IReadOnlyList<DeliveryAlert> Alerts, string Page)
{
    /// <summary>What tells of alerts.</summary>
    public static DeliveryMessage Of(AlertDelivery delivery, IReadOnlyList<Alert> alerts, AlertRule? rule, AlertMetric? metric, DateTimeOffset at)
    {
        string first = alerts.Count == 0 ? delivery.Rule : alerts[0].Sentence;
        string summary = alerts.Count switch
        {
            <= 1 => first,
            2 => $"{first}, and another",
            _ => $"{first}, and {(alerts.Count - 1).ToString(CultureInfo.InvariantCulture)} others",
        };
        return new DeliveryMessage(
            delivery.Key, delivery.Kind == DeliveryKind.Firing ? "alert.firing" : "alert.resolved", at, delivery.Rule, alerts.Count == 0 ? AlertSeverity.Info : alerts.Max(a => a.Severity),
            delivery.Kind == DeliveryKind.Firing ? $"{summary}." : $"Ended: {summary}.", rule?.Description, [.. alerts.Select(a => DeliveryAlert.Of(a, metric))],
            alerts.Count == 1 ? $"/alerts?open={alerts[0].Id.ToString(CultureInfo.InvariantCulture)}" : "/alerts");
    }

    /// <summary>What tells that a channel works.</summary>
    public static DeliveryMessage Test(string key, string channel, string by, DateTimeOffset at) =>
        new(key, "test", at, "test", AlertSeverity.Info, $"This is a test of the channel {channel}, sent by {by}.", null, [], "/alerts?tab=deliveries");

    /// <summary>As it is sent and kept.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DeliveryJson.Default.DeliveryMessage);

    /// <summary>Reads what was kept.</summary>
    public static DeliveryMessage Parse(string json) => JsonSerializer.Deserialize(json, DeliveryJson.Default.DeliveryMessage)!;
}

/// <summary>An alert in a message.</summary>
/// <param name="Id">Its number.</param>
/// <param name="State">How it stood.</param>
/// <param name="Message">What is or was so.</param>
/// <param name="Owner">Whose it is, the root as <c>~</c>.</param>
/// <param name="Pool">The pool.</param>
/// <param name="Resource">The kind, or the kind and period of a quota.</param>
/// <param name="Value">The value.</param>
/// <param name="Threshold">The line.</param>
/// <param name="Unit">What both count.</param>
/// <param name="Since">Since when.</param>
/// <param name="EndedAt">When it ended.</param>
internal sealed record DeliveryAlert(
    string Id, AlertState State, string Message, string Owner, string? Pool, string? Resource, double Value, double Threshold, AlertUnit? Unit, DateTimeOffset Since, DateTimeOffset? EndedAt)
{
    public static DeliveryAlert Of(Alert alert, AlertMetric? metric) => new(
        alert.Id.ToString(CultureInfo.InvariantCulture), alert.State, $"{alert.Sentence}.", QuotaAnswer.PathOf(alert.Within), alert.Pool, alert.Resource, alert.Value, alert.Line, metric?.Unit, alert.Since, alert.ResolvedAt);
}

/// <summary>Messages as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(CamelCaseEnum<AlertSeverity>), typeof(CamelCaseEnum<AlertState>), typeof(CamelCaseEnum<AlertUnit>)])]
[JsonSerializable(typeof(DeliveryMessage))]
internal sealed partial class DeliveryJson : JsonSerializerContext;
