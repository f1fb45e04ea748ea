using CsCheck;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Timelines;

namespace Nexus.Dashboard.Tests.Engine.Scheduling.Timelines;

/// <summary>Planned starts: the laws, and what a planner does when the queue and the pools change.</summary>
public sealed class PlannerTests
{
    private static readonly OwnerPath Somebody = OwnerPath.Parse("acme/alice");
    private static readonly Gen<int[][]> Histories = Gen.Int[0, 1_000].Array[6].Array[1, 30];

    [Theory]
    [InlineData(Backfill.Conservative)]
    [InlineData(Backfill.Easy)]
    internal void What_is_planned_after_whatever_happened_is_what_would_be_planned_anew(Backfill backfill) => Histories.Sample(steps =>
    {
        QueueWorld world = new(backfill);
        foreach (int[] step in steps)
        {
            world.Do(step);
            if (step[5] % 4 != 0)
            {
                world.Planner.Update(world.Queue, world.Now);
                Assert.Equal(
                    world.Restate(backfill),
                    world.Planner.Starts.Select(s => (s.Start ?? Timeline.Open, s.Placement is { } way ? s.Head.Placements.ToList().IndexOf(way) : -1)).ToList());
            }
        }
    }, iter: 1_500);

    [Fact]
    public void No_planned_start_moves_later_because_of_who_arrives_behind_or_goes_ahead() => Histories.Sample(steps =>
    {
        QueueWorld world = new(Backfill.Conservative, depth: 100);
        foreach (int[] step in steps)
        {
            world.Do(step);
            Dictionary<Head, long> before = world.Update();
            Head newcomer = world.NewHead(step);
            bool ahead = step[0] % 2 == 0 && world.StartAhead(newcomer);
            if (!ahead)
            {
                world.Queue.Add(newcomer);
            }

            Dictionary<Head, long> after = world.Update();
            Assert.All(before, head => Assert.Equal(head.Value, after[head.Key]));
            Assert.True(ahead || after.ContainsKey(newcomer));
        }
    }, iter: 800);

    [Fact]
    public void A_head_that_is_behind_an_unknown_end_has_no_start_and_holds_nobody_up()
    {
        PoolTimeline pool = Gpus(8);
        pool.Add(UseKind.Grant, 1, Somebody, 0, Timeline.Open, [4]);
        pool.Add(UseKind.Grant, 2, Somebody, 0, 10, [2]);
        Head large = Wants(3, 6, 5, pool);
        Head small = Wants(4, 2, 5, pool);
        Planner planner = new();

        planner.Update([large, small], 0);

        Assert.Null(planner.Of(large)!.Value.Start);
        Assert.Equal(0, planner.Of(small)!.Value.Start);
    }

    [Fact]
    public void Who_commits_to_no_duration_starts_where_capacity_is_free_for_ever()
    {
        PoolTimeline pool = Gpus(8);
        pool.Add(UseKind.Booking, 1, Somebody, 20, 30, [6]);
        Planner planner = new();

        planner.Update([Wants(2, 3, Timeline.Open, pool), Wants(3, 2, Timeline.Open, pool)], 0);

        Assert.Equal([30, 0], planner.Starts.Select(s => s.Start));
    }

    [Fact]
    public void Of_several_pools_the_one_that_starts_it_first_is_taken_and_else_the_one_it_prefers()
    {
        (PoolTimeline dear, PoolTimeline cheap) = (Gpus(4), Gpus(4));
        cheap.Add(UseKind.Grant, 1, Somebody, 0, 10, [4]);
        dear.Add(UseKind.Grant, 2, Somebody, 0, 5, [4]);
        Head head = new(3, Somebody, 5, [new Placement(new PoolNeed(cheap, [2])), new Placement(new PoolNeed(dear, [2]))]);
        Planner planner = new();

        planner.Update([head], 0);
        Assert.Equal((5, dear), (planner.Of(head)!.Value.Start, planner.Of(head)!.Value.Placement!.Needs[0].Pool));

        dear.Add(UseKind.Booking, 4, Somebody, 5, 10, [4]);
        planner.Update([head], 0);
        Assert.Equal((10, cheap), (planner.Of(head)!.Value.Start, planner.Of(head)!.Value.Placement!.Needs[0].Pool));
    }

    [Fact]
    public void Who_needs_two_pools_starts_when_both_are_free()
    {
        (PoolTimeline gpus, PoolTimeline disks) = (Gpus(4), new PoolTimeline(["storage"], [10]));
        gpus.Add(UseKind.Grant, 1, Somebody, 0, 5, [3]);
        gpus.Add(UseKind.Booking, 2, Somebody, 12, 20, [3]);
        disks.Add(UseKind.Grant, 3, Somebody, 0, 8, [9]);
        Head head = new(4, Somebody, 5, [new Placement(new PoolNeed(gpus, [2]), new PoolNeed(disks, [4]))]);

        // The pools agree on 8, but not for five: the booking at 12 is in the way.
        Assert.Equal(new Window(20, 25), head.Earliest(head.Placements[0], 0));
    }

    [Fact]
    public void Who_starts_as_planned_changes_nobody_elses_plan()
    {
        PoolTimeline pool = Gpus(8);
        Head[] queue = [Wants(1, 6, 10, pool), Wants(2, 6, 10, pool), Wants(3, 2, 10, pool)];
        Planner planner = new();
        planner.Update(queue, 0);

        IReadOnlyList<Use> uses = planner.Promise(queue[0], UseKind.Grant)!;

        Assert.Equal(0, planner.Update(queue[1..], 0));
        Assert.Equal([10, 0], planner.Starts.Select(s => s.Start));
        Assert.Equal((UseKind.Grant, 0, 10), (uses[0].Kind, uses[0].From, uses[0].To));
    }

    [Fact]
    public void What_ends_early_is_planned_for_again_only_from_the_first_who_gains()
    {
        PoolTimeline pool = Gpus(8);
        pool.Add(UseKind.Grant, 1, Somebody, 0, 50, [1]);
        Use late = pool.Add(UseKind.Grant, 2, Somebody, 20, 40, [3]);
        Head[] queue = [Wants(3, 4, 30, pool), Wants(4, 7, 5, pool), Wants(5, 8, 5, pool)];
        Planner planner = new();
        planner.Update(queue, 0);
        Assert.Equal([0, 40, 50], planner.Starts.Select(s => s.Start));

        pool.Remove(late);

        Assert.Equal(2, planner.Update(queue, 0));
        Assert.Equal([0, 30, 50], planner.Starts.Select(s => s.Start));
    }

    [Fact]
    public void A_plan_is_made_again_for_nobody_when_nothing_changed_and_for_a_newcomer_only_behind_the_others()
    {
        PoolTimeline pool = Gpus(8);
        List<Head> queue = [.. Enumerable.Range(1, 50).Select(i => Wants(i, 1 + (i % 8), 10, pool))];
        Planner planner = new();
        planner.Update(queue, 0);

        Assert.Equal(0, planner.Update(queue, 0));
        queue.Add(Wants(51, 3, 10, pool));
        Assert.Equal(1, planner.Update(queue, 0));
        queue.RemoveAt(50);
        Assert.Equal(0, planner.Update(queue, 0));
    }

    [Fact]
    public void However_much_happened_since_the_last_plan_nothing_of_it_is_missed()
    {
        PoolTimeline pool = Gpus(8);
        Use early = pool.Add(UseKind.Grant, 1, Somebody, 0, 20, [8]);
        Head head = Wants(2, 8, 5, pool);
        Planner planner = new();
        planner.Update([head], 0);

        pool.Remove(early);
        for (int i = 0; i < PoolChanges.Kept; i++)
        {
            pool.Remove(pool.Add(UseKind.Booking, 3, Somebody, 100, 110, [1]));
        }

        planner.Update([head], 0);
        Assert.Equal(0, planner.Of(head)!.Value.Start);
    }

    [Fact]
    public void A_plan_gives_way_to_a_promise()
    {
        PoolTimeline pool = Gpus(8);
        Head[] queue = [Wants(1, 6, 10, pool), Wants(2, 6, 10, pool)];
        Planner planner = new();
        planner.Update(queue, 0);

        pool.Hold(OwnerPath.Parse("other"), 5, 12, [4]);
        planner.Update(queue, 0);

        Assert.Equal([12, 22], planner.Starts.Select(s => s.Start));
    }

    [Fact]
    public void Without_a_plan_nothing_of_it_stands_on_the_pools()
    {
        PoolTimeline pool = Gpus(8);
        Planner planner = new();
        planner.Update([Wants(1, 6, 10, pool), Wants(2, 6, Timeline.Open, pool)], 0);
        Assert.Equal(6, pool.UsedAt(0, 0));

        planner.Clear();

        Assert.Empty(planner.Starts);
        Assert.Equal((0, 0), (pool.UsedAt(0, 0), pool.UsedAt(0, 30)));
    }

    private static PoolTimeline Gpus(long count) => new(["gpu"], [count]);

    private static Head Wants(long number, long gpus, long length, PoolTimeline pool) => new(number, Somebody, length, [new Placement(new PoolNeed(pool, [gpus]))]);
}
