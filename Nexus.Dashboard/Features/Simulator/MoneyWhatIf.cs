using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>What a variant has otherwise of prices and budgets.</summary>
/// <param name="body">The variant.</param>
/// <param name="currency">The installation's currency.</param>
internal sealed class MoneyWhatIf(VariantBody body, string currency)
{
    private readonly Patches<BudgetBody, BudgetDefinition> _budgets = new(
        "budgets", body.Budgets, ApiJson.Default.BudgetBody, budget => BudgetBody.Of(budget, currency), (budget, id) => budget.ToDefinition(id, currency));

    private IReadOnlyList<Sku>? _prices;

    /// <summary>True where it has nothing otherwise.</summary>
    public bool IsUnchanged => body.Prices is null && !_budgets.Names.Any();

    /// <summary>What is wrong, by path below the variant; null when nothing is.</summary>
    public Problem? Fault(IReadOnlyList<BudgetDefinition> budgets, string path) => PriceFault(path) ?? _budgets.Fault(id => budgets.FirstOrDefault(b => b.Id == id), path);

    /// <summary>For a recorded window: the changes at its beginning.</summary>
    /// <param name="engine">As it stands then.</param>
    /// <param name="spentBefore">What the ledger has of a budget that begins to count then.</param>
    public IEnumerable<Command> Changes(Engine.Core.Engine engine, Func<BudgetDefinition, Instant, IReadOnlyList<BudgetStart>> spentBefore)
    {
        if (body.Prices is not null)
        {
            yield return new SetPrices(Prices(), Replaces: true) { Actor = WhatIf.Author };
        }

        BudgetDefinition[] budgets = [.. engine.Budgets.Select(b => b.Definition)];
        foreach (string id in _budgets.Names)
        {
            BudgetDefinition? budget = Array.Find(budgets, b => b.Id == id);
            if (budget is null && _budgets.Waits(id))
            {
                continue;
            }

            if (_budgets.Apply(id, budget) is { } wanted)
            {
                yield return new SetBudget(wanted) { Actor = WhatIf.Author, Starts = GoesOn(wanted, budget) ? [] : spentBefore(wanted, engine.Now) };
            }
            else if (budget is not null)
            {
                yield return new DeleteBudget(id) { Actor = WhatIf.Author };
            }
        }
    }

    /// <summary>For a trace: all prices and budgets, on an engine that has none.</summary>
    public IEnumerable<Command> All(IReadOnlyList<Sku> prices, IReadOnlyList<BudgetDefinition> budgets)
    {
        if (body.Prices is not null || prices.Count > 0)
        {
            yield return new SetPrices(body.Prices is null ? prices : Prices(), Replaces: true) { Actor = WhatIf.Author };
        }

        foreach (string id in budgets.Select(b => b.Id).Union(_budgets.Names, StringComparer.Ordinal))
        {
            if (_budgets.Apply(id, budgets.FirstOrDefault(b => b.Id == id)) is { } wanted)
            {
                yield return new SetBudget(wanted) { Actor = WhatIf.Author };
            }
        }
    }

    /// <summary>What becomes of a change that an operator made in the course of a recorded window.</summary>
    public Command? Rewrite(Command command) => command switch
    {
        SetPrices when body.Prices is not null => null,
        SetBudget set => _budgets.Apply(set.Budget.Id, set.Budget) is { } wanted ? set with { Budget = wanted, Starts = GoesOn(wanted, set.Budget) ? set.Starts : [] } : null,
        DeleteBudget delete when _budgets.Remove(delete.Id) => null,
        _ => command,
    };

    private static bool GoesOn(BudgetDefinition budget, BudgetDefinition? before) => before is not null && before.Scope == budget.Scope && before.Period == budget.Period;

    private IReadOnlyList<Sku> Prices() => _prices ??= [.. body.Prices!.Select(p => p.ToSku("$", new Faults()))];

    private Problem? PriceFault(string path)
    {
        Faults faults = new();
        for (int i = 0; i < body.Prices?.Count; i++)
        {
            if (body.Prices[i] is null)
            {
                faults.Add($"{path}.prices[{i}]", "must be a price");
            }
            else
            {
                body.Prices[i].ToSku($"{path}.prices[{i}]", faults);
            }
        }

        return faults.Problem;
    }
}
