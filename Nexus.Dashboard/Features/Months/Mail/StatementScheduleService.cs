using System.Globalization;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Alerts;
using Nexus.Dashboard.Features.Alerts.Delivery;
using Nexus.Dashboard.Features.Months.Statements;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Months.Mail;

/// <summary>Schedules of statements: authorises the caller, then asks the book of schedules and the outbox. The page and the API call the same.</summary>
/// <remarks>A statement is for whoever may read all of the tenant's costs: who has it sent must be able to read it, beside being allowed to decide about money.</remarks>
internal sealed class StatementScheduleService(EngineHost host, StatementSchedules schedules, StatementOutbox outbox, StatementService statements, TimeProvider time)
{
    /// <summary>The schedules within the caller's path, by id.</summary>
    public async Task<Result<IReadOnlyList<StatementScheduleState>>> ListAsync(Caller caller, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Read))
        {
            return Problem.MissingScope(Scope.Read, caller);
        }

        StatementSchedule[] visible = [.. (await schedules.AllAsync(cancellation)).Where(s => caller.MayActFor(s.Owner))];
        ILookup<string, StatementDelivery> last = (await outbox.LastAsync([.. visible.Select(s => s.Id)], cancellation)).ToLookup(d => d.Schedule, StringComparer.Ordinal);
        return new Result<IReadOnlyList<StatementScheduleState>>([.. visible.Select(s => State(s, [.. last[s.Id].Where(d => d.Tenant == s.Tenant)]))]);
    }

    /// <summary>One of them.</summary>
    public async Task<Result<StatementScheduleState>> GetAsync(Caller caller, string id, CancellationToken cancellation)
    {
        Result<IReadOnlyList<StatementScheduleState>> all = await ListAsync(caller, cancellation);
        return all.Problem is { } problem ? problem : all.Value!.FirstOrDefault(s => s.Schedule.Id == id) is { } found ? found : NoSchedule(id);
    }

    /// <summary>Creates or replaces one.</summary>
    public async Task<Result<StatementScheduleState>> PutAsync(Caller caller, string id, StatementScheduleBody body, long? ifVersion, CancellationToken cancellation)
    {
        if (Refused(caller) is { } refused)
        {
            return refused;
        }

        Result<StatementSchedule> wanted = body.ToSchedule(id, host.Now);
        if (wanted.Value is not { } schedule)
        {
            return wanted.Problem!;
        }

        if (!caller.MayActFor(schedule.Owner))
        {
            return Problem.OutsidePath(schedule.Tenant, caller);
        }

        if ((await schedules.AllAsync(cancellation)).FirstOrDefault(s => s.Id == id) is { } before && !caller.MayActFor(before.Owner))
        {
            return new Problem("exists", "It exists already", 409, $"There is a schedule '{id}' already: choose another name.");
        }

        Result<StatementSchedule> put = await schedules.PutAsync(caller, schedule, ifVersion, cancellation);
        outbox.Tell();
        return put.Problem is { } problem ? problem : await GetAsync(caller, id, cancellation);
    }

    /// <summary>Deletes one. What was still to be sent by it is given up.</summary>
    public async Task<Problem?> DeleteAsync(Caller caller, string id, long? ifVersion, CancellationToken cancellation) =>
        (await ForChangeAsync(caller, id, cancellation)).Problem ?? await schedules.DeleteAsync(caller, id, ifVersion, cancellation);

    /// <summary>Sends a month's statement to all recipients now, whether it was sent or not.</summary>
    /// <returns>The deliveries, which are being made.</returns>
    public async Task<Result<IReadOnlyList<StatementDelivery>>> SendAsync(Caller caller, string id, SendStatementBody body, CancellationToken cancellation)
    {
        Result<StatementSchedule> found = await ForChangeAsync(caller, id, cancellation);
        BillingMonth month = default;
        if ((found.Problem ?? body.Read(host.Now, out month)) is { } problem)
        {
            return problem;
        }

        StatementSchedule schedule = found.Value!;
        StatementSending sending = await MakeAsync(schedule, month, caller.Id, cancellation);
        if (!await outbox.PutAsync(schedule, sending, AlertAudit.Entry(caller, time.GetUtcNow(), "sendStatement", $"{id} {month}"), cancellation))
        {
            return new Problem("version-mismatch", "It was changed meanwhile", 412, "The schedule was changed meanwhile. Read it again.");
        }

        return await outbox.LastAsync([id], cancellation);
    }

    /// <summary>What became of the statements of a schedule, the newest first.</summary>
    public async Task<Result<IReadOnlyList<StatementDelivery>>> DeliveriesAsync(Caller caller, string id, CancellationToken cancellation)
    {
        Result<StatementScheduleState> found = await GetAsync(caller, id, cancellation);
        return found.Problem is { } problem ? problem
            : new Result<IReadOnlyList<StatementDelivery>>([.. (await outbox.NewestAsync([id], StatementOutbox.MostListed, cancellation)).Where(d => OwnerPath.TryParse(d.Tenant, out OwnerPath? tenant, out _) && caller.MayActFor(tenant))]);
    }

    /// <summary>Has one sent again that was given up, or at once what waits for its next attempt.</summary>
    public async Task<Result<StatementDelivery>> RetryAsync(Caller caller, string id, string delivery, CancellationToken cancellation)
    {
        Result<StatementSchedule> found = await ForChangeAsync(caller, id, cancellation);
        if (found.Problem is { } problem)
        {
            return problem;
        }

        Result<IReadOnlyList<StatementDelivery>> all = await DeliveriesAsync(caller, id, cancellation);
        if (!long.TryParse(delivery, NumberStyles.None, CultureInfo.InvariantCulture, out long number) || all.Value?.FirstOrDefault(d => d.Mail.Id == number) is not { } of)
        {
            return Problem.NotFound($"The schedule '{id}' has no delivery '{delivery}'.");
        }

        return await outbox.RetryAsync(caller, id, number, cancellation) is { State: not DeliveryState.Delivered } again ? of with { Mail = again }
            : new Problem("ended", "It has ended", 409, $"The delivery {delivery} was taken already: send the statement now to have it sent once more.");
    }

    /// <summary>Puts in what is due by the schedules: of each month one statement, whatever happens in between.</summary>
    public async Task PlanAsync(CancellationToken cancellation)
    {
        ClosedMonths closed = host.Read.Configuration.Months;
        foreach (StatementSchedule schedule in await schedules.AllAsync(cancellation))
        {
            foreach (BillingMonth month in schedule.DueMonths(closed, host.Now))
            {
                if (!await outbox.HasAsync(schedule, month.ToString(), cancellation))
                {
                    await outbox.PutAsync(schedule, await MakeAsync(schedule, month, null, cancellation), null, cancellation);
                }
            }
        }
    }

    /// <summary>Why the caller may not change schedules; null where it may.</summary>
    public static Problem? Refused(Caller caller) => !caller.Allows(Scope.Money) ? Problem.MissingScope(Scope.Money, caller) : !caller.Allows(Scope.Read) ? Problem.MissingScope(Scope.Read, caller) : null;

    private StatementScheduleState State(StatementSchedule schedule, IReadOnlyList<StatementDelivery> last)
    {
        ClosedMonths closed = host.Read.Configuration.Months;
        BillingMonth next = schedule.NextMonth(closed, host.Now);
        return new StatementScheduleState(schedule, next, schedule.DueAt(next, closed), last);
    }

    private async Task<StatementSending> MakeAsync(StatementSchedule schedule, BillingMonth month, string? by, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        string id = Guid.CreateVersion7(now).ToString("N");
        StatementSending sending = new() { Id = id, Schedule = schedule.Id, Tenant = schedule.Tenant, Month = month.ToString(), Occasion = by is null ? "" : id, RequestedBy = by, CreatedAt = now };
        StatementMessage.Write(sending, await statements.ReadAsync(schedule.Owner, month, cancellation));
        return sending;
    }

    private async Task<Result<StatementSchedule>> ForChangeAsync(Caller caller, string id, CancellationToken cancellation) => Refused(caller) is { } refused ? refused
        : (await schedules.AllAsync(cancellation)).FirstOrDefault(s => s.Id == id && caller.MayActFor(s.Owner)) is { } schedule ? schedule : NoSchedule(id);

    private static Problem NoSchedule(string id) => Problem.NotFound($"There is no schedule '{id}' that you may see.");
}
