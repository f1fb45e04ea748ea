using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>A pool whose grants fail is granted less, and probed until it recovers.</summary>
public sealed class PoolHealthTests
{
    private static readonly HealthSettings Settings = new(TimeSpan.FromMinutes(5), 4, HealthSettings.Million / 2, TimeSpan.FromSeconds(30), 2);

    private int _ids;

    [Fact]
    public void A_pool_of_which_half_of_enough_grants_failed_grants_nothing_until_it_is_probed()
    {
        Scene scene = Pool();

        Finish(scene, "sffs");
        Assert.Equal(PoolHealthStatus.Open, Health(scene).Status);

        Request refused = scene.Submit("late", ("gpu", 1));
        Assert.Equal((RequestStatus.Rejected, ReasonCode.PoolUnhealthy, scene.Now + TimeSpan.FromSeconds(30)), (refused.Status, refused.Reason!.Code, refused.Reason.Earliest));
        Assert.Equal("Pool p is unhealthy: 2 of 4 grants failed in 5 min; it grants nothing until it is probed.", ReasonText.Of(refused.Reason));
        Assert.Equal((Gate.Capacity, ReasonTier.WaitingForCapacity, true), (refused.Reason.Gate, refused.Reason.Tier, refused.Reason.MayPass));
    }

    [Theory]
    [InlineData("fff", PoolHealthStatus.Healthy)] // three say too little
    [InlineData("sssf", PoolHealthStatus.Healthy)] // a quarter
    [InlineData("ffss", PoolHealthStatus.Open)] // half, at the fourth
    [InlineData("ff----", PoolHealthStatus.Healthy)] // who says nothing counts as neither
    public void It_is_judged_by_the_share_of_failures_among_those_that_stated_an_outcome(string outcomes, PoolHealthStatus expected)
    {
        Scene scene = Pool();
        Finish(scene, outcomes);
        Assert.Equal(expected, Health(scene).Status);
    }

    [Fact]
    public void Outcomes_that_have_left_the_window_do_not_count()
    {
        Scene scene = Pool();
        Finish(scene, "fff");
        scene.Advance(TimeSpan.FromMinutes(5));
        Finish(scene, "f");
        Assert.Equal((PoolHealthStatus.Healthy, (1, 1)), (Health(scene).Status, Health(scene).OutcomesAt(scene.Now)));

        scene.Advance(TimeSpan.FromMinutes(4));
        Finish(scene, "fff");
        Assert.Equal(PoolHealthStatus.Open, Health(scene).Status);
    }

    [Fact]
    public void Where_no_health_is_set_outcomes_count_for_nothing()
    {
        Scene scene = Given.Pool("p", ("gpu", 8));
        Finish(scene, "ffffffffff");
        Assert.Null(scene.Engine.Pool("p")!.Health);
        Assert.Equal(RequestStatus.Allocated, scene.Submit("next", ("gpu", 1)).Status);
        Assert.DoesNotContain(scene.Events, e => e is PoolHealthChanged);
    }

    [Fact]
    public void What_runs_goes_on_and_may_be_prolonged_and_extended()
    {
        Scene scene = Pool();
        scene.Submit("runs", ("gpu", 1));
        Finish(scene, "ffff");

        scene.Renew("runs", extend: [("gpu", 1)]);
        Assert.Equal((RequestStatus.Allocated, 2m), (scene.Status("runs"), scene.Request("runs").Lease!.Amounts["gpu"].Units));
        Assert.Empty(scene.Events.OfType<PreemptionNoticed>());
    }

    [Fact]
    public void When_its_time_has_come_as_many_start_as_it_is_probed_with_and_the_others_wait()
    {
        Scene scene = Opened();
        scene.Queue("q1", null, ("gpu", 1));
        scene.Queue("q2", null, ("gpu", 1));
        scene.Queue("q3", null, ("gpu", 1));
        Assert.Equal(scene.Now + TimeSpan.FromSeconds(30), scene.Engine.NextDue);

        scene.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Allocated, RequestStatus.Queued), (scene.Status("q1"), scene.Status("q2"), scene.Status("q3")));
        Assert.Equal((PoolHealthStatus.Probing, 2, 2), (Health(scene).Status, Health(scene).Limit, Health(scene).Probing));
        Request refused = scene.Submit("now", ("gpu", 1));
        Assert.Equal((ReasonCode.PoolProbed, null), (refused.Reason!.Code, refused.Reason.Earliest));
        Assert.Equal("Pool p is being probed after 4 of 4 grants failed in 5 min: it grants at most 2 at a time until grants succeed.", ReasonText.Of(refused.Reason));
    }

    [Fact]
    public void Each_success_lets_one_more_run_at_a_time_and_enough_of_them_heal_it()
    {
        Scene scene = Probed(waiting: 12);
        Assert.Equal(2, Running(scene));

        End(scene, Outcome.Succeeded);
        Assert.Equal((PoolHealthStatus.Recovering, 3, 3), (Health(scene).Status, Health(scene).Limit, Running(scene)));
        End(scene, Outcome.Succeeded);
        End(scene, Outcome.Succeeded);
        Assert.Equal((PoolHealthStatus.Recovering, 5), (Health(scene).Status, Running(scene)));

        End(scene, Outcome.Succeeded);
        Assert.Equal((PoolHealthStatus.Healthy, 8), (Health(scene).Status, Running(scene)));
        Assert.Equal((null, null, null), (Health(scene).Since, Health(scene).RetryAt, Health(scene).Evidence));
    }

    [Fact]
    public void A_probe_that_fails_halves_how_many_run_at_a_time_and_where_none_is_left_it_opens_for_twice_as_long()
    {
        Scene scene = Probed(waiting: 12);
        Instant since = Health(scene).Since!.Value;

        End(scene, Outcome.Failed);
        Assert.Equal((PoolHealthStatus.Probing, 1, 1), (Health(scene).Status, Health(scene).Limit, Running(scene)));
        End(scene, Outcome.Failed);

        Assert.Equal((PoolHealthStatus.Open, scene.Now + TimeSpan.FromSeconds(60), since), (Health(scene).Status, Health(scene).RetryAt, Health(scene).Since));
        Assert.Equal("2 of 2 probes failed", PoolFailing.Of(Health(scene))!.ToString());
        Assert.Equal(0, Running(scene));
    }

    [Fact]
    public void It_opens_for_sixteen_times_as_long_at_most()
    {
        Scene scene = Probed(waiting: 50);
        List<double> seconds = [];
        for (int i = 0; i < 6; i++)
        {
            End(scene, Outcome.Failed);
            End(scene, Outcome.Failed);
            seconds.Add((Health(scene).RetryAt!.Value - scene.Now).TotalSeconds);
            scene.Advance(Health(scene).RetryAt!.Value - scene.Now);
        }

        Assert.Equal([60, 120, 240, 480, 480, 480], seconds);
    }

    [Fact]
    public void Probes_of_which_too_many_fail_open_it_however_many_ran()
    {
        Scene scene = Probed(waiting: 12);
        End(scene, Outcome.Succeeded);
        End(scene, Outcome.Succeeded);
        End(scene, Outcome.Failed);
        Assert.Equal(PoolHealthStatus.Recovering, Health(scene).Status);
        End(scene, Outcome.Failed);
        Assert.Equal(PoolHealthStatus.Open, Health(scene).Status);
    }

    [Fact]
    public void A_probe_that_ends_without_an_outcome_makes_room_for_another_and_says_nothing()
    {
        Scene scene = Probed(waiting: 3);
        End(scene, null);
        Assert.Equal((PoolHealthStatus.Probing, 2, 2), (Health(scene).Status, Health(scene).Limit, Running(scene)));
        scene.Advance(RequestSpec.DefaultLeaseLength);
        Assert.Equal((PoolHealthStatus.Probing, 2), (Health(scene).Status, Health(scene).Limit));
    }

    [Fact]
    public void What_was_granted_before_it_was_probed_says_nothing_of_it_any_more()
    {
        Scene scene = Pool();
        scene.Submit("old1", ("gpu", 1));
        scene.Submit("old2", ("gpu", 1));
        Finish(scene, "ffff");
        End(scene, "old1", Outcome.Failed);
        scene.Advance(TimeSpan.FromSeconds(30));
        Finish(scene, "ssss");
        End(scene, "old2", Outcome.Failed);
        Assert.Equal((PoolHealthStatus.Healthy, (0, 0)), (Health(scene).Status, Health(scene).OutcomesAt(scene.Now)));
    }

    [Fact]
    public void A_release_that_comes_late_corrects_no_judgement()
    {
        Scene scene = Pool();
        for (int i = 0; i < 5; i++)
        {
            scene.Submit(Scene.Spec($"l{i}", [("gpu", 1)], lease: TimeSpan.FromSeconds(1)));
        }

        scene.Advance(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 5; i++)
        {
            Assert.True(Assert.IsType<ReleaseReply>(End(scene, $"l{i}", Outcome.Failed)).Late);
        }

        Assert.Equal((PoolHealthStatus.Healthy, (0, 0)), (Health(scene).Status, Health(scene).OutcomesAt(scene.Now)));
    }

    [Fact]
    public void Requests_that_accept_another_pool_go_there()
    {
        Scene scene = Opened();
        scene.Pool("q", ("gpu", 8));
        Assert.Equal("q", scene.Submit("a", ("gpu", 1)).Lease!.Pools[0]);
        Assert.Equal("q", scene.Submit(Scene.Spec("b", [("gpu", 1)], pools: ["p", "q"])).Lease!.Pools[0]);
        Assert.Equal(ReasonCode.PoolUnhealthy, scene.Submit(Scene.Spec("c", [("gpu", 1)], pools: ["p"])).Reason!.Code);

        // Those that wait too, when the other has room.
        scene.Submit(Scene.Spec("d", [("gpu", 7)], pools: ["p", "q"], queue: true));
        Assert.Equal(RequestStatus.Queued, scene.Status("d"));
        scene.Release("a");
        Assert.Equal("q", scene.Request("d").Lease!.Pools[0]);
    }

    [Fact]
    public void A_grant_of_several_pools_counts_in_each_of_them_once()
    {
        Scene scene = Pool();
        scene.Bucket("llm", "llm.calls", 100, TimeSpan.FromSeconds(1), 100);
        scene.Pool(scene.Engine.Pool("llm")!.Definition with { Health = Settings });
        for (int i = 0; i < 4; i++)
        {
            scene.Submit($"both{i}", ("gpu", 1), ("memory", 1), ("llm.calls", 1));
            End(scene, $"both{i}", Outcome.Failed);
        }

        Assert.Equal([PoolHealthStatus.Open, PoolHealthStatus.Open], scene.Engine.Pools.Select(p => p.Health!.Status));
        Assert.All(scene.Engine.Pools, p => Assert.Equal(new HealthEvidence(4, 4, TimeSpan.FromMinutes(5)), p.Health!.Evidence));
        Assert.Equal(2, scene.Events.OfType<PoolHealthChanged>().Count());
    }

    [Fact]
    public void Nothing_new_is_promised_of_a_pool_that_is_not_healthy()
    {
        Scene scene = Opened();
        Request asked = scene.Submit(Scene.Spec("d", [("gpu", 1)], duration: TimeSpan.FromMinutes(1)) with { Deadline = scene.Now + TimeSpan.FromHours(1) });
        Assert.Equal((RequestStatus.Rejected, ReasonCode.PoolUnhealthy), (asked.Status, asked.Reason!.Code));

        scene.Submit(Scene.Spec("w", [("gpu", 1)], duration: TimeSpan.FromMinutes(1), queue: true) with { Deadline = scene.Now + TimeSpan.FromHours(1) });
        Assert.Equal(RequestStatus.Queued, scene.Status("w"));
        scene.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(RequestStatus.Allocated, scene.Status("w"));
    }

    [Fact]
    public void A_promised_start_moves_to_the_time_of_the_probe_with_the_reason()
    {
        Scene scene = Pool();
        scene.Submit(Scene.Spec("now", [("gpu", 8)], duration: TimeSpan.FromSeconds(10)));
        scene.Submit(Scene.Spec("booked", [("gpu", 1)], duration: TimeSpan.FromMinutes(1)) with { Deadline = scene.Now + TimeSpan.FromHours(1) });
        Assert.Equal(scene.Now + TimeSpan.FromSeconds(10), scene.Request("booked").Booking!.StartsAt);
        End(scene, "now", null);
        Assert.Equal(RequestStatus.Allocated, scene.Status("booked"));
        scene.Submit(Scene.Spec("again", [("gpu", 7)], duration: TimeSpan.FromSeconds(10)));
        scene.Submit(Scene.Spec("later", [("gpu", 7)], duration: TimeSpan.FromMinutes(1)) with { Deadline = scene.Now + TimeSpan.FromHours(1) });
        Fail(scene);

        Instant probedAt = Health(scene).RetryAt!.Value;
        scene.Advance(TimeSpan.FromSeconds(10));
        BookingMoved moved = scene.Events.OfType<BookingMoved>().Last(e => e.Id == "later");
        Assert.Equal((probedAt, ReasonCode.PoolUnhealthy), (moved.To!.StartsAt, moved.Reason!.Code));
        scene.Advance(probedAt - scene.Now);
        Assert.Equal(RequestStatus.Allocated, scene.Status("later"));
    }

    [Fact]
    public void A_promised_start_moves_to_another_pool_that_the_request_accepts()
    {
        Scene scene = Pool();
        scene.Pool("q", ("gpu", 8));
        scene.Submit(Scene.Spec("p", [("gpu", 8)], pools: ["p"], duration: TimeSpan.FromSeconds(10)));
        scene.Submit(Scene.Spec("q", [("gpu", 8)], pools: ["q"], duration: TimeSpan.FromSeconds(20)));
        scene.Submit(Scene.Spec("either", [("gpu", 8)], pools: ["p", "q"], duration: TimeSpan.FromMinutes(1)) with { Deadline = scene.Now + TimeSpan.FromHours(1) });
        Assert.Equal("p", scene.Request("either").Booking!.Pools[0]);
        Fail(scene, "p");

        scene.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(("q", RequestStatus.Reserved), (scene.Request("either").Booking!.Pools[0], scene.Status("either")));
        scene.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("q", scene.Request("either").Lease!.Pools[0]);
    }

    [Fact]
    public void Somebody_may_say_that_it_is_well_again()
    {
        Scene scene = Opened();
        scene.Queue("q1", null, ("gpu", 8));

        PoolReply reply = Assert.IsType<PoolReply>(scene.Send(new ResetPoolHealth("p") { Actor = Scene.Somebody }));

        Assert.Equal((PoolHealthStatus.Healthy, RequestStatus.Allocated, Scene.Somebody), (reply.Pool.Health!.Status, scene.Status("q1"), scene.Events.OfType<PoolHealthReset>().Single().Actor));
        Assert.IsType<PoolReply>(scene.Send(new ResetPoolHealth("p") { Actor = Scene.Somebody }));
        Assert.Single(scene.Events.OfType<PoolHealthReset>());
        Assert.Equal(FaultCode.NotFound, Assert.IsType<Fault>(scene.Send(new ResetPoolHealth("x") { Actor = Scene.Somebody })).Code);
        scene.Pool("plain", ("cpu", 1));
        Assert.Equal(FaultCode.Invalid, Assert.IsType<Fault>(scene.Send(new ResetPoolHealth("plain") { Actor = Scene.Somebody })).Code);
    }

    [Fact]
    public void By_other_settings_it_is_judged_anew_and_without_any_it_grants_all()
    {
        Scene scene = Opened();
        PoolDefinition pool = scene.Engine.Pool("p")!.Definition;
        scene.Pool(pool with { AgingInterval = TimeSpan.FromSeconds(20) });
        Assert.Equal(PoolHealthStatus.Open, Health(scene).Status);

        scene.Pool(pool with { Health = Settings with { Probes = 5 } });
        Assert.Equal(PoolHealthStatus.Healthy, Health(scene).Status);
        Fail(scene);
        scene.Queue("q1", null, ("gpu", 1));
        scene.Pool(pool with { Health = null });
        Assert.Equal(RequestStatus.Allocated, scene.Status("q1"));
        scene.Advance(TimeSpan.FromHours(1));
        Assert.Null(scene.Engine.Pool("p")!.Health);
    }

    [Fact]
    public void Nobody_is_ended_for_somebody_who_waits_for_a_pool_that_is_open()
    {
        Scene scene = Pool();
        scene.Submit(Scene.Spec("low", [("gpu", 7)], priority: "low") with { Preemptible = true });
        Fail(scene);
        scene.Queue("urgent", "critical", ("gpu", 8));
        Assert.Empty(scene.Events.OfType<PreemptionNoticed>());

        scene.Advance(TimeSpan.FromSeconds(30));
        Assert.Single(scene.Events.OfType<PreemptionNoticed>());
    }

    [Fact]
    public void Its_health_survives_a_restart_from_the_journal_and_from_a_snapshot()
    {
        Scene scene = Pool();
        Finish(scene, "sfs");
        Restarts(scene);
        Finish(scene, "f");
        Restarts(scene);
        for (int i = 0; i < 6; i++)
        {
            scene.Queue($"w{i}", null, ("gpu", 1));
        }

        scene.Advance(TimeSpan.FromSeconds(30));
        Restarts(scene);
        End(scene, Outcome.Succeeded);
        Restarts(scene);
        End(scene, Outcome.Failed);
        End(scene, Outcome.Failed);
        Restarts(scene);
        scene.Send(new ResetPoolHealth("p") { Actor = Scene.Somebody });
        Restarts(scene);

        static void Restarts(Scene scene)
        {
            foreach (Nexus.Engine.Core.Engine restarted in (Nexus.Engine.Core.Engine[])[scene.Restored(), scene.Replayed()])
            {
                Assert.Equal(scene.Engine.StateHash(), restarted.StateHash());
                Assert.True(Health(scene).RetryAt is not { } retryAt || restarted.NextDue <= retryAt);
                Assert.Equal(Health(scene).OutcomesAt(scene.Now), restarted.Pool("p")!.Health!.OutcomesAt(scene.Now));
            }
        }
    }

    private static Scene Pool() => Given.Nothing().Pool(Scene.Definition("p", ("gpu", 8), ("memory", 64)) with { Health = Settings });

    private Scene Opened()
    {
        Scene scene = Pool();
        Fail(scene);
        return scene;
    }

    private Scene Probed(int waiting)
    {
        Scene scene = Opened();
        for (int i = 0; i < waiting; i++)
        {
            scene.Queue($"w{i}", null, ("gpu", 1));
        }

        return scene.Advance(TimeSpan.FromSeconds(30));
    }

    private void Fail(Scene scene, string pool = "p")
    {
        // As many as are needed, each of memory alone, so that what holds the devices does not matter.
        for (int i = 0; i < 4; i++)
        {
            string id = $"x{_ids++}";
            scene.Submit(Scene.Spec(id, [("memory", 1)], pools: [pool]));
            End(scene, id, Outcome.Failed);
        }

        Assert.Equal(PoolHealthStatus.Open, scene.Engine.Pool(pool)!.Health!.Status);
    }

    private void Finish(Scene scene, string outcomes)
    {
        foreach (char outcome in outcomes)
        {
            string id = $"x{_ids++}";
            scene.Submit(id, ("gpu", 1));
            End(scene, id, outcome switch { 'f' => Outcome.Failed, 's' => Outcome.Succeeded, _ => null });
        }
    }

    // The first that runs.
    private static void End(Scene scene, Outcome? outcome) => End(scene, scene.Engine.Requests.First(r => r.Status == RequestStatus.Allocated).Spec.Id, outcome);

    private static Reply End(Scene scene, string id, Outcome? outcome) =>
        scene.Send(new Release(new RequestKey("acme", id), scene.Request(id).Lease!.Number, ResourceVector.Empty, Labels.None, outcome) { Actor = Scene.Somebody });

    private static int Running(Scene scene) => scene.Engine.Requests.Count(r => r.Status == RequestStatus.Allocated);

    private static PoolHealthState Health(Scene scene) => scene.Engine.Pool("p")!.Health!;
}
