using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Alerts.Delivery;
using Nexus.Dashboard.Features.Alerts.Metrics;
using Nexus.Dashboard.Features.Quotas;
using Microsoft.Extensions.Options;

namespace Nexus.Dashboard.Features.Alerts.Rules;

/// <summary>Rules of alerting: authorises the caller, then asks the book of rules. The page and the API call the same.</summary>
internal sealed class AlertRuleService(AlertRules rules, AlertChannels channels, AlertSources sources, IOptions<AlertOptions> options)
{
    /// <summary>All that can be watched.</summary>
    public IReadOnlyList<AlertMetric> Metrics => sources.Metrics;

    /// <summary>The rules within the caller's path, by id.</summary>
    public async Task<Result<IReadOnlyList<AlertRule>>> ListAsync(Caller caller, CancellationToken cancellation) => !caller.Allows(Scope.Read) ? Problem.MissingScope(Scope.Read, caller)
        : (await rules.AllAsync(cancellation)).Where(r => caller.MayActFor(r.Owner)).ToArray();

    /// <summary>One of them.</summary>
    public async Task<Result<AlertRule>> GetAsync(Caller caller, string id, CancellationToken cancellation)
    {
        Result<IReadOnlyList<AlertRule>> all = await ListAsync(caller, cancellation);
        return all.Problem is { } problem ? problem : all.Value!.FirstOrDefault(r => r.Id == id) is { } rule ? rule : NoRule(id);
    }

    /// <summary>A rule as readers see it.</summary>
    public AlertRuleAnswer Answer(AlertRule rule) => AlertRuleAnswer.Of(rule, sources.Find(rule.Metric));

    /// <summary>Creates or replaces one.</summary>
    public async Task<Result<AlertRule>> PutAsync(Caller caller, string id, AlertRuleBody body, long? ifVersion, CancellationToken cancellation)
    {
        Result<AlertRule> checkedRule = await CheckAsync(caller, id, body, cancellation);
        return checkedRule.Problem is not null ? checkedRule : await rules.PutAsync(caller, checkedRule.Value!, ifVersion, cancellation);
    }

    /// <summary>Deletes one; what Nexus brings along is then again as it does.</summary>
    public async Task<Problem?> DeleteAsync(Caller caller, string id, long? ifVersion, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Configure))
        {
            return Problem.MissingScope(Scope.Configure, caller);
        }

        return (await rules.AllAsync(cancellation)).Any(r => r.Id == id && caller.MayActFor(r.Owner)) ? await rules.DeleteAsync(caller, id, ifVersion, cancellation) : NoRule(id);
    }

    /// <summary>What a rule would have done over the recorded past, and would do now.</summary>
    public async Task<Result<AlertPreview>> PreviewAsync(Caller caller, string id, AlertRuleBody body, TimeSpan span, CancellationToken cancellation)
    {
        Result<AlertRule> rule = await CheckAsync(caller, id, body, cancellation);
        return rule.Problem is { } problem ? problem : AlertPreview.Of(rule.Value!, sources.Read(rule.Value!), sources.Past(rule.Value!, span), span, options.Value.Settle);
    }

    private async Task<Result<AlertRule>> CheckAsync(Caller caller, string id, AlertRuleBody body, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Configure))
        {
            return Problem.MissingScope(Scope.Configure, caller);
        }

        Result<AlertRule> wanted = body.ToRule(id, sources, caller.Path);
        if (wanted.Value is not { } rule)
        {
            return wanted;
        }

        if (!caller.MayActFor(rule.Owner))
        {
            return sources.Find(rule.Metric)!.Scopes.HasFlag(AlertScopes.Owner) ? Problem.OutsidePath(QuotaAnswer.PathOf(rule.Owner), caller) : Problem.MissingScope(Scope.Configure, caller);
        }

        if ((await rules.AllAsync(cancellation)).FirstOrDefault(r => r.Id == id) is { } before)
        {
            if (!caller.MayActFor(before.Owner))
            {
                return new Problem("exists", "It exists already", 409, $"There is a rule '{id}' already: choose another name.");
            }

            if (before.BuiltIn && before.Metric != rule.Metric)
            {
                return Problem.Field("invalid-value", 422, "$.metric", $"must stay {before.Metric}: Nexus brings this rule along, make one of your own for another metric");
            }
        }

        IReadOnlyList<AlertChannel> known = await channels.AllAsync(cancellation);
        return rule.Channels.FirstOrDefault(c => !known.Any(k => k.Id == c && caller.MayActFor(k.Within))) is { } missing
            ? Problem.Field("unknown-name", 422, $"$.channels[{rule.Channels.ToList().IndexOf(missing)}]", $"there is no channel '{missing}' that you may see")
            : rule;
    }

    private static Problem NoRule(string id) => Problem.NotFound($"There is no rule '{id}' that you may see.");
}
