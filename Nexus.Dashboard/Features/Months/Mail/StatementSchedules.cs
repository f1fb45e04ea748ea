using Microsoft.EntityFrameworkCore;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Alerts;
using Nexus.Dashboard.Features.Alerts.Delivery;

namespace Nexus.Dashboard.Features.Months.Mail;

/// <summary>The schedules by which statements are sent.</summary>
internal sealed class StatementSchedules(AlertStore store, TimeProvider time)
{
    /// <summary>How many there may be.</summary>
    public const int Most = 1_000;

    private readonly Remembered<IReadOnlyList<StatementSchedule>> _all = new(async cancellation => await store.ReadAsync(d => d.StatementSchedules.AsNoTracking().OrderBy(s => s.Id).ToListAsync(cancellation), cancellation));

    /// <summary>All of them, by id.</summary>
    public ValueTask<IReadOnlyList<StatementSchedule>> AllAsync(CancellationToken cancellation) => _all.GetAsync(cancellation);

    /// <summary>Creates or replaces one, as the caller's change.</summary>
    /// <param name="caller">Who changes it.</param>
    /// <param name="schedule">As it is to be; it starts now, unless only its recipients change.</param>
    /// <param name="seen">The version that the caller has seen.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Result<StatementSchedule>> PutAsync(Caller caller, StatementSchedule schedule, long? seen, CancellationToken cancellation)
    {
        Result<StatementSchedule> made = await store.WriteAsync<Result<StatementSchedule>>(
            async database =>
            {
                StatementSchedule? before = await database.StatementSchedules.AsNoTracking().FirstOrDefaultAsync(s => s.Id == schedule.Id, cancellation);
                if (AlertAudit.Outdated(before?.Version, seen) is { } outdated)
                {
                    return outdated;
                }

                if (before is null && await database.StatementSchedules.CountAsync(cancellation) >= Most)
                {
                    return Problem.Field("invalid-value", 422, "id", $"cannot be one more: there are {Most} schedules already, delete one first");
                }

                bool goesOn = before is not null && (before.Tenant, before.When, before.Day, before.TimeZone) == (schedule.Tenant, schedule.When, schedule.Day, schedule.TimeZone);
                StatementSchedule after = schedule with { Version = (before?.Version ?? 0) + 1, StartedAt = goesOn ? before!.StartedAt : schedule.StartedAt, CreatedBy = before?.CreatedBy ?? caller.Id };
                _ = before is null ? database.StatementSchedules.Add(after) : database.StatementSchedules.Update(after);
                database.Changes.Add(Audit(caller, before is null ? "createStatementSchedule" : "changeStatementSchedule", schedule.Id, before, after));
                return after;
            },
            cancellation);
        _all.Forget();
        return made;
    }

    /// <summary>Deletes one. What was still to be sent by it is given up.</summary>
    public async Task<Problem?> DeleteAsync(Caller caller, string id, long? seen, CancellationToken cancellation)
    {
        Problem? problem = await store.WriteAsync(
            async database =>
            {
                StatementSchedule? before = await database.StatementSchedules.FindAsync([id], cancellation);
                if (before is null)
                {
                    return Problem.NotFound($"There is no schedule '{id}' that you may see.");
                }

                if (AlertAudit.Outdated(before.Version, seen) is { } outdated)
                {
                    return outdated;
                }

                await database.StatementMails.Where(m => m.State == DeliveryState.Pending && database.StatementSendings.Any(s => s.Id == m.Sending && s.Schedule == id))
                    .ExecuteUpdateAsync(m => m.SetProperty(x => x.State, DeliveryState.Dead).SetProperty(x => x.Result, "The schedule was deleted"), cancellation);
                database.StatementSchedules.Remove(before);
                database.Changes.Add(Audit(caller, "deleteStatementSchedule", id, before, null));
                return null;
            },
            cancellation);
        _all.Forget();
        return problem;
    }

    private AccessChange Audit(Caller caller, string action, string id, StatementSchedule? before, StatementSchedule? after) =>
        AlertAudit.Entry(caller, time.GetUtcNow(), action, id, Shown(before), Shown(after), ApiJson.Default.StatementScheduleAnswer);

    private static StatementScheduleAnswer? Shown(StatementSchedule? schedule) => schedule is null ? null : StatementScheduleAnswer.Of(schedule);
}
