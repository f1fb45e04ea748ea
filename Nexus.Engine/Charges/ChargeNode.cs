using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

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
    private long _remainder;

    /// <summary>The pool it belongs to.</summary>
    public string Pool { get; } = pool;

    /// <summary>The kind it limits.</summary>
    public string Kind { get; } = kind;

    /// <summary>All nodes of its pool, itself among them.</summary>
    public IReadOnlyCollection<ChargeNode> Siblings { get; init; } = [];

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

    /// <summary>True while nothing more is given.</summary>
    public bool Closed { get; set; }

    /// <inheritdoc/>
    public override IWaitQueue Waiting { get; } = new WaitTree();

    /// <summary>Held: what is neither taken nor kept; negative where more is than there is.</summary>
    public long Room => Capacity - Used - Kept;

    /// <inheritdoc/>
    public override long? MoreAt(long now) => Behaviour == ResourceBehaviour.Metered && !Closed && Waiting.SmallestNeed is { } need ? TimeOf(need) : null;

    /// <inheritdoc/>
    public override long Available(long now) => Closed ? 0 : Behaviour switch
    {
        ResourceBehaviour.Held => Math.Max(0, Room),
        ResourceBehaviour.Metered => Math.Max(0, LevelAt(now)),
        _ => Capacity,
    };

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
        if (Closed || amount > Capacity)
        {
            return null;
        }

        if (Available(now) >= amount)
        {
            return now;
        }

        if (Behaviour == ResourceBehaviour.Metered)
        {
            return TimeOf(amount);
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
                return end;
            }
        }

        return null;
    }

    /// <summary>Metered: the first moment at which the bucket holds an amount, or null when it never will.</summary>
    public long? TimeOf(long amount) => Bucket.TimeOf(amount, Level, _remainder, At, Capacity, Rate, Per);

    /// <summary>What it is at this moment, for readers and snapshots.</summary>
    public Core.MeterState ToState(Supply supply) => new(
        supply, Behaviour, Quantity.FromThousandths(Used), Level, new Instant(At), Quantity.FromThousandths(Peak), Overrun)
    {
        Kept = Quantity.FromThousandths(Kept),
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
