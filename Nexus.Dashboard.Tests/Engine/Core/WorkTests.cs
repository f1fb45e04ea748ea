using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Reservations;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>A request that states its work and a range of amounts gets the least with which it ends by its deadline.</summary>
public sealed class WorkTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void The_least_that_ends_by_the_deadline_is_granted()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8));

        Request request = nexus.Submit(Work("w", 7200, 1, 8, deadline: nexus.Now + TimeSpan.FromMinutes(40)));

        Assert.Equal((RequestStatus.Allocated, "gpu 3", TimeSpan.FromMinutes(40)), (request.Status, request.Lease!.Amounts.ToString(), request.Spec.Duration));
        Assert.Equal(3m, nexus.Used("m", "gpu"));
        Assert.Equal("3 gpu of 1–8: with less it was not certain to end by its deadline.", ChoiceText.Of(request));
    }

    [Fact]
    public void Without_a_deadline_it_gets_the_least()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8));

        Request request = nexus.Submit(Work("w", 7200, 2, 8));

        Assert.Equal(("gpu 2", Hour), (request.Lease!.Amounts.ToString(), request.Spec.Duration));
        Assert.Equal("2 gpu of 2–8: the least, as it has no deadline.", ChoiceText.Of(request));
    }

    [Fact]
    public void Where_the_least_meets_the_deadline_later_it_is_booked_rather_than_more_be_granted_now()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8));
        nexus.Submit(Scene.Spec("busy", [("gpu", 8)], duration: Hour, lease: 2 * Hour));

        Request request = nexus.Submit(Work("w", 7200, 1, 8, deadline: nexus.Now + (3 * Hour)));

        Assert.Equal((RequestStatus.Reserved, "gpu 1", 2 * Hour, nexus.Now + Hour), (request.Status, request.Needs.ToString(), request.Spec.Duration, request.Booking!.StartsAt));
        Assert.Equal("1 gpu of 1–8: the least meets its deadline.", ChoiceText.Of(request));
    }

    [Fact]
    public void What_is_booked_starts_with_the_chosen_amount()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8));
        nexus.Submit(Scene.Spec("busy", [("gpu", 8)], duration: Hour, lease: Hour));
        nexus.Submit(Work("w", 7200, 1, 8, deadline: nexus.Now + TimeSpan.FromMinutes(90)));

        nexus.Advance(Hour);

        Assert.Equal((RequestStatus.Allocated, "gpu 4"), (nexus.Status("w"), nexus.Request("w").Lease!.Amounts.ToString()));
    }

    [Fact]
    public void More_that_fits_before_a_reservation_is_found_where_less_would_last_too_long()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8));
        Occurrence time = new(nexus.Now + Hour, nexus.Now + (9 * Hour));
        nexus.Send(new SetReservation(new Reservation("nightly", OwnerPath.Parse("globex"), "m", Scene.Vector(("gpu", 8)), time.Start, time.End), [time]) { Actor = Scene.Somebody });

        // Less than two would run into the reservation, and after it the deadline has passed.
        Request request = nexus.Submit(Work("w", 7200, 1, 8, deadline: nexus.Now + (3 * Hour)));

        Assert.Equal((RequestStatus.Allocated, "gpu 2"), (request.Status, request.Needs.ToString()));
    }

    [Fact]
    public void Less_that_is_free_now_is_not_passed_over_where_more_would_have_to_wait_too_long()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8));
        nexus.Submit(Scene.Spec("busy", [("gpu", 5)], duration: 10 * Hour, lease: 20 * Hour));

        Request request = nexus.Submit(Work("w", 7200, 2, 8, deadline: nexus.Now + TimeSpan.FromMinutes(50)));

        Assert.Equal((RequestStatus.Allocated, "gpu 3"), (request.Status, request.Needs.ToString()));
    }

    [Fact]
    public void Where_no_amount_meets_the_deadline_it_is_refused_with_the_earliest_start_of_the_most()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8));
        nexus.Submit(Scene.Spec("busy", [("gpu", 8)], duration: Hour, lease: 2 * Hour));

        Request request = nexus.Submit(Work("w", 7200, 1, 8, deadline: nexus.Now + Hour, queue: true));

        Assert.Equal((RequestStatus.Rejected, ReasonCode.DeadlineOutOfReach, nexus.Now + Hour), (request.Status, request.Reason!.Code, request.Reason.Earliest));
        Assert.Equal("Even with 8 gpu of 1–8, the most that it can have, it would end after its deadline.", ChoiceText.Of(request));
    }

    [Fact]
    public void A_deadline_that_even_the_most_misses_is_refused_at_once()
    {
        Scene nexus = Given.Pool("m", ("gpu", 4));

        Request request = nexus.Submit(Work("w", 7200, 1, 64, deadline: nexus.Now + TimeSpan.FromMinutes(1), queue: true));

        Assert.Equal((ReasonCode.DeadlineOutOfReach, "gpu 4"), (request.Reason!.Code, request.Needs.ToString()));
    }

    [Fact]
    public void What_is_free_is_granted_beside_grants_past_their_end_though_a_promise_of_it_would_come_too_late()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8));
        nexus.Submit(Scene.Spec("over", [("gpu", 4)], duration: Hour, lease: 20 * Hour));
        Occurrence time = new(nexus.Now + Hour, nexus.Now + (9 * Hour));
        nexus.Send(new SetReservation(new Reservation("daily", OwnerPath.Parse("globex"), "m", Scene.Vector(("gpu", 3)), time.Start, time.End), [time]) { Actor = Scene.Somebody });
        nexus.Advance(2 * Hour);

        // With two it takes an hour. Four are free; that three of the eight are reserved lets the grant past its end go for a promise, one grace later.
        Request request = nexus.Submit(Work("w", 7200, 1, 4, deadline: nexus.Now + Hour + TimeSpan.FromSeconds(5)));

        Assert.Equal((RequestStatus.Allocated, "gpu 2"), (request.Status, request.Needs.ToString()));
        Assert.Equal(RequestStatus.Allocated, nexus.Status("over"));
    }

    [Fact]
    public void What_a_quota_never_allows_is_no_candidate()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8)).Quota("acme", new QuotaRule("gpu") { Limit = Quantity.Of(3) });

        Request granted = nexus.Submit(Work("w1", 7200, 1, 8, deadline: nexus.Now + TimeSpan.FromMinutes(40)));
        Request refused = nexus.Submit(Work("w2", 7200, 1, 8, deadline: nexus.Now + TimeSpan.FromMinutes(30)));

        Assert.Equal((RequestStatus.Allocated, "gpu 3"), (granted.Status, granted.Needs.ToString()));
        Assert.Equal((RequestStatus.Rejected, ReasonCode.DeadlineOutOfReach, "gpu 3"), (refused.Status, refused.Reason!.Code, refused.Needs.ToString()));
    }

    [Fact]
    public void Where_even_the_least_is_more_than_every_pool_has_it_is_refused_for_that()
    {
        Scene nexus = Given.Pool("m", ("gpu", 4));

        Request request = nexus.Submit(Work("w", 7200, 5, 8, deadline: nexus.Now + Hour, queue: true));

        Assert.Equal((ReasonCode.ExceedsPools, Scene.Amount(5)), (request.Reason!.Code, request.Reason.Needed));
    }

    [Fact]
    public void The_duration_is_that_of_the_slowest_kind_rounded_up_to_a_millisecond()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8), ("cpu", 64));
        RequestSpec spec = Scene.Spec("w", []).With(new MoldableWork([Range("gpu", 3, 3, 10), Range("cpu", 4, 4, 13.2)]));

        // 10 ÷ 3 = 3.333… s, 13.2 ÷ 4 = 3.3 s.
        Assert.Equal(TimeSpan.FromMilliseconds(3334), nexus.Submit(spec).Spec.Duration);
    }

    [Fact]
    public void What_keeps_the_work_company_grows_with_it_and_what_is_fixed_stays()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8), ("memory", 640), ("cpu", 16));
        MoldableWork work = new([Range("gpu", 1, 8, 7200), Range("memory", 40, 320, 0)]);

        Request request = nexus.Submit((Scene.Spec("w", [("cpu", 2)]) with { Deadline = nexus.Now + TimeSpan.FromMinutes(30) }).With(work));

        Assert.Equal("cpu 2, gpu 4, memory 160", request.Lease!.Amounts.ToString());
    }

    [Fact]
    public void Whole_ends_give_whole_amounts_and_others_are_divided_into_64_rounded_up()
    {
        MoldableWork whole = new([Range("gpu", 1, 1000, 10)]);
        MoldableWork fine = new([Range("gpu", 0.5, 2, 10)]);

        Assert.Equal((64, "gpu 1", "gpu 17", "gpu 1000"), (whole.Steps, At(whole, 0), At(whole, 1), At(whole, 63)));
        Assert.Equal((64, "gpu 0.5", "gpu 0.524", "gpu 2"), (fine.Steps, At(fine, 0), At(fine, 1), At(fine, 63)));
        Assert.Equal((1, "gpu 3"), (new MoldableWork([Range("gpu", 3, 3, 10)]).Steps, At(new MoldableWork([Range("gpu", 3, 3, 10)]), 0)));

        static string At(MoldableWork work, int step) => ResourceVector.Of(work.AmountsAt(step)).ToString();
    }

    [Fact]
    public void A_gang_has_the_chosen_amount_and_its_work_for_each_member()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8));

        Request request = nexus.Submit(Work("w", 3600, 1, 4, deadline: nexus.Now + TimeSpan.FromMinutes(30)) with { Members = 3 });

        Assert.Equal(("gpu 2", "gpu 6", TimeSpan.FromMinutes(30)), (request.Spec.Resources.ToString(), request.Lease!.Amounts.ToString(), request.Spec.Duration));
    }

    [Fact]
    public void What_waits_waits_for_the_least_with_which_it_could_still_end_in_time_and_for_more_as_time_passes()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8));
        nexus.Submit(Scene.Spec("open", [("gpu", 8)], lease: 10 * Hour));

        Request request = nexus.Submit(Work("w", 7200, 1, 8, deadline: nexus.Now + (2 * Hour), queue: true));
        Assert.Equal((RequestStatus.Queued, ReasonCode.NoEndKnown, "gpu 1"), (request.Status, request.Reason!.Code, request.Needs.ToString()));
        Assert.Equal("1 gpu of 1–8: the least with which it can still end by its deadline.", ChoiceText.Of(request));
        Assert.Equal("gpu 2", nexus.Advance(TimeSpan.FromMinutes(1)).Request("w").Needs.ToString());
        Assert.Equal("gpu 3", nexus.Advance(TimeSpan.FromMinutes(60)).Request("w").Needs.ToString());

        nexus.Advance(TimeSpan.FromMinutes(10));
        nexus.Release("open");

        // 71 minutes have passed, 49 are left: two hours of work on three devices take 40.
        Assert.Equal((RequestStatus.Allocated, "gpu 3"), (nexus.Status("w"), nexus.Request("w").Lease!.Amounts.ToString()));
    }

    [Fact]
    public void What_waits_starts_with_more_where_that_is_done_before_what_was_promised_to_others()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8));
        Request open = nexus.Submit(Scene.Spec("open", [("gpu", 8)], owner: "globex/x", lease: 10 * Hour));
        nexus.Submit(Work("w", 7200, 1, 8, deadline: nexus.Now + TimeSpan.FromMinutes(150), queue: true));
        Occurrence time = new(nexus.Now + Hour, nexus.Now + (9 * Hour));
        Assert.IsType<DoneReply>(nexus.Send(new SetReservation(new Reservation("nightly", OwnerPath.Parse("globex"), "m", Scene.Vector(("gpu", 8)), time.Start, time.End), [time]) { Actor = Scene.Somebody }));
        Assert.Equal("gpu 1", nexus.Request("w").Needs.ToString());

        nexus.Send(new Release(open.Key, open.Lease!.Number, ResourceVector.Empty, Labels.None, null) { Actor = Scene.Somebody });

        Assert.Equal((RequestStatus.Allocated, "gpu 2"), (nexus.Status("w"), nexus.Request("w").Needs.ToString()));
    }

    [Fact]
    public void What_a_quota_stops_is_promised_nothing_for_now_by_waiting_for_more()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8)).Quota("acme", new QuotaRule("gpu") { Limit = Quantity.Of(4) });
        nexus.Submit(Scene.Spec("open", [("gpu", 4)], lease: 10 * Hour));
        nexus.Submit(Work("w", 7200, 1, 8, deadline: nexus.Now + (2 * Hour), queue: true));

        nexus.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal((RequestStatus.Queued, "gpu 2", 0), (nexus.Status("w"), nexus.Request("w").Needs.ToString(), nexus.Events.OfType<RequestBooked>().Count()));
    }

    [Fact]
    public void It_is_refused_when_not_even_the_most_would_end_in_time_any_more()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8));
        nexus.Submit(Scene.Spec("open", [("gpu", 8)], lease: 10 * Hour));
        nexus.Submit(Work("w", 7200, 1, 4, deadline: nexus.Now + (2 * Hour), queue: true));

        nexus.Advance(TimeSpan.FromMinutes(90));
        Assert.Equal((RequestStatus.Queued, "gpu 4"), (nexus.Status("w"), nexus.Request("w").Needs.ToString()));
        nexus.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal((RequestStatus.Rejected, ReasonCode.DeadlineOutOfReach), (nexus.Status("w"), nexus.Request("w").Reason!.Code));
    }

    [Fact]
    public void An_attempt_after_a_preemption_chooses_anew()
    {
        Scene nexus = new Scene().Pool(Scene.Definition("m", ("gpu", 8)) with { Preemption = new PreemptionSettings(TimeSpan.Zero, TimeSpan.Zero) });
        nexus.Submit(Work("w", 7200, 1, 8, deadline: nexus.Now + (2 * Hour), queue: true) with { Preemptible = true });
        nexus.Advance(TimeSpan.FromMinutes(20));

        nexus.Submit(Scene.Spec("boss", [("gpu", 8)], priority: "high", duration: Hour, lease: 2 * Hour));

        // Of its two hours 100 minutes are left, and for one of them the pool is taken: the whole work needs three from then on.
        Assert.Equal((RequestStatus.Reserved, 2, "gpu 3", nexus.Now + Hour), (nexus.Status("w"), nexus.Request("w").Attempt, nexus.Request("w").Needs.ToString(), nexus.Request("w").Booking!.StartsAt));
    }

    [Fact]
    public void A_booking_that_cannot_stay_is_promised_anew_in_another_size_and_says_why()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8)).Pool("n", ("gpu", 8));
        nexus.Submit(Scene.Spec("busy", [("gpu", 8)], pools: ["m"], duration: Hour, lease: 4 * Hour));
        nexus.Submit(Scene.Spec("longer", [("gpu", 8)], pools: ["n"], duration: 2 * Hour, lease: 4 * Hour));
        Request booked = nexus.Submit(Work("w", 7200, 1, 8, deadline: nexus.Now + (3 * Hour)));
        Assert.Equal(("gpu 1", nexus.Now + Hour), (booked.Needs.ToString(), booked.Booking!.StartsAt));

        nexus.Send(new DrainPool("m") { Actor = Scene.Somebody });

        Request moved = nexus.Request("w");
        Assert.Equal((RequestStatus.Reserved, "gpu 2", nexus.Now + (2 * Hour), ReasonCode.PoolDraining), (moved.Status, moved.Needs.ToString(), moved.Booking!.StartsAt, moved.Reason!.Code));
        Assert.Equal(("gpu 2", Hour), nexus.Events.OfType<AmountChosen>().Select(c => (c.Resources.ToString(), c.Duration)).Single());
    }

    [Fact]
    public void Who_cannot_wait_has_others_end_for_the_least_that_meets_its_deadline()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8));
        foreach (string id in (string[])["v1", "v2", "v3", "v4"])
        {
            nexus.Submit(Scene.Spec(id, [("gpu", 2)], priority: "low", lease: 10 * Hour) with { Preemptible = true });
        }

        nexus.Pool(Scene.Definition("m", ("gpu", 8)) with { Preemption = new PreemptionSettings(TimeSpan.Zero, TimeSpan.Zero) });
        Request request = nexus.Submit(Work("w", 7200, 1, 8, deadline: nexus.Now + TimeSpan.FromMinutes(40)) with { Priority = "high" });

        Assert.Equal((RequestStatus.Allocated, "gpu 3"), (request.Status, request.Needs.ToString()));
        Assert.Equal(2, nexus.Engine.Requests.Count(r => r.Status == RequestStatus.Preempted));
    }

    [Fact]
    public void Nobody_is_told_to_end_for_a_size_that_would_be_too_late_after_the_grace()
    {
        Scene nexus = new Scene().Pool(Scene.Definition("m", ("gpu", 2)) with { Preemption = new PreemptionSettings(TimeSpan.FromMinutes(10), TimeSpan.Zero) });
        nexus.Submit(Scene.Spec("low", [("gpu", 1)], priority: "low", lease: 10 * Hour) with { Preemptible = true });
        nexus.Submit(Scene.Spec("firm", [("gpu", 1)], priority: "high", lease: 10 * Hour));
        nexus.Submit(Work("w", 3600, 1, 2, deadline: nexus.Now + Hour + TimeSpan.FromMinutes(5), queue: true) with { Priority = "high" });
        Assert.Null(nexus.Request("low").Notice);

        nexus.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal("gpu 2", nexus.Request("w").Needs.ToString());
        Assert.Null(nexus.Request("low").Notice);
    }

    [Fact]
    public void The_same_work_sent_again_is_the_same_request_whatever_was_chosen_and_another_range_is_another()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8));
        RequestSpec spec = Work("w", 7200, 1, 8, deadline: nexus.Now + TimeSpan.FromMinutes(40));
        nexus.Submit(spec);

        Assert.True(Assert.IsType<RequestReply>(nexus.Send(new Submit(spec) { Actor = Scene.Somebody })).Duplicate);
        Assert.Equal(FaultCode.IdReused, Assert.IsType<Fault>(nexus.Send(new Submit(Work("w", 7200, 1, 7, spec.Deadline)) { Actor = Scene.Somebody })).Code);
        Assert.Equal(FaultCode.IdReused, Assert.IsType<Fault>(nexus.Send(new Submit(Scene.Spec("w", [("gpu", 3)], duration: TimeSpan.FromMinutes(40)) with { Deadline = spec.Deadline }) { Actor = Scene.Somebody })).Code);
    }

    [Fact]
    public void A_dry_run_tells_the_choice_and_changes_nothing()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8));

        Request imagined = Assert.IsType<RequestReply>(nexus.Send(new Submit(Work("w", 7200, 1, 8, nexus.Now + TimeSpan.FromMinutes(20)), DryRun: true) { Actor = Scene.Somebody })).Request;

        Assert.Equal("gpu 6", imagined.Lease!.Amounts.ToString());
        Assert.Empty(nexus.Engine.Requests);
    }

    [Theory]
    [InlineData("tokens.input", "$.amounts['tokens.input']", "not held")]
    [InlineData("time.queue", "$.amounts['time.queue']", "never requested")]
    [InlineData("tpu", "$.amounts['tpu']", "does not exist")]
    public void Only_of_what_is_held_can_the_amount_be_left_open(string kind, string field, string why)
    {
        Scene nexus = Given.Pool("m", ("gpu", 8));

        Fault fault = Assert.IsType<Fault>(nexus.Send(new Submit(Scene.Spec("w", []).With(new MoldableWork([Range(kind, 1, 2, 10)]))) { Actor = Scene.Somebody }));

        Assert.Equal(field, fault.Field);
        Assert.Contains(why, fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_that_with_the_most_need_more_than_an_amount_can_be_are_refused_by_name()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8));

        Fault fault = Assert.IsType<Fault>(nexus.Send(new Submit(Work("w", 10, 1, 1_000_000_000) with { Members = 10_000 }) { Actor = Scene.Somebody }));

        Assert.Equal("$.members", fault.Field);
    }

    [Fact]
    public void What_was_chosen_and_what_was_open_survive_the_journal_and_a_snapshot()
    {
        Scene nexus = Given.Pool("m", ("gpu", 8));
        nexus.Submit(Scene.Spec("open", [("gpu", 5)], lease: 10 * Hour));
        nexus.Submit(Work("w1", 7200, 1, 8, nexus.Now + TimeSpan.FromMinutes(60)));
        nexus.Submit(Work("w2", 7200, 2, 8, nexus.Now + Hour, queue: true));
        nexus.Advance(TimeSpan.FromMinutes(25));

        Nexus.Engine.Core.Engine replayed = nexus.Replayed();
        Nexus.Engine.Core.Engine restored = Nexus.Engine.Core.Engine.Restore(nexus.Engine.Capture().Encode().State.Span, new EngineLimits());

        Assert.Equal(("gpu 2", "gpu 4"), (nexus.Request("w1").Needs.ToString(), nexus.Request("w2").Needs.ToString()));
        foreach (Nexus.Engine.Core.Engine back in (Nexus.Engine.Core.Engine[])[replayed, restored])
        {
            Request waits = back.Requests.Single(r => r.Spec.Id == "w2");
            Assert.Equal(("gpu 4", TimeSpan.FromMinutes(30), nexus.Request("w2").Spec.Work), (waits.Needs.ToString(), waits.Spec.Duration, waits.Spec.Work));
            Assert.Equal(nexus.Engine.StateHash(), back.StateHash());
        }
    }

    private static RequestSpec Work(string id, double work, double min, double max, Instant? deadline = null, bool queue = false) =>
        (Scene.Spec(id, [], queue: queue, lease: TimeSpan.FromHours(20)) with { Deadline = deadline }).With(new MoldableWork([Range("gpu", min, max, work)]));

    private static AmountRange Range(string kind, double min, double max, double work) => new(kind, Scene.Amount(min), Scene.Amount(max), Scene.Amount(work));
}
