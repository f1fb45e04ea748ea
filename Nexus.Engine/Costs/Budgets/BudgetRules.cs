using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Budgets;

/// <summary>What a budget must be to make sense.</summary>
internal static class BudgetRules
{
    private const int MostId = 200;

    /// <summary>The first thing that is wrong, with the JSON path of the field, or null.</summary>
    public static (string Field, string Detail)? Fault(BudgetDefinition budget, Func<string, ResourceKind?> kindOf)
    {
        if (budget.Id.Length is 0 or > MostId || !budget.Id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-'))
        {
            return ("$.id", "must be 1 to 200 characters of A-Z a-z 0-9 . _ : -");
        }

        if (budget.Amount <= Money.Zero || budget.Amount > BudgetDefinition.MostAmount)
        {
            return ("$.amount", "must be above zero and at most 1,000,000,000; to stop everything, use a quota of 0");
        }

        if (budget is { CarryOver: true, Period.Kind: BudgetPeriodKind.Rolling })
        {
            return ("$.carryOver", "a rolling period has no end at which anything is left: leave it out, or use a period of the calendar");
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < budget.Scope.Resources.Count; i++)
        {
            string kind = budget.Scope.Resources[i];
            if (kindOf(kind) is null)
            {
                return ($"$.scope.resources[{i}]", $"resource kind '{kind}' does not exist; GET /api/v1/kinds lists what does");
            }

            if (!seen.Add(kind))
            {
                return ($"$.scope.resources[{i}]", $"'{kind}' stands there twice");
            }
        }

        return OfThresholds(budget.Thresholds);
    }

    private static (string, string)? OfThresholds(IReadOnlyList<BudgetThreshold> thresholds)
    {
        if (thresholds.Count is 0 or > BudgetDefinition.MostThresholds)
        {
            return ("$.thresholds", $"must have 1 to {BudgetDefinition.MostThresholds}; leave it out for an alert when all is spent");
        }

        HashSet<(int, BudgetAction)> seen = [];
        for (int i = 0; i < thresholds.Count; i++)
        {
            if (thresholds[i].AtMillionths is < 1 or > BudgetThreshold.Most)
            {
                return ($"$.thresholds[{i}].at", "must be a part of the amount above 0 and at most 10, for example 0.8, with six decimals at most");
            }

            if (!seen.Add((thresholds[i].AtMillionths, thresholds[i].Action)))
            {
                return ($"$.thresholds[{i}]", "stands there twice");
            }
        }

        return null;
    }
}
