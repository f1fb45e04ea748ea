using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>An owner's requests give way by its rules before they are refused.</summary>
public sealed class DegradeTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Scene _nexus = Given.Pool("own", ("gpu", 4), ("memory", 64)).Pool("spot", ("gpu", 8), ("memory", 64));

    [Fact]
    public void What_fits_as_it_was_asked_does_not_give_way()
    {
        Rules("acme", new LowerAmounts(250));

        Request request = _nexus.Submit(Ask("r", 4));

        Assert.Equal((RequestStatus.Allocated, "gpu 4", null), (request.Status, request.Lease!.Amounts.ToString(), request.Spec.Degraded));
    }

    [Fact]
    public void Without_rules_and_by_an_empty_list_over_those_above_it_is_refused()
    {
        _nexus.Submit(Ask("busy", 2));
        Assert.Equal(RequestStatus.Rejected, _nexus.Submit(Ask("a", 4)).Status);

        Rules("acme", new LowerAmounts(250));
        Rules("acme/alice");
        Assert.Equal(RequestStatus.Rejected, _nexus.Submit(Ask("b", 4)).Status);
        Assert.Equal(RequestStatus.Allocated, _nexus.Submit(Ask("c", 4, "acme/bob")).Status);
    }

    [Fact]
    public void The_nearest_owner_that_states_rules_says_how()
    {
        _nexus.Submit(Ask("busy", 2));
        Rules("", new LaterStart(Hour));
        Rules("acme", new LowerAmounts(250));
        _nexus.Send(new SetOwner(new OwnerSettings(OwnerPath.Parse("acme/alice"), Labels.Of([new("team", "a")]), null, null)) { Actor = Scene.Somebody });

        Assert.Equal("acme", _nexus.Submit(Ask("a", 4)).Spec.Degraded!.By.ToString());
        Assert.True(_nexus.Submit(Ask("b", 4, "globex/x")).Spec.Degraded!.By.IsRoot);
    }

    [Fact]
    public void It_gets_the_largest_amount_that_goes_now()
    {
        _nexus.Submit(Ask("busy", 1));
        Rules("acme", new LowerAmounts(250));

        Request request = _nexus.Submit(Ask("r", 4));

        Assert.Equal((RequestStatus.Allocated, "gpu 3", "gpu 3"), (request.Status, request.Lease!.Amounts.ToString(), request.Spec.Resources.ToString()));
        Degraded degraded = request.Spec.Degraded!;
        Assert.Equal(("gpu 4", "acme", ReasonCode.NotEnoughFree, "own"), (degraded.Resources.ToString(), degraded.By.ToString(), degraded.Why.Code, degraded.Why.Pool));
        Assert.Equal([DegradeKind.Amount], degraded.Steps);
    }

    [Fact]
    public void It_gets_no_less_than_the_least_share_and_is_refused_for_why_it_was_refused_as_asked()
    {
        _nexus.Submit(Ask("busy", 3));
        Rules("acme", new LowerAmounts(500));

        Request request = _nexus.Submit(Ask("r", 4));

        Assert.Equal((RequestStatus.Rejected, "gpu 4", null, ReasonCode.NotEnoughFree), (request.Status, request.Spec.Resources.ToString(), request.Spec.Degraded, request.Reason!.Code));
        Assert.Equal(4m, request.Reason.Needed!.Value.Units);
    }

    [Theory]
    [InlineData(5, 500, 3)]
    [InlineData(3, 100, 1)]
    [InlineData(1, 100, 1)]
    [InlineData(0.5, 100, 0.05)]
    [InlineData(0.005, 100, 0.001)]
    [InlineData(2.5, 333, 0.833)]
    public void Whole_units_stay_whole_and_the_least_is_rounded_up(double asked, int least, double gets) =>
        Assert.Equal(Scene.Vector(("gpu", gets)), Lowered([("gpu", asked)], 0, new LowerAmounts(least)));

    [Fact]
    public void Between_the_least_and_what_was_asked_there_are_a_hundred_equal_steps()
    {
        Assert.Equal(Scene.Vector(("gpu", 1000)), Lowered([("gpu", 1000)], DegradedAmounts.Scales, new LowerAmounts(500)));
        Assert.Equal(Scene.Vector(("gpu", 505)), Lowered([("gpu", 1000)], 1, new LowerAmounts(500)));
        Assert.Equal(Scene.Vector(("gpu", 500)), Lowered([("gpu", 1000)], 0, new LowerAmounts(500)));
        Assert.Equal(Quantity.FromThousandths(Quantity.MaxThousandths / 2), Lowered([("gpu", 1e12)], 0, new LowerAmounts(500))["gpu"]);
    }

    [Fact]
    public void Of_the_kinds_that_are_named_it_gets_less_else_of_all_that_are_held_or_metered_and_ceilings_stay()
    {
        (string, double)[] asked = [("gpu", 4), ("memory", 8), ("llm.calls", 10), ("tokens.context", 1000)];

        Assert.Equal(Scene.Vector(("gpu", 2), ("memory", 4), ("llm.calls", 5), ("tokens.context", 1000)), Lowered(asked, 0, new LowerAmounts(500)));
        Assert.Equal(Scene.Vector(("gpu", 2), ("memory", 8), ("llm.calls", 10), ("tokens.context", 1000)), Lowered(asked, 0, new LowerAmounts(500, ["gpu"])));
        Assert.Equal(Scene.Vector(("gpu", 1), ("memory", 4), ("llm.calls", 5), ("tokens.context", 1000)), Lowered(asked, 0, new LowerAmounts(500), new LowerAmounts(250, ["gpu"])));
    }

    [Fact]
    public void A_part_follows_its_whole_which_holds_its_parts()
    {
        Assert.Equal(Scene.Vector(("tokens.input", 500), ("tokens.input.cached", 300)), Lowered([("tokens.input", 1000), ("tokens.input.cached", 600)], 0, new LowerAmounts(500, ["tokens.input"])));
        Assert.Equal(Scene.Vector(("tokens.input", 1000), ("tokens.input.cached", 300)), Lowered([("tokens.input", 1000), ("tokens.input.cached", 600)], 0, new LowerAmounts(500, ["tokens.input.cached"])));
        Assert.Equal(
            Scene.Vector(("tokens.input", 2), ("tokens.input.cacheWrite", 1), ("tokens.input.cached", 1)),
            Lowered([("tokens.input", 2), ("tokens.input.cacheWrite", 1), ("tokens.input.cached", 1)], 0, new LowerAmounts(100)));
    }

    [Fact]
    public void What_can_never_fit_as_it_was_asked_may_with_less()
    {
        Rules("acme", new LowerAmounts(100));

        Request request = _nexus.Submit(Ask("r", 16));

        Assert.Equal((RequestStatus.Allocated, "gpu 4", ReasonCode.ExceedsPools), (request.Status, request.Lease!.Amounts.ToString(), request.Spec.Degraded!.Why.Code));
    }

    [Fact]
    public void One_that_would_wait_for_less_gets_what_goes_now_else_the_largest_for_which_it_can_wait()
    {
        Rules("acme", new LowerAmounts(100));
        _nexus.Submit(Ask("busy", 1));
        Assert.Equal("gpu 3", _nexus.Submit(Ask("now", 16) with { Queue = true }).Lease!.Amounts.ToString());

        Request waits = _nexus.Submit(Ask("later", 16) with { Queue = true });
        Assert.Equal((RequestStatus.Queued, "gpu 4"), (waits.Status, waits.Spec.Resources.ToString()));
    }

    [Fact]
    public void One_that_may_wait_as_it_was_asked_waits_for_that()
    {
        Rules("acme", new LowerAmounts(100));
        _nexus.Submit(Ask("busy", 1));

        Request waits = _nexus.Submit(Ask("r", 4) with { Queue = true });

        Assert.Equal((RequestStatus.Queued, "gpu 4", null), (waits.Status, waits.Spec.Resources.ToString(), waits.Spec.Degraded));
    }

    [Fact]
    public void Of_a_gang_each_member_gets_less()
    {
        Rules("acme", new LowerAmounts(250));

        Request request = _nexus.Submit(Ask("r", 4) with { Members = 2 });

        Assert.Equal(("gpu 2", "gpu 4"), (request.Spec.Resources.ToString(), request.Lease!.Amounts.ToString()));
    }

    [Fact]
    public void A_quota_a_budget_and_the_most_that_it_may_cost_are_kept_with_less()
    {
        Rules("acme", new LowerAmounts(100));
        _nexus.Quota("acme/bob", new QuotaRule("gpu") { Limit = Quantity.Of(2) });
        Request quota = _nexus.Submit(Ask("q", 4, "acme/bob"));
        Assert.Equal(("gpu 2", ReasonCode.ExceedsQuota), (quota.Lease!.Amounts.ToString(), quota.Spec.Degraded!.Why.Code));
        _nexus.Release("q");

        _nexus.Prices(new Sku("g", "gpu") { UnitPrice = Money.Of(10) });
        Request dear = _nexus.Submit(Scene.Spec("c", [("gpu", 4)], pools: ["own"], duration: Hour, lease: Hour) with { MaxCost = Money.Of(35) });
        Assert.Equal(("gpu 3", ReasonCode.ExceedsMaxCost), (dear.Lease!.Amounts.ToString(), dear.Spec.Degraded!.Why.Code));
        _nexus.Release("c");

        _nexus.Budget("b", "acme/carl", 25, halt: 1);
        Request poor = _nexus.Submit(Scene.Spec("m", [("gpu", 4)], owner: "acme/carl", pools: ["own"], duration: Hour, lease: Hour));
        Assert.Equal(("gpu 2", ReasonCode.ExceedsBudget), (poor.Lease!.Amounts.ToString(), poor.Spec.Degraded!.Why.Code));
    }

    [Fact]
    public void The_pools_of_the_rules_serve_it_after_those_that_it_names()
    {
        Rules("acme", new MorePools(["spot", "own"]));
        Assert.Equal("own", _nexus.Submit(Ask("a", 4)).Lease!.Pools[0]);

        Request request = _nexus.Submit(Ask("b", 4));

        Assert.Equal((RequestStatus.Allocated, "spot"), (request.Status, request.Lease!.Pools[0]));
        Assert.Equal(["own", "spot"], request.Spec.Pools!);
        Assert.Equal(["own"], request.Spec.Degraded!.Pools!);
        Assert.Equal([DegradeKind.Pool], request.Spec.Degraded.Steps);
    }

    [Fact]
    public void The_labels_that_it_wants_of_pools_hold_for_those_too_and_who_names_no_pool_gets_no_more()
    {
        Rules("acme", new MorePools(["spot"]));
        _nexus.Submit(Ask("busy", 4));
        Labels wanted = Labels.Of([new("zone", "eu")]);

        Assert.Equal(RequestStatus.Rejected, _nexus.Submit(Ask("labels", 4) with { PoolLabels = wanted }).Status);
        Assert.Equal(RequestStatus.Rejected, _nexus.Submit(Scene.Spec("any", [("gpu", 9)])).Status);
    }

    [Fact]
    public void A_pool_that_is_gone_is_left_out()
    {
        Rules("acme", new MorePools(["spot"]));
        _nexus.Submit(Ask("busy", 4));
        _nexus.Send(new DeletePool("spot") { Actor = Scene.Somebody });

        Assert.Equal(RequestStatus.Rejected, _nexus.Submit(Ask("r", 4)).Status);
        Assert.IsType<DoneReply>(Rules("acme", new MorePools(["spot"])));
    }

    [Fact]
    public void One_that_is_not_willing_to_wait_waits_for_so_long_at_most()
    {
        Rules("acme", new LaterStart(Hour));
        _nexus.Submit(Ask("busy", 4, lease: 3 * Hour));

        Request waits = _nexus.Submit(Ask("r", 4));
        Assert.Equal((RequestStatus.Queued, true, Hour, false), (waits.Status, waits.Spec.Queue, waits.Spec.MaxWait, waits.Spec.Degraded!.Queue));

        _nexus.Advance(Hour);
        Assert.Equal((RequestStatus.Expired, ReasonCode.WaitedTooLong), (_nexus.Status("r"), _nexus.Request("r").Reason!.Code));
    }

    [Fact]
    public void It_starts_when_it_can_within_that_time()
    {
        Rules("acme", new LaterStart(Hour));
        _nexus.Submit(Ask("busy", 4));
        _nexus.Submit(Ask("r", 4));

        _nexus.Release("busy");

        Assert.Equal((RequestStatus.Allocated, "gpu 4"), (_nexus.Status("r"), _nexus.Request("r").Lease!.Amounts.ToString()));
        Assert.Equal([DegradeKind.Start], _nexus.Request("r").Spec.Degraded!.Steps);
    }

    [Fact]
    public void With_a_deadline_out_of_reach_it_is_promised_the_earliest_start_after_it()
    {
        Rules("acme", new LaterStart(2 * Hour));
        _nexus.Submit(Ask("busy", 4, lease: Hour, duration: Hour));
        Instant deadline = _nexus.Now + (1.5 * Hour);

        Request request = _nexus.Submit(Ask("r", 4, duration: Hour) with { Deadline = deadline });

        Assert.Equal((RequestStatus.Reserved, _nexus.Now + Hour, deadline + (2 * Hour)), (request.Status, request.Booking!.StartsAt, request.Spec.Deadline));
        Assert.Equal((deadline, ReasonCode.DeadlineOutOfReach), (request.Spec.Degraded!.Deadline, request.Spec.Degraded.Why.Code));
    }

    [Fact]
    public void A_start_later_than_that_is_not_promised()
    {
        Rules("acme", new LaterStart(TimeSpan.FromMinutes(29)));
        _nexus.Submit(Ask("busy", 4, lease: Hour, duration: Hour));

        Assert.Equal(RequestStatus.Rejected, _nexus.Submit(Ask("r", 4, duration: Hour) with { Deadline = _nexus.Now + (1.5 * Hour) }).Status);
    }

    [Fact]
    public void Where_no_end_is_known_one_with_a_deadline_waits_and_the_deadline_stays()
    {
        Rules("acme", new LaterStart(Hour));
        _nexus.Submit(Ask("busy", 4, lease: Hour));
        Instant deadline = _nexus.Now + (3 * Hour);

        Request request = _nexus.Submit(Ask("r", 4, duration: Hour) with { Deadline = deadline });

        Assert.Equal((RequestStatus.Queued, Hour, deadline, ReasonCode.NoEndKnown), (request.Status, request.Spec.MaxWait, request.Spec.Deadline, request.Spec.Degraded!.Why.Code));
    }

    [Fact]
    public void One_that_waits_already_keeps_how_long()
    {
        Rules("acme", new LaterStart(2 * Hour));
        _nexus.Submit(Ask("busy", 4, lease: Hour, duration: Hour));

        Request request = _nexus.Submit(Ask("r", 4, duration: Hour) with { Deadline = _nexus.Now + (1.5 * Hour), Queue = true, MaxWait = TimeSpan.FromMinutes(7) });

        Assert.Equal((RequestStatus.Reserved, TimeSpan.FromMinutes(7)), (request.Status, request.Spec.MaxWait));
    }

    [Theory]
    [InlineData(false, "gpu 3", "own")]
    [InlineData(true, "gpu 4", "spot")]
    public void Each_way_is_tried_by_itself_in_the_order_in_which_it_is_stated(bool poolsFirst, string gets, string from)
    {
        DegradeStep[] steps = [new LowerAmounts(250), new MorePools(["spot"]), new LaterStart(Hour)];
        Rules("acme", poolsFirst ? [steps[1], steps[0], steps[2]] : steps);
        _nexus.Submit(Ask("busy", 1));

        Request request = _nexus.Submit(Ask("r", 4));

        Assert.Equal((gets, from), (request.Lease!.Amounts.ToString(), request.Lease.Pools[0]));
        Assert.Single(request.Spec.Degraded!.Steps);
    }

    [Fact]
    public void Where_none_helps_by_itself_the_first_two_are_tried_together_and_so_on()
    {
        Rules("acme", new LowerAmounts(500), new MorePools(["spot"]));
        _nexus.Submit(Scene.Spec("busy", [("gpu", 4)], pools: ["spot"]));
        _nexus.Submit(Ask("own", 3));

        Request request = _nexus.Submit(Ask("r", 6));

        Assert.Equal(("gpu 4", "spot"), (request.Lease!.Amounts.ToString(), request.Lease.Pools[0]));
        Assert.Equal([DegradeKind.Amount, DegradeKind.Pool], request.Spec.Degraded!.Steps);
    }

    [Fact]
    public void All_together_it_waits_for_less_in_other_pools()
    {
        Rules("acme", new LowerAmounts(500), new MorePools(["spot"]), new LaterStart(Hour));
        _nexus.Submit(Scene.Spec("busy", [("gpu", 8)], pools: ["spot"]));

        // Half of it fits the other pool alone, which is taken.
        Request request = _nexus.Submit(Ask("r", 16));

        Assert.Equal((RequestStatus.Queued, "gpu 8", Hour), (request.Status, request.Spec.Resources.ToString(), request.Spec.MaxWait));
        Assert.Equal([DegradeKind.Amount, DegradeKind.Pool, DegradeKind.Start], request.Spec.Degraded!.Steps);
    }

    [Fact]
    public void Who_may_not_ask_for_it_is_refused_at_once()
    {
        _nexus.Send(new SetOwner(new OwnerSettings(OwnerPath.Parse("acme"), Labels.None, null, "medium") { Degrade = new DegradeRules([new LaterStart(Hour), new MorePools(["spot"])]) }) { Actor = Scene.Somebody });
        _nexus.Pool(Scene.Definition("closed", ("gpu", 4)) with { Allow = [OwnerPath.Parse("globex")] });

        Request high = _nexus.Submit(Ask("a", 1) with { Priority = "high" });
        Request closed = _nexus.Submit(Scene.Spec("b", [("gpu", 1)], pools: ["closed"]));

        Assert.Equal((RequestStatus.Rejected, ReasonCode.PriorityAboveOwner), (high.Status, high.Reason!.Code));
        Assert.Equal((RequestStatus.Rejected, ReasonCode.PoolNotAllowed), (closed.Status, closed.Reason!.Code));
    }

    [Fact]
    public void One_that_must_not_get_less_and_one_that_states_itself_how_it_gives_way_are_refused()
    {
        Rules("acme", new LowerAmounts(100), new LaterStart(Hour));
        _nexus.Submit(Ask("busy", 4));
        RequestSpec asked = Ask("r", 4);

        Assert.Equal(RequestStatus.Rejected, _nexus.Submit(asked with { Id = "unbending", MayDegrade = false }).Status);
        Assert.Equal(RequestStatus.Rejected, _nexus.Submit((asked with { Id = "or" }).Or(new Alternative(Scene.Vector(("gpu", 9)), null, Labels.None, null))).Status);
        Assert.Equal(RequestStatus.Rejected, _nexus.Submit((asked with { Id = "work", Resources = ResourceVector.Empty }).With(new MoldableWork([new AmountRange("gpu", Quantity.Of(4), Quantity.Of(8), Quantity.Of(7200))]))).Status);
    }

    [Fact]
    public void The_same_body_again_gets_the_same_answer_and_what_it_got_is_another_body()
    {
        Rules("acme", new LowerAmounts(250));
        _nexus.Submit(Ask("busy", 1));
        Request first = _nexus.Submit(Ask("r", 4));
        _nexus.Release("busy");

        RequestReply again = (RequestReply)_nexus.Send(new Submit(Ask("r", 4)) { Actor = Scene.Somebody });

        Assert.Equal((true, first.Lease!.Number), (again.Duplicate, again.Request.Lease!.Number));
        Assert.Equal(FaultCode.IdReused, ((Fault)_nexus.Send(new Submit(Ask("r", 3)) { Actor = Scene.Somebody })).Code);
        Assert.Equal(FaultCode.IdReused, ((Fault)_nexus.Send(new Submit(Ask("r", 4) with { MayDegrade = false }) { Actor = Scene.Somebody })).Code);
        Assert.Equal(first.Spec.GetHashCode(), Ask("r", 4).GetHashCode());
    }

    [Fact]
    public void A_dry_run_says_what_it_would_get_and_changes_nothing()
    {
        Rules("acme", new LowerAmounts(250));
        _nexus.Submit(Ask("busy", 1));
        byte[] before = _nexus.Engine.StateHash();

        Request imagined = ((RequestReply)_nexus.Send(new Submit(Ask("r", 4), DryRun: true) { Actor = Scene.Somebody })).Request;

        Assert.Equal((RequestStatus.Allocated, "gpu 3"), (imagined.Status, imagined.Spec.Resources.ToString()));
        Assert.Equal(before, _nexus.Engine.StateHash());
    }

    [Fact]
    public void A_later_attempt_is_for_what_it_got()
    {
        Rules("acme", new LowerAmounts(250));
        _nexus.Submit(Ask("busy", 1));
        _nexus.Submit(Ask("r", 4) with { Queue = false });
        _nexus.Release("busy");

        _nexus.Send(new Requeue(new RequestKey("acme", "r")) { Actor = Scene.Somebody });

        Assert.Equal((2, RequestStatus.Allocated, "gpu 3"), (_nexus.Request("r").Attempt, _nexus.Status("r"), _nexus.Request("r").Lease!.Amounts.ToString()));
    }

    [Fact]
    public void Others_end_for_the_least_to_which_it_gives_way_where_that_admits_it()
    {
        _nexus.Pool(Scene.Definition("own", ("gpu", 4), ("memory", 64)) with { Preemption = new PreemptionSettings(TimeSpan.Zero, TimeSpan.Zero) });
        Rules("acme", new LowerAmounts(250));
        _nexus.Submit(Ask("low", 2) with { Priority = "low", Preemptible = true });
        _nexus.Submit(Ask("stays", 2));

        Request high = _nexus.Submit(Ask("r", 4) with { Priority = "high" });

        Assert.Equal((RequestStatus.Allocated, "gpu 1", RequestStatus.Preempted), (high.Status, high.Lease!.Amounts.ToString(), _nexus.Status("low")));
    }

    [Fact]
    public void One_for_whose_whole_amount_others_end_does_not_give_way()
    {
        _nexus.Pool(Scene.Definition("own", ("gpu", 4), ("memory", 64)) with { Preemption = new PreemptionSettings(TimeSpan.Zero, TimeSpan.Zero) });
        Rules("acme", new LowerAmounts(250));
        _nexus.Submit(Ask("low", 3) with { Priority = "low", Preemptible = true });

        Request high = _nexus.Submit(Ask("r", 4) with { Priority = "high" });

        Assert.Equal((RequestStatus.Allocated, "gpu 4", null), (high.Status, high.Lease!.Amounts.ToString(), high.Spec.Degraded));
    }

    [Fact]
    public void Nobody_ends_for_less_where_another_way_needs_nobodys_end()
    {
        _nexus.Pool(Scene.Definition("own", ("gpu", 4), ("memory", 64)) with { Preemption = new PreemptionSettings(TimeSpan.Zero, TimeSpan.Zero) });
        Rules("acme", new LowerAmounts(500), new MorePools(["spot"]));
        _nexus.Submit(Ask("low", 2) with { Priority = "low", Preemptible = true });
        _nexus.Submit(Ask("stays", 2));

        Request high = _nexus.Submit(Ask("r", 4) with { Priority = "high" });

        Assert.Equal(("gpu 4", "spot", RequestStatus.Allocated), (high.Lease!.Amounts.ToString(), high.Lease.Pools[0], _nexus.Status("low")));
    }

    [Fact]
    public void A_dry_run_for_whose_whole_amount_others_would_end_says_that_it_is_granted_and_ends_nobody()
    {
        _nexus.Pool(Scene.Definition("own", ("gpu", 4), ("memory", 64)) with { Preemption = new PreemptionSettings(TimeSpan.Zero, TimeSpan.Zero) });
        Rules("acme", new LowerAmounts(250));
        _nexus.Submit(Ask("low", 3) with { Priority = "low", Preemptible = true });
        byte[] before = _nexus.Engine.StateHash();

        Request imagined = ((RequestReply)_nexus.Send(new Submit(Ask("r", 4) with { Priority = "high" }, DryRun: true) { Actor = Scene.Somebody })).Request;

        Assert.Equal((RequestStatus.Allocated, "gpu 4", null), (imagined.Status, imagined.Lease!.Amounts.ToString(), imagined.Spec.Degraded));
        Assert.Equal(before, _nexus.Engine.StateHash());
    }

    [Fact]
    public void A_pool_that_its_owner_may_not_use_or_that_has_nothing_for_it_is_none_of_its_pools()
    {
        _nexus.Pool(Scene.Definition("closed", ("gpu", 8)) with { Allow = [OwnerPath.Parse("globex")] });
        _nexus.Pool("cpus", ("cpu", 8));
        _nexus.Submit(Ask("busy", 4));
        Rules("acme", new MorePools(["closed", "cpus"]), new LaterStart(Hour));

        Request request = _nexus.Submit(Ask("r", 2));

        Assert.Equal((RequestStatus.Queued, "own"), (request.Status, string.Join(' ', request.Spec.Pools!)));
        Assert.Equal([DegradeKind.Start], request.Spec.Degraded!.Steps);
    }

    [Fact]
    public void What_held_once_may_name_pools_that_are_gone()
    {
        OwnerSettings owner = new(OwnerPath.Parse("acme"), Labels.None, null, null) { Degrade = new DegradeRules([new MorePools(["gone"])]) };

        Assert.IsType<Fault>(_nexus.Send(new SetOwner(owner) { Actor = Scene.Somebody }));
        Assert.IsType<DoneReply>(_nexus.Send(new SetOwner(owner, PoolsMayBeGone: true) { Actor = Scene.Somebody }));
    }

    [Fact]
    public void When_its_wait_is_over_what_is_kept_for_it_is_there_for_it()
    {
        _nexus.Pool(Scene.Definition("own", ("gpu", 4), ("memory", 64)) with { Preemption = new PreemptionSettings(10 * Minute, TimeSpan.Zero) });
        Rules("acme", new LowerAmounts(500));
        _nexus.Submit(Ask("v1", 2) with { Priority = "low", Preemptible = true });
        _nexus.Submit(Ask("v2", 2) with { Priority = "low", Preemptible = true });
        _nexus.Submit(Ask("r", 4) with { Priority = "high", Queue = true, MaxWait = 5 * Minute });
        _nexus.Advance(Minute);
        _nexus.Release("v1");
        Assert.Equal(RequestStatus.Queued, _nexus.Status("r"));

        _nexus.Advance(4 * Minute);

        Assert.Equal((RequestStatus.Allocated, "gpu 2"), (_nexus.Status("r"), _nexus.Request("r").Lease!.Amounts.ToString()));
        Assert.Null(_nexus.Request("v2").Notice);
    }

    [Fact]
    public void When_its_wait_is_over_it_starts_with_the_largest_amount_that_goes_instead_of_ending()
    {
        _nexus.Submit(Ask("busy", 1, lease: 3 * Hour));
        _nexus.Submit(Ask("r", 4) with { Queue = true, MaxWait = Hour });
        Rules("acme", new LowerAmounts(250), new MorePools(["spot"]));

        _nexus.Advance(Hour - TimeSpan.FromMilliseconds(1));
        Assert.Equal(RequestStatus.Queued, _nexus.Status("r"));

        _nexus.Advance(TimeSpan.FromMilliseconds(1));
        Request started = _nexus.Request("r");
        Assert.Equal((RequestStatus.Allocated, "gpu 3", "own"), (started.Status, started.Lease!.Amounts.ToString(), started.Lease.Pools[0]));
        Assert.Equal(("gpu 4", ReasonCode.WaitedTooLong), (started.Spec.Degraded!.Resources.ToString(), started.Spec.Degraded.Why.Code));
        RequestDegraded happened = Assert.Single(_nexus.Events.OfType<RequestDegraded>());
        Assert.Equal(("r", "gpu 3"), (happened.Id, happened.Resources.ToString()));
        Assert.IsType<RequestReply>(_nexus.Send(new Submit(Ask("r", 4) with { Queue = true, MaxWait = Hour }) { Actor = Scene.Somebody }));
        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Replayed().StateHash());
        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Restored().StateHash());
    }

    [Fact]
    public void When_its_wait_is_over_it_starts_in_the_pools_of_the_rules()
    {
        _nexus.Submit(Ask("busy", 4, lease: 3 * Hour));
        _nexus.Submit(Ask("r", 4) with { Queue = true, MaxWait = Hour });
        Rules("acme", new LowerAmounts(250), new MorePools(["spot"]));

        _nexus.Advance(Hour);

        Assert.Equal((RequestStatus.Allocated, "gpu 4", "spot"), (_nexus.Status("r"), _nexus.Request("r").Lease!.Amounts.ToString(), _nexus.Request("r").Lease!.Pools[0]));
        Assert.Equal([DegradeKind.Pool], _nexus.Request("r").Spec.Degraded!.Steps);
    }

    [Fact]
    public void Where_that_does_not_help_or_it_is_held_back_it_ends_as_before()
    {
        _nexus.Submit(Ask("busy", 4, lease: 3 * Hour));
        _nexus.Submit(Ask("vain", 4) with { Queue = true, MaxWait = Hour });
        _nexus.Submit(Ask("held", 4) with { Queue = true, MaxWait = Hour });
        _nexus.Send(new Hold(new RequestKey("acme", "held"), true) { Actor = Scene.Somebody });
        Rules("acme", new LowerAmounts(250), new LaterStart(Hour));
        Rules("acme/bob", new MorePools(["spot"]));

        _nexus.Advance(Hour);

        Assert.Equal((RequestStatus.Expired, ReasonCode.WaitedTooLong), (_nexus.Status("vain"), _nexus.Request("vain").Reason!.Code));
        Assert.Equal("gpu 4", _nexus.Request("vain").Spec.Resources.ToString());
        Assert.Empty(_nexus.Events.OfType<RequestDegraded>());
    }

    [Fact]
    public void At_the_end_of_its_wait_it_passes_nobody_who_would_start_later_for_it()
    {
        Rules("acme", new LowerAmounts(250));
        _nexus.Submit(Ask("busy", 2, lease: 2 * Hour, duration: 2 * Hour));
        _nexus.Submit(Ask("before", 4, duration: Hour) with { Queue = true });
        _nexus.Submit(Ask("r", 4, lease: 4 * Hour) with { Queue = true, MaxWait = Hour });

        _nexus.Advance(Hour);

        Assert.Equal((RequestStatus.Queued, RequestStatus.Expired), (_nexus.Status("before"), _nexus.Status("r")));
    }

    [Fact]
    public void One_that_was_let_wait_may_give_way_once_more_when_that_is_over()
    {
        Rules("acme", new LaterStart(Hour), new LowerAmounts(250));
        _nexus.Submit(Ask("busy", 1, lease: 3 * Hour));
        Assert.Equal(RequestStatus.Queued, _nexus.Submit(Ask("r", 4)).Status);

        _nexus.Advance(Hour);

        Request started = _nexus.Request("r");
        Assert.Equal((RequestStatus.Allocated, "gpu 3", "gpu 4", false), (started.Status, started.Lease!.Amounts.ToString(), started.Spec.Degraded!.Resources.ToString(), started.Spec.Degraded.Queue));
        Assert.Equal([DegradeKind.Start, DegradeKind.Amount], started.Spec.Degraded.Steps);
        Assert.Equal(ReasonCode.NotEnoughFree, started.Spec.Degraded.Why.Code);
        Assert.True(((RequestReply)_nexus.Send(new Submit(Ask("r", 4)) { Actor = Scene.Somebody })).Duplicate);
    }

    [Fact]
    public void What_rules_name_must_be_there_and_nothing_changes_where_it_is_not()
    {
        Fault pool = Assert.IsType<Fault>(Rules("acme", new LaterStart(Hour), new MorePools(["spot", "nowhere"])));
        Fault kind = Assert.IsType<Fault>(Rules("acme", new LowerAmounts(500, ["gpu", "tpu"])));
        Fault ceiling = Assert.IsType<Fault>(Rules("acme", new LowerAmounts(500, ["tokens.context"])));

        Assert.Equal((FaultCode.UnknownName, "$.degrade[1].pools[1]"), (pool.Code, pool.Field));
        Assert.Equal((FaultCode.UnknownName, "$.degrade[0].resources[1]"), (kind.Code, kind.Field));
        Assert.Equal((FaultCode.Invalid, "$.degrade[0].resources[0]"), (ceiling.Code, ceiling.Field));
        Assert.Null(_nexus.Engine.Configuration.Owner(OwnerPath.Parse("acme")));
    }

    [Fact]
    public void A_kind_that_rules_name_stays()
    {
        _nexus.Send(new SetKind(new ResourceKind("fpga", ResourceFamily.Compute, "slot", ResourceBehaviour.Held)) { Actor = Scene.Somebody });
        Rules("acme", new LowerAmounts(500, ["fpga"]));

        Fault fault = Assert.IsType<Fault>(_nexus.Send(new DeleteKind("fpga") { Actor = Scene.Somebody }));

        Assert.Equal(FaultCode.InUse, fault.Code);
        Assert.Contains("'acme'", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_owner_for_whom_rules_alone_are_set_is_kept_and_comes_back_from_a_snapshot()
    {
        Rules("acme", new LowerAmounts(250, ["gpu"]), new MorePools(["spot"]), new LaterStart(Hour));
        Rules("acme/alice");

        Nexus.Engine.Core.Engine restored = _nexus.Restored();

        DegradeRules rules = restored.Configuration.Owner(OwnerPath.Parse("acme"))!.Degrade!;
        Assert.Equal(new DegradeRules([new LowerAmounts(250, ["gpu"]), new MorePools(["spot"]), new LaterStart(Hour)]), rules);
        Assert.Empty(restored.Configuration.Owner(OwnerPath.Parse("acme/alice"))!.Degrade!.Steps);
        Assert.Equal(_nexus.Engine.StateHash(), restored.StateHash());
        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Replayed().StateHash());
        _nexus.Send(new SetOwner(new OwnerSettings(OwnerPath.Parse("acme"), Labels.None, null, null)) { Actor = Scene.Somebody });
        Assert.Null(_nexus.Engine.Configuration.Owner(OwnerPath.Parse("acme")));
    }

    private Reply Rules(string owner, params DegradeStep[] steps) => _nexus.Send(new SetOwner(
        new OwnerSettings(owner.Length == 0 ? OwnerPath.Root : OwnerPath.Parse(owner), Labels.None, null, null) { Degrade = new DegradeRules(steps) }) { Actor = Scene.Somebody });

    private static RequestSpec Ask(string id, double gpus, string owner = "acme/alice", TimeSpan? lease = null, TimeSpan? duration = null) =>
        Scene.Spec(id, [("gpu", gpus)], owner: owner, pools: ["own"], lease: lease ?? Hour, duration: duration);

    private static ResourceVector Lowered((string, double)[] asked, int scale, params LowerAmounts[] steps) => Scene.Vector(asked) is var vector
        ? DegradedAmounts.At(vector, vector, steps, scale, name => ResourceKind.All.FirstOrDefault(k => k.Name == name)) : throw new InvalidOperationException();
}
