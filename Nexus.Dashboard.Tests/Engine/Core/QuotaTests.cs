using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>Whom quotas let pass, stop and keep waiting.</summary>
public sealed class QuotaTests
{
    [Fact]
    public void What_is_lent_is_shown_in_whole_units_where_all_is_whole()
    {
        Scene nexus = Given.Pool("p", ("cpu", 100)).Quota("org", new QuotaRule("cpu") { Extra = Quantity.Zero })
            .Quota("org/a", Cpu(10)).Quota("org/b", Cpu(5)).Quota("org/c", Cpu(1) with { Borrow = QuotaBound.Unbounded });

        nexus.Submit(Scene.Spec("r1", [("cpu", 5)], owner: "org/c/w") with { Preemptible = true });

        Assert.Equal((3_000, 1_000, 4_000), (nexus.Figures("org/a").Lent, nexus.Figures("org/b").Lent, nexus.Figures("org/c").Borrowed));
    }

    [Fact]
    public void A_grant_counts_on_its_whole_path_and_gives_it_back()
    {
        Scene nexus = Given.Pool("p", ("cpu", 100)).Quota("acme", Cpu(10)).Quota("acme/alice", Cpu(6));
        nexus.Submit("r1", ("cpu", 4));
        Assert.Equal((4, 4), (nexus.QuotaUsed("acme"), nexus.QuotaUsed("acme/alice")));

        nexus.Release("r1");

        Assert.Equal((0, 0), (nexus.QuotaUsed("acme"), nexus.QuotaUsed("acme/alice")));
        Assert.Equal((4_000, 4_000), (nexus.Figures("acme").Peak, nexus.Figures("acme/alice").Peak));
    }

    [Fact]
    public void A_refusal_names_the_lowest_node_that_stops_it_and_what_there_is()
    {
        Scene nexus = Given.Pool("p", ("cpu", 100)).Quota("acme", Cpu(10)).Quota("acme/alice", Cpu(8)).Quota("acme/bob", Cpu(8));
        nexus.Submit(Scene.Spec("r1", [("cpu", 7)], owner: "acme/bob"));

        Request refused = nexus.Submit("r2", ("cpu", 5));

        Assert.Equal((RequestStatus.Rejected, Gate.Quota, ReasonTier.OverQuota), (refused.Status, refused.Reason!.Gate, refused.Reason.Tier));
        Assert.Equal(("acme", "cpu", 5m, 3m), (refused.Reason.Name, refused.Reason.Kind, refused.Reason.Needed!.Value.Units, refused.Reason.Available!.Value.Units));
        Assert.Equal("The quota of acme has 3 cpu left; 5 needed.", ReasonText.Of(refused.Reason));
        Assert.Equal((1, 0), (nexus.Figures("acme").Rejections, nexus.Figures("acme/alice").Rejections));
    }

    [Fact]
    public void Who_waits_for_a_quota_starts_when_something_below_the_node_is_given_back()
    {
        Scene nexus = Given.Pool("p", ("cpu", 100)).Quota("acme", Cpu(10));
        nexus.Submit(Scene.Spec("theirs", [("cpu", 8)], owner: "acme/bob"));
        nexus.Queue("r1", null, ("cpu", 6));
        nexus.Queue("r2", null, ("cpu", 2));

        Assert.Equal((RequestStatus.Queued, RequestStatus.Allocated), (nexus.Status("r1"), nexus.Status("r2")));
        nexus.Release("theirs");
        Assert.Equal(RequestStatus.Allocated, nexus.Status("r1"));
    }

    [Fact]
    public void Who_is_stopped_by_a_quota_stops_nobody_else()
    {
        Scene nexus = Given.Pool("p", ("cpu", 10)).Quota("acme", Cpu(2));
        nexus.Submit("r1", ("cpu", 2));
        nexus.Queue("waits", "critical", ("cpu", 2));

        Assert.Equal(RequestStatus.Allocated, nexus.Submit(Scene.Spec("other", [("cpu", 8)], owner: "globex/eve", priority: "low")).Status);
        Assert.Equal(RequestStatus.Queued, nexus.Status("waits"));
    }

    [Fact]
    public void What_is_more_than_a_quota_ever_allows_is_rejected_at_once()
    {
        Scene nexus = Given.Pool("p", ("cpu", 100)).Quota("acme", Cpu(10) with { Borrow = QuotaBound.Of(Quantity.Of(2)) });

        Request refused = nexus.Queue("r1", null, ("cpu", 13));

        Assert.Equal((RequestStatus.Rejected, ReasonCode.ExceedsQuota, ReasonTier.NeverFits), (refused.Status, refused.Reason!.Code, refused.Reason.Tier));
        Assert.Equal("13 cpu is more than the quota of acme ever allows: at most 12.", ReasonText.Of(refused.Reason));
        Assert.Equal(RequestStatus.Allocated, nexus.Queue("r2", null, ("cpu", 12)).Status);
    }

    [Fact]
    public void What_no_pool_can_ever_give_does_not_wait_for_its_quota()
    {
        Scene nexus = Given.Pool("p", ("cpu", 5)).Quota("acme", Cpu(10));
        nexus.Submit("r1", ("cpu", 5));

        Assert.Equal(ReasonCode.ExceedsPools, nexus.Queue("r2", null, ("cpu", 6)).Reason!.Code);
    }

    [Fact]
    public void Who_passes_its_quota_may_still_wait_for_a_pool_and_the_other_way_round()
    {
        Scene nexus = Given.Pool("p", ("cpu", 4)).Quota("acme/alice", Cpu(4));
        nexus.Submit("r1", ("cpu", 3));
        nexus.Queue("r2", null, ("cpu", 3));
        Assert.Equal(Gate.Quota, nexus.Request("r2").Reason!.Gate);

        nexus.Quota("acme/alice", Cpu(8));
        Assert.Equal(RequestStatus.Queued, nexus.Status("r2"));
        nexus.Release("r1");
        Assert.Equal(RequestStatus.Allocated, nexus.Status("r2"));
    }

    [Fact] // a borrows what b lends and keeps 6
    public void Preemptible_grants_borrow_what_others_lend_and_the_rest_stays_theirs()
    {
        Scene nexus = Given.Pool("c", ("cpu", 20)).Quota("org", new QuotaRule("cpu") { Extra = Quantity.Zero })
            .Quota("org/a", Cpu(10) with { Borrow = QuotaBound.Of(Quantity.Of(6)), Lend = QuotaBound.Of(Quantity.Of(10)) })
            .Quota("org/b", Cpu(10) with { Borrow = QuotaBound.Of(Quantity.Of(10)), Lend = QuotaBound.Of(Quantity.Of(4)) });

        Assert.Equal((false, 1m, "org"), Check(nexus, "org/a/w", 15));
        Assert.Equal(RequestStatus.Allocated, nexus.Submit(Scene.Spec("first", [("cpu", 14)], owner: "org/a/w") with { Preemptible = true }).Status);
        Assert.Equal((14_000, 4_000, 4_000), (nexus.Figures("org/a").Used, nexus.Figures("org/a").Borrowed, nexus.Figures("org/b").Lent));
        Assert.Equal("org", nexus.Submit(Scene.Spec("over", [("cpu", 1)], owner: "org/a/w")).Reason!.Name);
        Assert.Equal(RequestStatus.Allocated, nexus.Submit(Scene.Spec("own", [("cpu", 6)], owner: "org/b/w")).Status);
        Assert.Equal((RequestStatus.Rejected, ReasonCode.OverQuota), nexus.Submit(Scene.Spec("lent", [("cpu", 4)], owner: "org/b/w")) is var lent ? (lent.Status, lent.Reason!.Code) : default);
        Assert.Equal(ReasonCode.ExceedsQuota, nexus.Submit(Scene.Spec("firm", [("cpu", 11)], owner: "org/a/w")).Reason!.Code);
    }

    [Fact]
    public void Who_waits_above_is_looked_at_when_part_of_its_own_becomes_free()
    {
        Scene nexus = Given.Pool("p", ("cpu", 100)).Quota("org", new QuotaRule("cpu") { Extra = Quantity.Of(2) }).Quota("org/a", Cpu(6) with { Lend = QuotaBound.Nothing, Borrow = QuotaBound.Unbounded });
        nexus.Submit(Scene.Spec("own", [("cpu", 5)], owner: "org/a/x"));
        nexus.Submit(Scene.Spec("extra", [("cpu", 2)], owner: "org/b"));
        nexus.Submit(Scene.Spec("waits", [("cpu", 3)], owner: "org/a/y", queue: true));
        Assert.Equal("org", nexus.Request("waits", "org").Reason!.Name);

        nexus.Send(new Release(new RequestKey("org", "own"), nexus.Request("own", "org").Lease!.Number, ResourceVector.Empty, Labels.None, null) { Actor = Scene.Somebody });

        Assert.Equal(RequestStatus.Allocated, nexus.Request("waits", "org").Status);
    }

    [Fact]
    public void An_extension_passes_the_quotas_and_a_refused_one_keeps_the_lease()
    {
        Scene nexus = Given.Pool("p", ("cpu", 100)).Quota("acme", Cpu(10));
        nexus.Submit("r1", ("cpu", 6));

        Assert.Null(((RequestReply)nexus.Renew("r1", [("cpu", 4)])).Refusal);
        Reason refusal = ((RequestReply)nexus.Renew("r1", [("cpu", 1)])).Refusal!;

        Assert.Equal((ReasonCode.OverQuota, "acme", RequestStatus.Allocated, 10), (refusal.Code, refusal.Name, nexus.Status("r1"), nexus.QuotaUsed("acme")));
        nexus.Release("r1");
        Assert.Equal((0, 1), (nexus.QuotaUsed("acme"), nexus.Figures("acme").Rejections));
    }

    [Fact]
    public void A_gang_counts_with_all_its_members()
    {
        Scene nexus = Given.Pool("p", ("cpu", 100)).Quota("acme", Cpu(10));

        Assert.Equal(RequestStatus.Allocated, nexus.Submit(Scene.Spec("gang", [("cpu", 3)]) with { Members = 3 }).Status);
        Assert.Equal(9, nexus.QuotaUsed("acme"));
        Assert.Equal(ReasonCode.ExceedsQuota, nexus.Submit(Scene.Spec("more", [("cpu", 3)]) with { Members = 4 }).Reason!.Code);
    }

    [Fact]
    public void A_grant_that_is_put_back_into_the_queue_gives_its_quota_back()
    {
        Scene nexus = Given.Pool("p", ("cpu", 100)).Quota("acme", Cpu(10));
        nexus.Submit("r1", ("cpu", 10));
        nexus.Queue("r2", "critical", ("cpu", 10));

        nexus.Send(new Requeue(new RequestKey("acme", "r1")) { Actor = Scene.Somebody });

        Assert.Equal((RequestStatus.Queued, RequestStatus.Allocated, 10), (nexus.Status("r1"), nexus.Status("r2"), nexus.QuotaUsed("acme")));
    }

    [Fact]
    public void Nobody_makes_way_for_what_a_quota_would_still_stop()
    {
        Scene nexus = Given.Pool("p", ("cpu", 10)).Quota("acme/alice", Cpu(4));
        nexus.Submit("own", ("cpu", 4));
        nexus.Submit(Scene.Spec("victim", [("cpu", 6)], owner: "acme/bob", priority: "low") with { Preemptible = true });

        nexus.Queue("boss", "critical", ("cpu", 4));

        Assert.Null(nexus.Request("victim").Notice);
    }

    [Fact]
    public void A_dry_run_and_a_check_say_what_would_be_and_change_nothing()
    {
        Scene nexus = Given.Pool("p", ("cpu", 100)).Quota("acme", Cpu(10));
        nexus.Submit("r1", ("cpu", 8));
        byte[] before = nexus.Engine.StateHash();

        Assert.Equal(RequestStatus.Rejected, ((RequestReply)nexus.Send(new Submit(Scene.Spec("r2", [("cpu", 3)]), DryRun: true) { Actor = Scene.Somebody })).Request.Status);
        Assert.Equal((false, 1m, "acme"), Check(nexus, "acme/alice", 3));
        Assert.Equal((true, 0m, null), Check(nexus, "acme/alice", 2));
        Assert.False(((QuotaCheckReply)nexus.Send(new CheckQuota(OwnerPath.Parse("globex"), Scene.Vector(("cpu", 99)), false, null) { Actor = Scene.Somebody })).Constrained);
        Assert.Equal(before, nexus.Engine.StateHash());
    }

    private static QuotaRule Cpu(int limit) => new("cpu") { Limit = Quantity.Of(limit) };

    private static (bool, decimal, string?) Check(Scene nexus, string owner, double cpu) =>
        nexus.Send(new CheckQuota(OwnerPath.Parse(owner), Scene.Vector(("cpu", cpu)), true, null) { Actor = Scene.Somebody }) is QuotaCheckReply { Stop: var stop, Missing: var missing } ? (stop is null, missing.Units, stop?.Name) : default;
}
