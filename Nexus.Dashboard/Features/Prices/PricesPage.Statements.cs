using Microsoft.AspNetCore.Components;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Months.Mail;
using Nexus.Dashboard.Features.Months.Pages;
using Nexus.Engine.Core;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Prices;

/// <summary>The statements that are sent by e-mail, on the tab of the months.</summary>
public partial class PricesPage
{
    // In the address beside months; no month is called so.
    private const string NewSchedule = "~mail";
    private const string OpenSchedule = "~mail:";

    // While something is being sent, what became of it is looked at again this soon.
    private static readonly TimeSpan WhileSending = TimeSpan.FromSeconds(2);

    private IReadOnlyList<StatementScheduleState>? _schedules;
    private StatementScheduleView? _schedule;
    private StatementScheduleDraft? _scheduleDraft;
    private string? _scheduleDrafted;
    private (object Asked, long At)? _schedulesRead;
    private bool _lookingAgain;

    private string? LockedSchedules => Caller is null ? "" : StatementScheduleService.Refused(Caller)?.Detail;

    private string? OpenScheduleId => OnMonths && Open?.StartsWith(OpenSchedule, StringComparison.Ordinal) == true ? Open[OpenSchedule.Length..] : null;

    private IReadOnlyList<string> KnownTenants => [.. (_month?.Tenants ?? []).Select(t => t.Tenant).Concat(_schedules?.Select(s => s.Schedule.Tenant) ?? []).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private IReadOnlyList<string> SendableMonths => [.. (_months ?? []).OrderByDescending(m => m.HasEnded).ThenByDescending(m => m.Month).Select(m => m.Month.ToString())];

    private string ScheduleHref(string id) => Nav.GetUriWithQueryParameter("open", OpenSchedule + id);

    private async Task LoadSchedulesAsync()
    {
        if (!OnMonths)
        {
            (_schedules, _schedule, _scheduleDraft, _scheduleDrafted, _schedulesRead) = (null, null, null, null, null);
            return;
        }

        object asked = (Viewer.Path.ToString(), Open);
        if (_schedulesRead is { } read && read.Asked.Equals(asked) && Clock.GetElapsedTime(read.At) < WhileSending)
        {
            return;
        }

        _schedulesRead = (asked, Clock.GetTimestamp());
        _schedules = (await Schedules.ListAsync(Viewer, Left)).Value;
        StatementScheduleState? state = OpenScheduleId is { } id ? _schedules?.FirstOrDefault(s => s.Schedule.Id == id) : null;
        bool isNew = Open == NewSchedule && LockedSchedules is null;
        _schedule = state is null && !isNew ? null : new StatementScheduleView(state, state is null ? [] : (await Schedules.DeliveriesAsync(Viewer, state.Schedule.Id, Left)).Value ?? []);
        if (Open != _scheduleDrafted || _schedule is null)
        {
            (_scheduleDrafted, _scheduleDraft) = (Open, _schedule is null ? null : state is null ? new StatementScheduleDraft() : StatementScheduleDraft.Of(state.Schedule));
        }

        if (!_lookingAgain && _schedule?.Deliveries.Any(d => d.Mail is { State: Alerts.Delivery.DeliveryState.Pending, Attempts: 0 }) == true)
        {
            _lookingAgain = true;
            _ = InvokeAsync(LookAgainAsync);
        }
    }

    private async Task LookAgainAsync()
    {
        try
        {
            await Task.Delay(WhileSending, Clock, Left);
            _lookingAgain = false;
            await RefreshAsync();
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    private void AddSchedule() => Address.Set("open", NewSchedule);

    private async Task SaveScheduleAsync()
    {
        StatementScheduleDraft draft = _scheduleDraft!;
        string name = draft.Name.Trim() is { Length: > 0 } typed ? typed : $"{draft.Tenant.Trim()}-statement";
        StatementSchedule? before = _schedules?.FirstOrDefault(s => s.Schedule.Id == name)?.Schedule;
        _busy = true;
        Result<StatementScheduleState> saved = await Schedules.PutAsync(Caller, name, draft.Body(), draft.Exists ? before?.Version ?? Expected.ToExist : Expected.NotToExist, CancellationToken.None);
        _busy = false;
        draft.Take(saved.Problem);
        if (saved.Value is null)
        {
            return;
        }

        Toasts.Say($"The statement of {saved.Value.Schedule.Tenant} is sent {StatementScheduleView.WhenOf(saved.Value.Schedule)}", () => UndoScheduleAsync(name, before));
        _scheduleDrafted = null;
        Address.Set("open", OpenSchedule + name);
        await SchedulesAnewAsync();
    }

    private async Task DeleteScheduleAsync()
    {
        StatementSchedule before = _schedule!.State!.Schedule;
        if (await Schedules.DeleteAsync(Caller, before.Id, before.Version, CancellationToken.None) is { } problem)
        {
            Toasts.Fail(problem.Detail);
            return;
        }

        Toasts.Say($"The statement of {before.Tenant} is not sent any more", () => UndoScheduleAsync(before.Id, before));
        Address.Set("open", null);
        await SchedulesAnewAsync();
    }

    private async Task UndoScheduleAsync(string name, StatementSchedule? before)
    {
        Problem? problem = before is null ? await Schedules.DeleteAsync(Caller, name, null, CancellationToken.None)
            : (await Schedules.PutAsync(Caller, name, StatementScheduleDraft.Of(before).Body(), null, CancellationToken.None)).Problem;
        if (problem is not null)
        {
            Toasts.Fail(problem.Detail);
        }

        await SchedulesAnewAsync();
    }

    private async Task SendStatementAsync(string month)
    {
        StatementSchedule schedule = _schedule!.State!.Schedule;
        _busy = true;
        Problem? problem;
        try
        {
            problem = (await Schedules.SendAsync(Caller, schedule.Id, new SendStatementBody { Month = month }, CancellationToken.None)).Problem;
        }
        catch (EngineUnavailableException unavailable)
        {
            problem = Problem.Of(unavailable);
        }

        _busy = false;
        if (problem is not null)
        {
            Toasts.Fail(problem.Detail);
        }
        else
        {
            Toasts.Say($"The statement of {schedule.Tenant} for {month} is being sent");
        }

        await SchedulesAnewAsync();
    }

    private async Task RetryStatementAsync(long delivery)
    {
        Result<StatementDelivery> again = await Schedules.RetryAsync(Caller, _schedule!.State!.Schedule.Id, delivery.ToString(System.Globalization.CultureInfo.InvariantCulture), CancellationToken.None);
        if (again.Problem is { } problem)
        {
            Toasts.Fail(problem.Detail);
        }

        await SchedulesAnewAsync();
    }

    private Task SchedulesAnewAsync()
    {
        _schedulesRead = null;
        return RefreshAsync();
    }
}
