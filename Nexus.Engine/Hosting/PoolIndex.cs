using Nexus.Engine.Core;

namespace Nexus.Engine.Hosting;

/// <summary>The pools at one moment, by name. Never changed: each batch that touches one replaces it by another.</summary>
internal sealed class PoolIndex(PoolState[] sorted)
{
    private static readonly Comparer<PoolState> ByName = Comparer<PoolState>.Create(static (a, b) => string.CompareOrdinal(a.Name, b.Name));

    /// <summary>All of them, by name.</summary>
    public IReadOnlyList<PoolState> All => sorted;

    /// <summary>No pool.</summary>
    public static PoolIndex Empty { get; } = new([]);

    /// <summary>Those of an engine.</summary>
    public static PoolIndex Of(IEnumerable<PoolState> pools)
    {
        PoolState[] all = [.. pools];
        Array.Sort(all, ByName);
        return new PoolIndex(all);
    }

    /// <summary>A pool, or null.</summary>
    public PoolState? Find(string name)
    {
        int low = 0, high = sorted.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = string.CompareOrdinal(sorted[middle].Name, name);
            if (order == 0)
            {
                return sorted[middle];
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }

    /// <summary>These pools with some replaced, added or removed.</summary>
    public PoolIndex With(IReadOnlyCollection<string> touched, Func<string, PoolState?> present)
    {
        Dictionary<string, PoolState?> changes = touched.ToDictionary(n => n, present, StringComparer.Ordinal);
        PoolState[] kept = [.. sorted.Select(p => changes.Remove(p.Name, out PoolState? now) ? now : p).OfType<PoolState>()];
        return changes.Count == 0 ? new PoolIndex(kept) : Of(kept.Concat(changes.Values.OfType<PoolState>()));
    }
}
