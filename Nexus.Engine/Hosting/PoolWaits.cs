using System.Collections.Concurrent;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>How long the requests that each pool granted in the last hour had waited, in bounded memory. One thread records, any may read.</summary>
internal sealed class PoolWaits
{
    private static readonly TimeSpan Slice = TimeSpan.FromMinutes(10);
    private const int Slices = 6;

    private readonly ConcurrentDictionary<string, RollingHistogram> _pools = new(StringComparer.Ordinal);

    /// <summary>Records a grant at its home.</summary>
    public void Record(Request request, Configuration configuration)
    {
        if (request.Lease is { } lease)
        {
            _pools.GetOrAdd(Suppliers.HomeOf(lease, configuration.Kind), static _ => new RollingHistogram(Slice, Slices))
                .Record(lease.GrantedAt - request.SubmittedAt, Since1970(lease.GrantedAt));
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _pools.Clear();

    /// <summary>Forgets pools that are gone.</summary>
    public void Keep(IReadOnlyList<PoolState> pools)
    {
        foreach (string gone in _pools.Keys.Except(pools.Select(p => p.Name), StringComparer.Ordinal))
        {
            _pools.TryRemove(gone, out _);
        }
    }

    /// <summary>How long a share of them had waited at most; null when there was none.</summary>
    public TimeSpan? Percentile(string pool, double share, Instant now) =>
        _pools.TryGetValue(pool, out RollingHistogram? waits) ? waits.Percentile(share, Since1970(now)) : null;

    private static TimeSpan Since1970(Instant at) => TimeSpan.FromMilliseconds(at.Milliseconds);
}
