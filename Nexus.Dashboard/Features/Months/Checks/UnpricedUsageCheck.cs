using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Months.Checks;

/// <summary>Use for which there was no price: it costs nothing until it has one and the month is rated anew.</summary>
internal sealed class UnpricedUsageCheck : IMonthCheck
{
    private const int MostNamed = 3;

    /// <inheritdoc/>
    public string Name => "unpricedUsage";

    /// <inheritdoc/>
    public Task<MonthFinding> LookAsync(LookedAtMonth month, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(month);
        string[] what = [.. month.Bill.Own.Groups.Where(IsUnpriced).Select(NameOf)];
        int lines = (int)Math.Min(int.MaxValue, Math.Max(0, month.Bill.Own.Unpriced));
        return Task.FromResult(new MonthFinding(lines, lines == 0 ? "All use has a price."
            : $"{lines:#,0} {(lines == 1 ? "line has" : "lines have")} no price: {string.Join(", ", what.Take(MostNamed))}{(what.Length > MostNamed ? $" and {what.Length - MostNamed} more" : "")}. Add prices, then rate the month anew."));
    }

    private static bool IsUnpriced(CostGroup group) => group.Values[MonthService.Sku] is null && group.Values[MonthService.Kind] is "usage" or "adjustment" && group.Sum.Lines > 0;

    private static string NameOf(CostGroup group) => group.Values[MonthService.Model] is { } model ? $"{group.Values[MonthService.Resource]} of {model}" : group.Values[MonthService.Resource] ?? "";
}
