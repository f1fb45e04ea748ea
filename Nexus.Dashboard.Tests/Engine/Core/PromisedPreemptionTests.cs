using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>A request with a deadline that no booking meets is promised the start at which lower classes, or who borrows what is its own, have ended for it.</summary>
public sealed class PromisedPreemptionTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_cannot_be_booked_by_its_deadline_is_promised_the_end_of_lower_classes(bool queue)
    {
        Scene nexus = Full();

        Request urgent = nexus.Submit(Urgent(nexus, queue: queue));

        Assert.Equal((RequestStatus.Reserved, nexus.Now + Grace), (urgent.Status, urgent.Booking!.StartsAt));
        Assert.Equal(new PreemptionNotice(nexus.Now + Grace, PreemptionRule.Priority, OwnerPath.Parse("acme/boss"), "urgent"), nexus.Request("low").Notice);
        Assert.Equal("Grants of a lower class in pool p were told to end for it; what they free is kept for it.", ReasonText.Of(nexus.Request("urgent").Reason!));
        nexus.Advance(Grace);
        Assert.Equal((RequestStatus.Allocated, RequestStatus.Preempted), (nexus.Status("urgent"), nexus.Status("low")));
        Assert.Equal((nexus.Now, ReasonCode.Preempted), (nexus.Request("urgent").Lease!.GrantedAt, nexus.Request("low").Reason!.Code));
    }

    [Fact]
    public void Where_a_booking_meets_the_deadline_nobody_ends()
    {
        Scene nexus = Given.Pool("p", ("gpu", 4));
        nexus.Submit(Scene.Spec("low", [("gpu", 4)], priority: "low", duration: Minute) with { Preemptible = true });

        Request urgent = nexus.Submit(Urgent(nexus, deadline: 5 * Minute));

        Assert.Equal((RequestStatus.Reserved, nexus.Now + Minute), (urgent.Status, urgent.Booking!.StartsAt));
        Assert.Null(nexus.Request("low").Notice);
    }

    [Fact]
    public void Where_the_only_booking_comes_too_late_lower_classes_end()
    {
        Scene nexus = Given.Pool("p", ("gpu", 4));
        nexus.Submit(Scene.Spec("low", [("gpu", 4)], priority: "low", duration: 5 * Minute) with { Preemptible = true });

        Request urgent = nexus.Submit(Urgent(nexus, deadline: 2 * Minute));

        Assert.Equal((RequestStatus.Reserved, nexus.Now + Grace), (urgent.Status, urgent.Booking!.StartsAt));
        Assert.NotNull(nexus.Request("low").Notice);
    }

    [Fact]
    public void Nobody_is_told_to_end_whose_grace_goes_beyond_the_deadline()
    {
        Scene nexus = Full();

        Request urgent = nexus.Submit(Urgent(nexus, deadline: Grace + TimeSpan.FromSeconds(30), duration: TimeSpan.FromSeconds(31)));

        Assert.Equal(RequestStatus.Rejected, urgent.Status);
        Assert.Null(nexus.Request("low").Notice);
    }

    [Fact]
    public void Without_a_grace_it_starts_at_once()
    {
        Scene nexus = Full(grace: TimeSpan.Zero);

        Assert.Equal(RequestStatus.Allocated, nexus.Submit(Urgent(nexus)).Status);
        Assert.Equal(RequestStatus.Preempted, nexus.Status("low"));
    }

    [Fact]
    public void A_dry_run_says_so_and_tells_nobody()
    {
        Scene nexus = Full();

        Request imagined = ((RequestReply)nexus.Send(new Submit(Urgent(nexus), DryRun: true) { Actor = Scene.Somebody })).Request;

        Assert.Equal((RequestStatus.Reserved, nexus.Now + Grace), (imagined.Status, imagined.Booking!.StartsAt));
        Assert.Null(nexus.Request("low").Notice);
    }

    [Fact]
    public void What_ends_for_it_is_promised_to_nobody_else()
    {
        Scene nexus = Full();
        nexus.Submit(Urgent(nexus));

        Request second = nexus.Submit(Urgent(nexus, id: "second"));

        Assert.Equal(nexus.Now + Grace + Minute, second.Booking!.StartsAt);
        nexus.Submit(Scene.Spec("small", [("gpu", 1)], priority: "critical"));
        Assert.Equal(RequestStatus.Rejected, nexus.Status("small"));
    }

    [Fact]
    public void When_it_is_cancelled_they_run_on()
    {
        Scene nexus = Full();
        nexus.Submit(Urgent(nexus));

        nexus.Cancel("urgent");

        Assert.Null(nexus.Request("low").Notice);
        nexus.Advance(Grace);
        Assert.Equal(RequestStatus.Allocated, nexus.Status("low"));
    }

    [Fact]
    public void When_it_can_start_without_their_end_they_run_on()
    {
        Scene nexus = Given.Pool("p", ("gpu", 8));
        nexus.Submit(Scene.Spec("low", [("gpu", 4)], priority: "low") with { Preemptible = true });
        nexus.Submit(Scene.Spec("peer", [("gpu", 4)], priority: "critical"));
        nexus.Submit(Urgent(nexus));
        Assert.NotNull(nexus.Request("low").Notice);

        nexus.Release("peer");

        Assert.Equal(RequestStatus.Allocated, nexus.Status("urgent"));
        Assert.Null(nexus.Request("low").Notice);
    }

    [Fact]
    public void When_they_end_before_it_starts_then()
    {
        Scene nexus = Full();
        nexus.Submit(Urgent(nexus));
        nexus.Advance(TimeSpan.FromSeconds(3));

        nexus.Release("low");

        Assert.Equal((RequestStatus.Allocated, nexus.Now), (nexus.Status("urgent"), nexus.Request("urgent").Lease!.GrantedAt));
    }

    [Fact]
    public void In_a_class_that_may_not_take_it_loses_its_start_and_they_run_on()
    {
        Scene nexus = Full();
        nexus.Submit(Urgent(nexus, queue: true));

        nexus.Send(new SetPriority(new RequestKey("acme", "urgent"), "low") { Actor = Scene.Somebody });

        Assert.Equal(RequestStatus.Queued, nexus.Status("urgent"));
        Assert.Null(nexus.Request("low").Notice);
    }

    [Fact]
    public void When_capacity_is_lost_meanwhile_it_says_so_and_they_run_on()
    {
        Scene nexus = Full();
        nexus.Submit(Urgent(nexus, queue: true));

        nexus.Pool(Scene.Definition("p", ("gpu", 2)));

        Assert.Equal((RequestStatus.Rejected, ReasonCode.ExceedsPools), (nexus.Status("urgent"), nexus.Request("urgent").Reason!.Code));
        Assert.Null(nexus.Request("low").Notice);
    }

    [Fact]
    public void Lent_quota_comes_back_for_a_promised_start_too()
    {
        Scene nexus = new Scene().Pool(Scene.Definition("p", ("gpu", 100)) with { Strategy = "fairShare", Preemption = new PreemptionSettings(Grace, TimeSpan.Zero) })
            .Quota("acme", new QuotaRule("gpu") { Extra = Quantity.Zero })
            .Quota("acme/boss", new QuotaRule("gpu") { Limit = Scene.Amount(4), Borrow = QuotaBound.Unbounded })
            .Quota("acme/other", new QuotaRule("gpu") { Limit = Scene.Amount(4), Borrow = QuotaBound.Unbounded });
        nexus.Submit(Scene.Spec("own", [("gpu", 4)], owner: "acme/other/w", queue: true) with { Preemptible = true });
        nexus.Submit(Scene.Spec("one", [("gpu", 2)], owner: "acme/other/w", queue: true) with { Preemptible = true });
        nexus.Submit(Scene.Spec("two", [("gpu", 2)], owner: "acme/other/w", queue: true) with { Preemptible = true });

        Request urgent = nexus.Submit(Urgent(nexus));

        Assert.Equal((RequestStatus.Reserved, nexus.Now + Grace), (urgent.Status, urgent.Booking!.StartsAt));
        nexus.Advance(Grace);
        Assert.Equal((RequestStatus.Allocated, RequestStatus.Queued, RequestStatus.Queued), (nexus.Status("urgent"), nexus.Status("one"), nexus.Status("two")));
    }

    [Fact]
    public void Whoever_waits_with_a_deadline_is_promised_it_when_it_can_be()
    {
        Scene nexus = Given.Pool("p", ("gpu", 4));
        nexus.Submit(Scene.Spec("firm", [("gpu", 4)], priority: "low"));
        nexus.Submit(Urgent(nexus, queue: true, deadline: 5 * Minute));
        Assert.Equal(RequestStatus.Queued, nexus.Status("urgent"));
        nexus.Submit(Scene.Spec("low", [("gpu", 4)], priority: "low", queue: true) with { Preemptible = true });
        nexus.Send(new Hold(new RequestKey("acme", "urgent"), true) { Actor = Scene.Somebody });
        nexus.Release("firm");
        Assert.Equal(RequestStatus.Allocated, nexus.Status("low"));

        nexus.Send(new Hold(new RequestKey("acme", "urgent"), false) { Actor = Scene.Somebody });

        Assert.Equal((RequestStatus.Reserved, nexus.Now + Grace), (nexus.Status("urgent"), nexus.Request("urgent").Booking!.StartsAt));
        nexus.Advance(Grace);
        Assert.Equal((RequestStatus.Allocated, RequestStatus.Queued), (nexus.Status("urgent"), nexus.Status("low")));
    }

    [Fact]
    public void Who_was_promised_what_another_made_free_starts_when_there_is_room_once_the_other_is_cancelled()
    {
        Scene nexus = new Scene().Pool(Scene.Definition("p", ("gpu", 4)) with { Preemption = new PreemptionSettings(Grace, TimeSpan.Zero) });
        nexus.Submit(Scene.Spec("low", [("gpu", 4)], priority: "low", duration: 5 * Minute) with { Preemptible = true });
        Instant lowIsOver = nexus.Now + (5 * Minute);
        nexus.Submit(Urgent(nexus, id: "patient", deadline: 10 * Minute));
        nexus.Submit(Urgent(nexus, deadline: 2 * Minute));
        Assert.Equal(nexus.Now + Grace + Minute, nexus.Request("patient").Booking!.StartsAt);

        nexus.Send(new Cancel(new RequestKey("acme", "urgent")) { Actor = Scene.Somebody });

        Assert.Null(nexus.Request("low").Notice);
        Assert.Equal((RequestStatus.Reserved, lowIsOver), (nexus.Status("patient"), nexus.Request("patient").Booking!.StartsAt));
        nexus.Advance(lowIsOver - nexus.Now);
        Assert.Equal(RequestStatus.Allocated, nexus.Status("patient"));
    }

    [Fact]
    public void A_replay_and_a_snapshot_keep_it()
    {
        Scene nexus = Full();
        nexus.Submit(Urgent(nexus));

        Assert.Equal(nexus.Engine.StateHash(), nexus.Replayed().StateHash());
        Nexus.Engine.Core.Engine restored = Nexus.Engine.Core.Engine.Restore(nexus.Engine.Capture().Encode().State.Span, new EngineLimits());
        Assert.Equal(nexus.Engine.StateHash(), restored.StateHash());

        Batch batch = new();
        restored.Handle(new Tick { Actor = Actor.Engine }, nexus.Now + Grace, batch);
        Assert.Equal(RequestStatus.Allocated, restored.Requests.Single(r => r.Spec.Id == "urgent").Status);
    }

    // Somebody of a low class holds all of a pool, without an end.
    private static Scene Full(TimeSpan? grace = null)
    {
        Scene nexus = new Scene().Pool(Scene.Definition("p", ("gpu", 4)) with { Preemption = new PreemptionSettings(grace ?? Grace, TimeSpan.Zero) });
        nexus.Submit(Scene.Spec("low", [("gpu", 4)], priority: "low") with { Preemptible = true });
        return nexus;
    }

    private static RequestSpec Urgent(Scene nexus, bool queue = false, TimeSpan? deadline = null, TimeSpan? duration = null, string id = "urgent") =>
        Scene.Spec(id, [("gpu", 4)], owner: "acme/boss", priority: "high", duration: duration ?? Minute, queue: queue) with { Deadline = nexus.Now + (deadline ?? 3 * Minute) };
}
