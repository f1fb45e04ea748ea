using Microsoft.EntityFrameworkCore;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Alerts.Firing;
using Nexus.Dashboard.Features.Alerts.Rules;

namespace Nexus.Dashboard.Features.Alerts.Delivery;

/// <summary>The ways to tell people.</summary>
internal sealed class AlertChannels(AlertStore store, TimeProvider time)
{
    /// <summary>How many there may be.</summary>
    public const int Most = 100;

    private readonly Remembered<IReadOnlyList<AlertChannel>> _all = new(async cancellation => await store.ReadAsync(d => d.AlertChannels.AsNoTracking().OrderBy(c => c.Id).ToListAsync(cancellation), cancellation));

    /// <summary>All of them, by id.</summary>
    public ValueTask<IReadOnlyList<AlertChannel>> AllAsync(CancellationToken cancellation) => _all.GetAsync(cancellation);

    /// <summary>Those that are told of an alert: the rule's own, or those that are told of every rule without, and who is named where it is set; and nobody outside whose path it lies.</summary>
    public static IEnumerable<AlertChannel> For(IEnumerable<AlertChannel> all, AlertRule? rule, Alert alert, IReadOnlyList<string> also) => all.Where(c =>
        ((rule is { Channels.Count: > 0 } ? rule.Channels.Contains(c.Id, StringComparer.Ordinal) : c.IsDefault) || also.Contains(c.Id, StringComparer.Ordinal)) && alert.Within.IsWithin(c.Within));

    /// <summary>Creates or replaces one, as the caller's change.</summary>
    public async Task<Result<AlertChannel>> PutAsync(Caller caller, AlertChannel channel, long? seen, CancellationToken cancellation)
    {
        Result<AlertChannel> made = await store.WriteAsync<Result<AlertChannel>>(
            async database =>
            {
                AlertChannel? before = await database.AlertChannels.AsNoTracking().FirstOrDefaultAsync(c => c.Id == channel.Id, cancellation);
                if (AlertAudit.Outdated(before?.Version, seen) is { } outdated)
                {
                    return outdated;
                }

                if (before is null && await database.AlertChannels.CountAsync(cancellation) >= Most)
                {
                    return Problem.Field("invalid-value", 422, "id", $"cannot be one more: there are {Most} channels already, delete one first");
                }

                AlertChannel after = channel with { Version = (before?.Version ?? 0) + 1 };
                _ = before is null ? database.AlertChannels.Add(after) : database.AlertChannels.Update(after);
                database.Changes.Add(Audit(caller, before is null ? "createAlertChannel" : "changeAlertChannel", channel.Id, before, after));
                return after;
            },
            cancellation);
        _all.Forget();
        return made;
    }

    /// <summary>Deletes one that no rule names. What was to go there is given up.</summary>
    public async Task<Problem?> DeleteAsync(Caller caller, string id, long? seen, CancellationToken cancellation)
    {
        Problem? problem = await store.WriteAsync(
            async database =>
            {
                AlertChannel? before = await database.AlertChannels.FindAsync([id], cancellation);
                if (before is null)
                {
                    return Problem.NotFound($"There is no channel '{id}' that you may see.");
                }

                if (AlertAudit.Outdated(before.Version, seen) is { } outdated)
                {
                    return outdated;
                }

                List<AlertRuleRow> rules = await database.AlertRules.AsNoTracking().ToListAsync(cancellation);
                if (rules.FirstOrDefault(r => r.Channels.Split(' ').Contains(id, StringComparer.Ordinal)) is { } user)
                {
                    return new Problem("in-use", "It is in use", 409, $"The rule '{user.Id}' tells this channel: take it out of the rule first.");
                }

                database.AlertChannels.Remove(before);
                database.Changes.Add(Audit(caller, "deleteAlertChannel", id, before, null));
                return null;
            },
            cancellation);
        _all.Forget();
        return problem;
    }

    // The address of a webhook may let anybody in who knows it: the audit tells where, and no more.
    private AccessChange Audit(Caller caller, string action, string id, AlertChannel? before, AlertChannel? after) =>
        AlertAudit.Entry(caller, time.GetUtcNow(), action, id, Shown(before), Shown(after), ApiJson.Default.AlertChannelAnswer);

    private static AlertChannelAnswer? Shown(AlertChannel? channel) => channel is null ? null : AlertChannelAnswer.Of(channel, whole: false);
}
