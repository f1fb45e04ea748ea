using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Timelines;

namespace Nexus.Dashboard.Tests.Engine.Scheduling.Timelines;

/// <summary>Two pools, a queue in front of them and a planner, beside their plain restatement.</summary>
internal sealed class QueueWorld
{
    private readonly List<(Use Use, int Pool, PlainUse Plain)> _running = [];
    private readonly List<(int Pool, PlainUse Plain)> _holds = [];
    private readonly PoolTimeline[] _pools = [new(["cpu", "gpu"], [8, 5]), new(["gpu"], [4])];
    private readonly PlainPool[] _plain = [new(8, 5), new(4)];
    private readonly int _depth;
    private long _arrivals;

    public QueueWorld(Backfill backfill, int depth = 5) => (_depth, Planner) = (depth, new Planner(backfill, depth));

    public Planner Planner { get; }

    public List<Head> Queue { get; } = [];

    public int Now { get; private set; }

    /// <summary>One thing happens, of ten kinds, with times and amounts made from the numbers.</summary>
    public void Do(int[] step)
    {
        switch (step[0] % 16)
        {
            case 0 or 1 when Now < 15:
                Now += 1 + (step[1] % 3);
                Array.ForEach(_pools, p => p.Advance(Now));
                break;
            case 2 or 3 when Queue.Count > 0:
                Start();
                break;
            case 4 when Queue.Count > 0:
                Queue.RemoveAt(step[1] % Queue.Count);
                break;
            case 5 or 6 when _running.Count > 0:
                End(step[1] % _running.Count);
                break;
            case 7:
                Hold(step);
                break;
            case 8 when _holds.Count > 0:
                (int pool, PlainUse hold) = _holds[step[1] % _holds.Count];
                _holds.RemoveAt(step[1] % _holds.Count);
                _plain[pool].Holds.Remove(hold);
                _pools[pool].Free(PlainPool.Owners[hold.Owner], hold.From, hold.To, hold.Amounts);
                break;
            case 9:
                _pools[step[1] % 2].SetCapacity(0, _plain[step[1] % 2].Capacities[0] = 2 + (step[2] % 7));
                break;
            case 10:
                Promise(step);
                break;
            default:
                // Most come last; some are of a higher class.
                Queue.Insert(step[1] % 3 == 0 ? step[2] % (Queue.Count + 1) : Queue.Count, NewHead(step));
                break;
        }
    }

    /// <summary>Who arrives, not yet in the queue.</summary>
    public Head NewHead(int[] step)
    {
        long[] here = [step[3] % 5, 1 + (step[4] % 3)];
        long[] there = [1 + (step[5] % 4)];
        Placement first = new(new PoolNeed(_pools[0], here));
        Placement second = new(new PoolNeed(_pools[1], there));
        Placement both = new(new PoolNeed(_pools[0], here), new PoolNeed(_pools[1], there));
        Placement[] ways = (step[5] % 5) switch { 0 => [both], 1 => [second, first], 2 => [first, second], 3 => [second], _ => [first] };
        Window[]? windows = step[2] % 6 != 0 ? null : [new Window(Now + 2, Now + 8), new Window(Now + 12, Now + 16)];
        return new Head(++_arrivals, PlainPool.Owners[step[1] % PlainPool.Owners.Length], step[4] % 6 == 0 ? Timeline.Open : 1 + (step[2] % 9), ways, windows);
    }

    public Dictionary<Head, long> Update()
    {
        Planner.Update(Queue, Now);
        return Planner.Starts.ToDictionary(s => s.Head, s => s.Start ?? Timeline.Open);
    }

    /// <summary>Whether somebody who is not planned for may start now, and then does.</summary>
    public bool StartAhead(Head head)
    {
        if (head.MayStart(Now) is not { } way)
        {
            return false;
        }

        long to = head.At(way, Now)!.Value.To;
        foreach (PoolNeed need in way.Needs)
        {
            Add(Array.IndexOf(_pools, need.Pool), need.Pool.Add(UseKind.Grant, head.Number, head.Owner, Now, to, need.Amounts));
        }

        return true;
    }

    /// <summary>The planned starts of the first heads, worked out from the plain pools one after the other.</summary>
    public List<(long Start, int Way)> Restate(Backfill backfill)
    {
        List<(long Start, int Way)> starts = [];
        List<(PlainPool Pool, PlainUse Use)> planned = [];
        foreach (Head head in Queue.Take(_depth))
        {
            bool onlyNow = backfill == Backfill.Easy && starts.Exists(s => s.Way >= 0 && s.Start > Now);
            (long best, long to, int way) = (Timeline.Open, 0, -1);
            for (int i = 0; i < head.Placements.Count; i++)
            {
                (long start, long end) = Earliest(head, head.Placements[i]);
                if (start < best && (!onlyNow || start == Now))
                {
                    (best, to, way) = (start, end, i);
                }
            }

            starts.Add((best, way));
            foreach (PoolNeed need in way < 0 ? [] : head.Placements[way].Needs)
            {
                PlainPool pool = _plain[Array.IndexOf(_pools, need.Pool)];
                planned.Add((pool, new PlainUse(OwnerOf(head), best, to, need.Amounts)));
                pool.Uses.Add(planned[^1].Use);
            }
        }

        planned.ForEach(p => p.Pool.Uses.Remove(p.Use));
        return starts;
    }

    private (long Start, long End) Earliest(Head head, Placement way)
    {
        (PlainPool, long[])[] needs = [.. way.Needs.Select(n => (_plain[Array.IndexOf(_pools, n.Pool)], n.Amounts))];
        if (head.Windows is null)
        {
            long start = PlainPool.EarliestFit(needs, OwnerOf(head), head.Length, Now);
            return (start, FitSearch.EndOf(start, head.Length));
        }

        foreach (Window window in head.Windows)
        {
            for (long start = Math.Max(Now, window.From); start < window.To; start++)
            {
                long length = head.Length == Timeline.Open ? window.To - start : head.Length;
                if (start + length <= window.To && PlainPool.EarliestFit(needs, OwnerOf(head), length, (int)start) == start)
                {
                    return (start, start + length);
                }
            }
        }

        return (Timeline.Open, Timeline.Open);
    }

    // The first whose planned start is now starts.
    private void Start()
    {
        Planner.Update(Queue, Now);
        foreach (PlannedStart start in Planner.Starts.Where(s => s.Start == Now).Take(1).ToList())
        {
            foreach (Use use in Planner.Promise(start.Head, UseKind.Grant)!)
            {
                Add(Array.IndexOf(_pools, use.Pool), use);
            }

            Queue.Remove(start.Head);
        }
    }

    // A booking that the queue did not see, at the earliest time that breaks no promise, be it planned for.
    private void Promise(int[] step)
    {
        long[] amounts = [1 + (step[2] % 4), step[3] % 3];
        OwnerPath owner = PlainPool.Owners[step[1] % PlainPool.Owners.Length];
        long length = 1 + (step[4] % 8);
        if (_pools[0].EarliestFit(owner, amounts, length, Now, Heed.Promises) is var start and not Timeline.Open)
        {
            Add(0, _pools[0].Add(UseKind.Booking, 0, owner, start, start + length, amounts));
        }
    }

    private void Hold(int[] step)
    {
        int pool = step[1] % 2;
        long from = Now + (step[2] % 15);
        PlainUse hold = new(step[3] % PlainPool.Owners.Length, from, from + 1 + (step[4] % 8), pool == 0 ? [step[5] % 4, step[2] % 3] : [step[5] % 3]);
        _pools[pool].Hold(PlainPool.Owners[hold.Owner], hold.From, hold.To, hold.Amounts);
        _plain[pool].Holds.Add(hold);
        _holds.Add((pool, hold));
    }

    private void End(int at)
    {
        (Use use, int pool, PlainUse plain) = _running[at];
        _running.RemoveAt(at);
        _pools[pool].Remove(use);
        _plain[pool].Uses.Remove(plain);
    }

    private void Add(int pool, Use use)
    {
        PlainUse plain = new(Array.IndexOf(PlainPool.Owners, use.Owner), use.From, use.To, use.Amounts);
        _plain[pool].Uses.Add(plain);
        _running.Add((use, pool, plain));
    }

    private static int OwnerOf(Head head) => Array.IndexOf(PlainPool.Owners, head.Owner);
}
