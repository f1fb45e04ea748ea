using System.Collections.Concurrent;
using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;
using Nexus.Engine.Storage;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Pools;

/// <summary>What pools cost over the last hours or days that nobody held, worked out at most once a minute for all who look.</summary>
internal sealed class PoolIdle(EngineHost host, IdleCosts idle, TimeProvider time)
{
    private const int MostSpans = 16;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<TimeSpan, Kept> _kept = [];

    /// <summary>By pool, as it was last worked out; null until it was. It is worked out beside who asks.</summary>
    public IReadOnlyDictionary<string, Money>? Over(TimeSpan span)
    {
        if (_kept.Count > MostSpans)
        {
            _kept.Clear();
        }

        Kept kept = _kept.GetOrAdd(span, static _ => new Kept());
        if ((kept.ReadAt is not { } at || time.GetElapsedTime(at) >= Fresh) && Interlocked.CompareExchange(ref kept.Reading, 1, 0) == 0)
        {
            _ = Task.Run(() => Read(span, kept));
        }

        return kept.ByPool;
    }

    /// <summary>Works it out; null while it cannot be known.</summary>
    internal IReadOnlyDictionary<string, Money>? Read(TimeSpan span) => host.Journal?.Ledger is not { } ledger || idle.Of(ledger, host.Now - span, host.Now) is not { } report ? null
        : report.Parts.GroupBy(p => p.Pool, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Aggregate(Money.Zero, static (sum, p) => sum + p.Cost), StringComparer.Ordinal);

    private void Read(TimeSpan span, Kept kept)
    {
        try
        {
            kept.ByPool = Read(span) ?? kept.ByPool;
        }
        catch (JournalException)
        {
            // What was read last is shown on; the page of the costs says what is wrong.
        }
        finally
        {
            kept.ReadAt = kept.ByPool is null ? null : time.GetTimestamp();
            Volatile.Write(ref kept.Reading, 0);
        }
    }

    private sealed class Kept
    {
        public int Reading;

        public long? ReadAt { get; set; }

        public IReadOnlyDictionary<string, Money>? ByPool { get; set; }
    }
}
