using Nexus.Dashboard.Shared;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Budgets;

/// <summary>The figures over the budgets.</summary>
/// <param name="Of">Of which budgets: in words.</param>
/// <param name="Budgeted">What there is to spend.</param>
/// <param name="Spent">What is spent.</param>
/// <param name="Reserved">What is reserved.</param>
internal sealed record BudgetTotals(string Of, Money Budgeted, Money Spent, Money Reserved)
{
    /// <summary>What is neither spent nor reserved.</summary>
    public Money Left => Budgeted - Spent - Reserved;

    /// <summary>Of the budget of everything; without one, of those of one period that cannot count the same line twice. Null where there is none.</summary>
    public static BudgetTotals? Over(IReadOnlyList<BudgetRow> rows)
    {
        if (rows.Count == 0)
        {
            return null;
        }

        if (rows.Where(r => r.IsOfEverything).OrderByDescending(r => r.TimeLeft).ThenBy(r => r.Id, StringComparer.Ordinal).FirstOrDefault() is { } all)
        {
            return Sum($"{all.Id}: all spending", [all]);
        }

        List<BudgetRow> apart = [];
        foreach (BudgetRow row in rows.OrderByDescending(r => r.Available).ThenBy(r => r.Id, StringComparer.Ordinal))
        {
            if (apart.Count == 0 || (row.Budget.Period == apart[0].Budget.Period && apart.TrueForAll(o => Apart(o.Budget.Scope, row.Budget.Scope))))
            {
                apart.Add(row);
            }
        }

        string period = apart[0].IsRolling ? "any " + Numbers.Duration(apart[0].TimeLeft) : BudgetText.When(apart[0].Budget.Period);
        return Sum(apart.Count == 1 ? $"{apart[0].Id}, {period}" : $"{apart.Count} that do not overlap, {period}", apart);
    }

    // No line counts in both: neither owner stands above the other, or they ask for different values of one label.
    private static bool Apart(BudgetScopeBody a, BudgetScopeBody b)
    {
        (OwnerPath one, OwnerPath other) = (Owner(a), Owner(b));
        return (!one.IsWithin(other) && !other.IsWithin(one)) || (a.Labels?.Any(l => b.Labels?.TryGetValue(l.Key, out string? value) == true && value != l.Value) == true);
    }

    private static OwnerPath Owner(BudgetScopeBody scope) => OwnerPath.TryParseOrRoot(scope.Owner ?? "/", out OwnerPath? owner, out _) ? owner : OwnerPath.Root;

    private static BudgetTotals Sum(string of, IReadOnlyList<BudgetRow> rows) =>
        rows.Aggregate(new BudgetTotals(of, Money.Zero, Money.Zero, Money.Zero), (sum, r) => sum with { Budgeted = sum.Budgeted + r.Available, Spent = sum.Spent + r.Spent, Reserved = sum.Reserved + r.Reserved });
}
