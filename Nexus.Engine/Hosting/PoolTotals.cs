using System.Collections.Concurrent;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>What grants used of each Metered kind of each pool, added up as they end, since the program started. One thread records, any may read.</summary>
/// <remarks>A figure to watch, not to bill by: what a late release corrects is not in it.</remarks>
internal sealed class PoolTotals
{
    private readonly ConcurrentDictionary<(string Pool, string Kind), Total> _totals = new();

    /// <summary>Adds what a grant that ended had used.</summary>
    public void Add(RequestEnded ended, Lease lease)
    {
        if (ended.Settlement is not { } settlement)
        {
            return;
        }

        foreach (ResourceAmount used in settlement.Metered)
        {
            for (int i = 0; i < lease.Amounts.Count; i++)
            {
                if (lease.Amounts[i].Kind == used.Kind)
                {
                    Total total = _totals.GetOrAdd((lease.Pools[i], used.Kind), static _ => new Total());
                    Volatile.Write(ref total.Thousandths, total.Thousandths + used.Quantity.Thousandths);
                    break;
                }
            }
        }
    }

    /// <summary>What was used of a kind of a pool, in thousandths.</summary>
    public long Of(string pool, string kind) => _totals.TryGetValue((pool, kind), out Total? total) ? Volatile.Read(ref total.Thousandths) : 0;

    /// <summary>Forgets pools that are gone.</summary>
    public void Keep(IReadOnlyList<PoolState> pools)
    {
        HashSet<string> known = pools.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        foreach ((string Pool, string Kind) gone in _totals.Keys.Where(k => !known.Contains(k.Pool)))
        {
            _totals.TryRemove(gone, out _);
        }
    }

    private sealed class Total
    {
        public long Thousandths;
    }
}
