using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Alerts.Metrics;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Alerts.Rules;

/// <summary>A rule as it is sent.</summary>
internal sealed record AlertRuleBody
{
    private const int MostChannels = 10;
    private const int MostDescription = 500;
    private const int MostResource = 160;
    private const decimal MostLine = 1_000_000_000_000;
    private static readonly TimeSpan MostFor = TimeSpan.FromDays(7);

    public required string Metric { get; init; }

    public AlertScopeBody? Scope { get; init; }

    public required AlertConditionBody Condition { get; init; }

    public Duration? For { get; init; }

    public AlertSeverity? Severity { get; init; }

    public List<string>? Channels { get; init; }

    public bool? Enabled { get; init; }

    public string? Description { get; init; }

    /// <summary>As a rule; what is wrong is named by field.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="sources">What can be watched.</param>
    /// <param name="within">The path that is meant where none is named.</param>
    public Result<AlertRule> ToRule(string id, AlertSources sources, OwnerPath within)
    {
        Faults faults = new();
        faults.Name("id", id);
        AlertMetric? metric = sources.Find(Metric);
        faults.When(metric is null, "$.metric", $"is no metric: there are {string.Join(", ", sources.Metrics.Select(m => m.Name))}");
        OwnerPath owner = metric is { Scopes: var scopes } && !scopes.HasFlag(AlertScopes.Owner) ? OwnerPath.Root : within;
        if (Scope?.Owner is { } text)
        {
            if (!OwnerPath.TryParseOrRoot(text == "~" ? "/" : text, out OwnerPath? named, out string? reason))
            {
                faults.Add("$.scope.owner", reason);
            }
            else
            {
                faults.When(metric is not null && !named.IsRoot && !metric.Scopes.HasFlag(AlertScopes.Owner), "$.scope.owner", $"must be left out: {Metric} is the whole installation's");
                owner = named;
            }
        }

        Narrows(faults, metric, AlertScopes.Pool, "$.scope.pool", Scope?.Pool);
        faults.Name("$.scope.pool", Scope?.Pool);
        Narrows(faults, metric, AlertScopes.Resource, "$.scope.resource", Scope?.Resource);
        faults.When(Scope?.Resource is { } resource && (resource.Length is 0 or > MostResource || resource.Any(static c => char.IsControl(c) || c is ' ' or '|')), "$.scope.resource", "must be a kind, or a kind and period as quotas name them, such as gpu or tokens.input:day");
        faults.When(Condition.AtLeast is null == Condition.AtMost is null, "$.condition", "must have one of atLeast and atMost");
        Amount line = Condition.AtLeast ?? Condition.AtMost ?? default;
        faults.When(line.Fault is not null || Math.Abs(line.Value) > MostLine, Condition.AtMost is null ? "$.condition.atLeast" : "$.condition.atMost", "must be between −10¹² and 10¹²");
        TimeSpan span = faults.Span("$.for", For, TimeSpan.Zero, MostFor) ?? TimeSpan.Zero;
        faults.When(Channels?.Count > MostChannels, "$.channels", $"must name at most {MostChannels} channels");
        for (int i = 0; i < Math.Min(Channels?.Count ?? 0, MostChannels); i++)
        {
            faults.When(!Faults.IsName(Channels![i]), $"$.channels[{i}]", "is not the name of a channel");
        }

        faults.When(Description is { } words && (words.Length > MostDescription || words.Any(static c => char.IsControl(c) && c != '\n')), "$.description", $"must have at most {MostDescription} characters");
        return faults.Problem is { } problem ? problem : new AlertRule(id, Metric, new AlertCondition((double)line.Value, Condition.AtMost is not null))
        {
            Owner = owner,
            Pool = Scope?.Pool,
            Resource = Scope?.Resource,
            For = span,
            Severity = Severity ?? AlertSeverity.Warning,
            Channels = [.. (Channels ?? []).Distinct(StringComparer.Ordinal)],
            Enabled = Enabled ?? true,
            Description = string.IsNullOrWhiteSpace(Description) ? null : Description.Trim(),
        };
    }

    private void Narrows(Faults faults, AlertMetric? metric, AlertScopes scope, string path, string? value) =>
        faults.When(value is not null && metric is not null && !metric.Scopes.HasFlag(scope), path, $"must be left out: {Metric} has none");
}

/// <summary>What a rule looks at.</summary>
/// <param name="Owner">What lies within this path; the caller's own unless said.</param>
/// <param name="Pool">This pool; any unless said.</param>
/// <param name="Resource">This kind, or kind and period of a quota; any unless said.</param>
internal sealed record AlertScopeBody(string? Owner = null, string? Pool = null, string? Resource = null);

/// <summary>Which values are meant; one of both.</summary>
/// <param name="AtLeast">Values from this one on.</param>
/// <param name="AtMost">Values up to this one.</param>
internal sealed record AlertConditionBody(Amount? AtLeast = null, Amount? AtMost = null);

/// <summary>A rule as readers see it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Metric">What it watches.</param>
/// <param name="Unit">What the metric's values count.</param>
/// <param name="Scope">Of what.</param>
/// <param name="Condition">Which values are meant.</param>
/// <param name="For">For how long they must be there.</param>
/// <param name="Severity">How urgent it is.</param>
/// <param name="Channels">Who is told; none: the channels that are told of every such rule.</param>
/// <param name="Enabled">False while it is not watched.</param>
/// <param name="BuiltIn">True where Nexus brings it along.</param>
/// <param name="Description">What to do about it.</param>
/// <param name="Version">Counts the changes.</param>
internal sealed record AlertRuleAnswer(
    string Id, string Metric, AlertUnit? Unit, AlertScopeBody Scope, AlertConditionBody Condition, Duration For, AlertSeverity Severity, IReadOnlyList<string> Channels, bool Enabled, bool BuiltIn, string? Description, long Version)
{
    public static AlertRuleAnswer Of(AlertRule rule, AlertMetric? metric) => new(
        rule.Id, rule.Metric, metric?.Unit, new AlertScopeBody(QuotaAnswer.PathOf(rule.Owner), rule.Pool, rule.Resource),
        rule.Condition.IsFloor ? new AlertConditionBody(AtMost: new Amount((decimal)rule.Condition.Line)) : new AlertConditionBody(AtLeast: new Amount((decimal)rule.Condition.Line)),
        rule.For, rule.Severity, rule.Channels, rule.Enabled, rule.BuiltIn, rule.Description, rule.Version);
}
