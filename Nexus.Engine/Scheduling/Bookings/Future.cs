using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Reservations;
using Nexus.Engine.Scheduling.Timelines;

namespace Nexus.Engine.Scheduling.Bookings;

/// <summary>The future of one pool, and whose it is.</summary>
internal sealed class Future(PoolTimeline timeline)
{
    /// <summary>What is used of its Held kinds at every moment.</summary>
    public PoolTimeline Timeline { get; } = timeline;

    /// <summary>What is reserved of it.</summary>
    public ReservationBook Reservations { get; } = new(timeline);

    /// <summary>The grants that hold something of it, by the ends that they committed to (<see cref="Timeline.Open"/> where they did not) and arrival: those most overdue come first.</summary>
    public SortedDictionary<(long End, long Arrival), Live> Grants { get; } = [];

    /// <summary>The bookings, by start and arrival.</summary>
    public SortedDictionary<(long Start, long Arrival), Live> Bookings { get; } = [];

    /// <summary>How many plans are drawn on it at this moment.</summary>
    public int Sketches { get; set; }

    /// <summary>True while nobody was promised anything of it, and nothing is planned on it.</summary>
    public bool IsIdle => Sketches == 0 && Bookings.Count == 0 && !Reservations.All.Any();

    /// <summary>What a request takes of this pool's Held kinds, by their order.</summary>
    /// <param name="pool">The pool's name.</param>
    /// <param name="amounts">All that it takes.</param>
    /// <param name="pools">From which pools.</param>
    public long[] AmountsOf(string pool, ResourceVector amounts, IReadOnlyList<string> pools)
    {
        long[] taken = new long[Timeline.Kinds.Count];
        for (int i = 0; i < amounts.Count; i++)
        {
            int kind = pools[i] == pool ? KindOf(amounts[i].Kind) : -1;
            if (kind >= 0)
            {
                taken[kind] += amounts[i].Quantity.Thousandths;
            }
        }

        return taken;
    }

    /// <summary>What a group of kinds takes of them.</summary>
    public long[] AmountsOf(RouteGroup group, ResourceVector amounts)
    {
        long[] taken = new long[Timeline.Kinds.Count];
        foreach (int i in group.Amounts)
        {
            int kind = KindOf(amounts[i].Kind);
            if (kind >= 0)
            {
                taken[kind] += amounts[i].Quantity.Thousandths;
            }
        }

        return taken;
    }

    /// <summary>What grants still hold at a moment by which they had committed to be over.</summary>
    public long[] HeldPast(string pool, long at)
    {
        long[] held = new long[Timeline.Kinds.Count];
        foreach (Live grant in PastTheirEnd(at))
        {
            long[] amounts = AmountsOf(pool, grant.Request.Lease!.Amounts, grant.Request.Lease.Pools);
            for (int kind = 0; kind < held.Length; kind++)
            {
                held[kind] += amounts[kind];
            }
        }

        return held;
    }

    /// <summary>The grants that had committed to be over by a moment, those most overdue first.</summary>
    public IEnumerable<Live> PastTheirEnd(long at) => Grants.TakeWhile(g => g.Key.End <= at).Select(g => g.Value);

    /// <summary>The grants past their end at a moment, those most overdue first, each with the time until which it is expected to end at any moment: as long after its end as what frees would be kept for a head.</summary>
    public IEnumerable<(Live Grant, long ExpectedUntil)> Overdue(Pool pool, long at) =>
        Grants.TakeWhile(g => g.Key.End <= at).Select(g => (g.Value, g.Key.End + (long)pool.Definition.KeepAfter.TotalMilliseconds));

    /// <summary>
    /// The grants that must end at a moment so that what was promised then is there: those that committed to be over by then, those told already first, then the most overdue,
    /// and no more than are needed. What they hold draws from what is reserved for their owners first.
    /// </summary>
    public IReadOnlyList<Live> MustEnd(string pool, long at)
    {
        Live[] overdue = [.. PastTheirEnd(at).OrderByDescending(g => g.Request.Notice?.Rule == PreemptionRule.Booking)];
        Use[] held = [.. overdue.Select(g => Timeline.Add(UseKind.Grant, g.Request.Arrival, g.Request.Owner, at, at + 1, AmountsOf(pool, g.Request.Lease!.Amounts, g.Request.Lease.Pools)))];
        List<int> taken = [];
        for (int i = 0; i < held.Length && Excess(at) is > 0 and var before; i++)
        {
            Timeline.MoveEnd(held[i], at);
            if (Excess(at) < before)
            {
                taken.Add(i);
            }
            else
            {
                Timeline.MoveEnd(held[i], at + 1);
            }
        }

        for (int i = taken.Count - 1; i >= 0; i--)
        {
            long without = Excess(at);
            Timeline.MoveEnd(held[taken[i]], at + 1);
            if (Excess(at) > without)
            {
                Timeline.MoveEnd(held[taken[i]], at);
            }
            else
            {
                taken.RemoveAt(i);
            }
        }

        Array.ForEach(held, Timeline.Remove);
        return [.. taken.Select(i => overdue[i])];
    }

    // By how much more was promised at a moment than there is, of all kinds together.
    private long Excess(long at) => Enumerable.Range(0, Timeline.Kinds.Count).Sum(kind => Math.Max(0, Timeline.PromisedAt(kind, at) - Timeline.Capacities[kind]));

    private int KindOf(string name)
    {
        for (int i = 0; i < Timeline.Kinds.Count; i++)
        {
            if (Timeline.Kinds[i] == name)
            {
                return i;
            }
        }

        return -1;
    }
}
