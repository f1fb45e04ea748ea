using System.Globalization;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Alerts.Metrics;
using Nexus.Dashboard.Features.Alerts.Rules;

namespace Nexus.Dashboard.Features.Alerts.Pages;

/// <summary>A rule as it is being typed.</summary>
public sealed class AlertRuleDraft
{
    public string Name { get; set; } = "";

    public string Metric { get; set; } = "quota.utilization";

    public string Owner { get; set; } = "";

    public string Pool { get; set; } = "";

    public string Resource { get; set; } = "";

    /// <summary>True where values at or below the line are meant.</summary>
    public bool IsFloor { get; set; }

    /// <summary>The line: of a share in percent, else in the metric's unit.</summary>
    public string Line { get; set; } = "90";

    /// <summary>For how many minutes.</summary>
    public string Minutes { get; set; } = "5";

    public string Severity { get; set; } = "Warning";

    public HashSet<string> Channels { get; } = new(StringComparer.Ordinal);

    public string Description { get; set; } = "";

    public bool Enabled { get; set; } = true;

    /// <summary>True where a rule of that name is there: the name stays.</summary>
    public bool Exists { get; private init; }

    /// <summary>True where Nexus brings it along: the metric stays.</summary>
    public bool BuiltIn { get; private init; }

    /// <summary>The version that was read; 0 where there is none.</summary>
    public long Version { get; private init; }

    /// <summary>True where it is as Nexus brings it along.</summary>
    public bool IsOriginal => BuiltIn && Version == 0;

    /// <summary>A rule that is there.</summary>
    internal static AlertRuleDraft Of(AlertRule rule, AlertMetric? metric)
    {
        AlertRuleDraft draft = new()
        {
            Name = rule.Id, Metric = rule.Metric, Owner = rule.Owner.IsRoot ? "" : rule.Owner.ToString(), Pool = rule.Pool ?? "", Resource = rule.Resource ?? "", IsFloor = rule.Condition.IsFloor,
            Line = (rule.Condition.Line * Scale(metric)).ToString("0.######", CultureInfo.InvariantCulture), Minutes = rule.For.TotalMinutes.ToString("0.###", CultureInfo.InvariantCulture),
            Severity = rule.Severity.ToString(), Description = rule.Description ?? "", Enabled = rule.Enabled, Exists = true, BuiltIn = rule.BuiltIn, Version = rule.Version,
        };
        draft.Channels.UnionWith(rule.Channels);
        return draft;
    }

    /// <summary>As it is sent; what cannot be read is named.</summary>
    internal Result<AlertRuleBody> ToBody(AlertMetric? metric)
    {
        Faults faults = new();
        bool isFlag = metric is { Unit: AlertUnit.Flag };
        decimal line = 1;
        faults.When(!isFlag && !decimal.TryParse(Line.Trim().TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out line), "line", "must be a number");
        faults.When(!double.TryParse(Minutes, NumberStyles.Float, CultureInfo.InvariantCulture, out double minutes) || minutes is < 0 or > 10_080, "for", "must be 0 to 10,080 minutes");
        if (faults.Problem is { } problem)
        {
            return problem;
        }

        Amount value = new(isFlag ? 1 : line / Scale(metric));
        AlertScopes scopes = metric?.Scopes ?? AlertScopes.None;
        return new AlertRuleBody
        {
            Metric = Metric,
            Scope = new AlertScopeBody(Text(Owner, scopes.HasFlag(AlertScopes.Owner)), Text(Pool, scopes.HasFlag(AlertScopes.Pool)), Text(Resource, scopes.HasFlag(AlertScopes.Resource))),
            Condition = IsFloor && !isFlag ? new AlertConditionBody(AtMost: value) : new AlertConditionBody(AtLeast: value),
            For = TimeSpan.FromSeconds(Math.Round(minutes * 60)),
            Severity = Enum.Parse<AlertSeverity>(Severity),
            Channels = [.. Channels.Order(StringComparer.Ordinal)],
            Enabled = Enabled,
            Description = Description,
        };
    }

    // People write shares in percent.
    private static int Scale(AlertMetric? metric) => metric is { Unit: AlertUnit.Share } ? 100 : 1;

    private static string? Text(string text, bool applies) => applies && text.Trim() is { Length: > 0 } given ? given : null;
}
