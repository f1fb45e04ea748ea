using Nexus.Engine.Charges;
using Nexus.Engine.Quotas;

namespace Nexus.Engine.Scheduling;

/// <summary>
/// Everybody who waits, parked by shape at what stops them. It holds that whoever waits does not fit: what stops a parked shape has less than it needs,
/// until the node is marked as having more, and then the shape is looked at.
/// </summary>
/// <remarks>Derived from the requests: rebuilt after recovery, never part of the state.</remarks>
internal sealed class WaitingRoom(Router router, QuotaForest quotas, DueQueue due, Func<bool> anyMayEnd)
{
    // So many of those who wait at a node are asked whether others can end for them when it has a little more.
    private const int MostLookedAt = 100;

    private readonly Dictionary<ShapeKey, Shape> _shapes = [];
    private readonly List<WaitPoint> _dirty = [];
    private readonly Queue<Live> _lookedAt = [];
    private readonly PriorityQueue<Shape, QueuePlace> _ready = new(Comparer<QueuePlace>.Create(QueuePlace.Compare));

    /// <summary>How many shapes wait.</summary>
    public int Shapes => _shapes.Count;

    /// <summary>A request joins those that wait.</summary>
    public void Enter(Live live, QueuePlace place, long now)
    {
        live.Place = place;
        RouteKey routeKey = router.KeyOf(live.Request.Spec);
        ShapeKey key = new(routeKey, live.Request.Needs, QuotaAsk.Of(quotas, live.Request.Spec, live.Request.Needs));
        if (!_shapes.TryGetValue(key, out Shape? shape))
        {
            shape = _shapes[key] = new Shape(key, router.Find(routeKey, live.Request.Spec));
        }

        live.Shape = shape;
        shape.Waiting.Add(live);
        if (ReferenceEquals(shape.First, live))
        {
            Park(shape, now);
        }
    }

    /// <summary>A request leaves: it starts, ends, or gets another place.</summary>
    public void Leave(Live live, long now)
    {
        Shape shape = live.Shape!;
        bool wasFirst = ReferenceEquals(shape.First, live);
        shape.Waiting.Remove(live);
        live.Shape = null;
        if (shape.Waiting.Count == 0)
        {
            shape.Unpark();
            _shapes.Remove(shape.Key);
        }
        else if (wasFirst)
        {
            Park(shape, now);
        }
    }

    /// <summary>Somebody who waits is to be asked whether others can end for it.</summary>
    public void LookAt(Live live) => _lookedAt.Enqueue(live);

    /// <summary>True while somebody is to be asked.</summary>
    public bool HasLookedAt => _lookedAt.Count > 0;

    /// <summary>The next of those who were looked at and cannot start by themselves; null when nobody is left.</summary>
    public Live? TakeLookedAt() => _lookedAt.TryDequeue(out Live? live) ? live : null;

    /// <summary>A node may have more to give than before.</summary>
    public void MarkMore(WaitPoint node)
    {
        if (!node.Dirty && !node.Waiting.IsEmpty)
        {
            node.Dirty = true;
            _dirty.Add(node);
        }

        // Of a quota that is not enough for anybody by itself, something may be reclaimed.
        foreach (Shape shape in node is QuotaPoint && !node.Waiting.IsEmpty && anyMayEnd() ? node.Waiting.All(long.MaxValue).Take(MostLookedAt) : [])
        {
            LookAt(shape.First);
        }

        // It may not be enough for anybody; but with what may be ended, of this and of the other kinds of the pool, it could be.
        foreach (ChargeNode sibling in (node as ChargeNode)?.Siblings ?? [])
        {
            foreach (Shape shape in sibling.Preemptible == 0 ? [] : sibling.Waiting.All(sibling.Room + sibling.Preemptible).Take(MostLookedAt))
            {
                LookAt(shape.First);
            }
        }
    }

    /// <summary>The first in the order of the queue who fits now, with the pools that can serve them; null when nobody does.</summary>
    public (Live Live, Route Route, RouteCandidate[] Pools)? Next(long now)
    {
        while (true)
        {
            Shape? best = FirstReady();
            for (int i = _dirty.Count - 1; i >= 0; i--)
            {
                WaitPoint node = _dirty[i];
                if (node.Waiting.First(node.Available(now), now) is not { } shape)
                {
                    node.Dirty = false;
                    _dirty.RemoveAt(i);
                    WakeWhenMore(node, now);
                }
                else if (best is null || QueuePlace.Compare(shape.First.Place, best.First.Place) < 0)
                {
                    best = shape;
                }
            }

            if (best is null)
            {
                return null;
            }

            if (best.Choose(now) is { } pools)
            {
                return (best.First, best.Route, pools);
            }

            Park(best, now);
        }
    }

    /// <summary>A request for which others could end is stopped by a quota as well: that is where it waits, so that it is looked at when that has more.</summary>
    public void WaitForQuota(Shape shape, long now)
    {
        if (!shape.IsAtQuota)
        {
            Park(shape, now);
        }
    }

    /// <summary>Parks everybody anew, after recovery or a change of pools, kinds or classes.</summary>
    public void Rebuild(IEnumerable<Live> waiting, Func<Live, QueuePlace> placeOf, long now)
    {
        foreach (Shape shape in _shapes.Values)
        {
            shape.Unpark();
        }

        _shapes.Clear();
        _dirty.ForEach(n => n.Dirty = false);
        _dirty.Clear();
        _ready.Clear();
        _lookedAt.Clear();
        foreach (Live live in waiting)
        {
            Enter(live, placeOf(live), now);
        }
    }

    private void Park(Shape shape, long now)
    {
        shape.Park(now, node =>
        {
            if (node.Available(now) >= node.Waiting.SmallestNeed)
            {
                MarkMore(node);
            }
            else
            {
                WakeWhenMore(node, now);
            }
        });

        if (shape.IsParked)
        {
            LookAt(shape.First);
        }

        // It fits although it waits: others of its kind just left, or a pool changed. Nothing would wake it, so it stands among the ready.
        if (!shape.IsParked && shape.Choose(now) is not null)
        {
            shape.ReadyUnder = shape.First.Place;
            _ready.Enqueue(shape, shape.First.Place);
        }
    }

    private Shape? FirstReady()
    {
        while (_ready.TryPeek(out Shape? shape, out QueuePlace place))
        {
            if (shape.ReadyUnder == place)
            {
                return shape;
            }

            _ready.Dequeue();
        }

        return null;
    }

    private void WakeWhenMore(WaitPoint node, long now)
    {
        if (!node.Waiting.IsEmpty && node.MoreAt(now) is { } at)
        {
            due.Schedule(node, at);
        }
    }
}
