using Nexus.Dashboard.Features.Months.Mail;

namespace Nexus.Dashboard.Features.Months.Pages;

/// <summary>What the page shows of a schedule that is open.</summary>
/// <param name="State">The schedule; null: it is a new one.</param>
/// <param name="Deliveries">What became of its statements, the newest first.</param>
internal sealed record StatementScheduleView(StatementScheduleState? State, IReadOnlyList<StatementDelivery> Deliveries)
{
    /// <summary>When it is sent, for people.</summary>
    public static string WhenOf(StatementSchedule schedule) => schedule.When == SendWhen.Closed ? "when the month is closed" : $"on day {schedule.Day} at {StatementSchedule.Hour:00}:00, {schedule.TimeZone}";
}
