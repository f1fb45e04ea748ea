using Microsoft.EntityFrameworkCore;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Alerts.Metrics;

namespace Nexus.Dashboard.Features.Alerts.Rules;

/// <summary>The rules that are watched: those that Nexus brings along, as they were changed, and those of people.</summary>
internal sealed class AlertRules(AlertStore store, AlertSources sources, TimeProvider time)
{
    /// <summary>How many rules of people there may be.</summary>
    public const int Most = 200;

    private readonly Remembered<IReadOnlyList<AlertRule>> _all = new(async cancellation => Effective(await store.ReadAsync(d => d.AlertRules.AsNoTracking().ToListAsync(cancellation), cancellation)));

    /// <summary>All of them, by id.</summary>
    public ValueTask<IReadOnlyList<AlertRule>> AllAsync(CancellationToken cancellation) => _all.GetAsync(cancellation);

    /// <summary>Creates or replaces one, as the caller's change.</summary>
    public async Task<Result<AlertRule>> PutAsync(Caller caller, AlertRule rule, long? seen, CancellationToken cancellation)
    {
        AlertRule? builtIn = BuiltInRules.Find(rule.Id);
        Result<AlertRule> made = await store.WriteAsync<Result<AlertRule>>(
            async database =>
            {
                AlertRuleRow? row = await database.AlertRules.FindAsync([rule.Id], cancellation);
                AlertRule? before = row?.ToRule(builtIn is not null) ?? builtIn;
                if (AlertAudit.Outdated(before?.Version, seen) is { } outdated)
                {
                    return outdated;
                }

                if (before is null && await database.AlertRules.CountAsync(cancellation) >= Most)
                {
                    return Problem.Field("invalid-value", 422, "id", $"cannot be one more: there are {Most} rules already, delete one first");
                }

                AlertRule after = rule with { BuiltIn = builtIn is not null, Version = (before?.Version ?? 0) + 1 };
                if (row is null)
                {
                    database.AlertRules.Add(AlertRuleRow.Of(after));
                }
                else
                {
                    database.Entry(row).CurrentValues.SetValues(AlertRuleRow.Of(after));
                }

                database.Changes.Add(Audit(caller, before is null ? "createAlertRule" : "changeAlertRule", rule.Id, before, after));
                return after;
            },
            cancellation);
        _all.Forget();
        return made;
    }

    /// <summary>Deletes one; what Nexus brings along is then again as it does.</summary>
    public async Task<Problem?> DeleteAsync(Caller caller, string id, long? seen, CancellationToken cancellation)
    {
        AlertRule? builtIn = BuiltInRules.Find(id);
        Problem? problem = await store.WriteAsync(
            async database =>
            {
                AlertRuleRow? row = await database.AlertRules.FindAsync([id], cancellation);
                AlertRule? before = row?.ToRule(builtIn is not null) ?? builtIn;
                if (before is null)
                {
                    return Problem.NotFound($"There is no rule '{id}' that you may see.");
                }

                if (AlertAudit.Outdated(before.Version, seen) is { } outdated)
                {
                    return outdated;
                }

                if (row is not null)
                {
                    database.AlertRules.Remove(row);
                    database.Changes.Add(Audit(caller, builtIn is null ? "deleteAlertRule" : "resetAlertRule", id, before, builtIn));
                }

                return null;
            },
            cancellation);
        _all.Forget();
        return problem;
    }

    private AccessChange Audit(Caller caller, string action, string id, AlertRule? before, AlertRule? after) =>
        AlertAudit.Entry(caller, time.GetUtcNow(), action, id, Shown(before), Shown(after), ApiJson.Default.AlertRuleAnswer);

    private AlertRuleAnswer? Shown(AlertRule? rule) => rule is null ? null : AlertRuleAnswer.Of(rule, sources.Find(rule.Metric));

    private static AlertRule[] Effective(List<AlertRuleRow> rows)
    {
        Dictionary<string, AlertRule> rules = BuiltInRules.All.ToDictionary(r => r.Id, StringComparer.Ordinal);
        foreach (AlertRuleRow row in rows)
        {
            rules[row.Id] = row.ToRule(rules.ContainsKey(row.Id));
        }

        return [.. rules.Values.OrderBy(r => r.Id, StringComparer.Ordinal)];
    }
}
