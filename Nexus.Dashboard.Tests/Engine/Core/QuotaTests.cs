using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

public sealed class QuotaTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

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
    public void Five_a_minute_are_five_and_the_sixth_learns_when_the_next_minute_begins()
    {
        Scene nexus = Calls(100).Quota("acme", CallsRule(5, QuotaPeriod.Calendar(QuotaPeriodKind.Minute)));
        nexus.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(Enumerable.Repeat(RequestStatus.Allocated, 5), Enumerable.Range(0, 5).Select(i => nexus.Submit($"c{i}", ("external.calls", 1)).Status));
        Request sixth = nexus.Submit("c5", ("external.calls", 1));

        Assert.Equal((RequestStatus.Rejected, Start + Minute), (sixth.Status, sixth.Reason!.Earliest!.Value));
        Assert.Equal("The quota of acme has 0 external.calls left in one minute; 1 needed.", ReasonText.Of(sixth.Reason));
        nexus.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(RequestStatus.Allocated, nexus.Submit("c6", ("external.calls", 5)).Status);
    }

    [Theory]
    [InlineData("minute", 60_000)]
    [InlineData("rolling:PT1M", 61_000)]
    [InlineData("rate:PT1M", 24_000)]
    public void Who_waits_for_a_period_starts_at_the_exact_time(string text, int milliseconds)
    {
        Assert.True(QuotaPeriod.TryParse(text, null, out QuotaPeriod? period, out _));
        Scene nexus = Calls(100).Quota("acme", CallsRule(5, period));
        nexus.Submit("all", ("external.calls", 5));
        nexus.Queue("r1", null, ("external.calls", 2));

        Assert.Equal(Start + TimeSpan.FromMilliseconds(milliseconds), nexus.Engine.NextDue);
        nexus.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        Assert.Equal(RequestStatus.Queued, nexus.Status("r1"));
        nexus.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(RequestStatus.Allocated, nexus.Status("r1"));
        Assert.Equal(Start + TimeSpan.FromMilliseconds(milliseconds), nexus.Request("r1").Lease!.GrantedAt);
    }

    [Fact]
    public void Those_who_wait_for_a_refill_start_in_the_order_of_the_queue()
    {
        Scene nexus = Calls(100).Quota("acme", CallsRule(6, QuotaPeriod.Rate(Minute)));
        nexus.Submit("all", ("external.calls", 6));
        nexus.Queue("low", "low", ("external.calls", 1));
        nexus.Queue("high", "high", ("external.calls", 1));

        nexus.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((RequestStatus.Queued, RequestStatus.Allocated), (nexus.Status("low"), nexus.Status("high")));
        nexus.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(RequestStatus.Allocated, nexus.Status("low"));
    }

    [Fact]
    public void Who_waits_starts_when_a_window_opens()
    {
        QuotaWindow nights = new(null, new TimeOnly(18, 0), new TimeOnly(8, 0), null, null) { Limit = Quantity.Of(8) };
        Scene nexus = Given.Pool("p", ("cpu", 100));
        nexus.Advance(TimeSpan.FromHours(12));
        nexus.Quota("acme", Cpu(2) with { Windows = [nights] });

        Assert.Equal(RequestStatus.Queued, nexus.Queue("r1", null, ("cpu", 6)).Status);
        nexus.Advance(TimeSpan.FromHours(6));
        Assert.Equal(RequestStatus.Allocated, nexus.Status("r1"));
    }

    [Fact]
    public void Raising_a_limit_starts_who_waits_and_lowering_it_revokes_nothing()
    {
        Scene nexus = Given.Pool("p", ("cpu", 100)).Quota("acme", Cpu(4));
        nexus.Submit("r1", ("cpu", 4));
        nexus.Queue("r2", null, ("cpu", 4));

        nexus.Quota("acme", Cpu(8));
        Assert.Equal(RequestStatus.Allocated, nexus.Status("r2"));
        nexus.Quota("acme", Cpu(1));
        Assert.Equal((RequestStatus.Allocated, RequestStatus.Allocated, 8), (nexus.Status("r1"), nexus.Status("r2"), nexus.QuotaUsed("acme")));
        Assert.Equal(RequestStatus.Rejected, nexus.Submit("r3", ("cpu", 1)).Status);
    }

    [Fact]
    public void Who_waits_is_rejected_when_its_quota_can_never_allow_it_any_more()
    {
        Scene nexus = Given.Pool("p", ("cpu", 100)).Quota("acme", Cpu(4));
        nexus.Submit("r1", ("cpu", 4));
        nexus.Queue("r2", null, ("cpu", 4));

        nexus.Quota("acme", Cpu(3));

        Assert.Equal((RequestStatus.Rejected, ReasonCode.ExceedsQuota), (nexus.Status("r2"), nexus.Request("r2").Reason!.Code));
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
    public void What_was_reserved_and_not_used_comes_back_and_what_was_used_beyond_stops_the_next()
    {
        Scene nexus = Calls(1_000).Quota("acme", CallsRule(10, QuotaPeriod.Calendar(QuotaPeriodKind.Day)));
        nexus.Submit("r1", ("external.calls", 10));
        nexus.Release("r1", ("external.calls", 4));
        Assert.Equal(4, nexus.QuotaUsed("acme"));

        nexus.Submit("r2", ("external.calls", 6));
        nexus.Release("r2", ("external.calls", 20));

        Assert.Equal((24, 14), (nexus.QuotaUsed("acme"), nexus.Figures("acme").Borrowed / 1000m));
        Assert.Equal(RequestStatus.Rejected, nexus.Submit("r3", ("external.calls", 1)).Status);
        Assert.Equal(Start + TimeSpan.FromDays(1), nexus.Request("r3").Reason!.Earliest);
    }

    [Fact]
    public void What_turns_out_later_corrects_the_period_of_the_grant()
    {
        Scene nexus = Calls(1_000).Quota("acme", CallsRule(100, QuotaPeriod.Calendar(QuotaPeriodKind.Hour)));
        nexus.Submit(Scene.Spec("r1", [("external.calls", 10)], lease: TimeSpan.FromSeconds(30)));
        nexus.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((RequestStatus.Expired, 10), (nexus.Status("r1"), nexus.QuotaUsed("acme")));

        nexus.Release("r1", ("external.calls", 3));
        Assert.Equal(3, nexus.QuotaUsed("acme"));
    }

    [Fact]
    public void Use_counts_and_settles_in_the_period_of_its_admission()
    {
        Scene nexus = Calls(1_000).Quota("acme", CallsRule(10, QuotaPeriod.Calendar(QuotaPeriodKind.Minute)));
        nexus.Submit("r1", ("external.calls", 10));
        nexus.Advance(Minute);

        nexus.Release("r1", ("external.calls", 100));

        Assert.Equal(0, nexus.QuotaUsed("acme"));
    }

    [Fact]
    public void Unit_hours_are_reserved_for_the_duration_and_settled_by_the_time_held()
    {
        Scene nexus = Given.Pool("p", ("gpu", 8)).Quota("acme", new QuotaRule("gpu") { Limit = Quantity.Of(10), Period = QuotaPeriod.Calendar(QuotaPeriodKind.Day) });
        nexus.Submit(Scene.Spec("r1", [("gpu", 4)], duration: TimeSpan.FromHours(2), lease: TimeSpan.FromHours(3)));
        Assert.Equal(8, nexus.QuotaUsed("acme"));
        Assert.Equal(RequestStatus.Rejected, nexus.Submit(Scene.Spec("r2", [("gpu", 4)], duration: TimeSpan.FromHours(1))).Status);

        nexus.Advance(TimeSpan.FromMinutes(30));
        nexus.Release("r1");

        Assert.Equal(2, nexus.QuotaUsed("acme"));
    }

    [Fact]
    public void Renewals_of_a_grant_without_a_stated_end_add_the_hours_for_which_it_goes_on()
    {
        Scene nexus = Given.Pool("p", ("gpu", 8)).Quota("acme", new QuotaRule("gpu") { Limit = Quantity.Of(10), Period = QuotaPeriod.Calendar(QuotaPeriodKind.Hour) });
        nexus.Submit(Scene.Spec("r1", [("gpu", 4)], lease: TimeSpan.FromHours(1)));
        Assert.Equal(4, nexus.QuotaUsed("acme"));

        nexus.Advance(TimeSpan.FromMinutes(30));
        nexus.Renew("r1");
        Assert.Equal(6, nexus.QuotaUsed("acme"));
        nexus.Advance(TimeSpan.FromMinutes(45));
        nexus.Renew("r1");
        Assert.Equal(3, nexus.QuotaUsed("acme")); // in the second hour

        // Held for 75 minutes, 5 of the 9 reserved: what is too much comes back from the newest.
        nexus.Release("r1");
        Assert.Equal(0, nexus.QuotaUsed("acme"));
        Assert.Equal(nexus.Engine.StateHash(), nexus.Replayed().StateHash());
    }

    [Fact]
    public void Seconds_of_processing_are_reserved_where_they_are_stated_and_settled_as_observed()
    {
        Scene nexus = Given.Pool("p", ("cpu", 8)).Quota("acme", new QuotaRule("time.processing") { Limit = Quantity.Of(100), Period = QuotaPeriod.Calendar(QuotaPeriodKind.Day) });
        nexus.Submit(Scene.Spec("stated", [("cpu", 1)], duration: TimeSpan.FromSeconds(60)));
        nexus.Submit("unknown", ("cpu", 1));
        Assert.Equal(60, nexus.QuotaUsed("acme"));

        nexus.Advance(TimeSpan.FromSeconds(50));
        nexus.Release("stated");
        nexus.Release("unknown");

        Assert.Equal(100, nexus.QuotaUsed("acme"));
        Assert.Equal(RequestStatus.Rejected, nexus.Submit("r3", ("cpu", 1)).Status);
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
    public void An_extension_counts_in_the_slot_in_which_it_is_asked_for()
    {
        Scene nexus = Calls(1_000).Quota("acme", CallsRule(10, QuotaPeriod.Calendar(QuotaPeriodKind.Minute)));
        nexus.Submit("r1", ("external.calls", 8));
        nexus.Advance(Minute);

        Assert.Null(((RequestReply)nexus.Renew("r1", [("external.calls", 9)])).Refusal);
        Assert.Equal(9, nexus.QuotaUsed("acme"));
        nexus.Release("r1", ("external.calls", 10));
        Assert.Equal(2, nexus.QuotaUsed("acme"));
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
    public void A_new_rule_finds_what_runs_below_it()
    {
        Scene nexus = Calls(1_000).Pool("p", ("cpu", 100)).Quota("acme", CallsRule(100, QuotaPeriod.Calendar(QuotaPeriodKind.Day)));
        nexus.Submit("ended", ("external.calls", 5));
        nexus.Release("ended");
        nexus.Submit("runs", ("external.calls", 7), ("cpu", 3));

        nexus.Quota("acme/alice", CallsRule(10, QuotaPeriod.Calendar(QuotaPeriodKind.Day)), Cpu(10));

        // What has ended was filed at the node above, and stays there.
        Assert.Equal((12, 7), (nexus.QuotaUsed("acme"), nexus.QuotaUsed("acme/alice")));
        nexus.Send(new DeleteQuota(OwnerPath.Parse("acme/alice")) { Actor = Scene.Somebody });
        nexus.Release("runs", ("external.calls", 1));
        Assert.Equal(6, nexus.QuotaUsed("acme"));
    }

    [Fact]
    public void A_rule_above_others_finds_all_that_was_filed_at_them()
    {
        Scene nexus = Calls(1_000).Quota("acme/alice", CallsRule(100, QuotaPeriod.Rolling(TimeSpan.FromHours(1)))).Quota("acme/bob", CallsRule(100, QuotaPeriod.Rolling(TimeSpan.FromHours(1))));
        nexus.Submit("ended", ("external.calls", 5));
        nexus.Release("ended");
        nexus.Submit(Scene.Spec("runs", [("external.calls", 3)], owner: "acme/bob"));
        nexus.Submit(Scene.Spec("loose", [("external.calls", 2)], owner: "acme/carol"));

        nexus.Quota("acme", CallsRule(10, QuotaPeriod.Rolling(TimeSpan.FromHours(1))));

        Assert.Equal(10, nexus.QuotaUsed("acme"));
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

    [Fact]
    public void A_kind_that_a_quota_names_cannot_be_removed()
    {
        Scene nexus = Given.Nothing();
        nexus.Send(new SetKind(new ResourceKind("licence", ResourceFamily.Other, "seat", ResourceBehaviour.Held)) { Actor = Scene.Somebody });
        nexus.Quota("acme", new QuotaRule("licence") { Limit = Quantity.Of(3) });

        Fault fault = Assert.IsType<Fault>(nexus.Send(new DeleteKind("licence") { Actor = Scene.Somebody }));
        Assert.Equal("the quota of 'acme' uses 'licence'", fault.Detail);
    }

    [Fact]
    public void A_change_that_would_leave_less_than_is_kept_below_is_refused_and_changes_nothing()
    {
        Scene nexus = Given.Nothing().Quota("acme", Cpu(10)).Quota("acme/a", Cpu(8) with { Lend = QuotaBound.Nothing });
        byte[] before = nexus.Engine.StateHash();

        Assert.Equal("$.rules", Assert.IsType<Fault>(nexus.Send(new SetQuota(new QuotaDefinition(OwnerPath.Parse("acme"), 1_000, [Cpu(7)])) { Actor = Scene.Somebody })).Field);
        Assert.Equal(before, nexus.Engine.StateHash());
    }

    [Fact]
    public void What_is_used_survives_a_snapshot_and_the_journal_gives_the_same()
    {
        QuotaRule[] rules = [Cpu(50), CallsRule(40, QuotaPeriod.Rolling(Minute)), CallsRule(30, QuotaPeriod.Rate(Minute)), new QuotaRule("cpu") { Limit = Quantity.Of(9), Period = QuotaPeriod.Calendar(QuotaPeriodKind.Day, "Europe/Berlin"), Windows = [new QuotaWindow([DayOfWeek.Monday], new TimeOnly(1, 0), new TimeOnly(2, 0), new DateOnly(2026, 1, 1), new DateOnly(2027, 1, 1)) { Lend = QuotaBound.Nothing }], TimeZone = "Europe/Berlin" }];
        Scene nexus = Calls(1_000).Pool("p", ("cpu", 100)).Quota("~", rules).Quota("acme", rules);
        nexus.Submit("r1", ("external.calls", 7), ("cpu", 3));
        nexus.Advance(TimeSpan.FromSeconds(7));
        nexus.Renew("r1", [("external.calls", 2)]);
        nexus.Submit("r2", ("external.calls", 25));

        Nexus.Engine.Core.Engine restored = Nexus.Engine.Core.Engine.Restore(nexus.Engine.Capture().Encode().State.Span, new EngineLimits());
        Assert.Equal(nexus.Engine.StateHash(), restored.StateHash());
        Assert.Equal(nexus.Engine.StateHash(), nexus.Replayed().StateHash());

        Batch batch = new();
        foreach (Nexus.Engine.Core.Engine engine in (Nexus.Engine.Core.Engine[])[nexus.Engine, restored])
        {
            engine.Handle(new Release(new RequestKey("acme", "r1"), nexus.Request("r1").Lease!.Number, Scene.Vector(("external.calls", 1)), Labels.None, null) { Actor = Scene.Somebody }, nexus.Now + TimeSpan.FromSeconds(3), batch);
            batch.Clear();
        }

        Assert.Equal(nexus.Engine.StateHash(), restored.StateHash());
    }

    private static Instant Start => Instant.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private static Scene Calls(double burst) => Given.Bucket("api", "external.calls", burst, TimeSpan.FromSeconds(1), burst);

    private static QuotaRule Cpu(int limit) => new("cpu") { Limit = Quantity.Of(limit) };

    private static QuotaRule CallsRule(int limit, QuotaPeriod period) => new("external.calls") { Limit = Quantity.Of(limit), Period = period, TimeZone = period.Zone };

    private static (bool, decimal, string?) Check(Scene nexus, string owner, double cpu) =>
        nexus.Send(new CheckQuota(OwnerPath.Parse(owner), Scene.Vector(("cpu", cpu)), true, null) { Actor = Scene.Somebody }) is QuotaCheckReply { Stop: var stop, Missing: var missing } ? (stop is null, missing.Units, stop?.Name) : default;
}
