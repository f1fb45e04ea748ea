using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Timelines;

namespace Nexus.Dashboard.Tests.Engine.Scheduling.Timelines;

/// <summary>Published examples of backfill and reservations, in their own numbers.</summary>
public sealed class PublishedBackfillTests
{
    private readonly PoolTimeline _nodes = new(["nodes"], [32]);

    // SchedMD/slurm, testsuite/slurm_unit/backfill/backfill_test.c, test_backfill_1.
    [Fact]
    public void A_short_job_fits_in_front_of_one_that_needs_all_nodes() =>
        Assert.Equal([0, 10, 0], Starts(new Planner(), Job(1, 1, 10), Job(2, 32, 10), Job(3, 31, 5)));

    // The same, test_backfill_3, scaled from 1,000 jobs and a depth of 500 to 12 and 6.
    [Fact]
    public void Only_as_many_as_the_planning_depth_are_planned_for() =>
        Assert.Equal([0, 0, 0, 0, 0, 10], Starts(new Planner(depth: 6), [.. Enumerable.Range(1, 12).Select(i => Job(i, 6, 10))]));

    // The same, test_backfill_lic_2 (issue 50271).
    [Fact]
    public void Those_who_wait_for_the_same_licences_are_planned_for_the_same_time()
    {
        PoolTimeline licensed = new(["lic2", "nodes"], [6, 32]);
        Head[] jobs = [.. Enumerable.Range(1, 12).Select(i => new Head(i, OwnerPath.Root, 10, [new Placement(new PoolNeed(licensed, [1, 1]))]))];

        Assert.Equal([0, 0, 0, 0, 0, 0, 10, 10, 10, 10, 10, 10], Starts(new Planner(), jobs));
    }

    // Mu'alem and Feitelson, IEEE TPDS 12:6 (2001), own numbers: D is 2 nodes for 9.
    [Theory]
    [InlineData(Backfill.Easy, new long[] { 0, 4, 9, 0 })]
    [InlineData(Backfill.Conservative, new long[] { 0, 4, 8, 12 })]
    internal void Easy_lets_a_later_job_delay_the_third_and_conservative_does_not(Backfill backfill, long[] starts)
    {
        PoolTimeline nodes = new(["nodes"], [10]);
        (long Nodes, long Length)[] jobs = [(6, 4), (8, 4), (10, 4), (2, 9)];
        List<Head> queue = [.. jobs.Select((job, i) => new Head(i, OwnerPath.Root, job.Length, [new Placement(new PoolNeed(nodes, [job.Nodes]))]))];
        Planner planner = new(backfill);
        SortedDictionary<long, long> started = [];
        for (long now = 0; queue.Count > 0; now++)
        {
            nodes.Advance(now);
            planner.Update(queue, now);
            foreach (Head head in planner.Starts.Where(s => s.Start == now).Select(s => s.Head).ToArray())
            {
                planner.Promise(head, UseKind.Grant);
                queue.Remove(head);
                started.Add(head.Number, now);
            }
        }

        Assert.Equal(starts, started.Values);
    }

    // Derived from SchedMD/slurm, doc/html/reservations.shtml: ten of twenty nodes from 12:00 to 13:00 (720 to 780) for two users, at 11:30 (690).
    [Theory]
    [InlineData("carol", 10, 120, false, 690)]
    [InlineData("carol", 11, 60, false, 780)]
    [InlineData("carol", 11, 30, false, 690)]
    [InlineData("holders/alan", 10, 60, true, 720)]
    public void Holders_of_a_reservation_use_it_within_its_time_and_others_only_the_rest(string user, long nodes, long length, bool bound, long start)
    {
        PoolTimeline pool = new(["nodes"], [20]);
        pool.Advance(690);
        pool.Hold(OwnerPath.Parse("holders"), 720, 780, [10]);
        Head head = new(1, OwnerPath.Parse(user), length, [new Placement(new PoolNeed(pool, [nodes]))], bound ? [new Window(720, 780)] : null);
        Planner planner = new();

        planner.Update([head], 690);

        Assert.Equal(start, planner.Of(head)!.Value.Start);
    }

    private Head Job(long number, long nodes, long length) => new(number, OwnerPath.Root, length, [new Placement(new PoolNeed(_nodes, [nodes]))]);

    private static IEnumerable<long?> Starts(Planner planner, params Head[] queue)
    {
        planner.Update(queue, 0);
        return planner.Starts.Select(s => s.Start);
    }
}
