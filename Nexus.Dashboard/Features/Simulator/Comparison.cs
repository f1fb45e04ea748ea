using System.Globalization;
using System.Text.Json;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Costs;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>Variants beside each other, figure by figure.</summary>
/// <param name="Variants">Their names, what was first.</param>
/// <param name="Rows">The figures.</param>
/// <param name="Owners">The 95th percentile of the wait by tenant, those for whom most changes first.</param>
/// <param name="OwnerCosts">The cost by tenant, those for whom most changes first; empty where nothing has a price.</param>
public sealed record Comparison(IReadOnlyList<string> Variants, IReadOnlyList<ComparedRow> Rows, IReadOnlyList<ComparedRow> Owners, IReadOnlyList<ComparedRow> OwnerCosts)
{
    private const int MostOwners = 10;
    private const double LeastDifference = 1e-9;
    private static readonly int[] Percentiles = [10, 25, 50, 75, 90, 95, 99, 100];
    private static readonly int[] Quarters = [25, 50, 75, 100];

    private static readonly HashSet<string> BudgetCodes =
    [
        .. new[] { ReasonCode.ExceedsBudget, ReasonCode.OverBudget, ReasonCode.Throttled }.Select(c => JsonNamingPolicy.CamelCase.ConvertName(c.ToString())),
    ];

    private enum Better
    {
        Less,
        More,
        Neither,
    }

    /// <summary>Compares with the first.</summary>
    public static Comparison Of(IReadOnlyList<SimulationReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        List<ComparedRow> rows =
        [
            Row(reports, "Finished", r => r.Finished, Count, Better.More),
            Refused(reports),
        ];
        if (reports.Any(r => ByBudget(r) > 0))
        {
            rows.Add(Row(reports, "Refused by a budget", r => ByBudget(r), Count, Better.Less));
        }

        rows.AddRange([MeanWait(reports), P95Wait(reports)]);
        rows.AddRange(reports.SelectMany(r => r.WaitSeconds.ByPriority.Keys).Distinct(StringComparer.Ordinal)
            .Select(name => Row(reports, $"p95 wait, {name}", r => r.WaitSeconds.ByPriority.TryGetValue(name, out ClassWait? of) ? of.P95 : null, Seconds, Better.Less)));
        rows.Add(DeadlinesMet(reports));
        rows.Add(Row(reports, "Fairness (Jain)", r => r.Jain, v => v.ToString("0.000", CultureInfo.InvariantCulture), Better.More));
        rows.Add(Preempted(reports));
        rows.Add(Row(reports, "Work lost", r => r.WorkLostSeconds, Seconds, Better.Less));
        if (CurrencyOf(reports) is { } currency)
        {
            rows.Add(CostRow(reports, currency));
        }

        rows.AddRange(Uses(reports).Select(use => Row(reports, $"Used, {use.Pool} {use.Kind}", r => r.Utilization.TryGetValue(use.Pool, out var kinds) && kinds.TryGetValue(use.Kind, out double share) ? share : null, Numbers.Share, Better.Neither)));
        return new Comparison(
            [.. reports.Select(r => r.Name)], rows,
            [.. OwnersOf(reports).Select(owner => Row(reports, owner, r => WaitOf(r, owner), Seconds, Better.Less))],
            CurrencyOf(reports) is not { } priced ? [] : [.. PayersOf(reports).Select(owner => Row(reports, owner, r => CostOf(r, owner), cost => Cost(cost, priced), Better.Less))]);
    }

    /// <summary>The currency of costs; null where nothing has a price.</summary>
    internal static string? CurrencyOf(IReadOnlyList<SimulationReport> reports) => reports.Select(r => r.Cost).OfType<CostFigure>().FirstOrDefault()?.Currency;

    /// <summary>Which variant costs least, in a sentence that follows another; empty where none costs less than the first, or nothing has a price.</summary>
    internal static string Cheapest(IReadOnlyList<SimulationReport> reports) =>
        CurrencyOf(reports) is { } currency && Units(reports[0].Cost) is { } was && reports.Skip(1).Where(r => r.Cost is not null).MinBy(r => Units(r.Cost)) is { } least && Units(least.Cost) is { } now && was - now > LeastDifference
            ? $" It costs least under {least.Name}: {Cost(now, currency)} instead of {Cost(was, currency)}." : "";

    /// <summary>An amount of money, as pages write it.</summary>
    internal static string Cost(double units, string currency) => BudgetMoney.Full(Money.TryRound((decimal)units, out Money rounded) ? rounded : default, currency);

    /// <summary>The figures by which a strategy is chosen, each compared with the first's; the cost among them where something has a price.</summary>
    internal static IReadOnlyList<ComparedRow> InShort(IReadOnlyList<SimulationReport> reports) =>
        [MeanWait(reports), P95Wait(reports), DeadlinesMet(reports), Refused(reports), Preempted(reports), .. CurrencyOf(reports) is { } currency ? [CostRow(reports, currency)] : (ComparedRow[])[]];

    private static ComparedRow CostRow(IReadOnlyList<SimulationReport> reports, string currency) => Row(reports, "Cost", r => Units(r.Cost), cost => Cost(cost, currency), Better.Less);

    private static ComparedRow MeanWait(IReadOnlyList<SimulationReport> reports) => Row(reports, "Mean wait", r => r.WaitSeconds.Mean, Seconds, Better.Less);

    private static ComparedRow P95Wait(IReadOnlyList<SimulationReport> reports) => Row(reports, "p95 wait", r => r.WaitSeconds.P95, Seconds, Better.Less);

    private static ComparedRow DeadlinesMet(IReadOnlyList<SimulationReport> reports) =>
        Row(reports, "Deadlines met", r => r.Deadlines == 0 ? null : (double)r.DeadlinesMet / r.Deadlines, Numbers.Share, Better.More);

    private static ComparedRow Refused(IReadOnlyList<SimulationReport> reports) => Row(reports, "Refused", r => r.Rejected, Count, Better.Less);

    private static ComparedRow Preempted(IReadOnlyList<SimulationReport> reports) => Row(reports, "Preempted or reclaimed", r => r.Preemptions, Count, Better.Less);

    /// <summary>By when so many of a hundred had started, and all.</summary>
    internal static IReadOnlyList<ComparedRow> Waits(IReadOnlyList<SimulationReport> reports) =>
        [.. Percentiles.Select(p => Row(reports, p == 100 ? "All" : $"{p} %", r => r.WaitSeconds.Quantiles is { Count: > 100 } quantiles ? quantiles[p] : null, Seconds, Better.Less))];

    /// <summary>What it had cost by parts of its time, and in all.</summary>
    internal static IReadOnlyList<ComparedRow> Costs(IReadOnlyList<SimulationReport> reports)
    {
        string currency = CurrencyOf(reports) ?? "";
        return [.. Quarters.Select(part => Row(reports, part == 100 ? "All" : $"{part} % of the time", r => CostBy(r, part), cost => Cost(cost, currency), Better.Less))];
    }

    /// <summary>The tenants for whom most changes, the most first.</summary>
    internal static IReadOnlyList<string> OwnersOf(IReadOnlyList<SimulationReport> reports) =>
        [.. reports.SelectMany(r => r.Owners).Select(o => o.Owner).Distinct(StringComparer.Ordinal)
            .OrderByDescending(owner => reports.Max(r => Math.Abs((WaitOf(r, owner) ?? 0) - (WaitOf(reports[0], owner) ?? 0)))).Take(MostOwners)];

    /// <summary>The tenants whose cost changes most, the most first; those who pay most where it changes for nobody.</summary>
    internal static IReadOnlyList<string> PayersOf(IReadOnlyList<SimulationReport> reports) =>
        [.. reports.SelectMany(r => r.Owners).Select(o => o.Owner).Distinct(StringComparer.Ordinal)
            .OrderByDescending(owner => reports.Max(r => Math.Abs((CostOf(r, owner) ?? 0) - (CostOf(reports[0], owner) ?? 0))))
            .ThenByDescending(owner => reports.Max(r => CostOf(r, owner) ?? 0)).Take(MostOwners)];

    /// <summary>The pools and kinds that any of them used.</summary>
    internal static IEnumerable<(string Pool, string Kind)> Uses(IReadOnlyList<SimulationReport> reports) =>
        reports.SelectMany(r => r.Utilization.SelectMany(p => p.Value.Keys.Select(kind => (p.Key, kind)))).Distinct();

    /// <summary>The 95th percentile of a tenant's wait; null where it had no request.</summary>
    internal static double? WaitOf(SimulationReport report, string owner) => report.Owners.FirstOrDefault(o => o.Owner == owner)?.P95WaitSeconds;

    /// <summary>What a tenant's work cost; null where it has none, or nothing has a price.</summary>
    internal static double? CostOf(SimulationReport report, string owner) => Units(report.Owners.FirstOrDefault(o => o.Owner == owner)?.Cost);

    /// <summary>How many were refused for what they would have cost. Who only waited for a budget is among those who waited: a report does not tell that apart.</summary>
    internal static long ByBudget(SimulationReport report) => report.RejectedBy.Where(by => BudgetCodes.Contains(by.Key)).Sum(by => by.Value);

    /// <summary>An amount of money to compare by; null where nothing has a price.</summary>
    internal static double? Units(CostFigure? cost) => cost is null ? null : double.Parse(cost.Amount, CultureInfo.InvariantCulture);

    private static double? CostBy(SimulationReport report, int part) => report.CostOverTime is not { Amounts: { Count: > 0 } amounts } ? null
        : double.Parse(amounts[(((amounts.Count * part) + 99) / 100) - 1], CultureInfo.InvariantCulture);

    private static string Count(double value) => Numbers.Count((decimal)value);

    private static string Seconds(double value) => Numbers.Duration(TimeSpan.FromSeconds(value));

    private static ComparedRow Row(IReadOnlyList<SimulationReport> reports, string what, Func<SimulationReport, double?> of, Func<double, string> text, Better better)
    {
        double?[] values = [.. reports.Select(of)];
        double[] known = [.. values.OfType<double>()];
        double? best = better == Better.Neither || known.Length < 2 || known.Max() - known.Min() < LeastDifference ? null : better == Better.Less ? known.Min() : known.Max();
        return new ComparedRow(what, [.. values.Select((value, i) => Cell(value, i == 0 ? null : values[0], best, text, better))]);
    }

    // How far two percentages are from each other is no percentage.
    private static string Points(string difference) => difference.Replace("%", "pp", StringComparison.Ordinal);

    private static ComparedCell Cell(double? value, double? was, double? best, Func<double, string> text, Better better)
    {
        if (value is not { } known)
        {
            return new ComparedCell("–", null, Verdict.None, IsBest: false);
        }

        bool isBest = best is { } top && Math.Abs(known - top) < LeastDifference;
        if (was is not { } first)
        {
            return new ComparedCell(text(known), null, Verdict.None, isBest);
        }

        double change = known - first;
        Verdict verdict = Math.Abs(change) < LeastDifference ? Verdict.Same
            : better == Better.Neither ? Verdict.None
            : change < 0 == (better == Better.Less) ? Verdict.Better : Verdict.Worse;
        string? difference = verdict == Verdict.Same ? null : $"{(change > 0 ? "+" : "\u2212")}{Points(text(Math.Abs(change)))}";
        return new ComparedCell(text(known), difference, verdict, isBest);
    }
}

/// <summary>How a figure compares with the first variant's.</summary>
public enum Verdict
{
    /// <summary>Nothing is said of it.</summary>
    None,

    /// <summary>It is the same.</summary>
    Same,

    /// <summary>It is better.</summary>
    Better,

    /// <summary>It is worse.</summary>
    Worse,
}

/// <summary>A figure of every variant.</summary>
/// <param name="What">The figure.</param>
/// <param name="Cells">In the order of the variants.</param>
public sealed record ComparedRow(string What, IReadOnlyList<ComparedCell> Cells);

/// <summary>A figure of a variant.</summary>
/// <param name="Text">What it is.</param>
/// <param name="Difference">How far it is from the first's, with its sign; null where it is the same or the first's own.</param>
/// <param name="Verdict">Whether that is better.</param>
/// <param name="IsBest">True where none is better and not all are alike.</param>
public sealed record ComparedCell(string Text, string? Difference, Verdict Verdict, bool IsBest);
