using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>Owners of lent quota get it back from those who borrowed it.</summary>
public sealed class ReclaimTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void What_was_lent_comes_back_after_the_grace_to_whom_it_belongs()
    {
        Scene nexus = Cohort();
        Borrow(nexus, "first", "acme/a/w", 14);

        nexus.Submit(Scene.Spec("owner", [("cpu", 10)], owner: "acme/b/w", queue: true));

        Assert.Equal(new PreemptionNotice(nexus.Now + Second, PreemptionRule.Reclaim, OwnerPath.Parse("acme/b/w"), "owner"), nexus.Request("first").Notice);
        nexus.Advance(Second);
        Assert.Equal((RequestStatus.Allocated, RequestStatus.Preempted), (nexus.Status("owner"), nexus.Status("first")));
        Assert.Equal(ReasonCode.Reclaimed, nexus.Request("first").Reason!.Code);
        Assert.Equal((0m, 10m), (nexus.QuotaUsed("acme/a"), nexus.QuotaUsed("acme/b")));
    }

    [Fact]
    public void Of_the_heaviest_borrower_the_youngest_goes_and_only_while_it_borrows()
    {
        Scene nexus = Nodes(pool: 12, limits: [("a", 3), ("b", 3), ("c", 6)]);
        Borrow(nexus, "a1", "acme/a/w", 3);
        Borrow(nexus, "a2", "acme/a/w", 2);
        Borrow(nexus, "b1", "acme/b/w", 3);
        Borrow(nexus, "b2", "acme/b/w", 2);
        Borrow(nexus, "b3", "acme/b/w", 2);

        nexus.Submit(Scene.Spec("owner", [("cpu", 3)], owner: "acme/c/w", queue: true));

        // b borrows 4 and gives two, then a and b borrow 2 each and the first of them gives two; both are needed.
        Assert.Equal(["b2", "b3"], Told(nexus));
    }

    [Fact]
    public void Nobody_who_is_within_the_own_limit_gives_anything()
    {
        Scene nexus = Nodes(pool: 8, limits: [("a", 4), ("b", 4)]);
        Borrow(nexus, "a1", "acme/a/w", 4);
        Borrow(nexus, "b1", "acme/b/w", 4);

        nexus.Submit(Scene.Spec("more", [("cpu", 2)], owner: "acme/b/w", priority: "low", queue: true));

        Assert.Empty(Told(nexus));
    }

    [Fact]
    public void Who_would_go_beyond_the_own_limit_reclaims_nothing()
    {
        Scene nexus = Nodes(pool: 9, limits: [("a", 3), ("b", 3), ("c", 3)]);
        Borrow(nexus, "b1", "acme/b/w", 3);
        Borrow(nexus, "b2", "acme/b/w", 2);
        Borrow(nexus, "a1", "acme/a/w", 3);
        Borrow(nexus, "c1", "acme/c/w", 1);

        nexus.Submit(Scene.Spec("more", [("cpu", 1)], owner: "acme/a/w", priority: "low", queue: true));

        Assert.Empty(Told(nexus));
    }

    [Theory]
    [InlineData(QuotaReclaim.Any, "low", "v")]
    [InlineData(QuotaReclaim.LowerPriority, "low", null)]
    [InlineData(QuotaReclaim.LowerPriority, "high", "v")]
    [InlineData(QuotaReclaim.Never, "critical", null)]
    public void The_rule_of_the_node_says_from_whom_it_reclaims(QuotaReclaim reclaim, string asks, string? told)
    {
        Scene nexus = new Scene().Pool(Scene.Definition("p", ("cpu", 8)))
            .Quota("acme", new QuotaRule("cpu") { Extra = Quantity.Zero })
            .Quota("acme/a", Limit(4)).Quota("acme/b", Limit(4) with { Reclaim = reclaim });
        nexus.Submit(Scene.Spec("own", [("cpu", 4)], owner: "acme/a/w", priority: "medium") with { Preemptible = true });
        nexus.Submit(Scene.Spec("v", [("cpu", 4)], owner: "acme/a/w", priority: "medium") with { Preemptible = true });

        nexus.Submit(Scene.Spec("owner", [("cpu", 4)], owner: "acme/b/w", priority: asks, queue: true));

        // A class that is not lower may still be preempted by class where the capacity lacks, but not by a rule that reclaims from nobody.
        Assert.Equal(told is null ? [] : [told], Told(nexus).Where(id => nexus.Request(id).Notice!.Rule == PreemptionRule.Reclaim));
    }

    [Fact]
    public void A_victims_return_does_not_evict_its_evictor()
    {
        Scene nexus = Nodes(pool: 8, limits: [("a", 4), ("b", 4)], grace: TimeSpan.Zero);
        nexus.Submit(Scene.Spec("own", [("cpu", 4)], owner: "acme/a/w", priority: "critical", queue: true) with { Preemptible = true });
        nexus.Submit(Scene.Spec("borrows", [("cpu", 4)], owner: "acme/a/w", priority: "critical", queue: true) with { Preemptible = true });

        nexus.Submit(Scene.Spec("owner", [("cpu", 4)], owner: "acme/b/w", priority: "low", queue: true) with { Preemptible = true });

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Queued), (nexus.Status("owner"), nexus.Status("borrows")));
        nexus.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((RequestStatus.Allocated, 2), (nexus.Status("owner"), nexus.Request("borrows").Attempt));
    }

    [Fact]
    public void Where_a_quota_stops_it_a_higher_class_takes_from_its_own_node_alone()
    {
        Scene nexus = Nodes(pool: 8, limits: [("a", 4), ("b", 4)], borrow: 0);
        nexus.Submit(Scene.Spec("mine", [("cpu", 4)], owner: "acme/a/w", priority: "medium") with { Preemptible = true });
        nexus.Submit(Scene.Spec("theirs", [("cpu", 4)], owner: "acme/b/w", priority: "low") with { Preemptible = true });

        nexus.Submit(Scene.Spec("boss", [("cpu", 2)], owner: "acme/a/w", priority: "critical", queue: true));

        Assert.Equal(["mine"], Told(nexus));
    }

    // Kueue, preemption_hierarchical_test.go: what a department has may be asked for by any of its leaves, and comes back to it from whoever borrows it.
    [Fact]
    public void A_department_takes_back_what_it_lent_for_a_leaf_that_has_nothing_of_its_own()
    {
        Scene nexus = Departments(right: 2);
        Borrow(nexus, "v", "acme/other/w", 2);

        nexus.Submit(Scene.Spec("r", [("cpu", 2)], owner: "acme/right/leaf/w", priority: "low", queue: true) with { Preemptible = true });

        Assert.Equal(["v"], Told(nexus));
    }

    [Fact]
    public void A_leaf_above_its_own_limit_is_left_alone_while_its_department_is_within_what_it_has()
    {
        Scene nexus = Departments(right: 2, other: 4, pool: 6);
        Borrow(nexus, "inside", "acme/right/leaf/w", 2);
        Borrow(nexus, "full", "acme/w", 3);

        nexus.Submit(Scene.Spec("r", [("cpu", 2)], owner: "acme/other/w", priority: "low", queue: true) with { Preemptible = true });

        Assert.Empty(Told(nexus));
    }

    [Theory]
    [InlineData(1_000, "b")]
    [InlineData(4_000, "a")]
    public void The_heaviest_borrower_is_the_one_with_the_largest_share_for_its_weight(int weightOfB, string gives)
    {
        Scene nexus = Nodes(pool: 12, limits: [("a", 2), ("b", 2), ("c", 8)]);
        nexus.Send(new SetQuota(new QuotaDefinition(OwnerPath.Parse("acme/b"), weightOfB, [Limit(2)])) { Actor = Scene.Somebody });
        Borrow(nexus, "b1", "acme/b/w", 3);
        Borrow(nexus, "b2", "acme/b/w", 3);
        Borrow(nexus, "a1", "acme/a/w", 3);
        Borrow(nexus, "a2", "acme/a/w", 2);

        nexus.Submit(Scene.Spec("r", [("cpu", 2)], owner: "acme/c/w", priority: "low", queue: true) with { Preemptible = true });

        Assert.Equal(gives, Assert.Single(Told(nexus))[..1]);
    }

    [Fact]
    public void What_is_borrowed_of_different_kinds_is_compared_as_shares()
    {
        Scene nexus = new Scene()
            .Pool(Scene.Definition("c", ("cpu", 100), ("gpu", 4)) with { Preemption = new PreemptionSettings(Second, TimeSpan.Zero) })
            .Quota("acme", new QuotaRule("cpu") { Extra = Quantity.Zero }, new QuotaRule("gpu") { Extra = Quantity.Zero })
            .Quota("acme/a", Limit(0), Limit(0) with { Resource = "gpu" }).Quota("acme/b", Limit(0), Limit(0) with { Resource = "gpu" })
            .Quota("acme/c", Limit(100), Limit(4) with { Resource = "gpu" });
        nexus.Submit(Scene.Spec("many-cpus", [("cpu", 30), ("gpu", 1)], owner: "acme/a/w", priority: "low") with { Preemptible = true });
        nexus.Submit(Scene.Spec("most-gpus", [("cpu", 3), ("gpu", 3)], owner: "acme/b/w", priority: "low") with { Preemptible = true });
        nexus.Submit(Scene.Spec("young", [("cpu", 1)], owner: "acme/a/w", priority: "low") with { Preemptible = true });

        nexus.Submit(Scene.Spec("r", [("cpu", 1), ("gpu", 1)], owner: "acme/c/w", priority: "low", queue: true) with { Preemptible = true });

        Assert.Equal(["most-gpus"], Told(nexus));
    }

    [Fact]
    public void The_search_leaves_the_quotas_as_they_were()
    {
        Scene nexus = Nodes(pool: 8, limits: [("a", 4), ("b", 4)]);
        nexus.Submit(Scene.Spec("firm", [("cpu", 2)], owner: "acme/a/w"));
        Borrow(nexus, "v", "acme/a/w", 4);
        nexus.Submit(Scene.Spec("mine", [("cpu", 1)], owner: "acme/b/w"));

        nexus.Submit(Scene.Spec("owner", [("cpu", 4)], owner: "acme/b/w", queue: true));

        Assert.Empty(Told(nexus));
        Assert.Equal((6m, 1m, 7m), (nexus.QuotaUsed("acme/a"), nexus.QuotaUsed("acme/b"), nexus.QuotaUsed("acme")));
    }

    // A cohort of 10 + 4: a may borrow, b keeps 6 for itself.
    private static Scene Cohort() => new Scene()
        .Pool(Scene.Definition("c", ("cpu", 20)) with { Preemption = new PreemptionSettings(Second, TimeSpan.Zero) })
        .Quota("acme", new QuotaRule("cpu") { Extra = Quantity.Zero })
        .Quota("acme/a", Limit(10) with { Borrow = QuotaBound.Of(Scene.Amount(6)), Lend = QuotaBound.Of(Scene.Amount(10)) })
        .Quota("acme/b", Limit(10) with { Borrow = QuotaBound.Of(Scene.Amount(10)), Lend = QuotaBound.Of(Scene.Amount(4)) });

    private static Scene Nodes(double pool, (string Node, double Limit)[] limits, TimeSpan? grace = null, double? borrow = null)
    {
        Scene nexus = new Scene()
            .Pool(Scene.Definition("c", ("cpu", pool)) with { Preemption = new PreemptionSettings(grace ?? Second, TimeSpan.Zero) })
            .Quota("acme", new QuotaRule("cpu") { Extra = Quantity.Zero });
        foreach ((string node, double limit) in limits)
        {
            nexus.Quota($"acme/{node}", Limit(limit) with { Borrow = borrow is { } most ? QuotaBound.Of(Scene.Amount(most)) : QuotaBound.Unbounded });
        }

        return nexus;
    }

    // A department that has something, and a leaf in it that has nothing itself, beside another leaf.
    private static Scene Departments(double right, double other = 0, double pool = 2) => new Scene()
        .Pool(Scene.Definition("c", ("cpu", pool)) with { Preemption = new PreemptionSettings(Second, TimeSpan.Zero) })
        .Quota("acme", new QuotaRule("cpu") { Extra = Quantity.Zero })
        .Quota("acme/right", new QuotaRule("cpu") { Extra = Scene.Amount(right), Borrow = QuotaBound.Unbounded })
        .Quota("acme/right/leaf", Limit(0)).Quota("acme/other", Limit(other));

    private static QuotaRule Limit(double limit) => new("cpu") { Limit = Scene.Amount(limit), Borrow = QuotaBound.Unbounded };

    private static void Borrow(Scene nexus, string id, string owner, double cpu) => nexus.Submit(Scene.Spec(id, [("cpu", cpu)], owner: owner, priority: "low") with { Preemptible = true });

    private static string[] Told(Scene nexus) => [.. nexus.Engine.Requests.Where(r => r.Notice is not null).Select(r => r.Spec.Id).Order(StringComparer.Ordinal)];
}
