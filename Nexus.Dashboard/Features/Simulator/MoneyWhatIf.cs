using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;
using Nexus.Engine.Simulation;

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
    public Problem? Fault(PresentRules now, string path) => PriceFault(now.Catalogue, path) ?? _budgets.Fault(id => now.Budgets.FirstOrDefault(b => b.Id == id), path);

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

    /// <summary>For a trace: all prices and budgets, on an engine that has none. Of prices those that hold today, as of the rules as they are.</summary>
    public IEnumerable<Command> All(PresentRules now)
    {
        IReadOnlyList<Sku> prices = body.Prices is null ? now.PricesOfToday : now.OfToday(Prices());
        if (body.Prices is not null || prices.Count > 0)
        {
            yield return new SetPrices(prices, Replaces: true) { Actor = WhatIf.Author };
        }

        foreach (string id in now.Budgets.Select(b => b.Id).Union(_budgets.Names, StringComparer.Ordinal))
        {
            if (_budgets.Apply(id, now.Budgets.FirstOrDefault(b => b.Id == id)) is { } wanted)
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

    /// <summary>What would change of the book as it is.</summary>
    public PriceChange? PricesFrom(PriceBook book) => body.Prices is null ? null : PriceChange.Of(book, Prices(), replaces: true, []);

    /// <summary>The budgets that it has otherwise, as it has them and as they are.</summary>
    /// <exception cref="SimulationException">A patch makes a budget that cannot be.</exception>
    public IEnumerable<(string Id, BudgetDefinition? Before, BudgetDefinition? After)> BudgetsFrom(IReadOnlyList<BudgetDefinition> budgets) =>
        _budgets.Names.Select(id => (Id: id, Before: budgets.FirstOrDefault(b => b.Id == id))).Select(b => (b.Id, b.Before, _budgets.Apply(b.Id, b.Before)));

    private static bool GoesOn(BudgetDefinition budget, BudgetDefinition? before) => before is not null && before.Scope == budget.Scope && before.Period == budget.Period;

    private IReadOnlyList<Sku> Prices() => _prices ??= [.. body.Prices!.Select(p => p.ToSku("$", new Faults()))];

    // Of a kind that the variant adds or changes itself the simulation says whether it can have the price.
    private Problem? PriceFault(Configuration now, string path)
    {
        Faults faults = new();
        for (int i = 0; i < body.Prices?.Count; i++)
        {
            string at = $"{path}.prices[{i}]";
            if (body.Prices[i] is not { } price)
            {
                faults.Add(at, "must be a price");
                continue;
            }

            Sku sku = price.ToSku(at, faults);
            if (faults.Problem is null && now.Kind(sku.Resource) is { } kind && body.Kinds?.ContainsKey(kind.Name) != true)
            {
                bool can = SkuPrice.TryCreate(sku, kind.Behaviour == ResourceBehaviour.Held, out _, out string field, out string? reason);
                faults.When(!can, $"{at}.{field}", reason ?? "");
            }
        }

        return faults.Problem;
    }
}
