using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Budgets;

/// <summary>Budgets as the page gets them, half of November over.</summary>
internal static class Given
{
    public static readonly Instant Now = Instant.From(new DateTimeOffset(2026, 11, 16, 0, 0, 0, TimeSpan.Zero));

    public static BudgetRow Row(string id, decimal spent = 0, decimal amount = 100, decimal reserved = 0, BudgetCondition state = BudgetCondition.Open, string owner = "acme", string period = "month", Func<BudgetAnswer, BudgetAnswer>? but = null)
    {
        BudgetAnswer budget = new()
        {
            Id = id,
            Scope = new BudgetScopeBody { Owner = owner },
            Amount = Money(amount),
            Period = period,
            TimeZone = "UTC",
            Thresholds = [new() { At = 0.8m }, new() { At = 1, Action = BudgetAction.Halt }],
            Available = Money(amount),
            Spent = Money(spent),
            Reserved = Money(reserved),
            Remaining = Money(amount - spent - reserved),
            PeriodStart = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero),
            PeriodEnd = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero),
            State = state,
        };
        return new BudgetRow(but?.Invoke(budget) ?? budget, Now);
    }

    private static MoneyAnswer Money(decimal amount) => new(amount.ToString(System.Globalization.CultureInfo.InvariantCulture), "USD");
}
