using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>A higher class takes what it needs from lower ones that allow it, as gently as the pool says.</summary>
public sealed class PreemptionTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void The_smallest_sufficient_set_is_told_to_end_and_runs_on_through_its_grace()
    {
        Scene nexus = Pool(gpus: 4, grace: Second);
        Low(nexus, "v1", 1);
        Low(nexus, "v2", 2);
        Low(nexus, "v3", 1);

        Request boss = nexus.Queue("boss", "critical", ("gpu", 2));

        Assert.Equal(RequestStatus.Queued, boss.Status);
        Assert.Equal(ReasonCode.PreemptionUnderWay, nexus.Request("boss").Reason!.Code);
        Assert.Equal(new PreemptionNotice(nexus.Now + Second, PreemptionRule.Priority, OwnerPath.Parse("acme/alice"), "boss"), nexus.Request("v2").Notice);
        Assert.Equal((RequestStatus.Allocated, (PreemptionNotice?)null, (PreemptionNotice?)null), (nexus.Status("v2"), nexus.Request("v1").Notice, nexus.Request("v3").Notice));

        nexus.Advance(Second);

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Preempted), (nexus.Status("boss"), nexus.Status("v2")));
        Assert.Equal(new Reason(ReasonCode.Preempted, "p", "gpu", Name: "acme/alice:boss"), nexus.Request("v2").Reason);
        Assert.Equal(Second, nexus.Request("v2").Settlement!.Held);
        Assert.Equal(RequestStatus.Allocated, nexus.Status("v1"));
        Assert.Equal(RequestStatus.Allocated, nexus.Status("v3"));
    }

    [Fact]
    public void Whoever_can_no_longer_end_by_its_deadline_is_not_started_again_though_there_is_room()
    {
        Scene nexus = Pool(gpus: 1, grace: TimeSpan.Zero).Pool("q", ("gpu", 1));
        nexus.Submit(Scene.Spec("keeps-q", [("gpu", 1)]) with { Pools = ["q"] });
        nexus.Submit(Scene.Spec("victim", [("gpu", 1)], priority: "low", queue: true, duration: 10 * Second) with { Deadline = nexus.Now + (15 * Second), Preemptible = true });
        nexus.Advance(8 * Second);
        nexus.Release("keeps-q");

        nexus.Submit(Scene.Spec("boss", [("gpu", 1)], priority: "high", queue: true) with { Pools = ["p"] });

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Rejected, ReasonCode.DeadlineOutOfReach), (nexus.Status("boss"), nexus.Status("victim"), nexus.Request("victim").Reason!.Code));
    }

    [Fact]
    public void Without_a_grace_it_is_granted_at_once_though_it_would_not_wait()
    {
        Scene nexus = Pool(gpus: 2, grace: TimeSpan.Zero);
        Low(nexus, "v1", 2);

        Request boss = nexus.Submit(Scene.Spec("boss", [("gpu", 1)], priority: "high"));

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Preempted), (boss.Status, nexus.Status("v1")));
    }

    [Fact]
    public void With_a_grace_a_request_that_does_not_wait_takes_nothing()
    {
        Scene nexus = Pool(gpus: 2, grace: Second);
        Low(nexus, "v1", 2);

        Request boss = nexus.Submit(Scene.Spec("boss", [("gpu", 1)], priority: "high"));

        Assert.Equal((RequestStatus.Rejected, (PreemptionNotice?)null), (boss.Status, nexus.Request("v1").Notice));
    }

    [Theory]
    [InlineData("low", true)]
    [InlineData("high", false)]
    public void Neither_an_equal_class_nor_one_that_does_not_allow_it_is_touched(string victimsClass, bool askerIsEqual)
    {
        Scene nexus = Pool(gpus: 2, grace: Second);
        nexus.Submit(Scene.Spec("v1", [("gpu", 2)], priority: victimsClass) with { Preemptible = askerIsEqual });

        nexus.Queue("boss", askerIsEqual ? "low" : "critical", ("gpu", 1));

        Assert.Null(nexus.Request("v1").Notice);
    }

    [Fact]
    public void Nobody_is_told_anything_where_all_victims_together_would_not_admit_it()
    {
        Scene nexus = Pool(gpus: 4, grace: Second);
        nexus.Submit("firm", ("gpu", 2));
        Low(nexus, "v1", 2);

        nexus.Queue("boss", "critical", ("gpu", 3));

        Assert.Null(nexus.Request("v1").Notice);
    }

    [Fact]
    public void The_lowest_class_goes_first_then_the_youngest()
    {
        Scene nexus = Pool(gpus: 4, grace: Second);
        nexus.Submit(Scene.Spec("m", [("gpu", 1)], priority: "medium") with { Preemptible = true });
        Low(nexus, "l1", 1);
        Low(nexus, "l2", 1);
        nexus.Submit(Scene.Spec("m2", [("gpu", 1)], priority: "medium") with { Preemptible = true });

        nexus.Queue("boss", "high", ("gpu", 1));

        Assert.Equal(["l2"], Noticed(nexus));
    }

    [Fact]
    public void Whoever_ends_anyway_before_the_grace_is_over_is_left_alone()
    {
        Scene nexus = Pool(gpus: 2, grace: TimeSpan.FromSeconds(10));
        nexus.Submit(Scene.Spec("soon", [("gpu", 1)], priority: "low", duration: TimeSpan.FromSeconds(10)) with { Preemptible = true });
        nexus.Submit(Scene.Spec("later", [("gpu", 1)], priority: "low", duration: TimeSpan.FromSeconds(11)) with { Preemptible = true });

        nexus.Queue("boss", "high", ("gpu", 1));

        Assert.Equal(["later"], Noticed(nexus));
    }

    [Fact]
    public void Whoever_runs_beyond_the_committed_end_is_told_a_tenth_of_the_grace_later_as_its_report_may_be_under_way()
    {
        Scene nexus = Pool(gpus: 1, grace: TimeSpan.FromSeconds(10));
        nexus.Submit(Scene.Spec("soon", [("gpu", 1)], priority: "low", duration: TimeSpan.FromSeconds(10)) with { Preemptible = true });
        nexus.Queue("boss", "high", ("gpu", 1));

        nexus.Advance(TimeSpan.FromSeconds(10.9));
        Assert.Empty(Noticed(nexus));

        nexus.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(["soon"], Noticed(nexus));
    }

    [Fact]
    public void A_guaranteed_runtime_is_run_first_and_then_it_is_looked_at_again()
    {
        Scene nexus = Pool(gpus: 2, grace: Second, runtime: TimeSpan.FromMinutes(1));
        Low(nexus, "v1", 2);
        nexus.Queue("boss", "high", ("gpu", 1));
        Assert.Null(nexus.Request("v1").Notice);

        nexus.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(nexus.Now + Second, nexus.Request("v1").Notice!.At);

        nexus.Advance(Second);
        Assert.Equal(RequestStatus.Allocated, nexus.Status("boss"));
    }

    [Fact]
    public void What_is_freed_during_the_grace_is_kept_for_whom_it_was_freed()
    {
        Scene nexus = Pool(gpus: 4, grace: TimeSpan.FromSeconds(10));
        Low(nexus, "v1", 2);
        Low(nexus, "v2", 2);
        nexus.Queue("boss", "critical", ("gpu", 4));

        nexus.Release("v1");

        Assert.Equal(RequestStatus.Rejected, nexus.Submit("thief", ("gpu", 1)).Status);
        Assert.Equal(0m, nexus.Free("p", "gpu"));
        nexus.Release("v2");
        Assert.Equal(RequestStatus.Allocated, nexus.Status("boss"));
    }

    [Fact]
    public void When_it_fits_otherwise_the_notice_is_withdrawn()
    {
        Scene nexus = Pool(gpus: 4, grace: TimeSpan.FromSeconds(10));
        nexus.Submit("firm", ("gpu", 2));
        Low(nexus, "v1", 2);
        nexus.Queue("boss", "critical", ("gpu", 2));
        Assert.Equal(["v1"], Noticed(nexus));

        nexus.Release("firm");

        Assert.Equal(RequestStatus.Allocated, nexus.Status("boss"));
        Assert.Empty(Noticed(nexus));
        nexus.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(RequestStatus.Allocated, nexus.Status("v1"));
    }

    [Fact]
    public void When_it_goes_away_the_notice_is_withdrawn_and_nothing_is_kept()
    {
        Scene nexus = Pool(gpus: 4, grace: TimeSpan.FromSeconds(10));
        Low(nexus, "v1", 2);
        Low(nexus, "v2", 1);
        nexus.Queue("boss", "critical", ("gpu", 3));
        Assert.Equal(0m, nexus.Free("p", "gpu"));

        nexus.Cancel("boss");

        Assert.Empty(Noticed(nexus));
        Assert.Equal(1m, nexus.Free("p", "gpu"));
    }

    [Fact]
    public void A_victim_that_was_submitted_to_wait_goes_back_to_its_first_place_as_another_attempt()
    {
        Scene nexus = Pool(gpus: 2, grace: Second);
        nexus.Submit(Scene.Spec("v1", [("gpu", 2)], priority: "low", queue: true) with { Preemptible = true });
        long first = nexus.Request("v1").Lease!.Number;
        nexus.Queue("younger", "low", ("gpu", 2));
        nexus.Queue("boss", "critical", ("gpu", 2));
        nexus.Advance(Second);

        Request waiting = nexus.Request("v1");
        Assert.Equal((RequestStatus.Queued, 2, (Lease?)null, ReasonCode.Preempted), (waiting.Status, waiting.Attempt, waiting.Lease, waiting.Reason!.Code));
        Assert.Equal(new LostWork(first, Second, ResourceVector.Empty), waiting.Lost);

        nexus.Release("boss");
        Assert.Equal((RequestStatus.Allocated, RequestStatus.Queued), (nexus.Status("v1"), nexus.Status("younger")));
        Assert.NotEqual(first, nexus.Request("v1").Lease!.Number);
    }

    [Fact]
    public void The_lease_of_a_lost_attempt_says_what_became_of_it()
    {
        Scene nexus = Pool(gpus: 2, grace: TimeSpan.Zero);
        nexus.Submit(Scene.Spec("v1", [("gpu", 2)], priority: "low", queue: true) with { Preemptible = true });
        long lost = nexus.Request("v1").Lease!.Number;
        nexus.Queue("boss", "critical", ("gpu", 2));

        Fault fault = Assert.IsType<Fault>(nexus.Send(new Renew(new RequestKey("acme", "v1"), lost, ResourceVector.Empty, ResourceVector.Empty) { Actor = Scene.Somebody }));

        Assert.Equal(FaultCode.Ended, fault.Code);
        Assert.Contains("attempt 2", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void What_comes_back_in_part_is_enough_with_what_may_be_taken()
    {
        Scene nexus = Pool(gpus: 4, grace: TimeSpan.Zero);
        nexus.Submit("firm1", ("gpu", 1));
        nexus.Submit("firm2", ("gpu", 1));
        Low(nexus, "v1", 2);
        nexus.Queue("boss", "critical", ("gpu", 3));
        Assert.Equal(RequestStatus.Queued, nexus.Status("boss"));

        nexus.Release("firm1");

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Preempted), (nexus.Status("boss"), nexus.Status("v1")));
    }

    [Fact]
    public void Two_who_take_from_others_at_once_each_keep_their_own()
    {
        Scene nexus = Pool(gpus: 4, grace: TimeSpan.FromSeconds(10));
        Low(nexus, "v1", 2);
        Low(nexus, "v2", 2);
        nexus.Queue("a", "high", ("gpu", 2));
        nexus.Queue("b", "critical", ("gpu", 2));
        Assert.Equal(["v1", "v2"], Noticed(nexus).Order());

        nexus.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Allocated), (nexus.Status("a"), nexus.Status("b")));
    }

    [Fact]
    public void Two_of_one_kind_do_not_wait_for_each_other_before_they_take()
    {
        Scene nexus = Pool(gpus: 3, grace: TimeSpan.FromSeconds(10));
        Low(nexus, "v1", 1);
        Low(nexus, "v2", 1);
        Low(nexus, "v3", 1);

        nexus.Queue("a", "high", ("gpu", 1));
        nexus.Queue("b", "high", ("gpu", 1));

        Assert.Equal(["v2", "v3"], Noticed(nexus).Order());
    }

    [Fact]
    public void The_higher_class_takes_though_somebody_who_has_waited_long_goes_before_it()
    {
        Scene nexus = new Scene().Pool(Scene.Definition("p", ("gpu", 1)) with
        {
            AgingInterval = TimeSpan.FromMilliseconds(10),
            Preemption = new PreemptionSettings(TimeSpan.FromSeconds(1), TimeSpan.Zero),
        });
        Low(nexus, "v1", 1);
        nexus.Queue("old", "low", ("gpu", 1));
        nexus.Advance(TimeSpan.FromMinutes(1));

        nexus.Queue("boss", "high", ("gpu", 1));
        nexus.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Queued, RequestStatus.Preempted), (nexus.Status("boss"), nexus.Status("old"), nexus.Status("v1")));
    }

    [Fact]
    public void An_operator_puts_a_grant_back_into_the_queue_and_wakes_one_that_has_ended()
    {
        Scene nexus = Given.Pool("p", ("gpu", 2));
        nexus.Submit("r1", ("gpu", 2));
        nexus.Queue("r2", null, ("gpu", 1));

        nexus.Send(new Requeue(new RequestKey("acme", "r1")) { Actor = Scene.Somebody });
        Assert.Equal((RequestStatus.Allocated, 2), (nexus.Status("r1"), nexus.Request("r1").Attempt));

        nexus.Release("r1");
        nexus.Send(new Requeue(new RequestKey("acme", "r1")) { Actor = Scene.Somebody });
        Assert.Equal((RequestStatus.Queued, 3), (nexus.Status("r1"), nexus.Request("r1").Attempt));
        Assert.Equal(nexus.Engine.StateHash(), nexus.Replayed().StateHash());
    }

    [Fact]
    public void The_longest_wait_counts_anew_when_it_goes_back_to_the_queue()
    {
        Scene nexus = Pool(gpus: 2, grace: TimeSpan.Zero);
        nexus.Submit(Scene.Spec("v1", [("gpu", 2)], priority: "low", queue: true, maxWait: TimeSpan.FromSeconds(30)) with { Preemptible = true });
        nexus.Advance(TimeSpan.FromSeconds(60));
        nexus.Queue("boss", "critical", ("gpu", 2));

        nexus.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(RequestStatus.Queued, nexus.Status("v1"));
        nexus.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RequestStatus.Expired, nexus.Status("v1"));
    }

    [Fact]
    public void What_is_held_back_waits_though_it_fits_until_it_is_let_go()
    {
        Scene nexus = Given.Pool("p", ("gpu", 2));
        nexus.Submit("r1", ("gpu", 2));
        nexus.Queue("r2", null, ("gpu", 1));
        nexus.Send(new Hold(new RequestKey("acme", "r2"), Held: true) { Actor = Scene.Somebody });

        nexus.Release("r1");
        Assert.Equal((RequestStatus.Queued, true), (nexus.Status("r2"), nexus.Request("r2").Held));

        nexus.Send(new Hold(new RequestKey("acme", "r2"), Held: false) { Actor = Scene.Somebody });
        Assert.Equal((RequestStatus.Allocated, false), (nexus.Status("r2"), nexus.Request("r2").Held));
    }

    private static Scene Pool(double gpus, TimeSpan grace, TimeSpan runtime = default) =>
        new Scene().Pool(Scene.Definition("p", ("gpu", gpus)) with { Preemption = new PreemptionSettings(grace, runtime) });

    private static void Low(Scene nexus, string id, double gpus) => nexus.Submit(Scene.Spec(id, [("gpu", gpus)], priority: "low") with { Preemptible = true });

    private static string[] Noticed(Scene nexus) => [.. nexus.Engine.Requests.Where(r => r.Notice is not null).Select(r => r.Spec.Id)];
}
