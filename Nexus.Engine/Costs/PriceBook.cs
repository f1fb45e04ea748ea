using System.Collections.Immutable;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs;

/// <summary>What is stated of something that was used, by which its price is found.</summary>
/// <param name="Resource">The kind.</param>
/// <param name="At">The moment whose price holds.</param>
public readonly record struct UsageFacts(string Resource, Instant At)
{
    /// <summary>The SKU where the usage names one; then it alone is asked.</summary>
    public string? Sku { get; init; }

    /// <summary>Where it came from.</summary>
    public string? Pool { get; init; }

    /// <summary>Who served it.</summary>
    public string? Provider { get; init; }

    /// <summary>Which model used it.</summary>
    public string? Model { get; init; }

    /// <summary>Through which lane it went; null: the standard one.</summary>
    public string? Lane { get; init; }

    /// <summary>How large the prompt was of which it is a part, cached tokens included.</summary>
    public long? PromptTokens { get; init; }

    /// <summary>Its labels, for a price that is worked out from them; none finds a price.</summary>
    public Labels? Labels { get; init; }
}

/// <summary>The prices that hold: the most specific one wins, of equals the latest.</summary>
/// <remarks>
/// <para>Order: one that names the pool; provider and model; model; provider; then one that names the lane; then the largest prompt that is passed; then the latest time.
/// A price applies only where everything that it names is stated, but for one case: usage with a model and no provider takes that model's price where a single provider has one.
/// Where several do, and none that is more specific applies, it has no price: nobody said whose it is. Where the book has none, the price holds that the pool itself states.</para>
/// <para>Immutable. A new book never changes what was priced by an old one. A price is found among those of the kind and model, and those of the kind that name no model.</para>
/// </remarks>
public sealed class PriceBook
{
    private const string Standard = "standard";

    private readonly Dictionary<(string Resource, string? Model), Entry[]> _entries;
    private readonly Dictionary<string, Entry[]> _byName;
    private readonly HashSet<(string Resource, string? Model)> _ofSeveralProviders;
    private readonly HashSet<string> _resources;
    private readonly HashSet<string> _monthly;
    private readonly HashSet<string> _withMinimum;
    private readonly ImmutableSortedDictionary<string, SkuPrice[]> _ofPools;

    /// <summary>The book of these prices.</summary>
    /// <param name="prices">No two of one name and time.</param>
    public PriceBook(IReadOnlyList<SkuPrice> prices)
        : this(prices, ImmutableSortedDictionary.Create<string, SkuPrice[]>(StringComparer.Ordinal))
    {
    }

    private PriceBook(IReadOnlyList<SkuPrice> prices, ImmutableSortedDictionary<string, SkuPrice[]> ofPools)
    {
        ArgumentNullException.ThrowIfNull(prices);
        _ofPools = ofPools;
        Prices = [.. prices.OrderBy(p => p.Sku.Name, StringComparer.Ordinal).ThenBy(p => Begins(p.Sku))];
        Entry[] entries = [.. Prices.GroupBy(p => p.Sku.Name, StringComparer.Ordinal).SelectMany(Dated)];
        _resources = [.. Prices.Select(p => p.Sku.Resource)];
        ChangesWithTime = Prices.Any(p => p.Formula is not null || p.Sku.EffectiveFrom is not null);
        _monthly = [.. Prices.Where(p => p.Sku.TierPeriod == TierPeriod.Month).Select(p => p.Sku.Name)];
        _withMinimum = [.. Prices.Where(p => p.Sku.Minimum is not null).Select(p => p.Sku.Name)];
        _byName = entries.GroupBy(e => e.Price.Sku.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
        _entries = entries.GroupBy(e => (e.Price.Sku.Resource, e.Price.Sku.Model)).ToDictionary(g => g.Key, g => g.ToArray());
        _ofSeveralProviders = [.. _entries.Where(e => e.Key.Model is not null && e.Value.Where(v => v.Price.Sku is { Provider: not null, Pool: null }).Select(v => v.Price.Sku.Provider).Distinct(StringComparer.Ordinal).Skip(1).Any()).Select(e => e.Key)];
    }

    /// <summary>True where nothing has a price.</summary>
    public bool IsEmpty => Prices.Count == 0 && _ofPools.IsEmpty;

    /// <summary>True where a price may be another at another time: it is worked out, or holds from a time on.</summary>
    public bool ChangesWithTime { get; }

    /// <summary>True where a kind has a price of its own.</summary>
    public bool Has(string resource) => _resources.Contains(resource);

    /// <summary>True where the tiers of an SKU are counted over a month.</summary>
    public bool IsMonthly(string sku) => _monthly.Contains(sku);

    /// <summary>True where lines of an SKU cost something at least, now or from some time on.</summary>
    public bool HasMinimum(string sku) => _withMinimum.Contains(sku);

    /// <summary>True where there is an SKU of a name.</summary>
    public bool Names(string sku) => _byName.ContainsKey(sku);

    /// <summary>A book without a price.</summary>
    public static PriceBook Empty { get; } = new([]);

    /// <summary>All of them, by name and time, but for those of <see cref="OfPools"/>.</summary>
    public IReadOnlyList<SkuPrice> Prices { get; }

    /// <summary>The prices that pools state themselves: each holds for what comes from its pool and has no other.</summary>
    public IEnumerable<SkuPrice> OfPools => _ofPools.Values.SelectMany(static p => p);

    /// <summary>The book after a change.</summary>
    /// <param name="change">The change; its SKUs are valid.</param>
    /// <param name="isHeld">Whether a kind is held.</param>
    public PriceBook With(PriceChange change, Func<string, bool> isHeld)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(isHeld);
        HashSet<SkuKey> gone = [.. change.Before.Select(s => s.Key)];
        return new PriceBook([.. Prices.Where(p => !gone.Contains(p.Sku.Key)), .. change.Set.Select(s => SkuPrice.Of(s, isHeld(s.Resource)))], _ofPools);
    }

    /// <summary>The book after a pool stated other prices.</summary>
    /// <param name="pool">The pool's name.</param>
    /// <param name="prices">Its prices, valid; none where it states none or is gone.</param>
    /// <param name="isHeld">Whether a kind is held.</param>
    public PriceBook With(string pool, IReadOnlyList<PoolPrice> prices, Func<string, bool> isHeld)
    {
        ArgumentNullException.ThrowIfNull(prices);
        ArgumentNullException.ThrowIfNull(isHeld);
        return prices.Count == 0 && !_ofPools.ContainsKey(pool) ? this
            : new PriceBook(Prices, prices.Count == 0 ? _ofPools.Remove(pool) : _ofPools.SetItem(pool, [.. prices.Select(p => SkuPrice.Of(p.SkuOf(pool), isHeld(p.Kind)))]));
    }

    /// <summary>The price of something that was used; null where it has none.</summary>
    /// <param name="facts">What is stated of it.</param>
    /// <param name="wholeOf">The kind of which a kind is a part, or null: a part without a price of its own has that of its whole.</param>
    public SkuPrice? Find(UsageFacts facts, Func<string, string?> wholeOf)
    {
        ArgumentNullException.ThrowIfNull(wholeOf);
        if (IsEmpty)
        {
            return null;
        }

        if (facts.Sku is { } name)
        {
            return Array.Find(_byName.GetValueOrDefault(name) ?? [], e => e.HoldsAt(facts.At)).Price;
        }

        for (string? resource = facts.Resource; resource is not null; resource = wholeOf(resource))
        {
            if (Best(ReferenceEquals(resource, facts.Resource) ? facts : facts with { Resource = resource }) is { } price)
            {
                return price;
            }
        }

        return facts.Pool is { } pool && _ofPools.TryGetValue(pool, out SkuPrice[]? stated) ? Stated(stated, facts.Resource, wholeOf) : null;
    }

    private static SkuPrice? Stated(SkuPrice[] stated, string kind, Func<string, string?> wholeOf)
    {
        for (string? resource = kind; resource is not null; resource = wholeOf(resource))
        {
            foreach (SkuPrice price in stated)
            {
                if (price.Sku.Resource == resource)
                {
                    return price;
                }
            }
        }

        return null;
    }

    private SkuPrice? Best(UsageFacts facts)
    {
        SkuPrice? best = null;
        Look(null);
        if (facts.Model is not null)
        {
            Look(facts.Model);
        }

        return best is { Sku: { Provider: not null, Pool: null, Model: not null } } && facts.Provider is null && _ofSeveralProviders.Contains((facts.Resource, facts.Model)) ? null : best;

        void Look(string? model)
        {
            foreach (Entry entry in _entries.GetValueOrDefault((facts.Resource, model)) ?? [])
            {
                if (entry.HoldsAt(facts.At) && Applies(entry.Price.Sku, facts) && (best is null || Compare(entry.Price.Sku, best.Sku) > 0))
                {
                    best = entry.Price;
                }
            }
        }
    }

    private static bool Applies(Sku sku, UsageFacts facts) =>
        (sku.Pool is null || sku.Pool == facts.Pool)
        && (sku.Provider is null || sku.Provider == facts.Provider || (facts.Provider is null && sku.Model is not null))
        && (sku.Lane is null || sku.Lane == (facts.Lane ?? Standard))
        && (sku.AbovePromptTokens is null || facts.PromptTokens > sku.AbovePromptTokens);

    // Each holds until the next of its name begins; one without a time is the first.
    private static IEnumerable<Entry> Dated(IEnumerable<SkuPrice> ofOneName)
    {
        SkuPrice[] inOrder = [.. ofOneName.OrderBy(p => Begins(p.Sku))];
        for (int i = 0; i < inOrder.Length; i++)
        {
            yield return new Entry(inOrder[i], Begins(inOrder[i].Sku), i + 1 < inOrder.Length ? Begins(inOrder[i + 1].Sku) : long.MaxValue);
        }
    }

    private static long Begins(Sku sku) => sku.EffectiveFrom?.Milliseconds ?? long.MinValue;

    // Positive where the first is more specific.
    private static int Compare(Sku a, Sku b)
    {
        int order = (a.Pool is not null).CompareTo(b.Pool is not null);
        order = order != 0 ? order : Narrows(a).CompareTo(Narrows(b));
        order = order != 0 ? order : (a.Lane is not null).CompareTo(b.Lane is not null);
        order = order != 0 ? order : (a.AbovePromptTokens ?? -1).CompareTo(b.AbovePromptTokens ?? -1);
        order = order != 0 ? order : Begins(a).CompareTo(Begins(b));
        return order != 0 ? order : string.CompareOrdinal(b.Name, a.Name);
    }

    private static int Narrows(Sku sku) => (sku.Provider, sku.Model) switch { (not null, not null) => 3, (null, not null) => 2, (not null, null) => 1, _ => 0 };

    private readonly record struct Entry(SkuPrice Price, long From, long Until)
    {
        public bool HoldsAt(Instant at) => From <= at.Milliseconds && at.Milliseconds < Until;
    }
}
