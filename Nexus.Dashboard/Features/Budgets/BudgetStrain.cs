using System.Globalization;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Budgets;

/// <summary>Which wider budgets would be nearly used up by what a changed one lets pass.</summary>
internal static class BudgetStrain
{
    /// <summary>From which part of what it has on a budget counts as strained.</summary>
    private const decimal Strained = 0.95m;
    private const int MostTold = 3;

    /// <summary>A warning for each of them, the most strained first; nothing where no more passes than before, or no end is known.</summary>
    /// <param name="wanted">The budget as it is wanted, of the same scope and period as it was.</param>
    /// <param name="before">As it stands.</param>
    /// <param name="heading">What its scope will have spent at the period's end if nothing stops it.</param>
    /// <param name="others">The budgets that the reader may see.</param>
    /// <param name="currency">The installation's.</param>
    public static IReadOnlyList<Effect> Of(BudgetDefinition wanted, BudgetAnswer before, Money heading, IEnumerable<BudgetRow> others, string currency)
    {
        Money had = Money.Parse(before.Available.Amount);
        decimal? halted = before.Thresholds.Where(t => t.Action == BudgetAction.Halt).Select(t => (decimal?)t.At).Min();
        Money passed = halted is { } at ? Least(heading, new BudgetThreshold((int)(at * BudgetThreshold.Whole), BudgetAction.Halt).Of(had)) : heading;
        Money passes = wanted.First(BudgetAction.Halt) is { } halt ? Least(heading, halt.Of(wanted.Amount + had - Money.Parse(before.Amount.Amount))) : heading;
        if (passes <= passed)
        {
            return [];
        }

        // What it stops of what its scope is heading for is not spent in the wider one either.
        return
        [
            .. others.Where(o => o.Id != wanted.Id && o.Expected is not null && o.Budget.Period == before.Period && o.Budget.TimeZone == before.TimeZone && Holds(o.Budget.Scope, wanted.Scope))
                .Select(o => (Row: o, Part: BudgetMoney.Part(o.Expected!.Value - (heading - passes), o.Available)))
                .Where(o => o.Part >= Strained)
                .OrderByDescending(o => o.Part).ThenBy(o => o.Row.Id, StringComparer.Ordinal)
                .Take(MostTold)
                .Select(o => new Effect(
                    Signal.Warning, $"{o.Row.Id} would end at {(o.Part * 100).ToString("#,0.#", CultureInfo.InvariantCulture)}\u00A0% of its {BudgetMoney.Short(o.Row.Available, currency)}",
                    $"It counts {BudgetText.Scope(o.Row.Budget.Scope)}: raise it too.")),
        ];
    }

    private static Money Least(Money a, Money b) => a < b ? a : b;

    // All that one counts, the other counts too.
    private static bool Holds(BudgetScopeBody wide, BudgetScope narrow) =>
        OwnerPath.TryParseOrRoot(wide.Owner ?? "/", out OwnerPath? owner, out _) && narrow.Owner.IsWithin(owner)
        && (wide.Labels?.All(l => narrow.Labels[l.Key] == l.Value) ?? true)
        && (wide.Resources is not { Count: > 0 } kinds || (narrow.Resources.Count > 0 && narrow.Resources.All(kinds.Contains)));
}
