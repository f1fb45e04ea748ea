namespace Nexus.Engine.Forecasting;

/// <summary>How fast an amount is spent, as a rule sees it: 1 is the even pace at which exactly the amount is gone when the period ends.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="OverLong">The rate over the long window.</param>
/// <param name="OverShort">The rate over the short one.</param>
public sealed record BurnRate(BurnRateRule Rule, double OverLong, double OverShort)
{
    /// <summary>True while both windows pass the factor.</summary>
    public bool IsFiring => OverLong > Rule.Factor && OverShort > Rule.Factor;

    /// <summary>In what time the whole amount would be gone at the rate of the long window; null where nothing is spent.</summary>
    /// <param name="period">How long the period is.</param>
    public TimeSpan? Lasts(TimeSpan period) => OverLong > 0 && period.Ticks / OverLong < TimeSpan.MaxValue.Ticks ? period / OverLong : null;

    /// <summary>Spending over a time ÷ what the even pace would have spent in it.</summary>
    /// <param name="spent">What was spent.</param>
    /// <param name="over">In what time; longer than nothing.</param>
    /// <param name="amount">The amount of the budget, in the same unit; more than 0.</param>
    /// <param name="period">How long its period is; longer than nothing.</param>
    public static double Of(double spent, TimeSpan over, double amount, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(over, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(amount);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        return spent / amount / (over / period);
    }

    /// <summary>What each rule sees.</summary>
    /// <param name="rules">The rules, for example <see cref="BurnRateRule.For"/> the period.</param>
    /// <param name="spentWithin">What was spent within the last while, whether the period began in it or not.</param>
    /// <param name="amount">The amount of the budget, in the same unit; more than 0.</param>
    /// <param name="period">How long its period is.</param>
    public static IReadOnlyList<BurnRate> Read(IReadOnlyList<BurnRateRule> rules, Func<TimeSpan, double> spentWithin, double amount, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(spentWithin);
        return [.. rules.Select(r => new BurnRate(r, Of(spentWithin(r.Long), r.Long, amount, period), Of(spentWithin(r.Short), r.Short, amount, period)))];
    }

    /// <summary>The firing one that is to be looked at soonest; of several the one with the greatest factor. Null where none fires.</summary>
    public static BurnRate? Worst(IEnumerable<BurnRate> rates) =>
        rates.Where(r => r.IsFiring).OrderByDescending(r => r.Rule.Urgency).ThenByDescending(r => r.Rule.Factor).FirstOrDefault();
}
