using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>What capacity costs by the unit-hour, used or not.</summary>
internal static class CapacityPrice
{
    /// <summary>The price of a kind of a pool; null where the book has none by the unit-hour: none at all, or one with tiers or a formula.</summary>
    public static Money? Of(PriceBook book, PoolDefinition pool, string kind, Instant at) => book.Find(
        new UsageFacts(kind, at) { Pool = pool.Name, Provider = pool.Labels["provider"], Model = pool.Labels["model"] }, static _ => null)?.Sku.UnitPrice;
}
