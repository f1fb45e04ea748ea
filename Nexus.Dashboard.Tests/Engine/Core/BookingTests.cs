using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>What has a deadline and does not fit is promised a start, and the promise is kept.</summary>
public sealed class BookingTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void What_fits_now_is_granted_though_it_has_a_deadline()
    {
        Scene nexus = Gpus(4);

        Assert.Equal(RequestStatus.Allocated, Ask(nexus, "r", 4, minutes: 5, deadline: 5).Status);
    }

    [Fact]
    public void A_start_is_booked_at_the_earliest_time_that_meets_the_deadline_and_comes_exactly_then()
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "r1", 4, minutes: 10);

        Request booked = Ask(nexus, "r2", 4, minutes: 5, deadline: 20);

        Assert.Equal((RequestStatus.Reserved, nexus.Now + (10 * Minute)), (booked.Status, booked.Booking!.StartsAt));
        Assert.Equal(4, nexus.Engine.Pool("p")!.Of("gpu")!.Booked.Units);

        nexus.Advance((10 * Minute) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(RequestStatus.Reserved, nexus.Status("r2"));

        nexus.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((RequestStatus.Allocated, null), (nexus.Status("r2"), nexus.Request("r2").Booking));
        Assert.Equal(0, nexus.Engine.Pool("p")!.Of("gpu")!.Booked.Units);
    }

    [Fact]
    public void A_booking_moves_to_another_pool_where_room_comes_up_earlier()
    {
        Scene nexus = Gpus(4).Pool("q", ("gpu", 4));
        Ask(nexus, "in-p", 4, minutes: 10);
        Ask(nexus, "in-q", 4, minutes: null);
        Assert.Equal(["p"], Ask(nexus, "booked", 4, minutes: 5, deadline: 60).Booking!.Pools);
        nexus.Advance(Minute);

        nexus.Release("in-q");

        Assert.Equal((RequestStatus.Allocated, "q"), (nexus.Status("booked"), nexus.Request("booked").Lease!.Pools[0]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_no_start_can_meet_is_rejected_with_the_earliest_that_could_whether_it_would_wait_or_not(bool queue)
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "r1", 4, minutes: 10);

        Request late = Ask(nexus, "r2", 4, minutes: 11, deadline: 20, queue: queue);

        Assert.Equal((RequestStatus.Rejected, ReasonCode.DeadlineOutOfReach, nexus.Now + (10 * Minute)), (late.Status, late.Reason!.Code, late.Reason.Earliest!.Value));
    }

    [Fact]
    public void A_deadline_sooner_than_the_work_takes_is_rejected_though_everything_is_free()
    {
        Request late = Ask(Gpus(4), "r", 1, minutes: 11, deadline: 10);

        Assert.Equal((RequestStatus.Rejected, ReasonCode.DeadlineOutOfReach), (late.Status, late.Reason!.Code));
    }

    [Theory]
    [InlineData(true, RequestStatus.Queued)]
    [InlineData(false, RequestStatus.Rejected)]
    public void Behind_a_grant_without_a_known_end_nothing_is_promised(bool queue, RequestStatus then)
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "open", 1, minutes: null);

        Request request = Ask(nexus, "r", 4, minutes: 5, deadline: 20, queue: queue);

        Assert.Equal((then, ReasonCode.NoEndKnown), (request.Status, request.Reason!.Code));
    }

    [Fact]
    public void What_waits_behind_an_unknown_end_is_refused_when_its_deadline_can_no_longer_be_met()
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "open", 1, minutes: null);
        Ask(nexus, "r", 4, minutes: 5, deadline: 20, queue: true);

        nexus.Advance(15 * Minute);
        Assert.Equal(RequestStatus.Queued, nexus.Status("r"));

        nexus.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((RequestStatus.Rejected, ReasonCode.DeadlineOutOfReach), (nexus.Status("r"), nexus.Request("r").Reason!.Code));
    }

    [Fact]
    public void Without_a_duration_the_deadline_bounds_the_start()
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "r1", 4, minutes: 10);

        Assert.Equal(RequestStatus.Reserved, Ask(nexus, "at", 4, minutes: null, deadline: 10).Status);
        Assert.Equal(RequestStatus.Rejected, Ask(nexus, "before", 4, minutes: null, deadline: 9).Status);
    }

    [Fact]
    public void A_booking_holds_against_everything_that_would_still_run_at_its_start()
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "r1", 2, minutes: 10);
        Ask(nexus, "booked", 4, minutes: 5, deadline: 20);

        Request longer = Ask(nexus, "longer", 2, minutes: 11);
        Request open = Ask(nexus, "open", 1, minutes: null);
        Request shorter = Ask(nexus, "shorter", 2, minutes: 10);

        Assert.Equal((RequestStatus.Rejected, ReasonCode.BehindBooking), (longer.Status, longer.Reason!.Code));
        Assert.Equal(new Reason(ReasonCode.BehindBooking, "p", "gpu", Scene.Amount(2), Scene.Amount(0), nexus.Now + (15 * Minute)), longer.Reason);
        Assert.Equal((RequestStatus.Rejected, RequestStatus.Allocated), (open.Status, shorter.Status));
    }

    [Fact]
    public void Who_waits_behind_a_booking_starts_when_that_is_cancelled()
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "r1", 2, minutes: 10);
        Ask(nexus, "booked", 4, minutes: 5, deadline: 20);
        Assert.Equal(RequestStatus.Queued, Ask(nexus, "longer", 2, minutes: 11, queue: true).Status);

        nexus.Cancel("booked");

        Assert.Equal((RequestStatus.Cancelled, RequestStatus.Allocated), (nexus.Status("booked"), nexus.Status("longer")));
    }

    [Fact]
    public void Who_waits_behind_a_booking_starts_when_its_time_has_come()
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "r1", 2, minutes: 10);
        Ask(nexus, "booked", 3, minutes: 5, deadline: 20);
        Ask(nexus, "two", 2, minutes: 30, queue: true);

        nexus.Advance(10 * Minute);
        Assert.Equal((RequestStatus.Allocated, RequestStatus.Queued), (nexus.Status("booked"), nexus.Status("two")));

        nexus.Release("booked");
        Assert.Equal(RequestStatus.Allocated, nexus.Status("two"));
    }

    [Fact]
    public void A_booking_moves_earlier_when_its_pool_grows()
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "first", 4, minutes: 10);
        Ask(nexus, "booked", 2, minutes: 5, deadline: 20);

        nexus.Pool("p", ("gpu", 6));

        Assert.Equal(RequestStatus.Allocated, nexus.Status("booked"));
    }

    [Fact]
    public void A_booking_moves_earlier_when_capacity_comes_back_early()
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "r1", 4, minutes: 10);
        Ask(nexus, "r2", 4, minutes: 5, deadline: 60);
        Ask(nexus, "r3", 4, minutes: 5, deadline: 60);
        Assert.Equal(nexus.Now + (15 * Minute), nexus.Request("r3").Booking!.StartsAt);

        nexus.Advance(2 * Minute);
        nexus.Release("r1");

        Assert.Equal((RequestStatus.Allocated, nexus.Now + (5 * Minute)), (nexus.Status("r2"), nexus.Request("r3").Booking!.StartsAt));
        Assert.All(nexus.Events.OfType<BookingMoved>(), m => Assert.Null(m.Reason));
    }

    [Fact]
    public void A_grant_past_its_end_runs_on_until_a_booking_needs_it_and_is_told_one_grace_ahead()
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "r1", 4, minutes: 10);
        Ask(nexus, "r2", 4, minutes: 5, deadline: 60);

        nexus.Advance((10 * Minute) - TimeSpan.FromSeconds(10));
        Assert.Equal(nexus.Now + TimeSpan.FromSeconds(10), nexus.Request("r1").Notice!.At);
        Assert.Equal(PreemptionRule.Booking, nexus.Request("r1").Notice!.Rule);

        nexus.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((RequestStatus.Preempted, ReasonCode.MadeWay), (nexus.Status("r1"), nexus.Request("r1").Reason!.Code));
        Assert.Equal(RequestStatus.Allocated, nexus.Status("r2"));
    }

    [Fact]
    public void Of_several_past_their_end_only_as_many_end_as_are_needed_the_most_overdue_first()
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "late", 2, minutes: 3);
        Ask(nexus, "later", 2, minutes: 2);
        nexus.Advance(5 * Minute);

        Request request = Ask(nexus, "r", 2, minutes: 5, deadline: 60);

        Assert.Equal((RequestStatus.Reserved, nexus.Now + TimeSpan.FromSeconds(10)), (request.Status, request.Booking!.StartsAt));
        nexus.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(
            (RequestStatus.Allocated, RequestStatus.Allocated, RequestStatus.Preempted),
            (nexus.Status("r"), nexus.Status("late"), nexus.Status("later")));
    }

    [Fact]
    public void When_the_booking_is_cancelled_who_was_told_to_end_runs_on()
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "r1", 4, minutes: 10);
        Ask(nexus, "r2", 4, minutes: 5, deadline: 60);
        nexus.Advance((10 * Minute) - TimeSpan.FromSeconds(5));
        Assert.NotNull(nexus.Request("r1").Notice);

        nexus.Cancel("r2");
        nexus.Advance(Minute);

        Assert.Equal((RequestStatus.Allocated, (PreemptionNotice?)null), (nexus.Status("r1"), nexus.Request("r1").Notice));
    }

    [Fact]
    public void A_lease_never_reaches_past_a_booking_that_needs_it_beyond_its_duration()
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "r1", 2, minutes: 10);
        Ask(nexus, "booked", 4, minutes: 30, deadline: 60);

        Request shorter = Ask(nexus, "shorter", 2, minutes: 5);

        Assert.Equal(nexus.Now + (10 * Minute), shorter.Lease!.ExpiresAt);
        nexus.Advance(Minute);
        nexus.Renew("shorter");
        Assert.Equal(nexus.Now + (9 * Minute), nexus.Request("shorter").Lease!.ExpiresAt);
    }

    [Fact]
    public void A_grant_cannot_be_extended_by_what_was_promised()
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "r1", 2, minutes: 10);
        Ask(nexus, "long", 1, minutes: 30);
        Ask(nexus, "booked", 3, minutes: 5, deadline: 20);

        RequestReply reply = (RequestReply)nexus.Renew("long", extend: [("gpu", 1)]);

        Assert.Equal(ReasonCode.BehindBooking, reply.Refusal!.Code);
    }

    [Fact]
    public void When_capacity_is_lost_a_booking_moves_later_and_says_why()
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "r1", 2, minutes: 10);
        Ask(nexus, "r2", 2, minutes: 20);
        Ask(nexus, "booked", 2, minutes: 5, deadline: 60);

        nexus.Pool("p", ("gpu", 2));

        BookingMoved moved = Assert.Single(nexus.Events.OfType<BookingMoved>());
        Assert.Equal((nexus.Now + (20 * Minute), ReasonCode.NotEnoughFree), (moved.To!.StartsAt, moved.Reason!.Code));
    }

    [Theory]
    [InlineData(true, RequestStatus.Queued)]
    [InlineData(false, RequestStatus.Rejected)]
    public void A_booking_in_a_pool_that_drains_waits_or_is_refused(bool queue, RequestStatus then)
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "r1", 4, minutes: 10);
        Ask(nexus, "booked", 2, minutes: 5, deadline: 60, queue: queue);

        nexus.Send(new DrainPool("p") { Actor = Scene.Somebody });

        Assert.Equal((then, ReasonCode.PoolDraining), (nexus.Status("booked"), nexus.Request("booked").Reason!.Code));
    }

    [Fact]
    public void One_that_can_no_longer_meet_its_deadline_ends_with_that_reason()
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "r1", 4, minutes: 10);
        Ask(nexus, "booked", 4, minutes: 5, deadline: 20);

        nexus.Pool("p", ("gpu", 3));

        Assert.Equal(RequestStatus.Rejected, nexus.Status("booked"));
    }

    [Fact]
    public void A_bucket_that_is_empty_at_the_start_moves_it_to_the_refill()
    {
        Scene nexus = Gpus(4).Bucket("b", "external.calls", rate: 1, per: Minute, burst: 10);
        Ask(nexus, "r1", 4, minutes: 10);
        Request booked = nexus.Submit(Scene.Spec("r2", [("external.calls", 10), ("gpu", 4)], duration: 5 * Minute) with { Deadline = nexus.Now + (60 * Minute) });
        Assert.Equal(nexus.Now + (10 * Minute), booked.Booking!.StartsAt);
        nexus.Advance(9 * Minute);
        nexus.Submit("calls", ("external.calls", 5));

        nexus.Advance(Minute);

        BookingMoved moved = Assert.Single(nexus.Events.OfType<BookingMoved>());
        Assert.Equal((nexus.Now + (4 * Minute), ReasonCode.RateExhausted), (moved.To!.StartsAt, moved.Reason!.Code));
        nexus.Advance(4 * Minute);
        Assert.Equal(RequestStatus.Allocated, nexus.Status("r2"));
    }

    [Fact]
    public void A_start_that_a_quota_stops_is_tried_again_later_with_that_reason()
    {
        Scene nexus = Gpus(4).Pool("q", ("gpu", 4)).Quota("acme", new QuotaRule("gpu") { Limit = Quantity.Of(4) });
        nexus.Submit(Scene.Spec("others", [("gpu", 4)], owner: "globex/x", pools: ["p"], duration: 10 * Minute, lease: 60 * Minute));
        nexus.Submit(Scene.Spec("booked", [("gpu", 4)], pools: ["p"], duration: 5 * Minute) with { Deadline = nexus.Now + (60 * Minute) });
        nexus.Submit(Scene.Spec("own", [("gpu", 4)], pools: ["q"], lease: 60 * Minute));

        nexus.Advance(10 * Minute);

        BookingMoved moved = Assert.Single(nexus.Events.OfType<BookingMoved>());
        Assert.Equal((nexus.Now + TimeSpan.FromSeconds(10), ReasonCode.OverQuota), (moved.To!.StartsAt, moved.Reason!.Code));
        nexus.Release("own");
        nexus.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(RequestStatus.Allocated, nexus.Status("booked"));
    }

    [Fact]
    public void One_that_is_held_back_gives_its_booking_up_and_gets_another_when_let_go()
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "r1", 4, minutes: 10);
        Ask(nexus, "booked", 4, minutes: 5, deadline: 60);

        nexus.Send(new Hold(new RequestKey("acme", "booked"), true) { Actor = Scene.Somebody });
        Assert.Equal((RequestStatus.Queued, true, null), (nexus.Status("booked"), nexus.Request("booked").Held, nexus.Request("booked").Booking));

        nexus.Send(new Hold(new RequestKey("acme", "booked"), false) { Actor = Scene.Somebody });
        Assert.Equal((RequestStatus.Reserved, nexus.Now + (10 * Minute)), (nexus.Status("booked"), nexus.Request("booked").Booking!.StartsAt));
    }

    [Fact]
    public void Nobody_is_preempted_for_what_a_booking_would_take_away_again()
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "r1", 2, minutes: 10);
        nexus.Submit(Scene.Spec("victim", [("gpu", 2)], priority: "low", duration: 10 * Minute) with { Preemptible = true });
        Ask(nexus, "booked", 4, minutes: 5, deadline: 20);

        nexus.Submit(Scene.Spec("boss", [("gpu", 2)], priority: "critical", duration: 30 * Minute, queue: true));

        Assert.Null(nexus.Request("victim").Notice);
    }

    [Fact]
    public void After_a_restart_promises_stand_and_are_kept()
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "r1", 2, minutes: 10);
        Ask(nexus, "booked", 4, minutes: 5, deadline: 20);
        Nexus.Engine.Core.Engine replayed = nexus.Replayed();
        Nexus.Engine.Core.Engine restored = Nexus.Engine.Core.Engine.Restore(nexus.Engine.Capture().Encode().State.Span, new EngineLimits());

        foreach (Nexus.Engine.Core.Engine engine in (Nexus.Engine.Core.Engine[])[replayed, restored])
        {
            Assert.Equal(nexus.Engine.StateHash(), engine.StateHash());
            Batch batch = new();
            RequestReply longer = (RequestReply)engine.Handle(new Submit(Scene.Spec("longer", [("gpu", 1)], duration: 11 * Minute)) { Actor = Scene.Somebody }, nexus.Now, batch);
            Assert.Equal(RequestStatus.Rejected, longer.Request.Status);
            engine.Handle(new Tick { Actor = Actor.Engine }, nexus.Now + (10 * Minute), batch);
            Assert.Equal(RequestStatus.Allocated, engine.Requests.Single(r => r.Spec.Id == "booked").Status);
        }
    }

    [Fact]
    public void A_dry_run_promises_nothing()
    {
        Scene nexus = Gpus(4);
        Ask(nexus, "r1", 4, minutes: 10);
        RequestSpec spec = Scene.Spec("r2", [("gpu", 4)], duration: 5 * Minute) with { Deadline = nexus.Now + (20 * Minute) };

        RequestReply imagined = (RequestReply)nexus.Send(new Submit(spec, DryRun: true) { Actor = Scene.Somebody });

        Assert.Equal((RequestStatus.Reserved, nexus.Now + (10 * Minute)), (imagined.Request.Status, imagined.Request.Booking!.StartsAt));
        Assert.DoesNotContain(nexus.Engine.Requests, r => r.Spec.Id == "r2");
    }

    private static Scene Gpus(double count) => Given.Pool("p", ("gpu", count));

    private static Request Ask(Scene nexus, string id, double gpus, int? minutes, int? deadline = null, bool queue = false) => nexus.Submit(
        Scene.Spec(id, [("gpu", gpus)], duration: minutes is { } m ? m * Minute : null, queue: queue, lease: 60 * Minute)
            with { Deadline = deadline is { } d ? nexus.Now + (d * Minute) : null });
}
