using Nexus.Engine.Costs.Budgets;

namespace Nexus.Engine.Hosting;

/// <summary>The budgets at one moment, by name. Never changed: each batch that touches one replaces it by another.</summary>
internal sealed class BudgetIndex(BudgetState[] sorted)
{
    /// <summary>There is none.</summary>
    public static BudgetIndex Empty { get; } = new([]);

    /// <summary>All of them, by name.</summary>
    public IReadOnlyList<BudgetState> All => sorted;

    /// <summary>Those of an engine, by name.</summary>
    public static BudgetIndex Of(IEnumerable<BudgetState> states) => new([.. states]);

    /// <summary>One, or null.</summary>
    public BudgetState? Find(string id) => Array.Find(sorted, b => b.Definition.Id == id);

    /// <summary>These as they are after some of them were touched.</summary>
    public BudgetIndex With(IReadOnlyCollection<string> touched, Func<string, BudgetState?> present) => new(
        [.. sorted.Where(b => !touched.Contains(b.Definition.Id)).Concat(touched.Select(present).OfType<BudgetState>()).OrderBy(b => b.Definition.Id, StringComparer.Ordinal)]);
}
