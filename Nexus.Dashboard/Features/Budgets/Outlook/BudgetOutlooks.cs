using System.Collections.Concurrent;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Forecasting;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Budgets.Outlook;

/// <summary>Where each budget is heading: a forecast of its period's end, made anew each quarter of an hour from what the ledger has by the hour, and how fast it is spent, each minute.</summary>
/// <remarks>Beside the engine: no decision rests on it. Known again about a minute after a start.</remarks>
internal sealed class BudgetOutlooks(EngineHost host)
{
    // Eight weeks of hours tell the hours of a week apart; a quarter or a year takes as many days as a forecast looks at.
    private static readonly TimeSpan PastByHour = TimeSpan.FromDays(56);
    private static readonly TimeSpan PastByDay = TimeSpan.FromDays(2 * 366);
    private static readonly TimeSpan LongestByHour = TimeSpan.FromDays(32);
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    /// <summary>Where a budget is heading; null while it was not looked at since it was set so.</summary>
    public BudgetOutlook? Of(BudgetState budget) => _kept.TryGetValue(budget.Definition.Id, out Kept? kept) && IsOf(kept, budget) ? kept.Outlook : null;

    /// <summary>Looks at all budgets.</summary>
    /// <returns>False where the ledger cannot be read: what is known stays.</returns>
    public bool Look(CancellationToken cancellation)
    {
        if (host.Journal?.Ledger is not { } ledger)
        {
            return false;
        }

        BudgetState[] budgets = [.. host.Read.Budgets];
        foreach (string gone in _kept.Keys.Except(budgets.Select(b => b.Definition.Id)))
        {
            _kept.TryRemove(gone, out _);
        }

        try
        {
            foreach (BudgetState budget in budgets)
            {
                cancellation.ThrowIfCancellationRequested();
                Look(budget, ledger, host.Now);
            }

            return true;
        }
        catch (JournalException)
        {
            return false;
        }
    }

    private void Look(BudgetState budget, Ledger ledger, Instant now)
    {
        BudgetFigures figures = budget.At(now);
        Kept kept = _kept.TryGetValue(budget.Definition.Id, out Kept? known) && IsOf(known, budget) ? known : _kept[budget.Definition.Id] = new Kept(budget.Definition);
        double spent = BudgetOutlook.Units(figures.Spent);
        if (!IsRolling(budget))
        {
            kept.Samples.Add(now, figures.Start, spent);
        }

        TimeSpan period = IsRolling(budget) ? budget.Definition.Period.Length : figures.End - figures.Start;
        if (kept.Series is null || now - kept.At >= Fresh || (!IsRolling(budget) && now >= kept.Until))
        {
            SpendSeries Read(CostInterval interval, TimeSpan past) => BudgetSpending.Series(ledger, budget.Definition.Scope, host.Read.Configuration, interval, past, now);
            kept.Series = Read(CostInterval.Hour, PastByHour);
            kept.End = IsRolling(budget) ? null : PeriodForecast.Of(period <= LongestByHour ? kept.Series : Read(CostInterval.Day, PastByDay), figures.End, now, spent);
            (kept.At, kept.Until) = (now, figures.End);
        }

        double amount = BudgetOutlook.Units(figures.Amount);
        kept.Outlook = new BudgetOutlook(now, kept.End, IsRolling(budget) ? [] : BudgetSpending.Course(kept.Series, figures.Start, now, spent), amount > 0 ? BurnRate.Read(BurnRateRule.For(period), span => Within(kept, span, now), amount, period) : []);
    }

    // The samples are as fine as looks; where there are none for so long yet, as after a start, an hour's part stands for it.
    private static double Within(Kept kept, TimeSpan span, Instant now) =>
        span < Hour ? kept.Samples.Within(span, now) ?? (BudgetSpending.Within(kept.Series!, Hour, kept.At) * (span / Hour))
            : BudgetSpending.Within(kept.Series!, span, kept.At) + (kept.Samples.Within(now - kept.At, now) ?? 0);

    private static bool IsRolling(BudgetState budget) => budget.Definition.Period.Kind == BudgetPeriodKind.Rolling;

    private static bool IsOf(Kept kept, BudgetState budget) => kept.Definition.Scope == budget.Definition.Scope && kept.Definition.Period == budget.Definition.Period;

    private sealed class Kept(BudgetDefinition definition)
    {
        public BudgetDefinition Definition { get; } = definition;

        public SpendSamples Samples { get; } = new();

        public SpendSeries? Series { get; set; }

        public PeriodForecast? End { get; set; }

        public Instant At { get; set; }

        /// <summary>When the period ends that the forecast is of.</summary>
        public Instant Until { get; set; }

        public BudgetOutlook? Outlook { get; set; }
    }
}
