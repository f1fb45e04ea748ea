using Nexus.Engine.Core;

namespace Nexus.Engine.Hosting;

/// <summary>All that limits what is spent, at one moment. Never changed: each batch that touches some of it replaces it by another.</summary>
/// <param name="Budgets">The budgets.</param>
/// <param name="Allowances">The allowances.</param>
internal sealed record SpendingIndex(BudgetIndex Budgets, AllowanceIndex Allowances)
{
    /// <summary>There is nothing.</summary>
    public static SpendingIndex Empty { get; } = new(BudgetIndex.Empty, AllowanceIndex.Empty);

    /// <summary>What an engine has.</summary>
    public static SpendingIndex Of(Core.Engine engine) => new(BudgetIndex.Of(engine.Budgets), AllowanceIndex.Of(engine.Allowances));

    /// <summary>This as it is after a batch.</summary>
    public SpendingIndex With(Batch batch, Core.Engine engine) => batch.Budgets.Count == 0 && batch.Allowances.Count == 0 ? this : new(
        batch.Budgets.Count == 0 ? Budgets : Budgets.With(batch.Budgets, engine.Budget),
        batch.Allowances.Count == 0 ? Allowances : Allowances.With(batch.Allowances, engine.Allowance));
}
