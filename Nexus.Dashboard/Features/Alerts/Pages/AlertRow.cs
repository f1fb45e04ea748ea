using System.Globalization;
using Nexus.Dashboard.Features.Alerts.Firing;
using Nexus.Dashboard.Features.Alerts.Metrics;
using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Features.Alerts.Pages;

/// <summary>An alert on the page.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Severity">How urgent it is, in a word.</param>
/// <param name="Sentence">What is so, with the value and the line.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Where">The owner or pool that it is about, in words.</param>
/// <param name="Href">Where to look at that.</param>
/// <param name="Value">The newest value, with its unit.</param>
/// <param name="Values">The values lately, the oldest first.</param>
/// <param name="Line">The line.</param>
/// <param name="Since">Since when it is so.</param>
public sealed record AlertRow(string Id, string Severity, string Sentence, string Rule, string Where, string Href, string Value, IReadOnlyList<double> Values, double Line, DateTimeOffset Since)
{
    /// <summary>The same as a shape.</summary>
    public Signal State { get; init; }

    /// <summary>True where it is of a pool: then all of the pool can be silenced.</summary>
    public bool HasPool { get; init; }

    /// <summary>Who looks after it; null where nobody does.</summary>
    public string? HeldBy { get; init; }

    /// <summary>Until when; null: until it ends.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>What they noted.</summary>
    public string? Note { get; init; }

    /// <summary>Who silenced it; null where people are told.</summary>
    public string? SilencedBy { get; init; }

    /// <summary>Until when.</summary>
    public DateTimeOffset? SilencedUntil { get; init; }

    /// <summary>When it ended; null while it is so.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What to do about it.</summary>
    public string? Advice { get; init; }

    /// <summary>How a severity is drawn.</summary>
    internal static Signal Of(AlertSeverity severity) => severity switch { AlertSeverity.Critical => Signal.Bad, AlertSeverity.Warning => Signal.Warning, _ => Signal.Info };

    /// <summary>An alert as the page shows it.</summary>
    internal static AlertRow Of(AlertShown shown, AlertMetric? metric, AlertRule? rule)
    {
        Alert alert = shown.Alert;
        string Show(double value) => metric?.Show(value) ?? value.ToString(CultureInfo.InvariantCulture);
        string line = metric is null or { Unit: AlertUnit.Flag } ? "" : $" (line {Show(alert.Line)})";
        return new AlertRow(
            alert.Id.ToString(CultureInfo.InvariantCulture), alert.Severity.ToString(), $"{AlertAnswer.Sentence(shown, metric)}{line}", alert.Rule, alert.Pool ?? (alert.Owner.Length == 0 ? "everybody" : alert.Owner), HrefOf(alert),
            metric is { Unit: AlertUnit.Flag } ? "" : Show(shown.Last ?? alert.Value), shown.Values, alert.Line, alert.Since)
        {
            State = Of(alert.Severity),
            HasPool = alert.Pool is not null,
            HeldBy = alert.AcknowledgedBy,
            HeldUntil = alert.AcknowledgedUntil,
            Note = alert.Note,
            SilencedBy = shown.Silence?.By,
            SilencedUntil = shown.Silence?.Until,
            EndedAt = alert.ResolvedAt,
            Advice = rule?.Description,
        };
    }

    private static string HrefOf(Alert alert) => alert.Metric.Split('.')[0] switch
    {
        "quota" => $"/quotas?resource={Uri.EscapeDataString(alert.Resource ?? "")}&open={Uri.EscapeDataString(QuotaAnswer.PathOf(alert.Within))}",
        "budget" => $"/budgets?open={Uri.EscapeDataString(alert.Resource?.Split(':')[0] ?? "")}",
        "pool" => $"/pools/{Uri.EscapeDataString(alert.Pool ?? "")}",
        "queue" => "/queue",
        "alerts" => "/alerts?tab=deliveries",
        "savings" => "/recommendations?type=anomaly",
        _ => "/settings?section=data",
    };
}
