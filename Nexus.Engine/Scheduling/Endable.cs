using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>The grants that anybody could end now: not those that end anyway before their grace were over, that were told to end already, or that have not run as long as was guaranteed to them.</summary>
/// <remarks>Found once for a moment and a state: when something is given back, all who wait for it look for victims, one after the other, and mostly there are none yet.</remarks>
internal sealed class Endable(EngineState state)
{
    // Of the grace, a tenth: as long a grant that has just come to its committed end is left alone, as its report is under way.
    private const int LateShare = 10;

    private readonly Dictionary<string, (Live[] Grants, long RetryAt)> _found = new(StringComparer.Ordinal);
    private (long Sequence, long Now) _at = (-1, -1);

    /// <summary>Those that hold something of a pool, the lowest class first, then the youngest; and when the first of the others can be ended, <see cref="long.MaxValue"/> where none is known.</summary>
    public (Live[] Grants, long RetryAt) Of(Pool pool, long now)
    {
        if (_at != (state.Sequence, now))
        {
            _found.Clear();
            _at = (state.Sequence, now);
        }

        if (!_found.TryGetValue(pool.Name, out (Live[], long) found))
        {
            long retryAt = long.MaxValue;
            List<Live> grants = [];
            foreach (Live grant in pool.Preemptible)
            {
                if (grant.Request.Notice is not null)
                {
                    continue;
                }

                if (From(grant, now) is var from && from <= now)
                {
                    grants.Add(grant);
                }

                retryAt = from > now ? Math.Min(retryAt, from) : retryAt;
            }

            found = _found[pool.Name] = ([.. grants], retryAt);
        }

        return found;
    }

    private long From(Live grant, long now)
    {
        Request request = grant.Request;
        if (Live.KnownEnd(request) is { } end)
        {
            // It may run beyond what it committed to; then it can be told to end.
            long grace = GraceOf(state, grant);
            long late = grace / LateShare;
            if (end > now - late && end <= now + grace)
            {
                return end + late;
            }
        }

        return request.Lease!.GrantedAt.Milliseconds + Longest(state, grant, static p => p.MinimumRuntime);
    }

    /// <summary>How long a grant runs on after it was told, in milliseconds: the longest grace of the pools that it holds something of.</summary>
    public static long GraceOf(EngineState state, Live grant) => Longest(state, grant, static p => p.Grace);

    // Of the pools that a grant holds something of, which comes back: a bucket that it only drew from has no say.
    private static long Longest(EngineState state, Live grant, Func<PreemptionSettings, TimeSpan> setting)
    {
        long longest = 0;
        Lease lease = grant.Request.Lease!;
        for (int i = 0; i < lease.Pools.Count; i++)
        {
            if (state.Kinds.GetValueOrDefault(lease.Amounts[i].Kind)?.Behaviour == ResourceBehaviour.Held && state.Pools.TryGetValue(lease.Pools[i], out Pool? pool))
            {
                longest = Math.Max(longest, (long)setting(pool.Definition.Preemption).TotalMilliseconds);
            }
        }

        return longest;
    }
}
