using Nexus.Engine.Charges;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Reservations;
using Nexus.Engine.Scheduling.Timelines;

namespace Nexus.Engine.Scheduling.Bookings;

/// <summary>The futures of those pools of which something was promised: who may start now without breaking a promise, and when somebody could.</summary>
/// <remarks>
/// <para>Derived from the requests and reservations, never part of the state. A pool's future is made of its grants when it is first needed; while no pool has one,
/// nothing is paid for it. Where nothing is promised it stops nobody, so that it makes no difference how long it is kept.</para>
/// <para>Grants count to the end that they committed to. Past it they are not there: they end when somebody needs what they hold.</para>
/// </remarks>
internal sealed class Futures(EngineState state)
{
    // So many changes may pass without a promise before the futures are forgotten: a stream of deadlines that are refused must not build them each time.
    private const int MostIdleChanges = 1_000;

    private readonly SortedDictionary<string, Future> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<RequestKey, Stand> _stands = [];
    private readonly SortedSet<string> _freed = new(StringComparer.Ordinal);
    private RequestKey? _spares;
    private int _idle;

    /// <summary>How much was done so far, in steps: somebody looked at, a start planned.</summary>
    public long Steps { get; set; }

    /// <summary>True while no pool's future is known, as nothing was promised of any.</summary>
    public bool IsEmpty => _open.Count == 0;

    /// <summary>The pools whose future is known.</summary>
    public IEnumerable<string> Pools => _open.Keys;

    /// <summary>A pool's future, or null.</summary>
    public Future? Of(string pool) => _open.GetValueOrDefault(pool);

    /// <summary>The bookings of all pools but one, pool by pool, by start.</summary>
    public IEnumerable<Live> BookedElsewhere(string pool) => _open.Where(f => f.Key != pool).SelectMany(f => f.Value.Bookings.Values);

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _open.Clear();
        _stands.Clear();
        _freed.Clear();
        _idle = 0;
        foreach (ChargeNode node in state.Pools.Values.SelectMany(p => p.Nodes))
        {
            node.Booked = 0;
        }
    }

    /// <summary>Forgets what was before a moment.</summary>
    public void Advance(Instant now)
    {
        if (IsEmpty)
        {
            return;
        }

        foreach (Future future in _open.Values)
        {
            future.Timeline.Advance(now.Milliseconds);
            future.Reservations.Advance(now.Milliseconds);
        }
    }

    /// <summary>Makes the futures of all pools of which something was promised.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="bookings">False to leave the bookings out, for who puts them back one by one.</param>
    public void OpenPromised(Instant now, bool bookings = true)
    {
        HashSet<string> pools = new(StringComparer.Ordinal);
        foreach (Live live in state.Requests.Values)
        {
            pools.UnionWith(live.Request.Booking?.Pools ?? []);
        }

        pools.UnionWith(state.Configuration.Reservations.Select(r => r.Pool));
        Open(pools, now, bookings);
    }

    /// <summary>Makes the futures of pools that have none yet.</summary>
    public void Open(IEnumerable<string> pools, Instant now, bool bookings = true)
    {
        HashSet<string>? opened = null;
        foreach (string name in pools)
        {
            if (_open.ContainsKey(name) || !state.Pools.TryGetValue(name, out Pool? pool) || pool.Nodes.Where(n => n.Behaviour == ResourceBehaviour.Held).ToArray() is not { Length: > 0 } held)
            {
                continue;
            }

            Future future = _open[name] = new Future(new PoolTimeline([.. held.Select(n => n.Kind)], [.. held.Select(n => n.Capacity)]));
            future.Timeline.Advance(now.Milliseconds);
            foreach (Reservation reservation in state.Configuration.Reservations.Where(r => r.Pool == name))
            {
                future.Reservations.Set(reservation, state.Configuration.TimesOf(reservation.Id));
            }

            (opened ??= new(StringComparer.Ordinal)).Add(name);
        }

        if (opened is null)
        {
            return;
        }

        foreach (Live live in state.Requests.Values
            .Where(l => (bookings || l.Request.Status == RequestStatus.Allocated) && Stand.PoolsOf(l.Request).Any(opened.Contains))
            .OrderBy(l => l.Request.Arrival))
        {
            TakeOff(live.Request.Key);
            PutOn(live);
        }
    }

    /// <summary>A request is another than before.</summary>
    public void Follow(Live live)
    {
        if (IsEmpty || (_stands.TryGetValue(live.Request.Key, out Stand? stand) ? stand.Holds(live.Request, EndsFor(live.Request)) : Stand.PoolsOf(live.Request).Count == 0))
        {
            return;
        }

        foreach (string pool in TakeOff(live.Request.Key))
        {
            _freed.Add(pool);
        }

        PutOn(live);
        _idle = _open.Values.All(f => f.IsIdle) ? _idle + 1 : 0;
        if (_idle > MostIdleChanges)
        {
            Clear();
        }
    }

    /// <summary>They are needed: they are not forgotten for want of promises.</summary>
    public void Use() => _idle = 0;

    /// <summary>Takes a request off the futures.</summary>
    public void Remove(Live live) => TakeOff(live.Request.Key);

    /// <summary>When nothing promised is in the way of a request any more that starts when its victims have ended: the moment at which they do, or later; <see cref="Timeline.Open"/> where that is not known.</summary>
    public long Admits(RequestSpec spec, ResourceVector needs, Route route, Victims victims)
    {
        if (IsEmpty && spec.Reservation is null)
        {
            return victims.At;
        }

        foreach (Live victim in victims.Taken.Select(v => v.Grant))
        {
            TakeOff(victim.Request.Key);
        }

        long admits = victims.Pools.Select((candidate, g) => MayStartFrom(spec, needs, route, route.Groups[g], candidate, victims.At)).Max();
        foreach (Live victim in victims.Taken.Select(v => v.Grant))
        {
            PutOn(victim);
        }

        return admits;
    }

    /// <summary>Looks at the futures as if a request were not there.</summary>
    public T Without<T>(Live live, Func<T> look)
    {
        TakeOff(live.Request.Key);
        T seen = look();
        PutOn(live);
        return seen;
    }

    /// <summary>Looks at the futures as if a request were not there, and nobody ended for its sake: what it could have then needs nobody's end.</summary>
    public T WithoutItsVictims<T>(Live live, Func<T> look)
    {
        Live[] victims = live.Request is { Status: RequestStatus.Reserved, Preempting.Victims: { } told }
            ? [.. told.Select(v => state.Requests.GetValueOrDefault(v)).OfType<Live>().Where(v => EndsFor(v.Request) is not null && _stands.ContainsKey(v.Request.Key))] : [];
        _spares = live.Request.Key;
        Array.ForEach(victims, PutOnAgain);
        T seen = Without(live, look);
        _spares = null;
        Array.ForEach(victims, PutOnAgain);
        return seen;
    }

    /// <summary>Looks at the futures as if every grant that committed to no end had ended by now.</summary>
    public T IfOpenEndsCame<T>(long now, Func<T> look)
    {
        Use[] open = [.. _stands.Values.SelectMany(s => s.Uses).Where(u => u.Kind == UseKind.Grant && u.To == Timeline.Open)];
        foreach (Use use in open)
        {
            use.Pool!.MoveEnd(use, Math.Max(use.From, now));
        }

        T seen = look();
        foreach (Use use in open)
        {
            use.Pool!.MoveEnd(use, Timeline.Open);
        }

        return seen;
    }

    /// <summary>The pools that have more free in the future than at the last call.</summary>
    public IReadOnlyList<string> TakeFreed()
    {
        if (_freed.Count == 0)
        {
            return [];
        }

        string[] freed = [.. _freed];
        _freed.Clear();
        return freed;
    }

    /// <summary>A pool has more than before: whoever stands behind a promise may start.</summary>
    public void MarkFreed(string pool) => _freed.Add(pool);

    /// <summary>True when a pool can serve a group of kinds from now on, for as long as the request commits to, without breaking a promise.</summary>
    public bool MayStart(RequestSpec spec, ResourceVector needs, Route route, RouteGroup group, RouteCandidate candidate, long now) =>
        Find(spec, needs, route, group, candidate, now, static (head, placement, now) => head.At(placement, now)?.From ?? Timeline.Open) == now;

    // The first start, not before a moment, that breaks none.
    private long MayStartFrom(RequestSpec spec, ResourceVector needs, Route route, RouteGroup group, RouteCandidate candidate, long notBefore) =>
        Find(spec, needs, route, group, candidate, notBefore, static (head, placement, notBefore) => head.Earliest(placement, notBefore).From);

    private long Find(RequestSpec spec, ResourceVector needs, Route route, RouteGroup group, RouteCandidate candidate, long now, Func<Head, Placement, long, long> start)
    {
        Reservation? bound = spec.Reservation is { } id ? state.Configuration.Reservation(id) : null;
        if (spec.Reservation is not null && (bound is null || (group == route.Groups[0] && bound.Pool != candidate.Pool)))
        {
            return Timeline.Open;
        }

        if (!_open.TryGetValue(candidate.Pool, out Future? future) || future.IsIdle)
        {
            return now;
        }

        Placement placement = new(new PoolNeed(future.Timeline, future.AmountsOf(group, needs)));
        return start(HeadOf(spec, 0, [placement], bound?.Pool == candidate.Pool), placement, now);
    }

    /// <summary>True when a request that started now would break no promise, whether there is enough for it now or not.</summary>
    public bool Allows(RequestSpec spec, ResourceVector needs, Route route, long now) =>
        Array.TrueForAll(route.Groups, group => Array.Exists(group.Candidates, candidate => candidate.Exceeds(group, needs) is null && MayStart(spec, needs, route, group, candidate, now)));

    /// <summary>Chooses the pools for a request that may start now, or none.</summary>
    /// <param name="spec">What is asked.</param>
    /// <param name="needs">What all members need together.</param>
    /// <param name="route">The pools that could serve it.</param>
    /// <param name="now">The moment, in milliseconds.</param>
    /// <param name="asks">Who asks, after those whose turn at a bucket it is; null: somebody who need not wait for a turn.</param>
    public RouteCandidate[]? Choose(RequestSpec spec, ResourceVector needs, Route route, long now, IClaimant? asks) => IsEmpty && spec.Reservation is null
        ? route.Choose(needs, now, asks, null, spec)
        : ChooseBetweenPromises(spec, needs, route, now, asks);

    private RouteCandidate[]? ChooseBetweenPromises(RequestSpec spec, ResourceVector needs, Route route, long now, IClaimant? asks) =>
        route.Choose(needs, now, asks, (group, candidate) => MayStart(spec, needs, route, group, candidate, now), spec);

    /// <summary>Somebody as a search of the futures sees it.</summary>
    public Head HeadOf(RequestSpec spec, long number, IReadOnlyList<Placement> placements, bool bound) =>
        new(number, spec.Owner, LengthOf(spec), placements, bound && spec.Reservation is { } id ? _open[state.Configuration.Reservation(id)!.Pool].Reservations.WindowsOf(id) : null);

    /// <summary>What each of these pools must give, as far as their future is known.</summary>
    public Placement PlacementOf(ResourceVector needs, IReadOnlyList<string> pools) => new([.. pools.Distinct(StringComparer.Ordinal)
        .Where(_open.ContainsKey)
        .Select(p => new PoolNeed(_open[p].Timeline, _open[p].AmountsOf(p, needs, pools)))
        .Where(n => Array.Exists(n.Amounts, a => a > 0))]);

    /// <summary>The first moment of [from, to) at which a grant's capacity is needed by a promise to somebody else, or null.</summary>
    public Instant? NeededFrom(RequestSpec spec, ResourceVector amounts, IReadOnlyList<string> pools, long from, long to) =>
        IsEmpty || from >= to || PlacementOf(amounts, [.. pools.Select(p => Of(p) is { IsIdle: false } ? p : "")]).NeededFrom(spec.Owner, from, to) is var at && at == Timeline.Open ? null : new Instant(at);

    /// <summary>True while a reservation has a time that is not over.</summary>
    public bool IsOpenTo(string reservation, Instant now) => state.Configuration.TimesOf(reservation).Any(t => t.End > now);

    /// <summary>Why somebody can never start who is to draw from a reservation that is over, or null.</summary>
    public Reason? Over(RequestSpec spec, Instant now) => spec.Reservation is { } id && !IsOpenTo(id, now) ? new Reason(ReasonCode.ReservationOver, Name: id) : null;

    /// <summary>The next moment after one at which a reservation of a pool begins or ends, or null.</summary>
    public Instant? NextEdge(string pool, Instant after) => Of(pool)?.Reservations.All
        .SelectMany(r => state.Configuration.TimesOf(r.Id).Where(t => t.End > after).Take(1))
        .Select(t => (Instant?)(t.Start > after ? t.Start : t.End)).Min();

    /// <summary>The next moment after one at which a reservation of a pool begins, or null.</summary>
    public Instant? NextBegin(string pool, Instant after) => Of(pool)?.Reservations.All
        .SelectMany(r => state.Configuration.TimesOf(r.Id).Where(t => t.Start > after).Take(1))
        .Select(t => (Instant?)t.Start).Min();

    /// <summary>The grants that must end at a moment so that what was promised of a pool then is there.</summary>
    public IReadOnlyList<Live> MustEnd(string pool, long at) => Of(pool)?.MustEnd(pool, at) ?? [];

    /// <summary>For how long a request must have what it needs, in milliseconds.</summary>
    public static long LengthOf(RequestSpec spec) => spec.Duration is { } duration ? Math.Max(1, (long)duration.TotalMilliseconds) : Timeline.Open;

    /// <summary>When a grant of a request is over by what it committed to, or <see cref="Timeline.Open"/>. Where a reservation bounds it, one without a duration counts to the end of that.</summary>
    public long EndOf(RequestSpec spec, long from) => spec.Duration is not null || spec.Reservation is not { } id
        ? FitSearch.EndOf(from, LengthOf(spec))
        : state.Configuration.TimesOf(id).Where(t => t.Start.Milliseconds <= from && from < t.End.Milliseconds).Select(t => (long?)t.End.Milliseconds).FirstOrDefault() ?? Timeline.Open;

    /// <summary>A reservation is another than before, or is given up: so are the ends of those that draw from it.</summary>
    public void Bind(string reservation)
    {
        foreach (Live live in _stands.Keys.Select(key => state.Requests[key]).Where(l => l.Request.Spec is { Duration: null, Reservation: { } id } && id == reservation).OrderBy(l => l.Request.Arrival).ToArray())
        {
            PutOnAgain(live);
        }
    }

    // Whoever was told to end for somebody who is promised a start is over by then, as far as the futures go; what ends for one who waits is kept for that one, and promised to nobody.
    private long? EndsFor(Request request) =>
        request is { Status: RequestStatus.Allocated, Notice: { Rule: PreemptionRule.Priority or PreemptionRule.Reclaim or PreemptionRule.FairShare } notice } && notice.For != _spares
        && state.Requests.GetValueOrDefault(notice.For)?.Request.Status == RequestStatus.Reserved ? notice.At.Milliseconds : null;

    private void PutOnAgain(Live live)
    {
        TakeOff(live.Request.Key);
        PutOn(live);
    }

    private IReadOnlyList<string> TakeOff(RequestKey key)
    {
        if (!_stands.Remove(key, out Stand? stand))
        {
            return [];
        }

        foreach (Use use in stand.Uses)
        {
            use.Pool!.Remove(use);
        }

        foreach (string pool in stand.Pools)
        {
            Future future = _open[pool];
            if (stand.IsBooking)
            {
                future.Bookings.Remove((stand.From, stand.Arrival));
                Book(pool, stand, -1);
            }
            else
            {
                future.Grants.Remove((stand.End, stand.Arrival));
            }
        }

        return stand.Pools;
    }

    private void PutOn(Live live)
    {
        Request request = live.Request;
        string[] pools = [.. Stand.PoolsOf(request).Distinct(StringComparer.Ordinal).Where(_open.ContainsKey)];
        if (pools.Length == 0)
        {
            return;
        }

        Stand stand = Stand.Of(request, pools, EndOf, EndsFor(request));
        _stands[request.Key] = stand;
        foreach (string pool in pools)
        {
            Future future = _open[pool];
            if (stand.End > future.Timeline.Begins)
            {
                stand.Uses.Add(future.Timeline.Add(
                    stand.IsBooking ? UseKind.Booking : UseKind.Grant, request.Arrival, request.Owner, stand.From, stand.End, future.AmountsOf(pool, stand.Amounts, Stand.PoolsOf(request))));
            }

            if (stand.IsBooking)
            {
                future.Bookings[(stand.From, stand.Arrival)] = live;
                Book(pool, stand, 1);
            }
            else
            {
                future.Grants[(stand.End, stand.Arrival)] = live;
            }
        }
    }

    private void Book(string pool, Stand stand, int sign)
    {
        for (int i = 0; i < stand.Amounts.Count; i++)
        {
            if (stand.PoolOfAmount[i] == pool && state.Pools.GetValueOrDefault(pool)?.Node(stand.Amounts[i].Kind) is { Behaviour: ResourceBehaviour.Held } node)
            {
                node.Booked += sign * stand.Amounts[i].Quantity.Thousandths;
            }
        }
    }
}
