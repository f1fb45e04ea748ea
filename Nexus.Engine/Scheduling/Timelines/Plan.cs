using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Timelines;

/// <summary>The starts a planner planned, as they stand on the timelines, and what of them still stands after changes.</summary>
internal sealed class Plan(Backfill backfill)
{
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<PoolTimeline, long> _seen = [];
    private readonly HashSet<Head> _waiting = [];
    private readonly List<(PoolTimeline Pool, long From, long To)> _unseen = [];
    private long _at;

    /// <summary>The planned starts, in the order of the queue.</summary>
    public IEnumerable<PlannedStart> Starts => _entries.Select(e => e.ToStart());

    /// <summary>What was planned for a head, or null.</summary>
    public PlannedStart? Of(Head head) => _entries.Find(e => e.Head == head)?.ToStart();

    /// <summary>Plans the next head's start beside all that stands on the timelines.</summary>
    public void Append(Head head, long now)
    {
        bool onlyNow = backfill == Backfill.Easy && _entries.Exists(e => e.Waits(now));
        (Window best, int way) = (new Window(Timeline.Open, Timeline.Open), -1);
        for (int i = 0; i < head.Placements.Count && best.From > now; i++)
        {
            Window found = onlyNow ? head.At(head.Placements[i], now) ?? best : head.Earliest(head.Placements[i], now);
            (best, way) = found.From < best.From ? (found, i) : (best, way);
        }

        Entry entry = new(head, best, way);
        if (way >= 0)
        {
            entry.Uses = [.. head.Placements[way].Needs.Select(n => n.Pool.Add(UseKind.Plan, head.Number, head.Owner, best.From, best.To, n.Amounts))];
        }

        _entries.Add(entry);
    }

    /// <summary>Takes off what no longer stands. What is left is what would be planned anew for as many heads of the queue.</summary>
    /// <returns>How many are left.</returns>
    public int KeepWhatStands(IReadOnlyList<Head> queue, int count, long now)
    {
        // Before anybody is dropped, which changes the pools too.
        _unseen.Clear();
        foreach ((PoolTimeline pool, long seen) in _seen)
        {
            _unseen.Add((pool, seen, pool.Changes.Count));
        }

        DropWhoLeft(queue, count, now);
        foreach ((PoolTimeline pool, long from, long to) in _unseen)
        {
            if (pool.Changes.Count - from > PoolChanges.Kept)
            {
                Truncate(0);
            }

            for (long number = from; number < to && _entries is [{ Stands: true }, ..]; number++)
            {
                Touch(pool, pool.Changes[number], 0, now);
            }
        }

        if (backfill == Backfill.Easy && now > _at)
        {
            TouchBehindBooked(now);
        }

        int stands = 0;
        while (stands < Math.Min(count, _entries.Count) && _entries[stands].Head == queue[stands] && _entries[stands].Stands && !_entries[stands].IsLate(now))
        {
            stands++;
        }

        Truncate(stands);
        _at = now;
        return stands;
    }

    /// <summary>All changes up to now have been looked at, or were made by the plan itself.</summary>
    public void HasSeenAll()
    {
        _seen.Clear();
        foreach (Entry entry in _entries)
        {
            for (int i = 0; i < entry.Head.Placements.Count; i++)
            {
                IReadOnlyList<PoolNeed> needs = entry.Head.Placements[i].Needs;
                for (int j = 0; j < needs.Count; j++)
                {
                    _seen[needs[j].Pool] = needs[j].Pool.Changes.Count;
                }
            }
        }
    }

    /// <summary>Takes off all but the first entries.</summary>
    public void Truncate(int count)
    {
        for (int i = _entries.Count - 1; i >= count; i--)
        {
            TakeOff(_entries[i]);
        }

        _entries.RemoveRange(count, _entries.Count - count);
    }

    /// <summary>Hands over what a head uses, as a promise.</summary>
    public Use[]? Promise(Head head, UseKind kind)
    {
        int at = _entries.FindIndex(e => e.Head == head);
        if (at < 0 || _entries[at].Uses.Length == 0)
        {
            return null;
        }

        Use[] uses = _entries[at].Uses;
        foreach (Use use in uses)
        {
            use.Pool!.Promise(use, kind);
        }

        Leave(at);
        return uses;
    }

    // Who left frees what was planned for it, which those before it could not have.
    private void DropWhoLeft(IReadOnlyList<Head> queue, int count, long now)
    {
        _waiting.Clear();
        for (int i = 0; i < count; i++)
        {
            _waiting.Add(queue[i]);
        }

        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            Entry entry = _entries[i];
            if (!_waiting.Contains(entry.Head))
            {
                Leave(i);
                foreach (Use use in entry.Uses)
                {
                    Touch(use.Pool!, new PoolChange(ChangeKind.Freed, use.From, use.To), i, now);
                }

                TakeOff(entry);
            }
        }
    }

    // Where only one head waits for its time, the next one takes its turn.
    private void Leave(int at)
    {
        if (backfill == Backfill.Easy && _entries[at].Waits(_at) && at + 1 < _entries.Count)
        {
            _entries[at + 1].Stands = false;
        }

        _entries.RemoveAt(at);
    }

    private void Touch(PoolTimeline pool, PoolChange change, int from, long now)
    {
        // As long as all that was planned fits at once, nothing that was taken is in its way.
        if (change.Kind == ChangeKind.Taken && pool.IsWithinCapacity(Math.Max(change.From, now), change.To))
        {
            return;
        }

        for (int i = from; i < _entries.Count; i++)
        {
            _entries[i].Stands &= !(change.Kind == ChangeKind.Taken ? _entries[i].Lies(pool, change) : _entries[i].CouldGain(pool, change, now));
        }
    }

    // Whoever comes behind the one head that waits for its time starts now or has no plan: both may change with every moment.
    private void TouchBehindBooked(long now)
    {
        int booked = _entries.FindIndex(e => e.Waits(_at));
        int first = booked < 0 ? _entries.Count : _entries[booked].Waits(now) ? booked + 1 : booked;
        if (first < _entries.Count)
        {
            _entries[first].Stands = false;
        }
    }

    private static void TakeOff(Entry entry)
    {
        foreach (Use use in entry.Uses)
        {
            use.Pool!.Remove(use);
        }
    }

    private sealed class Entry(Head head, Window time, int way)
    {
        public Head Head { get; } = head;

        public Use[] Uses { get; set; } = [];

        /// <summary>False once its circumstances changed.</summary>
        public bool Stands { get; set; } = true;

        /// <summary>True when it has a start, which is still to come.</summary>
        public bool Waits(long now) => way >= 0 && time.From > now;

        /// <summary>True when it should have started.</summary>
        public bool IsLate(long now) => way >= 0 && time.From < now;

        /// <summary>True when it is planned where something changed.</summary>
        public bool Lies(PoolTimeline pool, PoolChange change) => time.From < change.To && change.From < time.To && way >= 0 && Head.Placements[way].Touches(pool);

        /// <summary>True when what was freed may let it start sooner, or in a way that it prefers.</summary>
        public bool CouldGain(PoolTimeline pool, PoolChange freed, long now)
        {
            if (freed.To <= now || (way >= 0 && (time.To <= freed.From || (time.From <= now && way == 0))))
            {
                return false;
            }

            for (int i = 0; i < Head.Placements.Count; i++)
            {
                if (Head.Placements[i].Touches(pool) && (way < 0 || time.From > now || i < way))
                {
                    return true;
                }
            }

            return false;
        }

        public PlannedStart ToStart() => way < 0 ? new(Head, null, null) : new(Head, time.From, Head.Placements[way]);
    }
}
