using Nexus.Engine.Charges;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Scheduling;

/// <summary>
/// Everybody who waits, parked by shape at what stops them, in the order of the pool that does. It holds that whoever waits does not fit: what stops a parked shape
/// has less than it needs, or others go before it, until the node is marked as having more, and then the shape is looked at.
/// </summary>
/// <remarks>Derived from the requests: rebuilt after recovery, never part of the state.</remarks>
internal sealed class WaitingRoom(SortedDictionary<string, Pool> pools, Router router, QuotaForest quotas, Estimator estimates, DueQueue due, Func<bool> anyMayEnd)
{
    // A pass ends when as many were parked elsewhere as there are, several times over: whatever orders pools have among each other, it must end.
    private const int MostMoves = 1_000;
    private const int MostMovesOfEach = 8;

    private readonly Dictionary<ShapeKey, Shape> _shapes = [];
    private readonly List<WaitPoint> _dirty = [];
    private readonly List<WaitPoint> _turns = [];
    private readonly List<Shape> _unstopped = [];
    private Action<WaitPoint>? _left;
    private Action<WaitPoint>? _parked;
    private long _parkingAt;
    private int _moves;
    private bool _moved;

    /// <summary>Who is to be asked whether others can end for it.</summary>
    public Askers Asked { get; } = new(pools);

    /// <summary>How often <see cref="TakeMoved"/> said so.</summary>
    public long Moves { get; private set; }

    /// <summary>How many shapes wait.</summary>
    public int Shapes => _shapes.Count;

    /// <summary>A request joins those that wait.</summary>
    public void Enter(Live live, Standing standing, long now)
    {
        Request request = live.Request;
        RouteKey routeKey = router.KeyOf(request.Spec);
        Route route = router.Find(routeKey, request.Spec);
        (live.Standing, live.Place) = (standing, route.Order.Place(standing));
        ShapeKey key = new(routeKey, request.Needs, QuotaAsk.Of(quotas, request.Spec, request.Needs), route.Trees.Length > 0 ? request.Owner : null, route.PlacesAlike ? 0 : request.Arrival)
        {
            Budget = estimates.Ask(request, route, new Instant(now)),
        };
        if (!_shapes.TryGetValue(key, out Shape? shape))
        {
            shape = _shapes[key] = new Shape(key, route, estimates);
        }

        live.Shape = shape;
        shape.Join(live);
        if (ReferenceEquals(shape.First, live))
        {
            Park(shape, now);
        }
        else if (ReferenceEquals(shape.Waiting.Asker, live))
        {
            Asked.LookAt(live);
        }
    }

    /// <summary>A request leaves: it starts, ends, or gets another place.</summary>
    public void Leave(Live live, long now)
    {
        Shape shape = live.Shape!;
        bool wasFirst = ReferenceEquals(shape.First, live);
        if (wasFirst)
        {
            // Whatever it is parked in may still ask for its first.
            shape.Unpark(_left ??= MarkTurn);
        }

        shape.Part(live);
        live.Shape = null;
        if (shape.Waiting.Count == 0)
        {
            _shapes.Remove(shape.Key);
        }
        else if (wasFirst)
        {
            Park(shape, now);
        }
    }

    /// <summary>A node may have more to give than before.</summary>
    public void MarkMore(WaitPoint node)
    {
        Mark(node);
        if (node is QuotaPoint)
        {
            // At another hour other values hold, which may be less.
            MarkTurns();
        }

        // Of a quota that is not enough for anybody by itself, something may be reclaimed.
        if (node is QuotaPoint && !node.Waiting.IsEmpty && anyMayEnd())
        {
            Asked.LookAtSeekers(node);
        }

        // It may not be enough for anybody; but with what may be ended, of this and of the other kinds of the pool, it could be.
        foreach (ChargeNode sibling in (node as ChargeNode)?.Siblings ?? [])
        {
            if (sibling.Preemptible > 0 && !sibling.Waiting.IsEmpty)
            {
                Asked.LookAtSeekers(sibling);
            }
        }
    }

    /// <summary>Where turns count, it may be somebody else's than before.</summary>
    public void MarkTurn(WaitPoint node)
    {
        if (node.IsInTurn)
        {
            Mark(node);
            Asked.LookAtBuckets();
        }
    }

    /// <summary>What somebody took of a pool or gave back to it under fair shares may make it another's turn.</summary>
    public void MarkTurn(Pool pool)
    {
        foreach (ChargeNode node in pool.Order.Tree is null ? [] : pool.Nodes)
        {
            MarkTurn(node);
        }
    }

    /// <summary>Something was taken or kept: whoever is first at a bucket may be stopped by that now, and then it is the next one's turn there.</summary>
    public void MarkTurns()
    {
        for (int i = _turns.Count - 1; i >= 0; i--)
        {
            if (_turns[i].Waiting.IsEmpty)
            {
                _turns.RemoveAt(i);
            }
            else
            {
                Mark(_turns[i]);
            }
        }
    }

    /// <summary>The next who fits now: pool by pool, in the order of each; with the pools that can serve it. Null when nobody does.</summary>
    public (Live Live, Route Route, RouteCandidate[] Pools)? Next(long now)
    {
        while (true)
        {
            (WaitPoint Node, Parked Parked)? best = null;
            for (int i = _dirty.Count - 1; i >= 0; i--)
            {
                WaitPoint node = _dirty[i];
                if (node.Next(now) is not { } parked)
                {
                    node.Dirty = false;
                    _dirty.RemoveAt(i);
                    Wake(node, now);
                }
                else if (best is null || GoesBefore(node, parked, best.Value, now))
                {
                    best = (node, parked);
                }
            }

            if (best is null && ParkUnstopped(now))
            {
                continue;
            }

            if (best is not { Parked.Shape: { } shape } || _moves > MostMoves + (MostMovesOfEach * _shapes.Count))
            {
                _moves = 0;
                return null;
            }

            if (shape.Choose(now, shape.First) is { } chosen)
            {
                _moves = 0;
                return (shape.First, shape.Route, chosen);
            }

            _moves++;
            _moved = true;
            Park(shape, now);
        }
    }

    /// <summary>Who of those that wait for a pool goes first, and how many those are.</summary>
    public (Live? First, int Waiting) LineOf(Pool pool, long now)
    {
        Parked? first = null;
        foreach (ChargeNode node in pool.Nodes)
        {
            if (node.Waiting.Find(long.MaxValue, now) is { } parked && (first is null || pool.Order.Compare(parked, first.Value, now) < 0))
            {
                first = parked;
            }
        }

        return (first?.Shape.First, _shapes.Values.Where(s => s.Route.Serves(pool.Name)).Sum(s => s.Waiting.Count));
    }

    /// <summary>A request for which others could end is stopped by a quota or budget as well: that is where it waits, so that it is looked at when that has more.</summary>
    public void WaitForLimit(Shape shape, long now)
    {
        if (!shape.IsAtLimit)
        {
            _moved = true;
            Park(shape, now);
        }
    }

    /// <summary>True when, since the last call, something else than before was found to stop somebody: it stands in other lines.</summary>
    public bool TakeMoved()
    {
        bool moved = _moved;
        Moves += moved ? 1 : 0;
        _moved = false;
        return moved;
    }

    /// <summary>Parks everybody anew, after recovery or a change of pools, kinds or classes.</summary>
    public void Rebuild(IEnumerable<Live> waiting, Func<Request, Standing> standingOf, long now)
    {
        Clear();
        foreach (Live live in waiting)
        {
            Enter(live, standingOf(live.Request), now);
        }

        // Of those who wait together the one with the best claim, and not whoever had that while the others had not come in.
        Asked.Clear();
        foreach (Shape shape in _shapes.Values.Except(_unstopped))
        {
            Asked.LookAt(shape);
        }
    }

    /// <summary>Nobody is parked anywhere: what they stood in is not there any more, or in another order.</summary>
    public void Clear()
    {
        foreach (Shape shape in _shapes.Values)
        {
            shape.Unpark(static _ => { });
            foreach (Live live in shape.Waiting.All)
            {
                live.Shape = null;
            }
        }

        foreach (Pool pool in pools.Values)
        {
            pool.Order.Tree?.ForgetQueues();
            foreach (ChargeNode node in pool.Nodes)
            {
                node.Empty();
            }
        }

        _shapes.Clear();
        _turns.Clear();
        _unstopped.Clear();
        _dirty.ForEach(n => n.Dirty = false);
        _dirty.Clear();
        Asked.Clear();
    }

    // At a quota they stand as in their home.
    private static bool GoesBefore(WaitPoint node, in Parked parked, (WaitPoint Node, Parked Parked) other, long now)
    {
        int pool = string.CompareOrdinal(PoolOf(node, parked), PoolOf(other.Node, other.Parked));
        return pool != 0 ? pool < 0 : ((node as ChargeNode)?.Order ?? parked.Shape.Route.Order).Compare(parked, other.Parked, now) < 0;
    }

    private static string PoolOf(WaitPoint node, in Parked parked) => (node as ChargeNode)?.Pool ?? parked.Shape.Route.Home;

    private void Mark(WaitPoint node)
    {
        if (!node.Dirty && !node.Waiting.IsEmpty)
        {
            node.Dirty = true;
            _dirty.Add(node);
        }
    }

    private void Park(Shape shape, long now)
    {
        // Made once: many are parked each second.
        _parkingAt = now;
        if (shape.Park(now, _left ??= MarkTurn, _parked ??= Parked))
        {
            _unstopped.Add(shape);
        }
        else
        {
            Asked.LookAt(shape);
        }
    }

    private void Parked(WaitPoint node)
    {
        if (node.IsInTurn && !_turns.Contains(node))
        {
            _turns.Add(node);
        }

        if (node.Next(_parkingAt) is null)
        {
            Wake(node, _parkingAt);
        }
        else
        {
            Mark(node);
        }
    }

    // Those who could have started when they were parked, but others went before and took it: now something stops them.
    private bool ParkUnstopped(long now) => _unstopped.Count > 0 && ParkWhoLost(now);

    private bool ParkWhoLost(long now)
    {
        Shape[] lost = [.. _unstopped.Where(s => s.Waiting.Count > 0 && s.Choose(now, s.First) is null)];
        _unstopped.Clear();
        foreach (Shape shape in lost)
        {
            _moved = true;
            Park(shape, now);
        }

        return lost.Length > 0;
    }

    private void Wake(WaitPoint node, long now)
    {
        if (!node.Waiting.IsEmpty && node.MoreAt(now) is { } at)
        {
            due.Schedule(node, at);
        }
    }
}
