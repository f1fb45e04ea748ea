using System.Collections.Immutable;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>The starts that are planned for the first in each pool's queue, as readers see them.</summary>
/// <remarks>A plan is the engine's own and made by its thread: one pool between two batches, all of them at most twice a second, and only after something changed or a planned start has passed. Any thread may read.</remarks>
internal sealed class PlannedStarts
{
    /// <summary>How long a plan is shown at least, in milliseconds.</summary>
    public const long Interval = 500;

    private readonly Queue<string> _round = new();
    private ImmutableDictionary<string, IReadOnlyDictionary<RequestKey, Instant>> _shown = ImmutableDictionary<string, IReadOnlyDictionary<RequestKey, Instant>>.Empty;
    private bool _changed = true;
    private Instant _mayBegin;

    /// <summary>When there is a plan to be made, or null: by itself nothing changes.</summary>
    public Instant? Due => _round.Count > 0 || _changed ? _mayBegin
        : _shown.Values.SelectMany(s => s.Values).Select(at => (Instant?)at).Min() is { } first ? first < _mayBegin ? _mayBegin : first
        : null;

    /// <summary>The start that is planned for a request; null where none is known.</summary>
    /// <param name="key">Whose.</param>
    /// <param name="homes">The pools in whose queues it stands.</param>
    public Instant? Of(RequestKey key, IReadOnlyList<string> homes)
    {
        ImmutableDictionary<string, IReadOnlyDictionary<RequestKey, Instant>> shown = Volatile.Read(ref _shown);
        Instant? first = null;
        foreach (string home in homes)
        {
            if (shown.TryGetValue(home, out IReadOnlyDictionary<RequestKey, Instant>? starts) && starts.TryGetValue(key, out Instant at) && !(at >= first))
            {
                first = at;
            }
        }

        return first;
    }

    /// <summary>Something may have been decided: the plans may be others then.</summary>
    public void Follow(Batch batch) => _changed |= !batch.IsEmpty;

    /// <summary>All plans are to be made anew.</summary>
    public void Changed() => _changed = true;

    /// <summary>Makes the plan of one pool, where it is time.</summary>
    /// <returns>True when one was made.</returns>
    public bool Publish(Core.Engine engine, Instant now)
    {
        if (!(Due <= now))
        {
            return false;
        }

        if (_round.Count == 0)
        {
            _changed = false;
            foreach (PoolState pool in engine.Pools)
            {
                _round.Enqueue(pool.Name);
            }

            Volatile.Write(ref _shown, _shown.RemoveRange(_shown.Keys.Except(_round, StringComparer.Ordinal)));
        }

        if (_round.TryDequeue(out string? name))
        {
            IReadOnlyDictionary<RequestKey, Instant> starts = engine.PlannedStarts(name, now);
            Volatile.Write(ref _shown, starts.Count == 0 ? _shown.Remove(name) : _shown.SetItem(name, starts));
        }

        _mayBegin = _round.Count > 0 ? now : new Instant(now.Milliseconds + Interval);
        return true;
    }
}
