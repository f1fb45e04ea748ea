using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Charges;

/// <summary>Anything that limits: what it has, what is taken of it, and who waits for it. A pool's meter of one kind is such a node.</summary>
/// <remarks>All amounts are thousandths of the kind's unit. The invariant that is asserted: use is never negative; a bucket owes at most one burst.</remarks>
internal sealed class ChargeNode(string pool, string kind, ResourceBehaviour behaviour) : WaitPoint
{
    // Whoever computes an earliest time looks at this many known ends at most: the answer is a hint, and its price must have a bound.
    private const int MostEndsLookedAt = 1_000;

    // A thousand settlements of the most that one can be: a figure for people, which must not stop the engine.
    private const long MostOverrun = 1_000 * Quantity.MaxThousandths;

    private readonly SortedDictionary<long, long> _knownEnds = [];
    private readonly SortedList<int, Int128> _claims = [];
    private long _remainder;
    private IWaitQueue _waiting = new WaitTree();

    /// <summary>The pool it belongs to.</summary>
    public string Pool { get; } = pool;

    /// <summary>The kind it limits.</summary>
    public string Kind { get; } = kind;

    /// <summary>All nodes of its pool, itself among them.</summary>
    public ChargeNode[] Siblings { get; set; } = [];

    /// <summary>How amounts are taken.</summary>
    public ResourceBehaviour Behaviour { get; } = behaviour;

    /// <summary>Held: the capacity. Metered: the burst. Limit: the ceiling.</summary>
    public long Capacity { get; private set; }

    /// <summary>Metered: what flows in per <see cref="Per"/>.</summary>
    public long Rate { get; private set; }

    /// <summary>Metered: the period of the rate in milliseconds.</summary>
    public long Per { get; private set; }

    /// <summary>Held: what is taken.</summary>
    public long Used { get; private set; }

    /// <summary>Held: the most that was ever taken at once.</summary>
    public long Peak { get; private set; }

    /// <summary>Metered: what the bucket held at <see cref="At"/>.</summary>
    public long Level { get; private set; }

    /// <summary>Metered: the moment of <see cref="Level"/>.</summary>
    public long At { get; private set; }

    /// <summary>Metered: what was settled beyond one burst of debt.</summary>
    public long Overrun { get; private set; }

    /// <summary>Held: what is taken by grants that may be ended for the sake of others.</summary>
    public long Preemptible { get; set; }

    /// <summary>Held: what is kept for somebody who is about to start; for all others it is not there.</summary>
    public long Kept { get; set; }

    /// <summary>Held: what was promised to those whose start is booked, all together whenever they start; it stops nobody by itself.</summary>
    public long Booked { get; set; }

    /// <summary>True while an operator lets its pool give nothing more.</summary>
    public bool Draining { get; set; }

    /// <summary>How its pool does by the outcomes of its grants; null where those do not count.</summary>
    public PoolHealth? Health { get; set; }

    /// <summary>True while its pool's health lets it give nothing, whatever there is.</summary>
    public bool IsUnwell => Health is { StopsGrants: true };

    /// <summary>True while nothing more is given.</summary>
    public bool Closed => Draining || IsUnwell;

    /// <summary>Why it gives less than is asked for.</summary>
    public ReasonCode Shortage => Draining ? ReasonCode.PoolDraining
        : IsUnwell ? Health!.Status == PoolHealthStatus.Open ? ReasonCode.PoolUnhealthy : ReasonCode.PoolProbed
        : Behaviour == ResourceBehaviour.Metered ? ReasonCode.RateExhausted : ReasonCode.NotEnoughFree;

    /// <summary>How its pool orders those who wait.</summary>
    public PoolOrder Order { get; set; } = PoolOrder.Usual;

    /// <inheritdoc/>
    public override IWaitQueue Waiting => _waiting;

    /// <summary>
    /// True where nobody takes what somebody before it in the order waits for. A bucket's refill has a known time: whoever took from it meanwhile would delay that.
    /// (What is held comes back when it comes back, and who fits now runs ahead.)
    /// </summary>
    public override bool IsInTurn => Behaviour == ResourceBehaviour.Metered && Rate > 0;

    /// <summary>Held: true while somebody who holds something of it committed to an end.</summary>
    public bool HasKnownEnds => _knownEnds.Count > 0;

    /// <summary>Held: what is neither taken nor kept; negative where more is than there is.</summary>
    public long Room => Capacity - Used - Kept;

    /// <inheritdoc/>
    public override long? MoreAt(long now) =>
        Behaviour == ResourceBehaviour.Metered && !Closed && (IsInTurn ? Waiting.Find(long.MaxValue, now)?.Need : Waiting.SmallestNeed) is { } need ? TimeOf(need) : null;

    /// <inheritdoc/>
    public override long Available(long now) => IsUnwell ? 0 : AvailableToHolders(now);

    /// <summary>What can be taken at a moment in addition to what is held already: a pool whose grants fail gives no new ones, and those that run go on.</summary>
    public long AvailableToHolders(long now) => Draining ? 0 : Behaviour switch
    {
        ResourceBehaviour.Held => Math.Max(0, Room),
        ResourceBehaviour.Metered => Math.Max(0, LevelAt(now)),
        _ => Capacity,
    };

    /// <summary>True when an amount can be taken at a moment by somebody whose turn it is.</summary>
    /// <param name="amount">How much.</param>
    /// <param name="now">When.</param>
    /// <param name="asks">Who asks; null: somebody who need not wait for a turn.</param>
    public bool Gives(long amount, long now, IClaimant? asks) => Available(now) >= amount && (asks is null || Before(asks, now) is null);

    /// <summary>The first who waits, if it goes before whoever asks; null where that one has its turn.</summary>
    public Parked? Before(IClaimant asks, long now) =>
        IsInTurn && !Waiting.IsEmpty && Waiting.Find(long.MaxValue, now) is { } first && Order.GoesBefore(first, asks, now) ? first : null;

    /// <summary>The first moment at which somebody could take an amount after those who go before it, as things stand; null when none is known.</summary>
    public long? TurnOf(long amount, long now, IClaimant asks)
    {
        if (Before(asks, now) is null)
        {
            return EarliestFor(amount, now);
        }

        (Int128 sum, int looked) = (amount, 0);
        if (AllGoBefore(asks))
        {
            for (int i = 0; i < _claims.Count; i++)
            {
                sum += _claims.GetValueAtIndex(i);
            }


            return sum > long.MaxValue ? null : TimeOfAll((long)sum, now);
        }

        foreach (Live live in Waiting.All(long.MaxValue).SelectMany(Firsts))
        {
            if (++looked > MostEndsLookedAt)
            {
                return null;
            }

            Parked parked = new(Order.Place(live.Standing), live.Needs[Kind].Thousandths, live.Shape!);
            if (Order.GoesBefore(parked, asks, now))
            {
                sum += parked.Need;
            }
        }

        return sum > long.MaxValue ? null : TimeOfAll((long)sum, now);
    }

    private long? TimeOfAll(long sum, long now) => Bucket.TimeOf(sum, Level, _remainder, At, long.MaxValue, Rate, Per) is { } at ? Math.Max(now, at) : null;

    // Whoever only comes stands behind all of its class and of higher ones: then it need not be compared with each, of whom there may be many.
    private bool AllGoBefore(IClaimant asks) => asks.Standing.Arrival == long.MaxValue && Order.IsByClass && (_claims.Count == 0 || _claims.GetKeyAtIndex(0) >= asks.Standing.ClassValue);

    /// <inheritdoc/>
    public override void Claim(int classValue, Int128 need)
    {
        if (!IsInTurn)
        {
            return;
        }

        Int128 claimed = _claims.GetValueOrDefault(classValue) + need;
        if (claimed == 0)
        {
            _claims.Remove(classValue);
        }
        else
        {
            _claims[classValue] = claimed;
        }
    }

    // Under fair shares the second of an owner comes after others' firsts: what is known is the time of the firsts.
    private IEnumerable<Live> Firsts(Shape shape) => Order.Tree is null ? shape.Waiting.All : [shape.First];

    /// <inheritdoc/>
    public override QueuePlace PlaceOf(Live live) => Order.Place(live.Standing);

    /// <summary>Who may start next of those who wait, or null. Where turns count that is the first alone, also where it is by now something else that stops it: then it must go there.</summary>
    public override Parked? Next(long now)
    {
        long available = Available(now);
        return !IsInTurn ? Waiting.Find(available, now)
            : Waiting.Find(long.MaxValue, now) is { } first && (first.Need <= available || !first.Shape.IsStoppedAt(this, now)) ? first : null;
    }

    /// <summary>Nobody waits any more.</summary>
    public void Empty()
    {
        (_waiting, Dirty) = (Order.NewQueue(), false);
        _claims.Clear();
    }

    /// <summary>Takes an estimate.</summary>
    /// <param name="amount">How much.</param>
    /// <param name="now">When.</param>
    /// <param name="knownEnd">When a Held amount comes back at the latest, where the request committed to that.</param>
    public void Reserve(long amount, long now, long? knownEnd)
    {
        if (Behaviour == ResourceBehaviour.Held)
        {
            Used = checked(Used + amount);
            Peak = Math.Max(Peak, Used);
            if (knownEnd is { } end)
            {
                _knownEnds[end] = _knownEnds.GetValueOrDefault(end) + amount;
            }
        }
        else if (Behaviour == ResourceBehaviour.Metered)
        {
            Flow(now);
            Take(amount);
        }
    }

    /// <summary>Ends what <see cref="Reserve"/> took: a Held amount comes back; of a Metered one the unused part does, or the excess is taken.</summary>
    public void Settle(long estimate, long actual, long now, long? knownEnd)
    {
        if (Behaviour == ResourceBehaviour.Held)
        {
            Used -= estimate;
            if (Used < 0)
            {
                throw new InvalidOperationException($"pool {Pool} would hold a negative amount of {Kind}");
            }

            if (knownEnd is { } end && _knownEnds.TryGetValue(end, out long there))
            {
                if (there == estimate)
                {
                    _knownEnds.Remove(end);
                }
                else
                {
                    _knownEnds[end] = there - estimate;
                }
            }
        }
        else if (Behaviour == ResourceBehaviour.Metered && actual != estimate)
        {
            Flow(now);
            Take(actual - estimate);
        }
    }

    /// <summary>Sets what it has. What is taken stays taken; a bucket keeps its level, up to the new burst, and starts full.</summary>
    public void Configure(Supply supply, long now, bool isNew)
    {
        if (Behaviour == ResourceBehaviour.Metered && !isNew)
        {
            Flow(now);
        }

        Capacity = supply.Amount.Thousandths;
        Rate = supply.Rate.Thousandths;
        Per = (long)supply.Per.TotalMilliseconds;
        if (Behaviour == ResourceBehaviour.Metered)
        {
            Level = isNew ? Capacity : Math.Clamp(Level, -Capacity, Capacity);
            At = now;
        }
    }

    /// <summary>The first moment at which <paramref name="amount"/> could be taken as things stand, or null when none is known.</summary>
    public long? EarliestFor(long amount, long now)
    {
        if (Draining || amount > Capacity || (IsUnwell && Health!.RetryAt is null))
        {
            return null;
        }

        if (AvailableToHolders(now) >= amount)
        {
            return NotBeforeProbed(now);
        }

        if (Behaviour == ResourceBehaviour.Metered)
        {
            return TimeOf(amount) is { } full ? NotBeforeProbed(full) : null;
        }

        long free = Capacity - Used;
        int looked = 0;
        foreach ((long end, long returns) in _knownEnds)
        {
            if (++looked > MostEndsLookedAt)
            {
                return null;
            }

            // Who runs past the committed end has no known end any more.
            free += end > now ? returns : 0;
            if (end > now && free >= amount)
            {
                return NotBeforeProbed(end);
            }
        }

        return null;
    }

    // An open pool gives nothing before it is probed.
    private long NotBeforeProbed(long at) => Math.Max(at, Health?.RetryAt?.Milliseconds ?? at);

    /// <summary>Metered: the first moment at which the bucket holds an amount, or null when it never will.</summary>
    public long? TimeOf(long amount) => Bucket.TimeOf(amount, Level, _remainder, At, Capacity, Rate, Per);

    /// <summary>What it is at this moment, for readers and snapshots.</summary>
    public Core.MeterState ToState(Supply supply) => new(
        supply, Behaviour, Quantity.FromThousandths(Used), Level, new Instant(At), Quantity.FromThousandths(Peak), Overrun)
    {
        Kept = Quantity.FromThousandths(Kept),
        Booked = Quantity.FromThousandths(Math.Min(Booked, Quantity.MaxThousandths)),
        Remainder = _remainder,
    };

    /// <summary>Everything that a snapshot keeps beside the configuration and the grants.</summary>
    public (long Level, long Remainder, long At, long Peak, long Overrun) Keep() => (Level, _remainder, At, Peak, Overrun);

    /// <summary>Sets what a snapshot kept.</summary>
    public void Restore(long level, long remainder, long at, long peak, long overrun) => (Level, _remainder, At, Peak, Overrun) = (level, remainder, at, peak, overrun);

    private long LevelAt(long now) => Bucket.LevelAt(Level, _remainder, At, Capacity, Rate, Per, now);

    private void Flow(long now)
    {
        if (now > At)
        {
            Level = Bucket.Refill(ref _remainder, Level, At, Capacity, Rate, Per, now);
            At = now;
        }
    }

    private void Take(long amount)
    {
        long level = Math.Min(Capacity, checked(Level - amount));
        if (level < -Capacity)
        {
            Overrun = Math.Min(MostOverrun, Overrun - Capacity - level);
            level = -Capacity;
        }

        Level = level;
    }
}
