using Nexus.Engine.Charges;

namespace Nexus.Engine.Scheduling;

/// <summary>What is due next: a request's own deadline, or a place at which there may be enough by then for somebody who waits.</summary>
/// <remarks>
/// A binary heap. An entry stays until its time comes or the heap is swept; one whose subject was renewed or ended meanwhile is passed over then.
/// Swept when more than half of it is dead, so that memory is bounded by what is alive.
/// </remarks>
internal sealed class DueQueue
{
    private readonly PriorityQueue<Entry, (long At, long Order)> _heap = new();
    private int _alive;

    /// <summary>The next time at which something may be due, or null.</summary>
    public long? Next
    {
        get
        {
            while (_heap.TryPeek(out Entry entry, out (long At, long Order) due))
            {
                if (entry.IsAlive(due.At))
                {
                    return due.At;
                }

                _heap.Dequeue();
            }

            return null;
        }
    }

    /// <summary>Files a request under its deadline; one that stands there for an earlier time is filed anew when that comes.</summary>
    public void Schedule(Live live)
    {
        long at = live.Deadline;
        if (at == long.MaxValue)
        {
            Forget(live);
            return;
        }

        if (live.DueAt <= at)
        {
            return;
        }

        _alive += live.DueAt == long.MaxValue ? 1 : 0;
        live.DueAt = at;
        Push(new Entry(live, null), at, live.Request.Arrival);
    }

    /// <summary>A request of which nothing is due any more.</summary>
    public void Forget(Live live)
    {
        if (live.DueAt != long.MaxValue)
        {
            live.DueAt = long.MaxValue;
            _alive--;
        }
    }

    /// <summary>Files a place under the time when there may be enough for somebody who waits.</summary>
    public void Schedule(WaitPoint node, long at)
    {
        if (at >= node.WakeAt)
        {
            return;
        }

        _alive += node.WakeAt == long.MaxValue ? 1 : 0;
        node.WakeAt = at;
        Push(new Entry(null, node), at, 0);
    }

    /// <summary>A place at which nothing is due any more.</summary>
    public void Forget(WaitPoint node)
    {
        if (node.WakeAt != long.MaxValue)
        {
            node.WakeAt = long.MaxValue;
            _alive--;
        }
    }

    /// <summary>Takes the next subject that is due at or before a moment.</summary>
    public bool TryTake(long now, out Live? live, out WaitPoint? node, out long at)
    {
        while (_heap.TryPeek(out Entry entry, out (long At, long Order) due) && due.At <= now)
        {
            _heap.Dequeue();
            if (!entry.IsAlive(due.At))
            {
                continue;
            }

            (live, node, at) = (entry.Live, entry.Node, due.At);
            if (live is not null)
            {
                Forget(live);
            }
            else
            {
                Forget(node!);
            }

            return true;
        }

        (live, node, at) = (null, null, 0);
        return false;
    }

    /// <summary>Takes one more place that is due at a moment, after one that was; null when there is none. Places come before requests of the same moment.</summary>
    public WaitPoint? TakePoint(long at)
    {
        while (_heap.TryPeek(out Entry entry, out (long At, long Order) due) && due.At == at && entry.Node is { } point)
        {
            _heap.Dequeue();
            if (entry.IsAlive(at))
            {
                Forget(point);
                return point;
            }
        }

        return null;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _heap.Clear();
        _alive = 0;
    }

    private void Push(Entry entry, long at, long order)
    {
        _heap.Enqueue(entry, (at, order));
        if (_heap.Count > 1024 && _heap.Count > 4 * (_alive + 1))
        {
            (Entry, (long At, long Order))[] kept = [.. _heap.UnorderedItems.Where(i => i.Element.IsAlive(i.Priority.At))];
            _heap.Clear();
            _heap.EnqueueRange(kept);
        }
    }

    private readonly record struct Entry(Live? Live, WaitPoint? Node)
    {
        public bool IsAlive(long at) => (Live?.DueAt ?? Node!.WakeAt) == at;
    }
}
