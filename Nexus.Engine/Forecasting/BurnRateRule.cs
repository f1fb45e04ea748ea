namespace Nexus.Engine.Forecasting;

/// <summary>How soon somebody should look.</summary>
public enum BurnRateUrgency
{
    /// <summary>Within the working day.</summary>
    Ticket = 0,

    /// <summary>At once.</summary>
    Page = 1,
}

/// <summary>Two windows over which money is spent too fast: the long one says that it matters, the short one that it still goes on.</summary>
/// <remarks>
/// Multiwindow, multi-burn-rate alerts: Beyer and others, <em>The Site Reliability Workbook</em>, 2018, chapter 5, "Alerting on SLOs". The short window makes an alert end soon after its cause does.
/// </remarks>
/// <param name="Long">The long window.</param>
/// <param name="Short">The short one; shorter than the long one.</param>
/// <param name="Factor">The burn rate that both must pass: 2 uses the amount up in half of the period.</param>
/// <param name="Urgency">How soon somebody should look.</param>
public sealed record BurnRateRule(TimeSpan Long, TimeSpan Short, double Factor, BurnRateUrgency Urgency)
{
    // A day of 23 hours has the same rules as one of 24.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    /// <inheritdoc cref="BurnRateRule"/>
    public TimeSpan Short { get; } = Short > TimeSpan.Zero && Short < Long ? Short
        : throw new ArgumentOutOfRangeException(nameof(Short), Short, "the short window must be longer than nothing and shorter than the long one");

    /// <inheritdoc cref="BurnRateRule"/>
    public double Factor { get; } = Factor is > 0 and < double.PositiveInfinity ? Factor
        : throw new ArgumentOutOfRangeException(nameof(Factor), Factor, "the factor must be a number greater than 0");

    /// <summary>Those that the workbook recommends for an error budget of 30 days: 2 % of it within an hour, 5 % within six hours, 10 % within three days.</summary>
    public static IReadOnlyList<BurnRateRule> Workbook { get; } =
    [
        new(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5), 14.4, BurnRateUrgency.Page),
        new(TimeSpan.FromHours(6), TimeSpan.FromMinutes(30), 6, BurnRateUrgency.Page),
        new(TimeSpan.FromDays(3), TimeSpan.FromHours(6), 1, BurnRateUrgency.Ticket),
    ];

    /// <summary>Those of a money budget of 30 days: the workbook's, but the last at a rate of 2.</summary>
    /// <remarks>An error budget is not meant to be used up; money is. Who spends all of it on working days alone spends at 1.4 on five days of seven, and needs no ticket for that.</remarks>
    public static IReadOnlyList<BurnRateRule> Usual { get; } = [.. Workbook.Select(r => r.Urgency == BurnRateUrgency.Ticket ? new BurnRateRule(r.Long, r.Short, 2, r.Urgency) : r)];

    /// <summary>The usual ones for a budget of any period: their windows are as long in proportion to it, to the minute.</summary>
    /// <param name="period">How long the budget's period is.</param>
    /// <returns>Without those whose short window would last less than 45 seconds: over so short a time a single large request is a fire. Of a day two are left, of an hour none.</returns>
    public static IReadOnlyList<BurnRateRule> For(TimeSpan period)
    {
        double scale = period / Month;
        return [.. Usual.Where(r => r.Short * scale >= Shortest).Select(r => new BurnRateRule(Minutes(r.Long * scale), Minutes(r.Short * scale), r.Factor, r.Urgency))];
    }

    private static TimeSpan Minutes(TimeSpan window) => TimeSpan.FromMinutes(Math.Round(window.TotalMinutes, MidpointRounding.AwayFromZero));
}
