using System.Globalization;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;

namespace Nexus.Dashboard.Features.Budgets;

/// <summary>What a budget is, in words.</summary>
internal static class BudgetText
{
    private const string Utc = "UTC";

    /// <summary>What counts.</summary>
    public static string Scope(BudgetScopeBody scope)
    {
        string[] parts =
        [
            .. scope.Owner is null or "/" ? [] : new[] { scope.Owner },
            .. scope.Labels?.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}") ?? [],
            .. scope.Resources is { Count: > 0 } kinds ? [string.Join(", ", kinds)] : Array.Empty<string>(),
        ];
        return parts.Length == 0 ? "everything" : string.Join(" · ", parts);
    }

    /// <summary>Over what time, and how much of it is left.</summary>
    public static string Time(BudgetRow row) => row.IsRolling ? $"last {Numbers.Duration(row.TimeLeft)}"
        : $"{When(row.Budget.Period)}, {Numbers.Duration(row.TimeLeft > TimeSpan.Zero ? row.TimeLeft : TimeSpan.Zero)} left";

    /// <summary>The present period of the calendar.</summary>
    public static string When(string period) => period == "day" ? "today" : $"this {period}";

    /// <summary>A period with its zone.</summary>
    public static string Period(string period, string? zone) =>
        BudgetPeriod.TryParse(period, zone, out BudgetPeriod? read, out _, out _) && read.Kind == BudgetPeriodKind.Rolling ? $"any {Numbers.Duration(read.Length)}" : $"{period}, {zone ?? Utc}";

    /// <summary>What a drawing of its course says.</summary>
    public static string Course(BudgetRow row) =>
        $"{row.Id}: {Numbers.Percent((double)row.SpentPart)} spent{(row.Expected is { } expected ? $", {Numbers.Percent((double)BudgetMoney.Part(expected, row.Available))} expected at the end" : "")}";

    /// <summary>A threshold: at which part, and what happens.</summary>
    public static string Threshold(BudgetThresholdBody threshold) =>
        $"{Percent(threshold.At)}\u00A0% {threshold.Action.ToString().ToLowerInvariant()}{(threshold.Notify is { Count: > 0 } told ? $" ({string.Join(", ", told)})" : "")}";

    /// <summary>A part as a percentage, with as many digits as it has.</summary>
    public static string Percent(decimal part) => (part * 100).ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>What a threshold's action does.</summary>
    public static string Does(BudgetAction action) => action switch
    {
        BudgetAction.Throttle => "paces admissions over the time that is left",
        BudgetAction.Halt => "admits nothing that would pass it",
        _ => "tells somebody",
    };
}
