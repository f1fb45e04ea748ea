using System.Collections.Concurrent;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>The intervals in which readers were told that waiting requests would start, and how many came true: an estimate is worth what its kind was worth so far.</summary>
/// <remarks>Of each request the first interval that was shown counts. In memory: <see cref="MostOpen"/> that are open, the newest <see cref="MostScored"/> that were scored.</remarks>
internal sealed class ShownStarts
{
    private const int MostOpen = 10_000;
    private const int MostScored = 1_000;

    private readonly ConcurrentDictionary<RequestKey, StartInterval> _open = new();
    private readonly bool[] _scored = new bool[MostScored];
    private int _opened;
    private int _count;
    private int _hits;

    /// <summary>How many of the newest came true, or null before the first.</summary>
    public HitRate? Rate => Volatile.Read(ref _count) is > 0 and var count ? new HitRate(Volatile.Read(ref _hits), Math.Min(count, MostScored)) : null;

    /// <summary>A reader was shown when a request would start.</summary>
    public void Shown(RequestKey key, StartInterval interval)
    {
        if (Volatile.Read(ref _opened) < MostOpen && _open.TryAdd(key, interval))
        {
            Interlocked.Increment(ref _opened);
        }
    }

    /// <summary>A request changed: one that started is scored, one that ended without is not.</summary>
    public void Changed(Request request)
    {
        if (Volatile.Read(ref _opened) == 0 || request.Status == RequestStatus.Queued || !_open.TryRemove(request.Key, out StartInterval interval))
        {
            return;
        }

        Interlocked.Decrement(ref _opened);
        if (request.Lease is not { GrantedAt: var at })
        {
            return;
        }

        bool hit = at >= interval.From && at <= interval.To;
        ref bool oldest = ref _scored[_count % MostScored];
        Volatile.Write(ref _hits, _hits + (hit ? 1 : 0) - (_count >= MostScored && oldest ? 1 : 0));
        oldest = hit;
        Volatile.Write(ref _count, _count + 1);
    }
}
