using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Alerts.Rules;

/// <summary>What is watched, and when somebody is told.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Condition">Which of its values are meant.</param>
internal sealed record AlertRule(string Id, string Metric, AlertCondition Condition)
{
    /// <summary>What lies within this path is watched; who may act for it may change the rule.</summary>
    public OwnerPath Owner { get; init; } = OwnerPath.Root;

    /// <summary>The pool; null: any.</summary>
    public string? Pool { get; init; }

    /// <summary>The kind, or a quota's kind and period; null: any.</summary>
    public string? Resource { get; init; }

    /// <summary>For how long the condition must hold.</summary>
    public TimeSpan For { get; init; }

    /// <summary>How urgent it is.</summary>
    public AlertSeverity Severity { get; init; } = AlertSeverity.Warning;

    /// <summary>The channels that are told; empty: those that are told of every rule without channels of its own.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>False while it is not watched.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>What to do about it, for whoever is told; null where nobody wrote anything.</summary>
    public string? Description { get; init; }

    /// <summary>True where Nexus brings it along.</summary>
    public bool BuiltIn { get; init; }

    /// <summary>Counts the changes; 0 for one that is as Nexus brings it along.</summary>
    public long Version { get; init; }
}
