using System.Collections.Concurrent;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>How long the grants of each owner's workflow ran until they were released, the newest of them: what an end that nobody committed to is estimated from.</summary>
/// <remarks>One thread learns, any reads. In memory and bounded: <see cref="MostKept"/> times of <see cref="MostWorkflows"/> workflows; a start learns anew from the requests in memory.</remarks>
internal sealed class LearnedTimes
{
    /// <summary>With fewer times than this nothing is estimated.</summary>
    public const int Fewest = 5;

    private const int MostKept = 64;
    private const int MostWorkflows = 10_000;

    // tenant/user/workflow; an agent below it works for the same.
    private const int WorkflowLevel = 3;

    private readonly ConcurrentDictionary<OwnerPath, Times> _times = new();
    private int _workflows;

    /// <summary>Learns from a request that was released. Others ended for reasons that say nothing of the work.</summary>
    public void Learn(Request request)
    {
        if (request is not { Status: RequestStatus.Released, Lease: { } lease, EndedAt: { } ended })
        {
            return;
        }

        OwnerPath workflow = request.Owner.AtMost(WorkflowLevel);
        if (!_times.TryGetValue(workflow, out Times? times))
        {
            if (_workflows == MostWorkflows)
            {
                Clear();
            }

            _workflows++;
            _times[workflow] = times = new Times();
        }

        times.Add((ended - lease.GrantedAt).Ticks / TimeSpan.TicksPerMillisecond);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _times.Clear();
        _workflows = 0;
    }

    /// <summary>The moments at which a running grant may end, as others of its workflow did that ran as long as it has; sorted, empty where too little is known.</summary>
    public Instant[] EndsOf(Request running, Instant now)
    {
        Instant granted = running.Lease!.GrantedAt;
        long[] known = _times.TryGetValue(running.Owner.AtMost(WorkflowLevel), out Times? times) ? times.Sorted() : [];
        return known.Length < Fewest ? [] : [.. known.Select(t => granted + TimeSpan.FromMilliseconds(t)).Where(end => end > now)];
    }

    private sealed class Times
    {
        private readonly long[] _milliseconds = new long[MostKept];
        private int _count;

        public void Add(long milliseconds)
        {
            _milliseconds[_count % MostKept] = milliseconds;
            Volatile.Write(ref _count, _count + 1);
        }

        public long[] Sorted()
        {
            long[] known = _milliseconds[..Math.Min(MostKept, Volatile.Read(ref _count))];
            Array.Sort(known);
            return known;
        }
    }
}
