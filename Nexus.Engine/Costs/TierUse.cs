using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs;

/// <summary>How much of each SKU whose tiers are counted over a month was used in it, in the order of the ledger. Months are those of UTC.</summary>
public sealed class TierUse
{
    private readonly SortedDictionary<(string Sku, int Month), Int128> _used = new(Comparer<(string Sku, int Month)>.Create(static (a, b) =>
        string.CompareOrdinal(a.Sku, b.Sku) is var order and not 0 ? order : a.Month.CompareTo(b.Month)));

    /// <summary>All of it, by SKU and month, in millionths of the pricing unit.</summary>
    public IEnumerable<(string Sku, int Month, Int128 Millionths)> All => _used.Select(u => (u.Key.Sku, u.Key.Month, u.Value));

    /// <summary>How much was used before, in the month of a moment, in millionths of the pricing unit.</summary>
    public Int128 Before(string sku, Instant at) => _used.GetValueOrDefault((sku, MonthOf(at)));

    /// <summary>Counts what was used.</summary>
    public void Add(string sku, Instant at, Int128 millionths) => Restore(sku, MonthOf(at), _used.GetValueOrDefault((sku, MonthOf(at))) + millionths);

    /// <summary>Sets what a snapshot kept.</summary>
    public void Restore(string sku, int month, Int128 millionths) => _used[(sku, month)] = millionths;

    private static int MonthOf(Instant at) => at.ToDateTimeOffset() is var time ? (time.Year * 12) + time.Month - 1 : 0;
}
