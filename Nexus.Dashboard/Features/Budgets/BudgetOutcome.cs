using System.Globalization;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;

namespace Nexus.Dashboard.Features.Budgets;

/// <summary>How a budget stands, in words.</summary>
/// <param name="State">How to take it.</param>
/// <param name="Text">The words.</param>
/// <param name="At">The moment that they end with, if any.</param>
/// <param name="Tail">What follows it.</param>
internal sealed record BudgetOutcome(Signal State, string Text, DateTimeOffset? At = null, string Tail = "")
{
    public static BudgetOutcome Of(BudgetRow row) => row.Budget switch
    {
        { Pause: { } pause, State: BudgetCondition.Paused } => new(Signal.Paused, "Paused until", pause.Until, $": {pause.Reason}"),
        { State: BudgetCondition.Halted } => row.IsRolling ? new(Signal.Bad, "Halted until less counts") : new(Signal.Bad, "Halted until", row.Budget.PeriodEnd),
        { State: BudgetCondition.Throttled } => PerHour(row) is { } pace ? new(Signal.Warning, $"Throttled to {BudgetMoney.Full(pace, row.Budget.Spent.Currency)} an hour") : new(Signal.Warning, "Throttled"),
        _ when row.IsOver => new(Signal.Bad, $"{Numbers.Percent((double)row.SpentPart)} spent"),
        { Forecast: { ExceedsAt: { } at } } when row.WillBeOver => new(Signal.Warning, "Runs out", at, $", would end at {Ends(row)}"),
        _ when row.Burns is { } burns => new(Signal.Warning, $"Spent {Times(burns.Rate)} times too fast"),
        { State: BudgetCondition.Alerting } => new(Signal.Warning, $"{Numbers.Percent((double)row.SpentPart)} spent"),
        { Forecast: not null } => new(Signal.Ok, $"Ends at {Ends(row)}"),
        _ when row.Spent == Money.Zero => new(Signal.Ok, row.Reserved == Money.Zero ? "Nothing spent" : "Within"),
        _ => new(Signal.Ok, $"{Numbers.Percent((double)row.SpentPart)} spent"),
    };

    private static string Ends(BudgetRow row) => Numbers.Percent((double)BudgetMoney.Part(row.Expected!.Value, row.Available));

    private static string Times(double rate) => rate.ToString(rate < 10 ? "0.#" : "0", CultureInfo.InvariantCulture);

    // Left, spread over the time that is left: what a throttle lets pass.
    private static Money? PerHour(BudgetRow row) =>
        row.Left > Money.Zero && row.TimeLeft is { TotalMinutes: >= 1 } left ? new Money(row.Left.Picos * 60 / (long)left.TotalMinutes) : null;
}
