using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Forecasting;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Budgets.Outlook;

/// <summary>What counts against a budget, asked of the ledger.</summary>
internal static class BudgetSpending
{
    private const int MostPoints = 120;

    /// <summary>The filters that let through what a scope counts, beside its owner. A kind counts with all that is part of it.</summary>
    public static IReadOnlyList<CostFilter> Filters(BudgetScope scope, Configuration configuration) =>
    [
        .. scope.Labels.Select(l => new CostFilter(new CostDimension($"label:{l.Key}"), l.Value)),
        .. scope.Resources.Count == 0 ? [] : configuration.Kinds.Where(k => scope.Counts(k.Name, n => configuration.Kind(n)?.PartOf)).Select(k => new CostFilter(new CostDimension("resource"), k.Name)),
    ];

    /// <summary>What was spent within a scope, by hours or days of UTC.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="configuration">The kinds.</param>
    /// <param name="interval">Hours or days.</param>
    /// <param name="past">How far back, to the beginning of the hour or day.</param>
    /// <param name="now">Until this moment; the last hour or day is not over.</param>
    /// <exception cref="Engine.Storage.JournalException">The ledger cannot be read.</exception>
    public static SpendSeries Series(Ledger ledger, BudgetScope scope, Configuration configuration, CostInterval interval, TimeSpan past, Instant now)
    {
        TimeSpan step = interval == CostInterval.Hour ? TimeSpan.FromHours(1) : TimeSpan.FromDays(1);
        CostQuery query = new(CostSteps.Of(interval, now - past), now + TimeSpan.FromMilliseconds(1)) { Within = scope.Owner, Filters = Filters(scope, configuration), Interval = interval };
        double[] values = new double[(int)Math.Ceiling((query.To - query.From) / step)];
        foreach (CostPoint point in ledger.Report(query).Series)
        {
            values[(int)((point.Start - query.From) / step)] += BudgetOutlook.Units(point.Sum.Cost);
        }

        return new SpendSeries(query.From, step, values);
    }

    /// <summary>What had been spent in a period, at as many moments as a small chart can show.</summary>
    /// <param name="series">What was spent.</param>
    /// <param name="start">When the period began.</param>
    /// <param name="now">The last moment.</param>
    /// <param name="spent">What is spent by then.</param>
    public static IReadOnlyList<SpentBy> Course(SpendSeries series, Instant start, Instant now, double spent)
    {
        List<SpentBy> all = [new(start, 0)];
        double total = 0;
        for (int i = 0; i < series.Values.Count; i++)
        {
            Instant starts = series.Start + (series.Step * i);
            Instant ends = starts + series.Step;
            if (ends > start && ends < now)
            {
                // Of a step in which the period began so much.
                total += starts >= start ? series.Values[i] : series.Values[i] * ((ends - start) / series.Step);
                all.Add(new(ends, Math.Min(total, spent)));
            }
        }

        all.Add(new(now, spent));
        int every = ((all.Count - 1) / MostPoints) + 1;
        return [.. all.Where((_, i) => i % every == 0 || i == all.Count - 1)];
    }

    /// <summary>What was spent within the last while: of a step that lies in it in part so much of its spending.</summary>
    public static double Within(SpendSeries series, TimeSpan span, Instant now)
    {
        (double sum, Instant from) = (0, now - span);
        for (int i = series.Values.Count - 1; i >= 0; i--)
        {
            Instant starts = series.Start + (series.Step * i);
            Instant ends = starts + series.Step < now ? starts + series.Step : now;
            if (ends <= from)
            {
                break;
            }

            sum += starts >= from || ends <= starts ? series.Values[i] : series.Values[i] * ((ends - from) / (ends - starts));
        }

        return sum;
    }
}
