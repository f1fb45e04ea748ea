using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Timelines;

/// <summary>What was planned for somebody who waits.</summary>
/// <param name="Head">Who waits.</param>
/// <param name="Start">When it starts, or null: no known end serves it, or nobody plans for it.</param>
/// <param name="Placement">In which of its ways.</param>
internal readonly record struct PlannedStart(Head Head, long? Start, Placement? Placement);

/// <summary>Plans the starts of those who wait, in the order of the queue: each at the earliest time at which it fits for all of its length beside what runs, what was promised, and who stands before it.</summary>
/// <remarks>
/// <para>Backfill as in Mu'alem and Feitelson, "Utilization, Predictability, Workloads, and User Runtime Estimates in Scheduling the IBM SP2 with Backfilling" (IEEE TPDS 12:6, 2001).
/// A head without a known length gets a start only where the capacity is free for ever; one that no known end serves gets none, and holds nobody up.</para>
/// <para>The plan stands on the pools' timelines, so that whoever searches them sees it. It is the same as one made anew at that moment, but made again only from the first head whose circumstances changed.
/// Queues that share pools belong into one planner, in one order: a second planner sees the plans of the first like promises.</para>
/// </remarks>
internal sealed class Planner
{
    /// <summary>How many heads are planned for unless said otherwise.</summary>
    public const int DefaultDepth = 100;

    private readonly Plan _plan;

    /// <summary>A planner without a plan.</summary>
    /// <param name="backfill">Who may go ahead of whom.</param>
    /// <param name="depth">For how many heads it plans; those behind have no planned start and delay nobody's.</param>
    public Planner(Backfill backfill = Backfill.Conservative, int depth = DefaultDepth)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(depth);
        (Backfill, Depth) = (backfill, depth);
        _plan = new Plan(backfill);
    }

    /// <summary>Who may go ahead of whom.</summary>
    public Backfill Backfill { get; }

    /// <summary>For how many heads it plans.</summary>
    public int Depth { get; }

    /// <summary>Brings the plan up to a moment. The pools' timelines must have been brought there before.</summary>
    /// <param name="queue">Who waits, in the order of the queue; only as many as the depth are looked at.</param>
    /// <param name="now">The moment, in milliseconds since 1970.</param>
    /// <returns>How many heads had to be planned again.</returns>
    public int Update(IReadOnlyList<Head> queue, long now)
    {
        int count = Math.Min(Depth, queue.Count);
        int stands = _plan.KeepWhatStands(queue, count, now);
        for (int i = stands; i < count; i++)
        {
            _plan.Append(queue[i], now);
        }

        _plan.HasSeenAll();
        return count - stands;
    }

    /// <summary>The planned starts, in the order of the queue.</summary>
    public IEnumerable<PlannedStart> Starts => _plan.Starts;

    /// <summary>What was planned for a head; null when it is not among those planned for.</summary>
    public PlannedStart? Of(Head head) => _plan.Of(head);

    /// <summary>Turns the plan of a head into a promise at the planned start: the grant of one that starts now, or a booking. Nobody else's plan changes by it.</summary>
    /// <param name="head">Who; it leaves the queue.</param>
    /// <param name="kind">A grant or a booking.</param>
    /// <returns>What it uses, in the order of its placement's needs, from now on the caller's; null when it has no planned start.</returns>
    public IReadOnlyList<Use>? Promise(Head head, UseKind kind) => _plan.Promise(head, kind);

    /// <summary>Takes the whole plan off the timelines.</summary>
    public void Clear() => _plan.Truncate(0);
}
