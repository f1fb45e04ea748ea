using Nexus.Engine.Resources;

namespace Nexus.Engine.Core;

/// <summary>A grant that several requests share: of each SKU it pays the minimum once in each full hour.</summary>
/// <param name="number">The number of the lease that began it.</param>
/// <param name="key">Of whom it is, for which kinds, and by what it is priced.</param>
/// <param name="pools">The pool of each of its kinds.</param>
internal sealed class MergedGrant(long number, string key, IReadOnlyList<string> pools)
{
    private const long Hour = 3_600_000;

    // By number, which is the order in which they were granted.
    private readonly SortedDictionary<long, Instant> _members = [];
    private readonly SortedDictionary<long, SortedSet<string>> _paid = [];

    /// <summary>The number of the lease that began it; it may have ended since.</summary>
    public long Number { get; } = number;

    /// <summary>Of whom it is, for which kinds, and by what it is priced.</summary>
    public string Key { get; } = key;

    /// <summary>The pool of each of its kinds.</summary>
    public IReadOnlyList<string> Pools { get; } = pools;

    /// <summary>The minima that were paid: the beginning of the hour, and the SKU.</summary>
    public IEnumerable<(Instant Hour, string Sku)> Paid => _paid.SelectMany(hour => hour.Value, static (hour, sku) => (new Instant(hour.Key * Hour), sku));

    /// <summary>True where each kind comes from these pools.</summary>
    public bool IsIn(IReadOnlyList<string> others) => Pools.SequenceEqual(others, StringComparer.Ordinal);

    /// <summary>True where the minimum of an SKU was paid in the hour of a moment.</summary>
    public bool HasPaidIn(string sku, Instant at) => _paid.TryGetValue(HourOf(at), out SortedSet<string>? skus) && skus.Contains(sku);

    /// <summary>The minimum of an SKU is paid in the hour of a moment.</summary>
    public void Pay(string sku, Instant at)
    {
        if (!_paid.TryGetValue(HourOf(at), out SortedSet<string>? skus))
        {
            _paid[HourOf(at)] = skus = new SortedSet<string>(StringComparer.Ordinal);
        }

        skus.Add(sku);
    }

    /// <summary>One begins to share it.</summary>
    public void Enter(long lease, Instant grantedAt) => _members[lease] = grantedAt;

    /// <summary>One does not share it any more.</summary>
    /// <returns>False where nobody does.</returns>
    public bool Leave(long lease)
    {
        _members.Remove(lease);
        if (_members.Count == 0)
        {
            return false;
        }

        // Nothing that is written of those who are left lies before the first of them was granted.
        long first = HourOf(_members.First().Value);
        while (_paid.Count > 0 && _paid.First().Key is var hour && hour < first)
        {
            _paid.Remove(hour);
        }

        return true;
    }

    /// <summary>Which hour a moment lies in.</summary>
    public static long HourOf(Instant at) => (at.Milliseconds / Hour) - (at.Milliseconds % Hour < 0 ? 1 : 0);
}

/// <summary>A minimum that a shared grant has paid.</summary>
/// <param name="Grant">The number of the lease that began it.</param>
/// <param name="Hour">The beginning of the hour.</param>
/// <param name="Sku">The SKU.</param>
internal readonly record struct MergedPayment(long Grant, Instant Hour, string Sku);
