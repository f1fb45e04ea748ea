using CsCheck;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Dashboard.Tests.Engine.Scheduling.Strategies;

public sealed class FairQueueTests
{
    private static readonly string[] Owners = ["a/x/1", "a/x/2", "a/y", "a", "b/x", "b/y/1/2/3", "c", "d/x", "d/x/1"];
    private static readonly string[][] Kinds = [["gpu"], ["gpu", "memory"], ["memory"]];

    [Fact]
    public void The_first_who_fits_is_taken_from_whoever_has_least_and_has_anybody_who_fits()
    {
        FairScene pool = FairScene.Pool(("gpu", 16));
        pool.Charge("rich", ("gpu", 8));
        pool.Wait("rich", ("gpu", 1));
        Waiter large = pool.Wait("poor", ("gpu", 4));
        Waiter small = pool.Wait("poor", ("gpu", 2));

        Assert.Equal(large, pool.First(4_000));
        Assert.Equal(small, pool.First(3_000));
        Assert.Equal("rich", pool.First(1_000)!.Owner.ToString());
        Assert.Null(pool.First(999));
        Assert.Equal(1_000, pool.Queue.SmallestNeed);
    }

    [Fact]
    public void Of_one_owner_the_higher_class_goes_first_then_who_came_first()
    {
        FairScene pool = FairScene.Pool(("gpu", 16));
        OwnerPath acme = OwnerPath.Parse("acme");
        Waiter first = pool.Wait("acme", ("gpu", 1));
        Waiter second = pool.Wait("acme", ("gpu", 1));
        Waiter urgent = pool.Wait(acme, Scene.Vector(("gpu", 1)), classValue: 1_000);

        Assert.Equal(urgent, pool.First());
        pool.Start(urgent);
        Assert.Equal(first, pool.First());
        pool.Start(first);
        Assert.Equal(second, pool.First());
    }

    [Fact]
    public void Owners_who_stand_equal_take_turns()
    {
        FairScene pool = FairScene.Pool(("gpu", 16));
        List<string> order = [];
        Array.ForEach(["b", "a", "c"], o => pool.Wait(o, ("gpu", 1)));
        for (int i = 0; i < 6; i++)
        {
            Waiter next = pool.First()!;
            pool.Start(next);
            order.Add(next.Owner.ToString());
            pool.Wait(next.Owner, next.Needs, 500);
        }

        Assert.Equal(["b", "a", "c", "b", "a", "c"], order);
    }

    [Fact]
    public void Who_asks_for_other_kinds_is_compared_by_what_the_tenant_has_of_those_first()
    {
        FairScene pool = FairScene.Pool(("cpu", 16), ("gpu", 16));
        pool.Charge("a/x", ("gpu", 5));
        pool.Charge("a/y", ("cpu", 2));
        pool.Charge("b", ("gpu", 3));
        Waiter x = pool.Wait("a/x", ("gpu", 1));
        Waiter y = pool.Wait("a/y", ("cpu", 1));
        Waiter b = pool.Wait("b", ("gpu", 1));

        Assert.Equal(y, pool.First());
        pool.Leave(y);
        Assert.Equal(b, pool.First());
        pool.Leave(b);
        Assert.Equal(x, pool.First());
    }

    [Fact]
    public void What_leaves_empty_leaves_nothing()
    {
        FairScene pool = FairScene.Pool(("gpu", 16));
        pool.Leave(pool.Wait("acme/alice", ("gpu", 1)));

        Assert.True(pool.Queue.IsEmpty);
        Assert.Null(pool.Queue.SmallestNeed);
        Assert.Null(pool.First());
        Assert.All(new[] { "", "acme", "acme/alice" }, o => Assert.Empty(pool.Tree.Node(OwnerPath.Parse(o))!.Slots));
        Assert.Throws<InvalidOperationException>(() => pool.Queue.Remove(new QueuePlace(0, 0, 1)));
    }

    [Fact]
    public void Nobody_waits_who_did_not_arrive()
    {
        FairScene pool = FairScene.Pool(("gpu", 16));
        Waiter waiter = pool.Wait("acme", ("gpu", 1));
        FairQueue other = new(new FairTree(_ => 1_000, FairScene.HalfLife, pool.Now));

        Assert.Throws<InvalidOperationException>(() => other.Add(waiter.Place, waiter.Need, waiter.Shape));
        Assert.Throws<InvalidOperationException>(() => pool.Queue.Add(waiter.Place, waiter.Need, waiter.Shape));
    }

    /// <summary>Whatever happened before, the queue finds whom a plain search over everybody finds.</summary>
    [Fact]
    public void It_finds_whom_a_search_over_everybody_finds() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 1_000], Gen.Int[0, 1_000], Gen.Int[1, 9]).List[1, 120].Sample(
            steps =>
            {
                FairScene pool = FairScene.Pool(("gpu", 20), ("memory", 50)).Weighing("b", 2).Weighing("d", 0);
                List<Waiter> running = [];
                foreach ((int deed, int who, int which, int amount) in steps)
                {
                    switch (deed)
                    {
                        case 0 or 1 or 2 or 3:
                            pool.Wait(OwnerPath.Parse(Owners[who % Owners.Length]), Scene.Vector([.. Kinds[which % 3].Select(k => (k, (double)amount))]), 250 * (1 + (which % 2)));
                            break;
                        case 4 when pool.First() is { } first:
                            pool.Start(first);
                            running.Add(first);
                            break;
                        case 5 when running.Count > 0:
                            Waiter ends = running[who % running.Count];
                            running.Remove(ends);
                            pool.Tree.Release(ends.Owner, ends.Needs, pool.Now);
                            break;
                        case 6 when pool.Waiting.Count > 0:
                            pool.Leave(pool.Waiting[who % pool.Waiting.Count]);
                            break;
                        case 7:
                            pool.Advance(TimeSpan.FromSeconds(who * amount));
                            break;
                        case 8 when which % 8 == 0:
                            pool.Weighing(Owners[who % Owners.Length], amount);
                            break;
                        case 9 when which % 8 == 0:
                            pool.Recover();
                            break;
                        default:
                            break;
                    }

                    long available = 1_000L * (1 + (which % 10));
                    Assert.Equal(Search(pool, available), pool.First(available));
                    Assert.Equal(pool.Waiting.Count == 0 ? null : pool.Waiting.Min(w => w.Need), pool.Queue.SmallestNeed);
                }
            },
            iter: 300);

    private static Waiter? Search(FairScene pool, long available)
    {
        long epoch = pool.Tree.HalfLife.EpochOf(pool.Now);
        Waiter? best = null;
        foreach (IGrouping<FairBundle, Waiter> alike in pool.Waiting.GroupBy(w => pool.Tree.BundleOf(w.Needs)))
        {
            if (Descend(pool.Tree.Root, [.. alike], alike.Key) is { } first && (best is null || Compare(first, best) < 0))
            {
                best = first;
            }
        }

        return best;

        Waiter? Descend(FairNode node, Waiter[] below, FairBundle asked) =>
            node.IsOwn
                ? below.Where(w => w.Need <= available).OrderBy(w => w.Place, Comparer<QueuePlace>.Create(QueuePlace.Compare)).FirstOrDefault()
                : node.Children.Values
                    .Select(c => (Node: c, Below: below.Where(w => c.IsOwn ? w.Owner == c.Path : w.Owner.IsWithin(c.Path)).ToArray()))
                    .Where(c => c.Below.Any(w => w.Need <= available))
                    .OrderBy(c => c.Node.ScoreFor(asked, pool.Tree.HalfLife, epoch))
                    .ThenBy(c => c.Node.Turn)
                    .Select(c => Descend(c.Node, c.Below, asked))
                    .FirstOrDefault();

        int Compare(Waiter a, Waiter b)
        {
            int order = pool.Tree.Compare(a.Owner, a.Needs, b.Owner, b.Needs, pool.Now);
            return order != 0 ? order : QueuePlace.Compare(a.Place, b.Place);
        }
    }
}
