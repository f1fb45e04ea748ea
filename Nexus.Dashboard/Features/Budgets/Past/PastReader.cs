using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Budgets.Outlook;
using Nexus.Dashboard.Features.Costs;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Forecasting;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Budgets.Past;

/// <summary>Reads what a scope spent in the last periods, so that a budget can be tried on it.</summary>
internal sealed class PastReader(EngineHost host, CostsService costs)
{
    private const int MostPeriods = 3;
    private static readonly TimeSpan LongestByHour = TimeSpan.FromDays(32);

    /// <summary>What the scope of a budget spent in its last three periods, and in the one that runs as it is forecast; null where the ledger cannot be read or nothing was spent.</summary>
    /// <param name="caller">Who asks; what may not be seen is not there.</param>
    /// <param name="budget">The budget: its scope and period.</param>
    /// <param name="cancellation">Ends the question.</param>
    public async Task<PastSpending?> ReadAsync(Caller caller, BudgetDefinition budget, CancellationToken cancellation)
    {
        Instant now = host.Now;
        bool rolls = budget.Period.Kind == BudgetPeriodKind.Rolling;
        List<(Instant Start, Instant End)> bounds = [];
        if (rolls)
        {
            bounds.Add((now - (budget.Period.Length * MostPeriods), now));
        }
        else
        {
            bounds.Add(budget.Period.Around(now));
            while (bounds.Count <= MostPeriods)
            {
                bounds.Insert(0, budget.Period.Around(new Instant(bounds[0].Start.Milliseconds - 1)));
            }
        }

        CostInterval interval = (rolls ? budget.Period.Length : bounds[^1].End - bounds[^1].Start) <= LongestByHour ? CostInterval.Hour : CostInterval.Day;
        TimeSpan step = interval == CostInterval.Hour ? TimeSpan.FromHours(1) : TimeSpan.FromDays(1);
        OwnerPath owner = budget.Scope.Owner.IsWithin(caller.Path) ? budget.Scope.Owner : caller.Path;
        CostQuery query = new(CostSteps.Of(interval, bounds[0].Start), now + TimeSpan.FromMilliseconds(1)) { Filters = BudgetSpending.Filters(budget.Scope, host.Read.Configuration), Interval = interval };
        Result<CostsWithIdle> report = await costs.ReportAsync(caller with { Path = owner }, query, idle: null, cancellation);
        if (report.Value?.Costs is not { } found || found.Series.Count == 0)
        {
            return null;
        }

        Dictionary<long, CostSum> sums = found.Series.GroupBy(p => p.Start.Milliseconds).ToDictionary(g => g.Key, g => g.Aggregate(default(CostSum), (sum, p) => sum + p.Sum));
        List<PastPeriod> periods = [];
        foreach ((Instant start, Instant end) in bounds)
        {
            List<PastStep> steps = [.. Steps(sums, interval, step, start, end, now)];
            bool runs = !rolls && end > now;
            if (runs)
            {
                SpendSeries series = new(query.From, step, [.. Enumerable.Range(0, (int)Math.Ceiling((query.To - query.From) / step)).Select(i => BudgetOutlook.Units(sums.GetValueOrDefault((query.From + (step * i)).Milliseconds).Cost))]);
                steps.AddRange(Ahead(PeriodForecast.Of(series, end, now, steps.Sum(s => s.Cost)), now, steps.Sum(s => s.Cost)));
            }

            if (steps.Exists(s => s.Cost > 0))
            {
                periods.Add(new PastPeriod(start, end, steps, runs && steps[^1].End > now));
            }
        }

        return periods.Count == 0 ? null : new PastSpending(periods, rolls ? budget.Period.Length : null);
    }

    // Of a step in which a period begins or ends so much as lies in it.
    private static IEnumerable<PastStep> Steps(Dictionary<long, CostSum> sums, CostInterval interval, TimeSpan step, Instant start, Instant end, Instant now)
    {
        for (Instant at = CostSteps.Of(interval, start); at < end && at < now; at += step)
        {
            // The present step is not over: what it has is of the time until now.
            Instant over = at + step < now ? at + step : now;
            (Instant from, Instant to) = (at > start ? at : start, over < end ? over : end);
            CostSum sum = sums.GetValueOrDefault(at.Milliseconds);
            double part = (to - from) / (over - at);
            yield return new PastStep(from, to, BudgetOutlook.Units(sum.Cost) * part, (long)Math.Round(sum.Lines * part));
        }
    }

    private static IEnumerable<PastStep> Ahead(PeriodForecast? forecast, Instant now, double spent)
    {
        (Instant from, double before) = (now, spent);
        foreach (PeriodPoint point in forecast?.Path ?? [])
        {
            if (point.At > from)
            {
                yield return new PastStep(from, point.At, Math.Max(0, point.Expected - before), 0);
                (from, before) = (point.At, Math.Max(before, point.Expected));
            }
        }
    }
}
