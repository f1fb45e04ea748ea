using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Timelines;

/// <summary>Who is in the way of a search.</summary>
internal enum Heed
{
    /// <summary>Everybody: what runs, what was promised or reserved, and the planned starts of those who wait.</summary>
    Plans,

    /// <summary>Only what runs and what was promised or reserved.</summary>
    Promises,
}

/// <summary>The future of one pool's Held kinds: what grants, bookings, reservations and planned starts use of them at every moment.</summary>
/// <remarks>
/// <para>A reservation holds its amounts over its time against everybody else. Those of its owner and below draw from it: what they use stands in its place, and only what they leave is held besides.</para>
/// <para>Amounts in thousandths by the order of <see cref="Kinds"/>, times in milliseconds since 1970. O(log n) for each change and each step of a search, times how often what is reserved for that owner changes over the time in question.</para>
/// </remarks>
internal sealed class PoolTimeline
{
    private readonly string[] _kinds;
    private readonly long[] _capacities;
    private readonly Timeline _all;
    private readonly Timeline _plans;
    private readonly Reserves _reserves;
    private readonly IRelief[] _onlyPlans;
    private Use? _uses;

    /// <summary>A pool that is free for ever.</summary>
    /// <param name="kinds">Its Held kinds, at least one.</param>
    /// <param name="capacities">How much it has of each.</param>
    public PoolTimeline(IReadOnlyList<string> kinds, ReadOnlySpan<long> capacities)
    {
        if (capacities.Length != kinds.Count)
        {
            throw new ArgumentException("a capacity for each kind", nameof(capacities));
        }

        _kinds = [.. kinds];
        _capacities = capacities.ToArray();
        (_all, _plans) = (new Timeline(_kinds.Length), new Timeline(_kinds.Length));
        _reserves = new Reserves(_all);
        _onlyPlans = [_plans];
    }

    /// <summary>The names of its kinds; their order is that of all amounts.</summary>
    public IReadOnlyList<string> Kinds => _kinds;

    /// <summary>How much it has of each kind.</summary>
    public ReadOnlySpan<long> Capacities => _capacities;

    /// <summary>The moment at which it begins.</summary>
    public long Begins => _all.Begins;

    /// <summary>What changed of late.</summary>
    public PoolChanges Changes { get; } = new();

    /// <summary>For how many owners something is reserved.</summary>
    public int ReservingOwners => _reserves.Count;

    /// <summary>What stands on it, in no order that means anything.</summary>
    public IEnumerable<Use> Uses
    {
        get
        {
            for (Use? use = _uses; use is not null; use = use.Next)
            {
                yield return use;
            }
        }
    }

    /// <summary>The amounts of its kinds among some, by their order.</summary>
    public long[] AmountsOf(ResourceVector resources) => Array.ConvertAll(_kinds, kind => resources[kind].Thousandths);

    /// <summary>Has from now on another amount of a kind.</summary>
    public void SetCapacity(int kind, long thousandths)
    {
        if (thousandths != _capacities[kind])
        {
            Changes.Add(thousandths < _capacities[kind] ? ChangeKind.Taken : ChangeKind.Freed, Begins, Timeline.Open);
            _capacities[kind] = thousandths;
        }
    }

    /// <summary>Forgets what was before a moment.</summary>
    public void Advance(long now)
    {
        _all.Advance(now);
        _plans.Advance(now);
        _reserves.Advance(now);
    }

    /// <summary>Puts a use on the timeline, whether it fits or not.</summary>
    /// <param name="kind">Why.</param>
    /// <param name="number">The number of the request's submission.</param>
    /// <param name="owner">Whose.</param>
    /// <param name="from">When it begins.</param>
    /// <param name="to">When it ends, or <see cref="Timeline.Open"/>.</param>
    /// <param name="amounts">The amounts, which must not be changed any more.</param>
    /// <returns>The handle that takes it off.</returns>
    public Use Add(UseKind kind, long number, OwnerPath owner, long from, long to, long[] amounts)
    {
        Use use = new(kind, number, owner, from, to, amounts) { Pool = this, Next = _uses };
        _uses?.Previous = use;
        _uses = use;
        Shift(use, from, to, 1);
        Changes.Add(ChangeKind.Taken, from, to);
        return use;
    }

    /// <summary>Takes a use off, be it past in part or wholly.</summary>
    /// <exception cref="InvalidOperationException">It does not stand here.</exception>
    public void Remove(Use use)
    {
        Owned(use);
        Shift(use, use.From, use.To, -1);
        _uses = use.Previous is null ? use.Next : _uses;
        use.Previous?.Next = use.Next;
        use.Next?.Previous = use.Previous;
        (use.Pool, use.Previous, use.Next) = (null, null, null);
        Changes.Add(ChangeKind.Freed, use.From, use.To);
    }

    /// <summary>Ends a use at another time than was said.</summary>
    /// <exception cref="InvalidOperationException">It does not stand here.</exception>
    public void MoveEnd(Use use, long to)
    {
        Owned(use);
        ArgumentOutOfRangeException.ThrowIfLessThan(to, use.From);
        if (to > use.To)
        {
            Shift(use, use.To, to, 1);
            Changes.Add(ChangeKind.Taken, use.To, to);
        }
        else if (to < use.To)
        {
            Shift(use, to, use.To, -1);
            Changes.Add(ChangeKind.Freed, to, use.To);
        }

        use.To = to;
    }

    /// <summary>What was planned is promised, or what was promised runs: the same amounts at the same time.</summary>
    /// <exception cref="InvalidOperationException">It does not stand here.</exception>
    public void Promise(Use use, UseKind kind)
    {
        Owned(use);
        ArgumentOutOfRangeException.ThrowIfEqual(kind, UseKind.Plan);
        if (use.Kind == UseKind.Plan)
        {
            _plans.Remove(use.From, use.To, use.Amounts);
            _reserves.Promise(use.Owner, use.From, use.To, use.Amounts);
        }

        use.Kind = kind;
    }

    /// <summary>Holds amounts for an owner over [from, to), whether they fit or not.</summary>
    public void Hold(OwnerPath owner, long from, long to, ReadOnlySpan<long> amounts)
    {
        _reserves.Hold(owner, from, to, amounts, Uses);
        Changes.Add(ChangeKind.Taken, from, to);
    }

    /// <summary>Gives up what was held with the same values.</summary>
    /// <exception cref="InvalidOperationException">It was not held.</exception>
    public void Free(OwnerPath owner, long from, long to, ReadOnlySpan<long> amounts)
    {
        _reserves.Free(owner, from, to, amounts);
        Changes.Add(ChangeKind.Freed, from, to);
    }

    /// <summary>What is used or held of a kind at a moment.</summary>
    public long UsedAt(int kind, long at) => _all.UsedAt(kind, at);

    /// <summary>The most that is used or held of a kind over [from, to).</summary>
    public long MostUsed(int kind, long from, long to) => _all.MostUsed(kind, from, to);

    /// <summary>What of a kind is used or held at a moment as far as it was promised: as if nobody's start were planned.</summary>
    public long PromisedAt(int kind, long at) => _all.UsedAt(kind, at) - Reliefs(null, Heed.Promises).Sum(r => r.At(kind, at));

    /// <summary>What of a kind is reserved and not used at a moment.</summary>
    public long LeftOfReservationsAt(int kind, long at) => _reserves.LeftAt(kind, at);

    /// <summary>The next moment after one at which anything changes, or <see cref="Timeline.Open"/>.</summary>
    public long NextChange(long after) => _all.NextChange(after);

    /// <summary>True where no more is used than there is, over [from, to).</summary>
    public bool IsWithinCapacity(long from, long to)
    {
        for (int kind = 0; kind < _capacities.Length; kind++)
        {
            if (_all.FirstAbove(kind, _capacities[kind], from) < to)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The first start, <paramref name="notBefore"/> or later, from which an owner has the amounts for a length, or <see cref="Timeline.Open"/>.</summary>
    public long EarliestFit(OwnerPath owner, ReadOnlySpan<long> amounts, long length, long notBefore, Heed heed = Heed.Plans) =>
        FitSearch.Earliest(_all, amounts, _capacities, Reliefs(owner, heed), length, notBefore);

    /// <summary>True when an owner has the amounts at every moment of [from, to).</summary>
    public bool Fits(OwnerPath owner, ReadOnlySpan<long> amounts, long from, long to, Heed heed = Heed.Plans) =>
        NeededFrom(owner, amounts, from, to, heed) == Timeline.Open;

    /// <summary>
    /// The first moment of [from, to) at which an owner does not have the amounts, or <see cref="Timeline.Open"/>. From a grant's committed end on: when
    /// somebody needs its capacity.
    /// </summary>
    public long NeededFrom(OwnerPath owner, ReadOnlySpan<long> amounts, long from, long to, Heed heed = Heed.Plans) =>
        FitSearch.FirstTooMuch(_all, amounts, _capacities, Reliefs(owner, heed), from, to);

    /// <summary>The first moment of [from, to) at which more of a kind was promised than there is, or <see cref="Timeline.Open"/>.</summary>
    public long FirstExcess(int kind, long from, long to) =>
        FitSearch.FirstAbove(_all, kind, _capacities[kind], Reliefs(null, Heed.Promises), from, to);

    private IRelief[] Reliefs(OwnerPath? owner, Heed heed) =>
        _reserves.Count > 0 ? _reserves.Of(owner, heed == Heed.Plans ? null : _plans) : heed == Heed.Plans ? [] : _onlyPlans;

    private void Shift(Use use, long from, long to, long sign)
    {
        _all.Change(from, to, use.Amounts, sign);
        _reserves.Draw(use.Owner, from, to, use.Amounts, use.Kind, sign);
        if (use.Kind == UseKind.Plan)
        {
            _plans.Change(from, to, use.Amounts, sign);
        }
    }

    private void Owned(Use use)
    {
        if (use.Pool != this)
        {
            throw new InvalidOperationException("a use does not stand on this timeline");
        }
    }
}
