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
    private readonly SortedDictionary<long, Instant> _ended = [];
    private readonly SortedDictionary<long, SortedDictionary<string, bool>> _paid = [];

    /// <summary>The number of the lease that began it; it may have ended since.</summary>
    public long Number { get; } = number;

    /// <summary>Of whom it is, for which kinds, and by what it is priced.</summary>
    public string Key { get; } = key;

    /// <summary>The pool of each of its kinds.</summary>
    public IReadOnlyList<string> Pools { get; } = pools;

    /// <summary>The minima that were paid: the beginning of the hour, the SKU, and whether lines that were written later were due without one because of it.</summary>
    public IEnumerable<(Instant Hour, string Sku, bool IsReliedOn)> Paid => _paid.SelectMany(hour => hour.Value, static (hour, sku) => (new Instant(hour.Key * Hour), sku.Key, sku.Value));

    /// <summary>True while somebody runs in it.</summary>
    public bool Runs => _members.Count > 0;

    /// <summary>True while somebody runs in it, or what it paid may still be asked for by a late release.</summary>
    public bool IsKnown => _members.Count + _ended.Count > 0;

    /// <summary>True where each kind comes from these pools.</summary>
    public bool IsIn(IReadOnlyList<string> others) => Pools.SequenceEqual(others, StringComparer.Ordinal);

    /// <summary>True where somebody runs in it beside a lease.</summary>
    public bool HasOthersThan(long lease) => _members.Count > (_members.ContainsKey(lease) ? 1 : 0);

    /// <summary>True where the minimum of an SKU was paid in the hour of a moment.</summary>
    public bool HasPaidIn(string sku, Instant at) => _paid.TryGetValue(HourOf(at), out SortedDictionary<string, bool>? skus) && skus.ContainsKey(sku);

    /// <summary>True where it was paid, and lines that were written later have none because of it.</summary>
    public bool IsReliedOnIn(string sku, Instant at) => _paid.TryGetValue(HourOf(at), out SortedDictionary<string, bool>? skus) && skus.GetValueOrDefault(sku);

    /// <summary>The minimum of an SKU is paid in the hour of a moment.</summary>
    /// <param name="sku">The SKU.</param>
    /// <param name="at">The moment.</param>
    /// <param name="isReliedOn">True where a line is due without it because it is.</param>
    public void Pay(string sku, Instant at, bool isReliedOn)
    {
        if (!_paid.TryGetValue(HourOf(at), out SortedDictionary<string, bool>? skus))
        {
            _paid[HourOf(at)] = skus = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        }

        skus[sku] = isReliedOn || skus.GetValueOrDefault(sku);
    }

    /// <summary>What had paid it in the hour of a moment was taken back.</summary>
    public void TakeBack(string sku, Instant at)
    {
        if (_paid.TryGetValue(HourOf(at), out SortedDictionary<string, bool>? skus) && skus.Remove(sku) && skus.Count == 0)
        {
            _paid.Remove(HourOf(at));
        }
    }

    /// <summary>One begins to share it.</summary>
    public void Enter(long lease, Instant grantedAt) => _members[lease] = grantedAt;

    /// <summary>One has ended, and a late release may still correct what it consumed.</summary>
    public void Remember(long lease, Instant grantedAt) => _ended[lease] = grantedAt;

    /// <summary>One does not run in it any more.</summary>
    /// <param name="lease">Its number.</param>
    /// <param name="stays">True where a late release of it may still come.</param>
    public void Leave(long lease, bool stays)
    {
        _members.Remove(lease);
        if (!stays)
        {
            _ended.Remove(lease);
        }

        if (!IsKnown)
        {
            return;
        }

        // Nothing that is written of those who are left lies before the first of them was granted.
        long first = Math.Min(FirstOf(_members), FirstOf(_ended));
        while (_paid.Count > 0 && _paid.First().Key is var hour && hour < first)
        {
            _paid.Remove(hour);
        }
    }

    private static long FirstOf(SortedDictionary<long, Instant> members) => members.Count == 0 ? long.MaxValue : HourOf(members.First().Value);

    /// <summary>Which hour a moment lies in.</summary>
    public static long HourOf(Instant at) => (at.Milliseconds / Hour) - (at.Milliseconds % Hour < 0 ? 1 : 0);
}

/// <summary>A minimum that a shared grant has paid.</summary>
/// <param name="Grant">The number of the lease that began it.</param>
/// <param name="Hour">The beginning of the hour.</param>
/// <param name="Sku">The SKU.</param>
/// <param name="IsReliedOn">True where lines that were written later have none because of it.</param>
internal readonly record struct MergedPayment(long Grant, Instant Hour, string Sku, bool IsReliedOn);
