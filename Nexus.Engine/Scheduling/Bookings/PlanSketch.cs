using Nexus.Engine.Charges;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Timelines;

namespace Nexus.Engine.Scheduling.Bookings;

/// <summary>The planned starts of those who wait for one pool, drawn on its future head by head for as long as somebody is looked at, and then taken off.</summary>
/// <remarks>
/// <para>Conservative backfill, or EASY where the pool is set so (Mu'alem and Feitelson, 2001): each head starts at the earliest time at which it fits for all of its length beside what runs, what was
/// promised and who stands before it. A head that no known end serves has no start and holds nobody up; but the first of all has what frees kept for it once it has waited long enough.</para>
/// <para>It is planned by the order of its homes alone: were gates planned too, each by its own order, two could wait for each other.</para>
/// <para>A grant past its committed end is expected to end at any moment, for as long as what frees would be kept for a head without a known start; after that its end is not known.</para>
/// </remarks>
internal sealed class PlanSketch : IDisposable
{
    private readonly EngineState _state;
    private readonly Futures _futures;
    private readonly Pool _pool;
    private readonly Future? _future;
    private readonly long _now;
    private readonly int _depth;
    private readonly IEnumerator<Live> _line;
    private readonly List<Use> _uses = [];
    private readonly Dictionary<Shape, (Placement? Placement, long NotBefore)> _ways = [];
    private bool _more;
    private bool _waits;
    private bool _byForce;
    private int _planned;

    /// <summary>A sketch on which nobody stands yet.</summary>
    /// <param name="state">The engine's state.</param>
    /// <param name="futures">The futures; the pool's is made where it is not known.</param>
    /// <param name="pool">The pool.</param>
    /// <param name="line">Who waits for it, in its order.</param>
    /// <param name="now">The moment.</param>
    public PlanSketch(EngineState state, Futures futures, Pool pool, IEnumerable<Live> line, Instant now)
    {
        (_state, _futures, _pool, _now, _depth, _line) = (state, futures, pool, now.Milliseconds, state.Limits.PlanningDepth, line.GetEnumerator());
        futures.Open([pool.Name], now);
        futures.Use();
        _future = futures.Of(pool.Name);
        _future?.Sketches += 1;
        _more = _future is not null && _line.MoveNext();
        if (_more)
        {
            Occupy();
        }
    }

    /// <summary>Draws the starts of all who go before somebody, as many as the planning depth allows.</summary>
    /// <param name="asks">Who.</param>
    /// <param name="byForce">True for one for whom others would end: waiting has given nobody a claim to those, so only heads of its class or higher stand before it, and for none is kept what they would give.</param>
    public void PlanBefore(IClaimant asks, bool byForce = false)
    {
        _byForce = byForce;
        while (_more && _planned < _depth && !ReferenceEquals(_line.Current, asks) && _pool.Order.Compare(_line.Current, asks, _now) < 0)
        {
            if (!byForce || _line.Current.Standing.ClassValue >= asks.Standing.ClassValue)
            {
                Plan(_line.Current);
            }

            _more = _line.MoveNext();
        }
    }

    /// <summary>Draws the starts of all, as many as the planning depth allows; of four times as many it is tried.</summary>
    /// <returns>Those that have one, in their order.</returns>
    public IEnumerable<(Live Live, Instant Start)> PlanAll()
    {
        for (int tried = 0; _more && _planned < _depth && tried < 4 * _depth; tried++)
        {
            if (Plan(_line.Current) is { } start)
            {
                yield return (_line.Current, start);
            }

            _more = _line.MoveNext();
        }
    }

    /// <summary>The start that is planned for somebody who waits here, those before it having been drawn; null where none is known.</summary>
    public Instant? StartOf(Live live) => _planned < _depth && Find(live) is { Start: { From: not Timeline.Open and var from } } ? new Instant(from) : null;

    /// <summary>Takes all off.</summary>
    public void Dispose()
    {
        for (int i = _uses.Count - 1; i >= 0; i--)
        {
            _uses[i].Pool!.Remove(_uses[i]);
        }

        _future?.Sketches -= 1;
        _line.Dispose();
    }

    // Its start, where one is known.
    private Instant? Plan(Live live)
    {
        _futures.Steps++;
        if (Find(live) is not { Head: { } head, Placement: { } placement, Start: var start })
        {
            return null;
        }

        bool isKnown = start.From != Timeline.Open;
        if (!isKnown && _planned == 0 && !_byForce && IsKept(live))
        {
            start = new Window(_now, Timeline.Open);
        }

        _planned++;
        if (start.From == Timeline.Open)
        {
            return null;
        }

        _waits |= start.From > _now;
        foreach (PoolNeed need in placement.Needs)
        {
            _uses.Add(need.Pool.Add(UseKind.Plan, head.Number, head.Owner, start.From, start.To, need.Amounts));
        }

        return isKnown ? new Instant(start.From) : null;
    }

    // Where only one head waits for its time, those behind it start now or have no plan.
    private (Head Head, Placement Placement, Window Start)? Find(Live live)
    {
        Request request = live.Request;
        if (request is not { Status: RequestStatus.Queued, Held: false, Preempting: null } || request.Spec.LatestStart?.Milliseconds < _now || WayOf(live) is not { Placement: { } placement, NotBefore: var notBefore })
        {
            return null;
        }

        bool bound = request.Spec.Reservation is { } id && _state.Configuration.Reservation(id)?.Pool == _pool.Name;
        if (request.Spec.Reservation is not null && !bound)
        {
            return null;
        }

        Head head = _futures.HeadOf(request.Spec, request.Arrival, [placement], bound);
        Window none = new(Timeline.Open, Timeline.Open);
        Window start = notBefore == Timeline.Open ? none
            : !_waits || _pool.Definition.Backfill == Backfill.Conservative ? head.Earliest(placement, Math.Max(_now, notBefore))
            : notBefore <= _now ? head.At(placement, _now) ?? none : none;
        return (head, placement, start);
    }

    // What a head takes of which pools, when the buckets among them hold enough; nothing where it is stopped otherwise.
    private (Placement? Placement, long NotBefore) WayOf(Live live)
    {
        if (live.Shape is not { } shape)
        {
            Route route = _state.Router.Find(live.Request.Spec);
            bool allowed = Quotas.QuotaAsk.Of(_state.Quotas.Forest, live.Request.Spec, live.Request.Needs)?.Allowed(_now) != false
                && _state.Estimates.Ask(live.Request, route, new Instant(_now))?.Stop(_now) is null;
            return MakeWay(live, route, allowed);
        }

        if (!_ways.TryGetValue(shape, out (Placement? Placement, long NotBefore) way))
        {
            _ways[shape] = way = MakeWay(live, shape.Route, shape.Key.Quota?.Allowed(_now) != false && !shape.IsOverBudget(_now));
        }

        return way;
    }

    private (Placement? Placement, long NotBefore) MakeWay(Live live, Route route, bool allowed)
    {
        ResourceVector needs = live.Request.Needs;
        RouteCandidate?[] chosen = [.. allowed ? route.Groups.Select(g => Choose(g, needs)) : []];
        if (chosen.Length == 0 || Array.IndexOf(chosen, null) >= 0 || chosen[0]!.Pool != _pool.Name)
        {
            return (null, 0);
        }

        Placement placement = _futures.PlacementOf(needs, SubmitHandler.PoolsOf(route, chosen!, needs, _state));
        long notBefore = _now;
        for (int g = 0; g < chosen.Length; g++)
        {
            notBefore = Math.Max(notBefore, BookingSearch.Refilled(route.Groups[g], chosen[g]!, needs, _now, live));
        }

        return (placement.Needs.Count == 0 ? null : placement, notBefore);
    }

    // This pool where it can serve the group; else the first that could now, or ever.
    private RouteCandidate? Choose(RouteGroup group, ResourceVector needs) =>
        Array.Find(group.Candidates, c => c.Pool == _pool.Name && c.CouldServe(group, needs))
        ?? Array.Find(group.Candidates, c => c.CouldServe(group, needs) && c.Fits(group, needs, _now, null))
        ?? Array.Find(group.Candidates, c => c.CouldServe(group, needs));

    private bool IsKept(Live live) =>
        (live.Shape?.Route ?? _state.Router.Find(live.Request.Spec)).Home == _pool.Name
        && _now - live.Request.SubmittedAt.Milliseconds >= (long)_pool.Definition.KeepAfter.TotalMilliseconds;

    // What is held beyond an end and is expected back, or is not; and what is kept for those for whom others end, which is nobody's until a promise needs it.
    private void Occupy()
    {
        foreach (IGrouping<(OwnerPath Owner, bool Soon), Live> overdue in _future!.Overdue(_pool, _now).GroupBy(g => (g.Grant.Request.Owner, g.ExpectedUntil > _now), g => g.Grant))
        {
            long[] held = new long[_future.Timeline.Kinds.Count];
            foreach (Live grant in overdue)
            {
                long[] amounts = _future.AmountsOf(_pool.Name, grant.Request.Lease!.Amounts, grant.Request.Lease.Pools);
                for (int kind = 0; kind < held.Length; kind++)
                {
                    held[kind] += amounts[kind];
                }
            }

            Occupy(overdue.Key.Owner, held, overdue.Key.Soon ? _now + 1 : Timeline.Open);
        }

        long[] kept = [.. _future.Timeline.Kinds.Select(k => _pool.Node(k)?.Kept ?? 0)];
        if (Array.Exists(kept, k => k > 0))
        {
            Occupy(OwnerPath.Root, kept, Timeline.Open);
        }
    }

    private void Occupy(OwnerPath owner, long[] amounts, long to)
    {
        long until = Math.Min(to, _future!.Timeline.NeededFrom(owner, amounts, _now, to));
        if (until > _now)
        {
            _uses.Add(_future.Timeline.Add(UseKind.Plan, 0, owner, _now, until, amounts));
        }
    }
}
