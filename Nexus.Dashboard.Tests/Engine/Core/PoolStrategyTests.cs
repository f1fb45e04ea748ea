using CsCheck;
using Nexus.Dashboard.Tests.Engine.Histories;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>Each pool orders those who wait for it by its own strategy; another one keeps every grant and re-orders only what waits.</summary>
public sealed class PoolStrategyTests
{
    private static readonly (string, double)[] One = [("gpu", 1)];

    // Set to place by cost, spot capacity is closed to some of those who wait.
    private static readonly string[] Kept = ["priority", "fairShare", "deadline", "adaptive"];

    [Fact]
    public void The_earliest_deadline_goes_first_under_deadline_whatever_its_class()
    {
        Scene nexus = Full("deadline");
        Queue(nexus, "late", "critical", deadline: 60);
        Queue(nexus, "none", "critical", deadline: null);
        Queue(nexus, "early", "low", deadline: 30);

        Assert.Equal(["early", "late", "none"], Order(nexus));
    }

    [Fact]
    public void The_class_goes_first_under_priority_whatever_its_deadline()
    {
        Scene nexus = Full("priority");
        Queue(nexus, "low-early", "low", deadline: 30);
        Queue(nexus, "high-late", "high", deadline: 60);

        Assert.Equal(["high-late", "low-early"], Order(nexus));
    }

    [Fact]
    public void Who_holds_least_goes_first_under_fair_shares_whoever_came_first()
    {
        Scene nexus = new Scene().Pool(Pool("fairShare", 3));
        nexus.Submit(Scene.Spec("a-runs", [("gpu", 2)], owner: "acme"));
        nexus.Submit(Scene.Spec("last", One, owner: "initech"));
        nexus.Submit(Scene.Spec("a-waits", One, owner: "acme", queue: true));
        nexus.Submit(Scene.Spec("b-waits", One, owner: "globex", queue: true));

        nexus.Send(new Release(new RequestKey("initech", "last"), nexus.Request("last", "initech").Lease!.Number, ResourceVector.Empty, Labels.None, null) { Actor = Scene.Somebody });

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Queued), (nexus.Request("b-waits", "globex").Status, nexus.Status("a-waits")));
    }

    [Fact]
    public void The_pool_says_how_long_a_wait_makes_up_for_a_class()
    {
        Scene nexus = new Scene().Pool(Pool("priority", 1) with { AgingInterval = TimeSpan.FromMilliseconds(100) });
        nexus.Submit("runs", ("gpu", 1));
        nexus.Queue("low", "low", One);
        nexus.Advance(TimeSpan.FromSeconds(60));
        nexus.Queue("high", "high", One);

        // Sixty seconds are worth 600 points, and high is 500 above low.
        Assert.Equal(["low", "high"], Order(nexus));
    }

    [Fact]
    public void A_request_that_stands_in_two_queues_starts_where_its_turn_comes_first()
    {
        Scene nexus = new Scene().Pool(Pool("priority", 1, "a")).Pool(Pool("deadline", 1, "b"));
        nexus.Submit(Scene.Spec("a-runs", One, pools: ["a"]));
        nexus.Submit(Scene.Spec("b-runs", One, pools: ["b"]));
        nexus.Submit(Scene.Spec("high", One, pools: ["a"], priority: "high", queue: true));
        nexus.Submit(Scene.Spec("both", One, queue: true) with { Deadline = nexus.Now + TimeSpan.FromHours(1) });
        nexus.Submit(Scene.Spec("undated", One, pools: ["b"], priority: "critical", queue: true));

        nexus.Release("b-runs");
        Assert.Equal(["b"], nexus.Request("both").Lease!.Pools);
        nexus.Release("a-runs");

        Assert.Equal(RequestStatus.Allocated, nexus.Status("high"));
        Assert.Equal(RequestStatus.Queued, nexus.Status("undated"));
    }

    [Fact]
    public void Another_strategy_reorders_those_who_wait()
    {
        Scene nexus = Full("priority");
        Queue(nexus, "high-late", "high", deadline: 60);
        Queue(nexus, "low-early", "low", deadline: 30);

        nexus.Pool(Pool("deadline", 1));

        Assert.Equal(["low-early", "high-late"], Order(nexus));
    }

    [Fact]
    public void A_pool_that_begins_to_give_fair_shares_counts_what_is_held_already()
    {
        Scene nexus = new Scene().Pool(Pool("priority", 3));
        nexus.Submit(Scene.Spec("a-runs", [("gpu", 2)], owner: "acme"));
        nexus.Submit(Scene.Spec("x", One, owner: "acme"));
        nexus.Submit(Scene.Spec("a-waits", One, owner: "acme", priority: "critical", queue: true));
        nexus.Submit(Scene.Spec("b-waits", One, owner: "globex", priority: "low", queue: true));

        nexus.Pool(Pool("fairShare", 3));
        nexus.Release("x");

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Queued), (nexus.Request("b-waits", "globex").Status, nexus.Status("a-waits")));
    }

    [Fact]
    public void The_weight_in_an_owners_quota_is_its_weight_in_fair_shares()
    {
        Scene nexus = new Scene().Pool(Pool("fairShare", 4));
        nexus.Submit(Scene.Spec("a-runs", [("gpu", 2)], owner: "acme"));
        nexus.Submit(Scene.Spec("b-runs", One, owner: "globex"));
        nexus.Submit(Scene.Spec("x", One, owner: "initech"));
        nexus.Submit(Scene.Spec("b-waits", One, owner: "globex", queue: true));
        nexus.Submit(Scene.Spec("a-waits", One, owner: "acme", queue: true));

        nexus.Send(new SetQuota(new Nexus.Engine.Quotas.QuotaDefinition(OwnerPath.Parse("acme"), 5_000, [])) { Actor = Scene.Somebody });
        nexus.Send(new Release(new RequestKey("initech", "x"), nexus.Request("x", "initech").Lease!.Number, ResourceVector.Empty, Labels.None, null) { Actor = Scene.Somebody });

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Queued), (nexus.Status("a-waits"), nexus.Request("b-waits", "globex").Status));
        Assert.Equal(nexus.Engine.StateHash(), nexus.Replayed().StateHash());
    }

    [Fact]
    public void A_kind_that_is_no_longer_supplied_comes_back_under_fair_shares_too()
    {
        Scene nexus = Given.Pool("p", ("gpu", 2), ("memory", 8));
        nexus.Submit("runs", ("gpu", 1), ("memory", 4));
        nexus.Pool(Scene.Definition("p", ("gpu", 2)) with { Strategy = "fairShare" });
        Nexus.Engine.Core.Engine restored = Nexus.Engine.Core.Engine.Restore(nexus.Engine.Capture().Encode().State.Span, new EngineLimits());
        Assert.Equal(nexus.Engine.StateHash(), restored.StateHash());

        nexus.Pool(Scene.Definition("p", ("gpu", 2), ("memory", 8)) with { Strategy = "fairShare" });
        nexus.Release("runs");

        Assert.Equal(8, nexus.Free("p", "memory"));
        Assert.Equal(nexus.Engine.StateHash(), nexus.Replayed().StateHash());
    }

    [Fact]
    public void A_snapshot_keeps_who_has_how_much()
    {
        Scene nexus = new Scene().Pool(Pool("fairShare", 2));
        nexus.Submit(Scene.Spec("a", One, owner: "acme/alice"));
        nexus.Submit(Scene.Spec("b", One, owner: "acme/bob"));
        nexus.Submit(Scene.Spec("waits", One, owner: "globex", queue: true));
        nexus.Advance(TimeSpan.FromHours(3));

        byte[] kept = nexus.Engine.Capture().Encode().State.ToArray();

        Assert.Equal(5, kept[0]);
        Assert.Equal(nexus.Engine.StateHash(), Nexus.Engine.Core.Engine.Restore(kept, new EngineLimits()).StateHash());
        Assert.Equal(nexus.Engine.StateHash(), nexus.Replayed().StateHash());
    }

    [Fact]
    public void After_any_history_another_strategy_keeps_all_grants_and_all_who_wait() =>
        Gen.Select(Lives.Steps.List[1, 80], Gen.Int[0, 2], Gen.Int[0, 3].Select(i => Kept[i])).Sample(
            (steps, pool, strategy) =>
            {
                World world = new();
                steps.ForEach(world.Do);
                string name = World.PoolNames[pool];
                if (world.Engine.Pool(name) is not { Draining: false } before)
                {
                    return;
                }

                RequestKey[] held = Keys(world, r => r.Status == RequestStatus.Allocated && !r.Spec.Preemptible);
                RequestKey[] waiting = Keys(world, r => r.Status == RequestStatus.Queued);
                Batch batch = new();
                world.Engine.Handle(new SetPool(before.Definition with { Strategy = strategy }) { Actor = Scene.Somebody }, world.Now, batch);

                Assert.Subset(Keys(world, r => r.Status == RequestStatus.Allocated).ToHashSet(), held.ToHashSet());
                Assert.Subset(Keys(world, r => !r.HasEnded).ToHashSet(), waiting.ToHashSet());
            },
            iter: 300);

    private static RequestKey[] Keys(World world, Func<Request, bool> which) => [.. world.Engine.Requests.Where(which).Select(r => r.Key)];

    private static PoolDefinition Pool(string strategy, double gpus, string name = "p") => Scene.Definition(name, ("gpu", gpus)) with { Strategy = strategy };

    private static Scene Full(string strategy)
    {
        Scene nexus = new Scene().Pool(Pool(strategy, 1));
        nexus.Submit("runs", ("gpu", 1));
        return nexus;
    }

    private static void Queue(Scene nexus, string id, string priority, int? deadline) =>
        nexus.Submit(Scene.Spec(id, One, priority: priority, queue: true) with { Deadline = deadline is { } minutes ? nexus.Now + TimeSpan.FromMinutes(minutes) : null });

    // Who runs ends, one by one, and who waits starts.
    private static List<string> Order(Scene nexus)
    {
        List<string> order = [];
        while (nexus.Engine.Requests.SingleOrDefault(r => r.Status == RequestStatus.Allocated) is { } runs)
        {
            nexus.Release(runs.Spec.Id);
            order.AddRange(nexus.Engine.Requests.Where(r => r.Status == RequestStatus.Allocated).Select(r => r.Spec.Id));
        }

        return order;
    }
}
