using Nexus.Dashboard.Features.Alerts.Metrics;
using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Alerts;

/// <summary>A metric whose values the test sets.</summary>
internal sealed class StubSource : IAlertSource
{
    public const string Level = "stub.level";

    public Dictionary<string, double> Values { get; } = [];

    /// <summary>False while the values cannot be known.</summary>
    public bool IsKnown { get; set; } = true;

    public IReadOnlyList<AlertMetric> Metrics { get; } = [new(Level, AlertUnit.Share, AlertScopes.Owner | AlertScopes.Pool | AlertScopes.Resource, "what the test says", static (s, v) => $"{s.OwnerName} is at {v}")];

    /// <summary>True while reading fails.</summary>
    public bool IsBroken { get; set; }

    public IReadOnlyList<AlertReading>? Read(AlertMetric metric, AlertRule rule) => IsBroken ? throw new InvalidOperationException("the source is broken") : !IsKnown ? null
        : [.. Values.Select(v => (Owner: OwnerPath.Parse(v.Key), v.Value)).Where(v => v.Owner.IsWithin(rule.Owner)).Select(v => new AlertReading(new AlertSubject(v.Owner), v.Value))];
}
