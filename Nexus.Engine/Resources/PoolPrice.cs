using Nexus.Engine.Costs;

namespace Nexus.Engine.Resources;

/// <summary>What a unit of a pool costs where the price book has no price for it.</summary>
/// <param name="Kind">A kind that the pool supplies, held or metered.</param>
/// <param name="UnitPrice">The price of a unit, of what is held of a unit for an hour; not negative.</param>
public sealed record PoolPrice(string Kind, Money UnitPrice)
{
    /// <summary>The SKU under which lines stand that have it.</summary>
    /// <param name="pool">The pool's name.</param>
    public Sku SkuOf(string pool) => new($"{Prefix}{pool}:{Kind}", Kind) { Pool = pool, UnitPrice = UnitPrice };

    /// <summary>True where an SKU is one of a pool's own prices, be the pool still there or not.</summary>
    public static bool IsOne(string? sku) => sku?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    private const string Prefix = "pool:";
}
