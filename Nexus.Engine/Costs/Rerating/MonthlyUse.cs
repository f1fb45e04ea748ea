using Nexus.Engine.Costs.Months;

namespace Nexus.Engine.Costs.Rerating;

/// <summary>What came before each charge of its month and SKU in the order of the ledger, where a book counts tiers over a month.</summary>
internal sealed class MonthlyUse
{
    /// <summary>How many charges with monthly tiers are counted at most.</summary>
    public const int Most = 5_000_000;

    private readonly List<(long Place, string Sku, int Month, Int128 Quantity, bool ByVolume)> _charges = [];
    private readonly Dictionary<long, Int128> _before = [];
    private readonly Dictionary<(string Sku, int Month), Int128> _total = [];

    /// <summary>True where there are more than can be counted.</summary>
    public bool IsFull => _charges.Count >= Most;

    /// <summary>Notes a charge, in any order.</summary>
    /// <param name="charge">The charge.</param>
    /// <param name="price">The price by which it is rated, whose tiers are counted by month.</param>
    public void Note(Charge charge, SkuPrice price) =>
        _charges.Add((charge.Head.Place, price.Sku.Name, MonthOf(charge), LineRating.QuantityOf(price, charge.Amount, charge.Head.Entry.Line.To - charge.Head.Entry.Line.From).Millionths * charge.Sign, price.Sku.TierMode == TierMode.Volume));

    /// <summary>Adds up what was noted.</summary>
    /// <param name="isFinal">True for a month that is closed or about to be: the volume of its whole then decides the tier of each of its charges.</param>
    public void Count(Func<BillingMonth, bool> isFinal)
    {
        foreach ((long place, string sku, int month, Int128 quantity, _) in _charges.OrderBy(c => c.Place))
        {
            Int128 before = _total.GetValueOrDefault((sku, month));

            // What takes back is rated as what was last used.
            _before[place] = quantity < 0 ? Int128.Max(0, before + quantity) : before;
            _total[(sku, month)] = before + quantity;
        }

        HashSet<int> final = [.. _charges.Select(c => c.Month).Distinct().Where(m => isFinal(new BillingMonth(m)))];
        foreach ((long place, string sku, int month, Int128 quantity, _) in _charges.Where(c => c.ByVolume && final.Contains(c.Month)))
        {
            _before[place] = Int128.Max(0, _total[(sku, month)] - Int128.Abs(quantity));
        }

        _charges.Clear();
    }

    /// <summary>What came before a charge; null for one that was written since.</summary>
    public PricingQuantity? Before(Charge charge) => _before.TryGetValue(charge.Head.Place, out Int128 before) ? new PricingQuantity(before) : null;

    private static int MonthOf(Charge charge) => BillingMonth.Of(charge.Head.Entry.Line.From).Number;
}
