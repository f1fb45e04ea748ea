using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>A head of queue that cannot start has a planned start, and others run ahead only where they do not delay it.</summary>
public sealed class BackfillTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void What_is_over_by_the_heads_planned_start_runs_ahead()
    {
        Scene nexus = Gpus(10);
        Wait(nexus, "runs", 6, minutes: 10);
        Wait(nexus, "head", 8, minutes: 10);

        Assert.Equal(RequestStatus.Allocated, Wait(nexus, "short", 4, minutes: 10).Status);
        Assert.Equal(nexus.Now + (10 * Minute), nexus.Engine.PlannedStart(new RequestKey("acme", "head")));

        End(nexus, 10);
        Assert.Equal(RequestStatus.Allocated, nexus.Status("head"));
    }

    [Fact]
    public void What_would_still_run_then_waits_though_it_fits_now()
    {
        Scene nexus = Gpus(10);
        Wait(nexus, "runs", 6, minutes: 10);
        Wait(nexus, "head", 8, minutes: 10);

        Request tooLong = Wait(nexus, "long", 4, minutes: 11);

        Assert.Equal((RequestStatus.Queued, ReasonCode.BehindPlan, "p"), (tooLong.Status, tooLong.Reason!.Code, tooLong.Reason.Pool));
        Assert.Equal(4, nexus.Free("p", "gpu"));
        Assert.Equal(nexus.Now + (20 * Minute), nexus.Engine.PlannedStart(new RequestKey("acme", "long")));

        End(nexus, 10);
        Assert.Equal((RequestStatus.Allocated, RequestStatus.Queued), (nexus.Status("head"), nexus.Status("long")));

        End(nexus, 10);
        Assert.Equal(RequestStatus.Allocated, nexus.Status("long"));
    }

    [Fact]
    public void What_does_not_wait_is_refused_with_the_time_at_which_it_would_delay_nobody()
    {
        Scene nexus = Gpus(10);
        Wait(nexus, "runs", 6, minutes: 10);
        Wait(nexus, "head", 8, minutes: 10);

        Request refused = nexus.Submit(Scene.Spec("now", [("gpu", 4)], duration: 11 * Minute));

        Assert.Equal((RequestStatus.Rejected, ReasonCode.BehindPlan, nexus.Now + (20 * Minute)), (refused.Status, refused.Reason!.Code, refused.Reason.Earliest));
    }

    [Fact]
    public void What_leaves_the_head_enough_runs_ahead_however_long_it_takes()
    {
        Scene nexus = Gpus(10);
        Wait(nexus, "runs", 6, minutes: 10);
        Wait(nexus, "head", 8, minutes: 10);

        Assert.Equal(RequestStatus.Allocated, Wait(nexus, "beside", 2, minutes: 500).Status);
    }

    [Fact]
    public void What_commits_to_no_end_waits_where_the_head_needs_what_it_would_hold()
    {
        Scene nexus = Gpus(10);
        Wait(nexus, "runs", 6, minutes: 10);
        Wait(nexus, "head", 8, minutes: 10);

        Assert.Equal(RequestStatus.Queued, Wait(nexus, "open", 4, minutes: null).Status);
        Assert.Equal(RequestStatus.Allocated, Wait(nexus, "beside", 2, minutes: null).Status);
    }

    [Fact]
    public void Whom_the_plan_stopped_starts_when_the_head_goes_away()
    {
        Scene nexus = Gpus(10);
        Wait(nexus, "runs", 6, minutes: 10);
        Wait(nexus, "head", 8, minutes: 10);
        Wait(nexus, "long", 4, minutes: 11);

        nexus.Cancel("head");

        Assert.Equal(RequestStatus.Allocated, nexus.Status("long"));
    }

    [Fact]
    public void An_early_end_lets_the_head_start_and_then_those_who_fit_beside_it()
    {
        Scene nexus = Gpus(10);
        Wait(nexus, "runs", 6, minutes: 10);
        Wait(nexus, "head", 8, minutes: 10);
        Wait(nexus, "long", 2, minutes: 500);
        Wait(nexus, "second", 2, minutes: 11);

        nexus.Release("runs");

        Assert.Equal(["head", "long"], nexus.Engine.Requests.Where(r => r.Status == RequestStatus.Allocated).Select(r => r.Spec.Id));
        Assert.Equal(nexus.Now + (10 * Minute), nexus.Engine.PlannedStart(new RequestKey("acme", "second")));
    }

    [Fact]
    public void A_grant_that_runs_a_little_past_its_end_does_not_cost_the_head_its_place()
    {
        Scene nexus = Gpus(10, keepAfter: 60);
        Wait(nexus, "runs", 6, minutes: 10);
        Wait(nexus, "head", 8, minutes: 10);
        Wait(nexus, "long", 4, minutes: 11);

        nexus.Advance(11 * Minute);
        Assert.Equal((RequestStatus.Queued, RequestStatus.Queued), (nexus.Status("head"), nexus.Status("long")));

        nexus.Release("runs");
        Assert.Equal(RequestStatus.Allocated, nexus.Status("head"));
    }

    [Fact]
    public void Behind_a_grant_that_has_long_been_past_its_end_a_head_has_no_known_start_and_holds_nobody_up()
    {
        Scene nexus = Gpus(10, keepAfter: 60);
        Wait(nexus, "runs", 6, minutes: 10);
        nexus.Advance(20 * Minute);
        Wait(nexus, "head", 8, minutes: 10);
        Wait(nexus, "long", 4, minutes: 11);
        Assert.Equal(RequestStatus.Queued, nexus.Status("long"));

        nexus.Advance(50 * Minute);

        Assert.Equal((RequestStatus.Queued, RequestStatus.Allocated), (nexus.Status("head"), nexus.Status("long")));
        Assert.Null(nexus.Engine.PlannedStart(new RequestKey("acme", "head")));
    }

    [Fact]
    public void Starts_are_planned_one_beside_the_other_and_all_of_them_come()
    {
        Scene nexus = Gpus(10);
        Wait(nexus, "a", 6, minutes: 4);
        Wait(nexus, "b", 8, minutes: 4);
        Wait(nexus, "c", 10, minutes: 4);
        Wait(nexus, "d", 2, minutes: 9);

        Assert.Equal([4, 8, 12], Planned(nexus, "b", "c", "d"));
    }

    [Fact]
    public void Under_easy_backfill_only_the_first_is_protected()
    {
        Scene nexus = Gpus(10, easy: true);
        Wait(nexus, "a", 6, minutes: 4);
        Wait(nexus, "b", 8, minutes: 4);
        Wait(nexus, "c", 10, minutes: 4);

        Assert.Equal(RequestStatus.Allocated, Wait(nexus, "d", 2, minutes: 9).Status);
    }

    [Fact]
    public void Beyond_the_planning_depth_nobodys_start_is_planned()
    {
        Scene nexus = Gpus(10, depth: 2);
        Wait(nexus, "runs", 8, minutes: 10);
        Wait(nexus, "w1", 10, minutes: 10);
        Wait(nexus, "w2", 10, minutes: 10);
        Wait(nexus, "w3", 10, minutes: 10);

        Assert.Equal([10, 20, null], Planned(nexus, "w1", "w2", "w3"));
        Assert.Equal(RequestStatus.Allocated, Wait(nexus, "short", 2, minutes: 10).Status);
    }

    [Fact]
    public void A_deadline_of_a_lower_class_is_promised_no_start_that_delays_the_head()
    {
        Scene nexus = Gpus(10);
        Wait(nexus, "runs", 6, minutes: 10);
        Wait(nexus, "head", 8, minutes: 10);

        Request late = nexus.Submit(Scene.Spec("late", [("gpu", 4)], duration: 15 * Minute, priority: "low") with { Deadline = nexus.Now + (16 * Minute) });
        Request later = nexus.Submit(Scene.Spec("later", [("gpu", 4)], duration: 15 * Minute, priority: "low") with { Deadline = nexus.Now + (40 * Minute) });

        Assert.Equal((RequestStatus.Rejected, ReasonCode.BehindPlan, nexus.Now + (20 * Minute)), (late.Status, late.Reason!.Code, late.Reason.Earliest));
        Assert.Equal((RequestStatus.Reserved, nexus.Now + (20 * Minute)), (later.Status, later.Booking!.StartsAt));
    }

    [Fact]
    public void A_higher_class_goes_ahead_of_the_head_and_the_plan_follows()
    {
        Scene nexus = Gpus(10);
        Wait(nexus, "runs", 6, minutes: 10);
        Wait(nexus, "head", 8, minutes: 10);

        Request boss = nexus.Submit(Scene.Spec("boss", [("gpu", 4)], duration: 30 * Minute, queue: true, priority: "critical"));

        Assert.Equal((RequestStatus.Allocated, nexus.Now + (30 * Minute)), (boss.Status, nexus.Engine.PlannedStart(new RequestKey("acme", "head"))));
    }

    [Fact]
    public void Where_no_end_is_known_small_work_runs_ahead_until_the_head_has_waited_long_enough_then_what_frees_is_kept_for_it()
    {
        Scene nexus = Gpus(10, keepAfter: 1);
        Wait(nexus, "r1", 5, minutes: null);
        Wait(nexus, "r2", 3, minutes: null);
        Wait(nexus, "head", 8, minutes: null);
        Assert.Equal(RequestStatus.Allocated, Wait(nexus, "before", 1, minutes: 1).Status);

        nexus.Advance(Minute);
        nexus.Release("before");
        Request small = Wait(nexus, "after", 1, minutes: 1);
        Assert.Equal((RequestStatus.Queued, ReasonCode.BehindPlan), (small.Status, small.Reason!.Code));

        nexus.Release("r1");
        Assert.Equal((RequestStatus.Queued, RequestStatus.Queued), (nexus.Status("head"), nexus.Status("after")));

        nexus.Release("r2");
        Assert.Equal((RequestStatus.Allocated, RequestStatus.Allocated), (nexus.Status("head"), nexus.Status("after")));
    }

    [Fact]
    public void What_is_kept_ends_with_the_wait()
    {
        Scene nexus = Gpus(10, keepAfter: 1);
        Wait(nexus, "r1", 5, minutes: null);
        Wait(nexus, "head", 8, minutes: null);
        nexus.Advance(Minute);
        Wait(nexus, "small", 5, minutes: null);
        Assert.Equal(RequestStatus.Queued, nexus.Status("small"));

        nexus.Send(new Hold(new RequestKey("acme", "head"), true) { Actor = Scene.Somebody });

        Assert.Equal(RequestStatus.Allocated, nexus.Status("small"));
    }

    [Fact]
    public void What_frees_of_a_quota_is_kept_for_the_head_that_it_alone_stops()
    {
        Scene nexus = new Scene().Pool(Scene.Definition("p", ("gpu", 100)) with { KeepAfter = Minute })
            .Quota("acme", new QuotaRule("gpu") { Limit = Scene.Amount(10) });
        Wait(nexus, "r1", 5, minutes: null);
        Wait(nexus, "r2", 3, minutes: null);
        Wait(nexus, "head", 8, minutes: null);
        Assert.Equal(RequestStatus.Allocated, Wait(nexus, "before", 1, minutes: null).Status);
        nexus.Advance(Minute);

        Request small = Wait(nexus, "after", 1, minutes: null);
        Assert.Equal((RequestStatus.Queued, ReasonCode.BehindPlan, "acme"), (small.Status, small.Reason!.Code, small.Reason.Name));
        Assert.Equal(RequestStatus.Allocated, nexus.Submit(Scene.Spec("elsewhere", [("gpu", 1)], owner: "globex/x")).Status);

        nexus.Release("r1");
        Assert.Equal((RequestStatus.Queued, RequestStatus.Queued), (nexus.Status("head"), nexus.Status("after")));

        nexus.Release("r2");
        Assert.Equal((RequestStatus.Allocated, RequestStatus.Allocated), (nexus.Status("head"), nexus.Status("after")));
    }

    [Fact]
    public void Who_has_quota_of_its_own_left_does_not_wait_for_the_head()
    {
        Scene nexus = new Scene().Pool(Scene.Definition("p", ("gpu", 100)) with { KeepAfter = Minute })
            .Quota("acme", new QuotaRule("gpu") { Limit = Scene.Amount(10) })
            .Quota("acme/alice", new QuotaRule("gpu") { Limit = Scene.Amount(4), Lend = QuotaBound.Nothing });
        nexus.Submit(Scene.Spec("r1", [("gpu", 4)], owner: "acme/bob"));
        nexus.Submit(Scene.Spec("head", [("gpu", 5)], owner: "acme/bob", queue: true));
        nexus.Advance(Minute);

        Assert.Equal((RequestStatus.Rejected, RequestStatus.Allocated), (nexus.Submit(Scene.Spec("bob", [("gpu", 1)], owner: "acme/bob")).Status, nexus.Submit("alice", ("gpu", 4)).Status));
    }

    [Fact]
    public void What_the_head_does_not_lack_is_left_to_others_beyond_what_it_needs()
    {
        Scene nexus = new Scene().Pool(Scene.Definition("p", ("gpu", 4), ("memory", 100)) with { KeepAfter = Minute });
        nexus.Submit("r1", ("gpu", 4));
        nexus.Submit(Scene.Spec("head", [("gpu", 2), ("memory", 60)], queue: true));
        nexus.Advance(Minute);

        Assert.Equal(RequestStatus.Allocated, nexus.Submit("fits", ("memory", 40)).Status);
        Assert.Equal(RequestStatus.Rejected, nexus.Submit("takes", ("memory", 1)).Status);
    }

    [Fact]
    public void Many_of_one_kind_who_would_delay_the_head_start_in_their_order_when_they_may()
    {
        Scene nexus = Gpus(10);
        Wait(nexus, "runs", 6, minutes: 10);
        Wait(nexus, "head", 8, minutes: 10);
        for (int i = 0; i < 50; i++)
        {
            Wait(nexus, $"w{i:00}", 1, minutes: 11);
        }

        Assert.Equal(["runs", "w00", "w01"], nexus.Engine.Requests.Where(r => r.Status == RequestStatus.Allocated).Select(r => r.Spec.Id));

        nexus.Cancel("head");

        Assert.Equal(["w02", "w03"], nexus.Events.OfType<RequestStarted>().Select(e => e.Id).TakeLast(2));
    }

    [Fact]
    public void An_engine_that_comes_back_goes_on_as_if_it_had_never_been_away()
    {
        Scene nexus = Gpus(10);
        Wait(nexus, "runs", 6, minutes: 10);
        Wait(nexus, "head", 8, minutes: 10);
        Wait(nexus, "long", 4, minutes: 11);
        Nexus.Engine.Core.Engine restored = nexus.Replayed();
        Batch batch = new();

        restored.Handle(new Tick { Actor = Actor.Engine }, nexus.Now, batch);

        Assert.Empty(batch.Events);
        Assert.Equal(nexus.Engine.PlannedStart(new RequestKey("acme", "long")), restored.PlannedStart(new RequestKey("acme", "long")));
    }

    private static Scene Gpus(double count, bool easy = false, int keepAfter = 60, int depth = 100) => new Scene(new EngineLimits(PlanningDepth: depth)).Pool(Scene.Definition("p", ("gpu", count)) with
    {
        Backfill = easy ? Backfill.Easy : Backfill.Conservative,
        KeepAfter = keepAfter * Minute,
    });

    private static Request Wait(Scene nexus, string id, double gpus, int? minutes) =>
        nexus.Submit(Scene.Spec(id, [("gpu", gpus)], duration: minutes is { } m ? m * Minute : null, queue: true, lease: 600 * Minute));

    // Whoever has committed to be over by then is.
    private static void End(Scene nexus, int minutes)
    {
        nexus.Advance((minutes * Minute) - TimeSpan.FromMilliseconds(1));
        Instant end = nexus.Now + TimeSpan.FromMilliseconds(1);
        foreach (Request over in nexus.Engine.Requests.Where(r => r.Status == RequestStatus.Allocated && r.Lease!.GrantedAt + r.Spec.Duration!.Value <= end).ToArray())
        {
            nexus.Release(over.Spec.Id);
        }

        nexus.Advance(TimeSpan.FromMilliseconds(1));
    }

    private static int?[] Planned(Scene nexus, params string[] ids) =>
        [.. ids.Select(id => nexus.Engine.PlannedStart(new RequestKey("acme", id)) is { } at ? (int?)(at - nexus.Now).TotalMinutes : null)];
}
