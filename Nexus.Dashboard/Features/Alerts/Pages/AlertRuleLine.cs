using Nexus.Dashboard.Features.Alerts.Metrics;
using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Features.Alerts.Pages;

/// <summary>A rule on the page.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Watches">What it watches, in words.</param>
/// <param name="When">When it fires, in words.</param>
/// <param name="Severity">How urgent it is, in a word.</param>
/// <param name="State">The same as a shape.</param>
/// <param name="Channels">Who is told, in words.</param>
/// <param name="Enabled">False while it is not watched.</param>
/// <param name="Source">Whose it is, in a word or two.</param>
/// <param name="Firing">How many alerts of it have not ended.</param>
public sealed record AlertRuleLine(string Id, string Watches, string When, string Severity, Signal State, string Channels, bool Enabled, string Source, int Firing)
{
    /// <summary>Why the reader may not change it; null for who may.</summary>
    public string? Locked { get; init; }

    /// <summary>A rule as the page shows it.</summary>
    internal static AlertRuleLine Of(AlertRule rule, AlertMetric? metric, int firing, string? locked)
    {
        string[] scope = [.. new[] { rule.Owner.IsRoot ? null : rule.Owner.ToString(), rule.Pool, rule.Resource }.OfType<string>()];
        return new AlertRuleLine(
            rule.Id, $"{rule.Metric}{(scope.Length == 0 ? "" : $" of {string.Join(", ", scope)}")}", Condition(rule, metric), rule.Severity.ToString(), AlertRow.Of(rule.Severity),
            rule.Channels.Count == 0 ? "default" : string.Join(", ", rule.Channels), rule.Enabled, !rule.BuiltIn ? "own" : rule.Version == 0 ? "built in" : "built in, changed", firing) { Locked = locked };
    }

    /// <summary>When a rule fires, in words.</summary>
    internal static string Condition(AlertRule rule, AlertMetric? metric)
    {
        string span = rule.For == TimeSpan.Zero ? "at once" : $"for {Numbers.Duration(rule.For)}";
        return metric is { Unit: AlertUnit.Flag } ? $"is so {span}" : $"{(rule.Condition.IsFloor ? "at or below" : "at or above")} {metric?.Show(rule.Condition.Line) ?? "?"} {span}";
    }
}
