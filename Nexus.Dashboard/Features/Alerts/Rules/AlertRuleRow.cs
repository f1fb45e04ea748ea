using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Alerts.Rules;

/// <summary>A rule as it is stored: one of somebody's own, or how one that Nexus brings along was changed.</summary>
internal sealed class AlertRuleRow
{
    public string Id { get; set; } = "";

    public string Metric { get; set; } = "";

    /// <summary>The owner path; empty: the root.</summary>
    public string Owner { get; set; } = "";

    public string? Pool { get; set; }

    public string? Resource { get; set; }

    public double Line { get; set; }

    public bool IsFloor { get; set; }

    public TimeSpan For { get; set; }

    public AlertSeverity Severity { get; set; }

    /// <summary>The channels, separated by spaces.</summary>
    public string Channels { get; set; } = "";

    public bool Enabled { get; set; }

    public string? Description { get; set; }

    public long Version { get; set; }

    public static AlertRuleRow Of(AlertRule rule) => new()
    {
        Id = rule.Id,
        Metric = rule.Metric,
        Owner = rule.Owner.ToString(),
        Pool = rule.Pool,
        Resource = rule.Resource,
        Line = rule.Condition.Line,
        IsFloor = rule.Condition.IsFloor,
        For = rule.For,
        Severity = rule.Severity,
        Channels = string.Join(' ', rule.Channels),
        Enabled = rule.Enabled,
        Description = rule.Description,
        Version = rule.Version,
    };

    public AlertRule ToRule(bool builtIn) => new(Id, Metric, new AlertCondition(Line, IsFloor))
    {
        Owner = OwnerPath.Parse(Owner),
        Pool = Pool,
        Resource = Resource,
        For = For,
        Severity = Severity,
        Channels = Channels.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        Enabled = Enabled,
        Description = Description,
        BuiltIn = builtIn,
        Version = Version,
    };
}
