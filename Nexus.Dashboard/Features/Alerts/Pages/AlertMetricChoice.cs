using Nexus.Dashboard.Features.Alerts.Metrics;

namespace Nexus.Dashboard.Features.Alerts.Pages;

/// <summary>A metric that the editor of rules offers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Meaning">What it is.</param>
/// <param name="Unit">What stands behind the line; empty for counts; null where there is no line to choose.</param>
/// <param name="HasOwner">True where an owner path narrows it.</param>
/// <param name="HasPool">True where a pool does.</param>
/// <param name="HasResource">True where a kind does.</param>
public sealed record AlertMetricChoice(string Name, string Meaning, string? Unit, bool HasOwner, bool HasPool, bool HasResource)
{
    /// <summary>A metric as the editor offers it.</summary>
    internal static AlertMetricChoice Of(AlertMetric metric) => new(
        metric.Name, metric.Meaning,
        metric.Unit switch { AlertUnit.Share => "%", AlertUnit.Seconds => "s", AlertUnit.Days => "days", AlertUnit.Gibibytes => "GiB", AlertUnit.Flag => null, _ => "" },
        metric.Scopes.HasFlag(AlertScopes.Owner), metric.Scopes.HasFlag(AlertScopes.Pool), metric.Scopes.HasFlag(AlertScopes.Resource));
}
