namespace Nexus.Engine.Costs.Months;

/// <summary>What was entered, by month, tenant and id, so that nothing is entered twice.</summary>
internal sealed class EnteredCharges
{
    /// <summary>How many a month takes: they are entered by hand or by a script that taxes each tenant, not measured.</summary>
    public const int MostAMonth = 10_000;

    private readonly SortedDictionary<(int Month, string Owner, string Id), EnteredCharge> _charges = new(Comparer<(int Month, string Owner, string Id)>.Create(static (a, b) =>
        a.Month != b.Month ? a.Month.CompareTo(b.Month) : string.CompareOrdinal(a.Owner, b.Owner) is var order and not 0 ? order : string.CompareOrdinal(a.Id, b.Id)));

    private readonly Dictionary<int, int> _counts = [];

    /// <summary>All of them.</summary>
    public IEnumerable<EnteredCharge> All => _charges.Values;

    /// <summary>The one of the same month, tenant and id; null where there is none.</summary>
    public EnteredCharge? Find(EnteredCharge charge) => _charges.GetValueOrDefault(charge.Key);

    /// <summary>True where a month takes no more.</summary>
    public bool IsFull(BillingMonth month) => _counts.GetValueOrDefault(month.Number) >= MostAMonth;

    /// <summary>Remembers one.</summary>
    public void Add(EnteredCharge charge)
    {
        _charges.Add(charge.Key, charge);
        _counts[charge.Month.Number] = _counts.GetValueOrDefault(charge.Month.Number) + 1;
    }
}
