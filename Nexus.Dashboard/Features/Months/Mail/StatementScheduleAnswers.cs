using System.Globalization;
using Nexus.Dashboard.Features.Alerts.Delivery;

namespace Nexus.Dashboard.Features.Months.Mail;

/// <summary>A schedule as readers see it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Tenant">Whose statement.</param>
/// <param name="To">To whom.</param>
/// <param name="When">When it is sent.</param>
/// <param name="Day">On which day of the month after it, at 08:00; where it is sent on a day.</param>
/// <param name="TimeZone">The zone of that day.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="Version">Counts the changes.</param>
internal sealed record StatementScheduleAnswer(string Id, string Tenant, IReadOnlyList<string> To, SendWhen When, int? Day, string? TimeZone, string CreatedBy, long Version)
{
    /// <summary>The month whose statement is sent next.</summary>
    public string? NextMonth { get; init; }

    /// <summary>When that is; absent: when the month is closed.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>The last statement that was sent, or is being sent; absent where none was.</summary>
    public StatementSentAnswer? Last { get; init; }

    public static StatementScheduleAnswer Of(StatementSchedule schedule) => new(
        schedule.Id, schedule.Tenant, schedule.Addresses, schedule.When, schedule.When == SendWhen.Day ? schedule.Day : null, schedule.When == SendWhen.Day ? schedule.TimeZone : null, schedule.CreatedBy, schedule.Version);

    public static StatementScheduleAnswer Of(StatementScheduleState state) => Of(state.Schedule) with
    {
        NextMonth = state.NextMonth.ToString(),
        NextAt = state.NextAt,
        Last = state.Last.Count == 0 ? null : new StatementSentAnswer(state.Last[0].Month, state.LastState, state.Last.Count(d => d.Mail.State == DeliveryState.Delivered), state.Last.Count, state.LastFailure),
    };
}

/// <summary>What became of a statement that was sent.</summary>
/// <param name="Month">Of which month.</param>
/// <param name="State">Delivered: every mail server took it; dead: it was given up for at least one recipient; pending: it is still to be sent to some.</param>
/// <param name="Delivered">For how many recipients it was taken.</param>
/// <param name="Recipients">How many there are.</param>
/// <param name="Failure">What the mail server said, or why it was not reached, where it did not take it.</param>
internal sealed record StatementSentAnswer(string Month, DeliveryState State, int Delivered, int Recipients, string? Failure);

/// <summary>A statement to one recipient.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Key">The message id that the recipient sees, the same for each attempt.</param>
/// <param name="Month">Of which month.</param>
/// <param name="To">To whom.</param>
/// <param name="State">What became of it.</param>
/// <param name="Preliminary">True where the month was open then.</param>
/// <param name="RequestedBy">Who asked for it; absent: the schedule.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="CreatedAt">When it was written.</param>
/// <param name="TriedAt">When it was last tried.</param>
/// <param name="NextAt">When it is tried next.</param>
/// <param name="Result">What the mail server said, or why it was not reached.</param>
internal sealed record StatementDeliveryAnswer(
    string Id, string Key, string Month, string To, DeliveryState State, bool Preliminary, string? RequestedBy, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset? TriedAt, DateTimeOffset? NextAt, string? Result)
{
    public static StatementDeliveryAnswer Of(StatementDelivery delivery) => new(
        delivery.Mail.Id.ToString(CultureInfo.InvariantCulture), delivery.Mail.Key, delivery.Month, delivery.Mail.Address, delivery.Mail.State, delivery.IsPreliminary, delivery.RequestedBy, delivery.Mail.Attempts,
        delivery.Mail.CreatedAt, delivery.Mail.TriedAt, delivery.Mail.State == DeliveryState.Pending ? delivery.Mail.DueAt : null, delivery.Mail.Result);
}

/// <summary>A schedule with what it did and does next.</summary>
/// <param name="Schedule">The schedule.</param>
/// <param name="NextMonth">The month whose statement is sent next by itself.</param>
/// <param name="NextAt">When that is; null: when the month is closed.</param>
/// <param name="Last">The deliveries of the last statement, one a recipient.</param>
internal sealed record StatementScheduleState(StatementSchedule Schedule, Engine.Costs.Months.BillingMonth NextMonth, DateTimeOffset? NextAt, IReadOnlyList<StatementDelivery> Last)
{
    /// <summary>What became of the last statement as a whole.</summary>
    public DeliveryState LastState => Last.Any(d => d.Mail.State == DeliveryState.Dead) ? DeliveryState.Dead : Last.Any(d => d.Mail.State == DeliveryState.Pending) ? DeliveryState.Pending : DeliveryState.Delivered;

    /// <summary>Why it was not taken; null where it was, or was not tried yet.</summary>
    public string? LastFailure => Last.FirstOrDefault(d => d.Mail is { State: not DeliveryState.Delivered, Result: not null })?.Mail.Result;
}
