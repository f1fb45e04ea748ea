using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Bookings;

/// <summary>Those for whom there is enough, and whom only the planned start of somebody before them, or what is kept for it, keeps from starting: set aside until something changes.</summary>
/// <remarks>
/// <para>Of those who need the same of the same for the same time only the first is looked at: where it may not start, none behind it may. While it stands among those who wait for capacity, the others stay aside.</para>
/// <para>Derived from the requests: made anew after recovery, never part of the state.</para>
/// </remarks>
internal sealed class Stopped(EngineState state, WaitingRoom waiting, Futures futures, QuotaKeeps quotas, DueQueue due)
{
    // So many firsts of a pool are looked at when something changes; the others when their time comes.
    private const int MostLookedAt = 100;

    // Under fair shares, where the order is made anew each time.
    private const int MostOrdered = 1_000;

    private static readonly Comparer<Live> ByPlace = Comparer<Live>.Create(static (a, b) => QueuePlace.Compare(a.Place, b.Place));

    private readonly Dictionary<Like, Group> _groups = [];
    private readonly SortedDictionary<string, SortedSet<Live>> _all = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedSet<Live>> _firsts = new(StringComparer.Ordinal);
    private readonly HashSet<Live> _seekers = [];
    private bool _changed;

    /// <summary>Something happened that may let somebody start who could not.</summary>
    public void Changed() => _changed = true;

    /// <summary>Somebody waits aside for another reason, behind a promise: it keeps its place in the lines of its homes.</summary>
    public void Stand(Live live)
    {
        foreach (string pool in state.Router.Find(live.Request.Spec).HeldHomes)
        {
            SetOf(_all, pool).Add(live);
        }
    }

    /// <summary>It does not any more, whatever its homes are by now.</summary>
    public void StandNoMore(Live live)
    {
        foreach (string pool in _all.Keys.ToArray())
        {
            Remove(_all, pool, live);
        }
    }

    /// <summary>True when somebody of a pool is aside.</summary>
    public bool IsAnybodyAt(Pool pool) => _all.ContainsKey(pool.Name);

    /// <summary>True when somebody who is aside goes before somebody else.</summary>
    public bool GoesBefore(Pool pool, IClaimant asks, Instant now) =>
        _all.TryGetValue(pool.Name, out SortedSet<Live>? aside)
        && (pool.Order.Tree is null ? pool.Order.Compare(aside.Min!, asks, now.Milliseconds) < 0 : aside.Take(MostOrdered).Any(live => pool.Order.Compare(live, asks, now.Milliseconds) < 0));

    /// <summary>True where one of its kind that goes before it may not start: neither may it. It is set aside with that one.</summary>
    public bool Joins(Live live, Instant now)
    {
        if (live.Group is not null || !_groups.TryGetValue(LikeOf(live), out Group? group) || ByPlace.Compare(group.Out ?? group.Aside.Min!, live) > 0)
        {
            return false;
        }

        Add(live, now);
        return true;
    }

    /// <summary>Sets somebody aside.</summary>
    public void Add(Live live, Instant now)
    {
        if (live.Shape is not null)
        {
            waiting.Leave(live, now.Milliseconds);
        }

        Like like = LikeOf(live);
        if (!_groups.TryGetValue(like, out Group? group))
        {
            group = _groups[like] = new Group(like, state.Router.Find(like.Route, live.Request.Spec).HeldHomes);
        }

        group.Out = group.Out == live ? null : group.Out;
        group.Aside.Add(live);
        (live.Group, live.IsBehind) = (group, true);
        foreach (string pool in group.Pools)
        {
            SetOf(_all, pool).Add(live);
        }

        Represent(group);
        Watch(live, now);
    }

    /// <summary>Somebody who asked whether others can end for it was stopped by a plan: it is asked again when something changes.</summary>
    public void LookAtWhenChanged(Live live) => _seekers.Add(live);

    /// <summary>Somebody does not wait any more, or elsewhere: the next of its kind is looked at.</summary>
    public void Leave(Live live)
    {
        if (live.Group is { } group)
        {
            TakeOut(live, group);
            group.Out = group.Out == live ? null : group.Out;
            live.Group = null;
            Represent(group);
            Forget(group);
            _changed = true;
        }
    }

    /// <summary>Lets somebody who is aside stand among those who wait for capacity again, for its kind.</summary>
    public void Return(Live live, Instant now)
    {
        Group group = live.Group!;
        TakeOut(live, group);
        if (group.Out is null)
        {
            group.Out = live;
        }
        else
        {
            live.Group = null;
        }

        Represent(group);
        waiting.Enter(live, state.StandingOf(live.Request), now.Milliseconds);
    }

    /// <summary>After a change, the firsts are looked at again: who fits no longer, or may start by now, returns.</summary>
    public void Look(HeadPlans plans, Instant now)
    {
        if (!_changed)
        {
            return;
        }

        _changed = false;
        if (_groups.Count > 0 || _seekers.Count > 0)
        {
            LookAtAll(plans, now);
        }
    }

    private void LookAtAll(HeadPlans plans, Instant now)
    {
        foreach (Live live in _seekers.Where(l => l.Shape is not null).OrderBy(l => l.Request.Arrival))
        {
            waiting.Asked.LookAt(live);
        }

        _seekers.Clear();
        HashSet<Live> returning = [];
        foreach (IGrouping<string, Group> alike in _groups.Values.Where(g => g.First is not null).GroupBy(g => g.Homes, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            string[] homes = alike.First().Pools;
            Route route = state.Router.Find(alike.First().First!.Request.Spec);
            Live[] firsts = [.. InOrder(state.Pools[homes[0]], alike.Select(g => g.First!).Order(ByPlace), now).Take(MostLookedAt)];
            if (homes.Length == 1 || (route.PlacesAlike && route.Trees.Length == 0))
            {
                plans.LookAgain(firsts, homes, now, Look);
            }
            else
            {
                // Each home has an order of its own.
                Array.ForEach(firsts, live => plans.With(state.Router.Find(live.Request.Spec), live, now, () => Look(live)));
            }
        }

        foreach (Live live in returning.OrderBy(l => l.Place, Comparer<QueuePlace>.Create(QueuePlace.Compare)))
        {
            Return(live, now);
        }

        foreach (Live live in _firsts.Values.SelectMany(f => f.Take(MostLookedAt)))
        {
            Watch(live, now);
        }

        void Look(Live live)
        {
            if (!StaysAside(live, now))
            {
                returning.Add(live);
            }
        }
    }

    /// <summary>Who waits at a pool, aside or for something that it has too little of, in its order; under fair shares the first of each owner and kind alone.</summary>
    public IEnumerable<Live> LineOf(Pool pool, Instant now) => pool.Order.Tree is null
        ? Line.Of(pool, _all.GetValueOrDefault(pool.Name))
        : InOrder(pool, pool.Nodes.SelectMany(n => n.Waiting.All(long.MaxValue)).Distinct().Take(MostOrdered).Select(s => s.First).Concat(_all.GetValueOrDefault(pool.Name, []).Where(live => live.Group is null || live.Group.First == live).Take(MostOrdered)), now);

    /// <summary>Forgets everybody.</summary>
    public void Clear()
    {
        foreach (Group group in _groups.Values)
        {
            group.Out?.Group = null;
            foreach (Live live in group.Aside)
            {
                (live.Group, live.IsBehind, live.RetryAt) = (null, false, long.MaxValue);
            }
        }

        _groups.Clear();
        _all.Clear();
        _firsts.Clear();
        _seekers.Clear();
        _changed = false;
    }

    private static IEnumerable<Live> InOrder(Pool pool, IEnumerable<Live> lives, Instant now) =>
        pool.Order.Tree is null ? lives : [.. lives.Order(Comparer<Live>.Create((a, b) => pool.Order.Compare(a, b, now.Milliseconds)))];

    // There is enough, neither quota nor budget stops it, and beside the plan that is drawn it may not start.
    private bool StaysAside(Live live, Instant now)
    {
        (RequestSpec spec, ResourceVector needs, long at) = (live.Request.Spec, live.Request.Needs, now.Milliseconds);
        Route route = state.Router.Find(spec);
        QuotaAsk? ask = QuotaAsk.Of(state.Quotas.Forest, spec, needs);
        return ask?.Allowed(at) != false && state.Estimates.Ask(live.Request, route, now)?.Stop(at) is null && route.Choose(needs, at, live) is not null && (quotas.Stops(ask, live, at) is not null || futures.Choose(spec, needs, route, at, live) is null);
    }

    // What was planned may be otherwise when the next known end comes, or one that was expected is not any more.
    private void Watch(Live live, Instant now)
    {
        if (live.Group is { } group && group.First == live)
        {
            live.RetryAt = NextChange(group.Pools, now);
            due.Schedule(live);
        }
    }

    /// <summary>When what is planned at pools may be otherwise though nothing happens: the next known end comes, or one that was expected is not any more; <see cref="long.MaxValue"/> where there is none.</summary>
    public long NextChange(string[] pools, Instant now)
    {
        long next = long.MaxValue;
        foreach (string pool in pools)
        {
            Future? future = futures.Of(pool);
            long change = future?.Timeline.NextChange(now.Milliseconds) ?? Timelines.Timeline.Open;
            long overdue = future?.Overdue(state.Pools[pool], now.Milliseconds).Select(g => g.ExpectedUntil).FirstOrDefault(until => until > now.Milliseconds, long.MaxValue) ?? long.MaxValue;
            next = Math.Min(next, change == Timelines.Timeline.Open ? overdue : Math.Min(change, overdue));
        }

        return next;
    }

    private void TakeOut(Live live, Group group)
    {
        if (!group.Aside.Remove(live))
        {
            return;
        }

        (live.IsBehind, live.RetryAt) = (false, long.MaxValue);
        foreach (string pool in group.Pools)
        {
            Remove(_all, pool, live);
        }
    }

    // The first of those aside stands for all of its kind, unless one of them stands among those who wait for capacity.
    private void Represent(Group group)
    {
        Live? first = group.Out is null ? group.Aside.Min : null;
        if (group.First == first)
        {
            return;
        }

        foreach (string pool in group.Pools)
        {
            if (group.First is { } before)
            {
                Remove(_firsts, pool, before);
            }

            if (first is not null)
            {
                SetOf(_firsts, pool).Add(first);
            }
        }

        group.First?.RetryAt = long.MaxValue;
        group.First = first;
    }

    private void Forget(Group group)
    {
        if (group.Aside.Count == 0 && group.Out is null)
        {
            _groups.Remove(group.Like);
        }
    }

    private SortedSet<Live> SetOf(SortedDictionary<string, SortedSet<Live>> sets, string pool)
    {
        if (!sets.TryGetValue(pool, out SortedSet<Live>? set))
        {
            Strategies.PoolOrder order = state.Pools[pool].Order;
            sets[pool] = set = new SortedSet<Live>(Comparer<Live>.Create((a, b) => QueuePlace.Compare(order.Place(a.Standing), order.Place(b.Standing))));
        }

        return set;
    }

    private static void Remove(SortedDictionary<string, SortedSet<Live>> sets, string pool, Live live)
    {
        if (sets.TryGetValue(pool, out SortedSet<Live>? set) && set.Remove(live) && set.Count == 0)
        {
            sets.Remove(pool);
        }
    }

    private Like LikeOf(Live live)
    {
        RequestSpec spec = live.Request.Spec;
        return new Like(live.Request.Needs, spec.Owner, spec.Duration, spec.Reservation, spec.Preemptible, live.Standing.ClassValue, state.Router.KeyOf(spec));
    }

    /// <summary>What those have in common of whom only the first is looked at.</summary>
    internal readonly record struct Like(ResourceVector Needs, OwnerPath Owner, TimeSpan? Duration, string? Reservation, bool Preemptible, int ClassValue, RouteKey Route);

    /// <summary>Those who are alike.</summary>
    internal sealed class Group(Like like, string[] pools)
    {
        public Like Like { get; } = like;

        /// <summary>The homes in which starts are planned.</summary>
        public string[] Pools { get; } = pools;

        /// <summary>The same, to compare them by.</summary>
        public string Homes { get; } = string.Join(' ', pools);

        public SortedSet<Live> Aside { get; } = new(ByPlace);

        /// <summary>The one of them that stands among those who wait for capacity.</summary>
        public Live? Out { get; set; }

        /// <summary>The one that is looked at for all.</summary>
        public Live? First { get; set; }
    }
}
