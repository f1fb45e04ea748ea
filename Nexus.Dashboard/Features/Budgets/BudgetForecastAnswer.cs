using System.Globalization;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Budgets.Outlook;
using Nexus.Engine.Costs;
using Nexus.Engine.Forecasting;

namespace Nexus.Dashboard.Features.Budgets;

/// <summary>What will have been spent of a budget when its period ends.</summary>
/// <param name="Amount">The median.</param>
/// <param name="Currency">The currency of the three amounts.</param>
/// <param name="Lower">The lower end of its interval; never below what is spent already.</param>
/// <param name="Upper">The upper end of its interval.</param>
/// <param name="Coverage">The share of ends that should lie in the interval.</param>
/// <param name="Model">What made it.</param>
/// <param name="ExceedsAt">When more than the budget has is spent, if what is expected comes; absent where that is not before the period ends.</param>
/// <param name="ExceedsAtTheEarliest">The same by the upper end of the interval.</param>
internal sealed record BudgetForecastAnswer(string Amount, string Currency, string Lower, string Upper, double Coverage, string Model, DateTimeOffset? ExceedsAt, DateTimeOffset? ExceedsAtTheEarliest)
{
    public static BudgetForecastAnswer Of(PeriodForecast forecast, Money available, string currency)
    {
        double amount = BudgetOutlook.Units(available);
        return new(
            Text(forecast.End.Expected), currency, Text(forecast.End.Lower), Text(forecast.End.Upper), forecast.Coverage, forecast.Model,
            forecast.ExceedsAt(amount)?.ToDateTimeOffset(), forecast.ExceedsAtTheEarliest(amount)?.ToDateTimeOffset());
    }

    // An estimate: beyond millionths its digits say nothing.
    private static string Text(double amount) => Math.Round((decimal)Math.Clamp(amount, -1e18, 1e18), 6).ToString("0.######", CultureInfo.InvariantCulture);
}

/// <summary>How fast a budget is spent, as a rule of two windows sees it: 1 is the even pace at which exactly the amount is gone when the period ends.</summary>
/// <param name="Long">The long window.</param>
/// <param name="Short">The short one.</param>
/// <param name="Rate">The rate over the long window.</param>
/// <param name="RateShort">The rate over the short one.</param>
/// <param name="Factor">What both must pass.</param>
/// <param name="Fires">True while both do.</param>
internal sealed record BudgetBurnAnswer(Duration Long, Duration Short, double Rate, double RateShort, double Factor, bool Fires)
{
    public static BudgetBurnAnswer Of(BurnRate burn) => new(new Duration(burn.Rule.Long), new Duration(burn.Rule.Short), Math.Round(burn.OverLong, 3), Math.Round(burn.OverShort, 3), burn.Rule.Factor, burn.IsFiring);
}
