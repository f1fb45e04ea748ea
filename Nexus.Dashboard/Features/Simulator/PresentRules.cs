using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Hosting;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>The rules as they are, over which variants are laid.</summary>
/// <param name="Pools">The pools that grant.</param>
/// <param name="Quotas">What is set for owners, those above before those below.</param>
/// <param name="Budgets">The budgets.</param>
/// <param name="Catalogue">Kinds, classes, owners and prices.</param>
/// <param name="At">Engine time now.</param>
internal sealed record PresentRules(IReadOnlyList<PoolDefinition> Pools, IReadOnlyList<QuotaDefinition> Quotas, IReadOnlyList<BudgetDefinition> Budgets, Configuration Catalogue, Instant At)
{
    /// <summary>The prices that hold now, as if they had always held: a trace is simulated at a time of its own.</summary>
    public IReadOnlyList<Sku> PricesOfToday => OfToday(Catalogue.Prices.Prices.Select(p => p.Sku));

    /// <summary>The same of other prices.</summary>
    public IReadOnlyList<Sku> OfToday(IEnumerable<Sku> prices) =>
    [
        .. prices.Where(sku => sku.EffectiveFrom is not { } from || from <= At).GroupBy(sku => sku.Name, StringComparer.Ordinal)
            .Select(g => g.MaxBy(sku => sku.EffectiveFrom?.Milliseconds ?? long.MinValue)! with { EffectiveFrom = null }),
    ];

    /// <summary>What readers see now.</summary>
    public static PresentRules Of(EngineHost host) => new(
        [.. host.Read.Pools.Where(p => !p.Draining).Select(p => p.Definition)],
        [.. host.Read.Quotas.Select(q => q.Definition).OrderBy(q => q.Owner.Segments.Count)],
        [.. host.Read.Budgets.Select(b => b.Definition)],
        host.Read.Configuration,
        host.Now);
}
