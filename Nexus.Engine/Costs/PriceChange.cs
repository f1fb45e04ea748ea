namespace Nexus.Engine.Costs;

/// <summary>What a change of the price book comes to.</summary>
/// <param name="Set">The SKUs that are new or other than they were, in the order in which they were given.</param>
/// <param name="Before">What they were, and those that go, by name and time.</param>
public sealed record PriceChange(IReadOnlyList<Sku> Set, IReadOnlyList<Sku> Before)
{
    /// <summary>Those that were not there before.</summary>
    public IEnumerable<Sku> Added => Without(Set, Before);

    /// <summary>Those that are other than they were, with what they were.</summary>
    public IEnumerable<(Sku Before, Sku After)> Changed
    {
        get
        {
            Dictionary<SkuKey, Sku> before = Before.ToDictionary(s => s.Key);
            return Set.Where(s => before.ContainsKey(s.Key)).Select(s => (before[s.Key], s));
        }
    }

    /// <summary>Those that are no longer there.</summary>
    public IEnumerable<Sku> Removed => Without(Before, Set);

    /// <summary>True where the book stays as it is.</summary>
    public bool IsEmpty => Set.Count == 0 && Before.Count == 0;

    /// <summary>What changes when a book is given these SKUs.</summary>
    /// <param name="book">The book.</param>
    /// <param name="wanted">The SKUs; of one name and time the book has one.</param>
    /// <param name="replaces">True where they are all that the book holds from then on; false where it keeps those that are not named.</param>
    /// <param name="removes">Which go beside that.</param>
    public static PriceChange Of(PriceBook book, IReadOnlyList<Sku> wanted, bool replaces, IReadOnlyList<SkuKey> removes)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(wanted);
        Dictionary<SkuKey, Sku> before = book.Prices.ToDictionary(p => p.Sku.Key, p => p.Sku);
        Sku[] set = [.. wanted.Where(w => !(before.TryGetValue(w.Key, out Sku? known) && known == w))];
        HashSet<SkuKey> kept = [.. wanted.Select(w => w.Key)];
        HashSet<SkuKey> gone = [.. set.Select(s => s.Key), .. removes.Where(r => !kept.Contains(r))];
        return new PriceChange(set, [.. book.Prices.Select(p => p.Sku).Where(s => gone.Contains(s.Key) || (replaces && !kept.Contains(s.Key)))]);
    }

    private static IEnumerable<Sku> Without(IReadOnlyList<Sku> some, IReadOnlyList<Sku> others)
    {
        HashSet<SkuKey> keys = [.. others.Select(s => s.Key)];
        return some.Where(s => !keys.Contains(s.Key));
    }
}
