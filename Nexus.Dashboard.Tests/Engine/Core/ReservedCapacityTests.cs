using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Reservations;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>What is reserved holds against everybody but its owner, who draws from it.</summary>
public sealed class ReservedCapacityTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_reservation_holds_against_what_would_still_run_when_it_begins()
    {
        Scene nexus = Reserved(gpus: 3, from: 1, to: 60);

        Assert.Equal(ReasonCode.BehindBooking, Ask(nexus, "long", 2, minutes: 30).Reason!.Code);
        Assert.Equal(RequestStatus.Allocated, Ask(nexus, "short", 2, minutes: 1).Status);
        Assert.Equal(RequestStatus.Allocated, Ask(nexus, "beside", 1, minutes: 30).Status);
    }

    [Fact]
    public void Requests_of_its_owner_and_below_draw_from_it_by_themselves()
    {
        Scene nexus = Reserved(gpus: 3, from: 1, to: 60);

        Assert.Equal(RequestStatus.Allocated, Ask(nexus, "own", 4, minutes: 30, owner: "lab/y/worker").Status);
    }

    [Fact]
    public void One_that_names_it_runs_within_it_alone()
    {
        Scene nexus = Reserved(gpus: 3, from: 1, to: 60);
        RequestSpec bound = Scene.Spec("bound", [("gpu", 3)], owner: "lab/y", duration: 10 * Minute, queue: true) with { Reservation = "night" };

        Assert.Equal(RequestStatus.Queued, nexus.Submit(bound).Status);
        nexus.Advance(Minute);

        Assert.Equal(RequestStatus.Allocated, nexus.Request("bound", "lab").Status);
    }

    [Fact]
    public void Who_ran_as_long_as_was_said_and_makes_way_is_not_put_back_to_run_again()
    {
        Scene nexus = Reserved(gpus: 3, from: 1, to: 60);
        Ask(nexus, "r", 2, minutes: 1, queue: true);

        nexus.Advance(Minute);

        Request done = nexus.Request("r", "lab");
        Assert.Equal((RequestStatus.Preempted, ReasonCode.MadeWay, 1), (done.Status, done.Reason!.Code, done.Attempt));
    }

    [Theory]
    [InlineData("lab/x", "night")]
    [InlineData("lab/y", "day")]
    public void Nobody_draws_by_name_from_what_is_not_theirs_or_not_there(string owner, string reservation)
    {
        Scene nexus = Reserved(gpus: 3, from: 1, to: 60);

        Fault fault = Assert.IsType<Fault>(nexus.Send(new Submit(Scene.Spec("r", [("gpu", 1)], owner: owner) with { Reservation = reservation }) { Actor = Scene.Somebody }));

        Assert.Equal((FaultCode.UnknownName, "$.reservation"), (fault.Code, fault.Field));
    }

    [Fact]
    public void It_is_refused_where_something_was_promised_to_others()
    {
        Scene nexus = Given.Pool("p", ("gpu", 4));
        Ask(nexus, "running", 2, minutes: 30);

        Fault fault = Assert.IsType<Fault>(Reserve(nexus, gpus: 3, from: 10, to: 60));

        Assert.Equal(FaultCode.InUse, fault.Code);
        Assert.Contains("1 gpu of pool 'p' would be promised twice", fault.Detail, StringComparison.Ordinal);
        Assert.IsType<DoneReply>(Reserve(nexus, gpus: 3, from: 30, to: 60));
    }

    [Fact]
    public void It_can_be_moved_and_given_up()
    {
        Scene nexus = Reserved(gpus: 3, from: 1, to: 60);
        Assert.Equal(RequestStatus.Queued, Ask(nexus, "long", 4, minutes: 30, queue: true).Status);

        Assert.IsType<DoneReply>(Reserve(nexus, gpus: 3, from: 30, to: 60));
        Assert.Equal(RequestStatus.Allocated, nexus.Request("long", "lab").Status);

        Assert.IsType<DoneReply>(nexus.Send(new DeleteReservation("night") { Actor = Scene.Somebody }));
        Assert.Empty(nexus.Engine.Configuration.Reservations);
        Assert.Equal(FaultCode.NotFound, Assert.IsType<Fault>(nexus.Send(new DeleteReservation("night") { Actor = Scene.Somebody })).Code);
    }

    [Fact]
    public void Who_waits_for_one_that_is_given_up_is_refused()
    {
        Scene nexus = Reserved(gpus: 3, from: 1, to: 60);
        nexus.Submit(Scene.Spec("bound", [("gpu", 3)], owner: "lab/y", duration: 10 * Minute, queue: true) with { Reservation = "night" });

        nexus.Send(new DeleteReservation("night") { Actor = Scene.Somebody });

        Assert.Equal(new Reason(ReasonCode.ReservationOver, Name: "night"), nexus.Request("bound", "lab").Reason);
    }

    [Fact]
    public void Who_comes_for_one_that_is_over_is_refused_at_once_and_told_why_whatever_else_stops_it()
    {
        Scene nexus = Reserved(gpus: 3, from: 1, to: 60);
        nexus.Send(new DrainPool("p") { Actor = Scene.Somebody });
        nexus.Advance(60 * Minute);

        nexus.Submit(Scene.Spec("late", [("gpu", 3)], owner: "lab/y", duration: 10 * Minute, queue: true) with { Reservation = "night" });

        Assert.Equal((RequestStatus.Rejected, new Reason(ReasonCode.ReservationOver, Name: "night")), (nexus.Request("late", "lab").Status, nexus.Request("late", "lab").Reason));
    }

    [Fact]
    public void Who_waits_for_one_is_refused_when_it_is_over()
    {
        Scene nexus = Reserved(gpus: 3, from: 1, to: 60);
        Ask(nexus, "own", 4, minutes: 60, owner: "lab/y");
        nexus.Submit(Scene.Spec("bound", [("gpu", 3)], owner: "lab/y", duration: 10 * Minute, queue: true) with { Reservation = "night" });

        nexus.Advance(60 * Minute);

        Assert.Equal(new Reason(ReasonCode.ReservationOver, Name: "night"), nexus.Request("bound", "lab").Reason);
    }

    [Fact]
    public void A_grant_past_its_end_makes_way_when_it_begins()
    {
        Scene nexus = Reserved(gpus: 3, from: 10, to: 60);
        Ask(nexus, "short", 4, minutes: 5);

        nexus.Advance((10 * Minute) - TimeSpan.FromSeconds(10));
        Assert.Equal(nexus.Now + TimeSpan.FromSeconds(10), nexus.Request("short", "lab").Notice!.At);
        nexus.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(RequestStatus.Preempted, nexus.Request("short", "lab").Status);
    }

    [Fact]
    public void A_grant_past_its_end_that_draws_from_what_is_reserved_for_its_owner_runs_on()
    {
        Scene nexus = Reserved(gpus: 3, from: 0, to: 60);
        Ask(nexus, "own", 3, minutes: 5, owner: "lab/y");
        Occurrence later = new(nexus.Now + (10 * Minute), nexus.Now + (20 * Minute));
        Assert.IsType<DoneReply>(nexus.Send(new SetReservation(new Reservation("other", OwnerPath.Parse("lab/z"), "p", Scene.Vector(("gpu", 1)), later.Start, later.End), [later]) { Actor = Scene.Somebody }));

        nexus.Advance(15 * Minute);

        Assert.Equal(RequestStatus.Allocated, nexus.Request("own", "lab").Status);
    }

    [Fact]
    public void When_one_is_given_up_nobody_knows_any_more_when_a_grant_ends_that_drew_from_it_and_commits_to_no_end()
    {
        Scene nexus = Reserved(gpus: 4, from: 0, to: 60);
        nexus.Submit(Scene.Spec("own", [("gpu", 4)], owner: "lab/y", lease: 60 * Minute) with { Reservation = "night" });
        RequestSpec late = Scene.Spec("late", [("gpu", 4)], duration: Minute) with { Deadline = nexus.Now + (90 * Minute) };
        Assert.Equal(RequestStatus.Reserved, nexus.Submit(late).Status);

        Assert.IsType<DoneReply>(nexus.Send(new DeleteReservation("night") { Actor = Scene.Somebody }));

        foreach (Nexus.Engine.Core.Engine engine in (Nexus.Engine.Core.Engine[])[nexus.Engine, nexus.Restored(), nexus.Replayed()])
        {
            Request other = ((RequestReply)engine.Handle(new Submit(late with { Id = "other" }) { Actor = Scene.Somebody }, nexus.Now, new Batch())).Request;
            Assert.Equal((RequestStatus.Rejected, ReasonCode.NoEndKnown), (other.Status, other.Reason!.Code));
        }
    }

    [Fact]
    public void A_pool_is_not_deleted_while_something_of_it_is_reserved()
    {
        Scene nexus = Reserved(gpus: 3, from: 1, to: 60);

        Assert.Equal(FaultCode.InUse, Assert.IsType<Fault>(nexus.Send(new DeletePool("p") { Actor = Scene.Somebody })).Code);
    }

    [Fact]
    public void Only_what_is_held_can_be_reserved_of_what_a_pool_supplies()
    {
        Scene nexus = Given.Pool("p", ("gpu", 4)).Bucket("b", "llm.calls", 10, Minute, 10);

        Assert.Equal("$.resources['llm.calls']", Assert.IsType<Fault>(Reserve(nexus, "b", "llm.calls")).Field);
        Assert.Equal("$.resources['cpu']", Assert.IsType<Fault>(Reserve(nexus, "p", "cpu")).Field);
        Assert.Equal("$.pool", Assert.IsType<Fault>(Reserve(nexus, "none", "gpu")).Field);
    }

    [Fact]
    public void It_survives_a_restart()
    {
        Scene nexus = Reserved(gpus: 3, from: 1, to: 60);
        Nexus.Engine.Core.Engine restored = Nexus.Engine.Core.Engine.Restore(nexus.Engine.Capture().Encode().State.Span, new EngineLimits());

        Assert.Equal(nexus.Engine.StateHash(), restored.StateHash());
        Assert.Equal(nexus.Engine.StateHash(), nexus.Replayed().StateHash());
        RequestReply reply = (RequestReply)restored.Handle(new Submit(Scene.Spec("long", [("gpu", 2)], duration: 30 * Minute)) { Actor = Scene.Somebody }, nexus.Now, new Batch());
        Assert.Equal(RequestStatus.Rejected, reply.Request.Status);
    }

    private static Scene Reserved(double gpus, int from, int to)
    {
        Scene nexus = Given.Pool("p", ("gpu", 4));
        Assert.IsType<DoneReply>(Reserve(nexus, gpus, from, to));
        return nexus;
    }

    private static Reply Reserve(Scene nexus, double gpus, int from, int to)
    {
        Occurrence time = new(nexus.Now + (from * Minute), nexus.Now + (to * Minute));
        Reservation reservation = new("night", OwnerPath.Parse("lab/y"), "p", Scene.Vector(("gpu", gpus)), time.Start, time.End);
        return nexus.Send(new SetReservation(reservation, [time]) { Actor = Scene.Somebody });
    }

    private static Reply Reserve(Scene nexus, string pool, string kind)
    {
        Occurrence time = new(nexus.Now + Minute, nexus.Now + (2 * Minute));
        return nexus.Send(new SetReservation(new Reservation("x", OwnerPath.Parse("lab"), pool, Scene.Vector((kind, 1)), time.Start, time.End), [time]) { Actor = Scene.Somebody });
    }

    private static Request Ask(Scene nexus, string id, double gpus, int minutes, string owner = "lab/x", bool queue = false) =>
        nexus.Submit(Scene.Spec(id, [("gpu", gpus)], owner: owner, duration: minutes * Minute, queue: queue, lease: 60 * Minute));
}
