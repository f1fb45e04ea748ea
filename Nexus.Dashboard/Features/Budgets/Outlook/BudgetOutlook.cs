using Nexus.Engine.Costs;
using Nexus.Engine.Forecasting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Budgets.Outlook;

/// <summary>Where a budget is heading, by what was spent of it until a moment.</summary>
/// <param name="At">The moment.</param>
/// <param name="End">What will have been spent at the period's end; null with too little history, and for a rolling budget, which has no end.</param>
/// <param name="Course">What had been spent in the period, the oldest first; the last is the moment. Nothing for a rolling budget.</param>
/// <param name="Burn">How fast it is spent, as each rule sees it; none where its period is too short for any.</param>
internal sealed record BudgetOutlook(Instant At, PeriodForecast? End, IReadOnlyList<SpentBy> Course, IReadOnlyList<BurnRate> Burn)
{
    private const double Picos = 1e12;

    /// <summary>What a rule that fires sees; null where none does.</summary>
    public BurnRate? Fires => BurnRate.Worst(Burn);

    /// <summary>How near the rates come to what their rules allow: 1 and more is too fast. Null where no rule looks.</summary>
    public double? Haste => Burn.Count == 0 ? null : Burn.Max(b => Math.Min(b.OverLong, b.OverShort) / b.Rule.Factor);

    /// <summary>An amount as the series counts it.</summary>
    public static double Units(Money money) => (double)money.Picos / Picos;

    /// <summary>An amount of the series as money: what is expected needs no more digits than a double has.</summary>
    public static Money Of(double units) => new((Int128)(Math.Clamp(units, -1e18, 1e18) * Picos));
}
