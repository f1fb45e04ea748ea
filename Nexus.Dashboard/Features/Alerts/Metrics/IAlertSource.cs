using Nexus.Dashboard.Features.Alerts.Rules;

namespace Nexus.Dashboard.Features.Alerts.Metrics;

/// <summary>Where the values of some metrics come from. Another source is a file of its own and a line in <c>AlertsExtensions</c>.</summary>
/// <remarks>Reads what is committed already and never waits for the engine. Any thread may call it.</remarks>
internal interface IAlertSource
{
    /// <summary>The metrics that it gives.</summary>
    IReadOnlyList<AlertMetric> Metrics { get; }

    /// <summary>The present values of all subjects that a rule's scope lets through.</summary>
    /// <returns>Null while they cannot be known: then nothing fires and nothing ends.</returns>
    IReadOnlyList<AlertReading>? Read(AlertMetric metric, AlertRule rule);

    /// <summary>The channels that are told of something, beside those of the rule: whoever set it named them there.</summary>
    IReadOnlyList<string> AlsoTold(AlertMetric metric, string? resource) => [];

    /// <summary>What was recorded of them over a span that ends now.</summary>
    /// <returns>Null where nothing is recorded of this metric, or not for that scope.</returns>
    IReadOnlyList<AlertPast>? Past(AlertMetric metric, AlertRule rule, TimeSpan span) => null;
}
