using Nexus.Dashboard.Shared;
using Nexus.Engine.Costs.Budgets;

namespace Nexus.Dashboard.Features.Budgets;

/// <summary>What the page of the budgets answers first: who is stopped, who is paced, how the others stand.</summary>
internal static class BudgetSentence
{
    private const int MostNamed = 2;

    /// <summary>The parts of the sentence; those that lead to a budget with it.</summary>
    public static IReadOnlyList<(string Text, BudgetRow? Row)> Of(IReadOnlyList<BudgetRow>? rows)
    {
        if (rows is null or { Count: 0 })
        {
            return [(rows is null ? "\u00A0" : "Nothing bounds what is spent.", null)];
        }

        List<(string, BudgetRow?)> parts = [];
        BudgetRow[] named = [.. rows.Where(r => r.Budget.State is BudgetCondition.Halted or BudgetCondition.Throttled || r.IsOver).Take(MostNamed)];
        foreach (BudgetRow row in named)
        {
            parts.Add((row.Id, row));
            parts.Add((row.Budget.State switch { BudgetCondition.Halted => " is halted. ", BudgetCondition.Throttled => " is throttled. ", _ => $" has spent {Numbers.Percent((double)row.SpentPart)}. " }, null));
        }

        BudgetRow[] others = [.. rows.Except(named)];
        int risky = others.Count(r => r.IsAtRisk);
        int paused = others.Count(r => r.Budget.State == BudgetCondition.Paused);
        int within = others.Length - risky - paused;
        string[] rest =
        [
            .. risky == 0 ? [] : new[] { risky == 1 ? "1 has reached a threshold" : $"{risky} have reached a threshold" },
            .. paused == 0 ? [] : new[] { paused == 1 ? "1 is paused" : $"{paused} are paused" },
            .. within == 0 ? [] : new[] { named.Length + risky + paused == 0 ? within == 1 ? "The only budget is within what it has" : $"All {within} budgets are within what they have" : within == 1 ? "1 is within what it has" : $"{within} are within what they have" },
        ];
        return rest.Length == 0 ? parts : [.. parts, (Capital(string.Join(", ", rest)) + ".", null)];
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
