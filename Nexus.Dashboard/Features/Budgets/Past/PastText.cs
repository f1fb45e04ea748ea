using System.Globalization;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Budgets.Past;

/// <summary>The words for what a budget would have done.</summary>
internal static class PastText
{
    private static readonly CultureInfo Style = CultureInfo.InvariantCulture;

    /// <summary>What a period is called.</summary>
    public static string Name(PastPeriod period, BudgetPeriod of)
    {
        if (period.IsAhead)
        {
            return $"This {of}, as forecast";
        }

        DateTimeOffset start = period.Start.ToDateTimeOffset().ToOffset(TimeZoneInfo.FindSystemTimeZoneById(of.Zone).GetUtcOffset(period.Start.ToDateTimeOffset()));
        return of.Kind switch
        {
            BudgetPeriodKind.Rolling => $"The last {Numbers.Duration(of.Length * 3)}",
            BudgetPeriodKind.Month => start.ToString("MMMM yyyy", Style),
            BudgetPeriodKind.Year => start.ToString("yyyy", Style),
            BudgetPeriodKind.Quarter => $"{start.ToString("yyyy", Style)} Q{(start.Month + 2) / 3}",
            BudgetPeriodKind.Week => $"Week of {Day(start)}",
            _ => Day(start),
        };
    }

    /// <summary>What happened in one: when it told, paced, halted, and what that kept from being spent.</summary>
    public static string Of(PastOutcome outcome, BudgetPeriod period, string currency)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        List<string> parts = [];
        if (outcome.PacedAt is { } paced)
        {
            parts.Add($"paced from {When(paced, period)}, {Money(outcome.HeldBack, currency)} held back");
        }

        if (outcome.HaltedAt is { } halted)
        {
            parts.Add($"halted on {When(halted, period)}, {Money(outcome.Refused, currency)} refused{(outcome.RefusedCharges > 0 ? $" in about {Numbers.Count(outcome.RefusedCharges)} charges" : "")}");
        }

        if (parts.Count == 0 && outcome.Told.Count > 0)
        {
            (BudgetThreshold threshold, Instant at) = outcome.Told[^1];
            parts.Add($"told at {Numbers.Percent((double)threshold.AtMillionths / BudgetThreshold.Whole)} on {When(at, period)}, nothing refused");
        }

        return parts.Count == 0 ? "within, nothing refused" : string.Join("; ", parts);
    }

    /// <summary>How a period ended, for the sentence before the table: of the last one that was over.</summary>
    public static string? Sentence(PastSpending past, BudgetDefinition wanted, string currency)
    {
        ArgumentNullException.ThrowIfNull(past);
        return past.Periods.LastOrDefault(p => !p.IsAhead) is not { } last ? null
            : $"{Name(last, wanted.Period)}: {Of(PastOutcome.Of(wanted, last, past.Window), wanted.Period, currency)}.";
    }

    /// <summary>An amount, to the cent.</summary>
    public static string Money(double units, string currency) => BudgetMoney.Full(Engine.Costs.Money.TryRound((decimal)units, out Money money) ? money : Engine.Costs.Money.Zero, currency);

    private static string When(Instant at, BudgetPeriod period)
    {
        DateTimeOffset time = TimeZoneInfo.ConvertTime(at.ToDateTimeOffset(), TimeZoneInfo.FindSystemTimeZoneById(period.Zone));
        return period.Kind == BudgetPeriodKind.Day ? time.ToString("HH:mm", Style) : Day(time);
    }

    private static string Day(DateTimeOffset time) => time.ToString("d MMM", Style);
}
