using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

public sealed class QueueTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void What_waits_starts_by_class_then_arrival_when_capacity_returns()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 1));
        nexus.Submit("holds", ("gpu", 1));
        nexus.Queue("first", null, ("gpu", 1));
        nexus.Queue("second", null, ("gpu", 1));
        nexus.Queue("urgent", "critical", ("gpu", 1));

        nexus.Release("holds");
        Assert.Equal(RequestStatus.Allocated, nexus.Status("urgent"));
        nexus.Release("urgent");
        Assert.Equal(RequestStatus.Allocated, nexus.Status("first"));
        nexus.Release("first");
        Assert.Equal(RequestStatus.Allocated, nexus.Status("second"));
    }

    [Fact]
    public void A_request_that_cannot_run_does_not_block_others_that_can()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 4));
        nexus.Submit("holds", ("gpu", 2));
        nexus.Queue("large", "critical", ("gpu", 4));

        Assert.Equal(RequestStatus.Allocated, nexus.Queue("small", "low", ("gpu", 2)).Status);
        nexus.Release("holds");
        Assert.Equal(RequestStatus.Queued, nexus.Status("large"));
        nexus.Release("small");
        Assert.Equal(RequestStatus.Allocated, nexus.Status("large"));
    }

    [Fact]
    public void A_request_that_several_homes_could_serve_starts_in_the_first_that_can()
    {
        Scene nexus = Given.Pool("a", ("gpu", 1)).Pool("b", ("gpu", 1));
        nexus.Submit(Scene.Spec("in-a", [("gpu", 1)], pools: ["a"]));
        nexus.Submit(Scene.Spec("in-b", [("gpu", 1)], pools: ["b"]));
        nexus.Queue("waits", null, ("gpu", 1));

        nexus.Release("in-b");

        Assert.Equal("b", nexus.Request("waits").Lease!.Pools[0]);
    }

    [Fact]
    public void What_is_stopped_first_by_one_pool_and_then_by_another_starts_when_both_have_enough()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 1)).Bucket("llm", "llm.calls", 1, 10 * Second, 2);
        nexus.Submit("holds", ("gpu", 1));
        nexus.Submit("calls", ("llm.calls", 2));
        nexus.Queue("waits", null, ("gpu", 1), ("llm.calls", 2));

        nexus.Release("holds");
        Assert.Equal(RequestStatus.Queued, nexus.Status("waits"));
        nexus.Advance(10 * Second);
        Assert.Equal(RequestStatus.Queued, nexus.Status("waits"));
        nexus.Advance(10 * Second);
        Assert.Equal(RequestStatus.Allocated, nexus.Status("waits"));
    }

    [Fact]
    public void A_bucket_starts_whoever_waits_at_the_millisecond_at_which_it_holds_enough()
    {
        Scene nexus = Given.Bucket("llm", "llm.calls", 1, 10 * Second, 3);
        nexus.Submit("takes", ("llm.calls", 3));
        nexus.Queue("waits", null, ("llm.calls", 2));
        Instant due = nexus.Now + (20 * Second);

        Assert.Equal(due, nexus.Engine.NextDue);
        nexus.Advance(60 * Second);

        Assert.Equal(due, nexus.Request("waits").Lease!.GrantedAt);
    }

    [Fact]
    public void A_refund_to_a_bucket_starts_whoever_waits_at_once()
    {
        Scene nexus = Given.Bucket("llm", "tokens.output", 0.001, TimeSpan.FromHours(1), 100);
        nexus.Submit("takes", ("tokens.output", 100));
        nexus.Queue("waits", null, ("tokens.output", 60));

        nexus.Release("takes", ("tokens.output", 30));

        Assert.Equal(RequestStatus.Allocated, nexus.Status("waits"));
    }

    [Fact]
    public void A_wait_ends_expired_when_its_maximum_has_passed()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 1));
        nexus.Submit("holds", ("gpu", 1));
        nexus.Submit(Scene.Spec("brief", [("gpu", 1)], queue: true, maxWait: Second));

        nexus.Advance(Second);

        Assert.Equal(RequestStatus.Expired, nexus.Status("brief"));
        Assert.Equal(ReasonCode.WaitedTooLong, nexus.Request("brief").Reason!.Code);
        Assert.Null(nexus.Request("brief").Settlement);
    }

    [Fact]
    public void What_can_no_longer_be_served_is_rejected_with_the_reason()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 4));
        nexus.Submit("holds", ("gpu", 4));
        nexus.Queue("three", null, ("gpu", 3));
        nexus.Queue("two", null, ("gpu", 2));

        nexus.Pool("gpu", ("gpu", 2));

        Assert.Equal(ReasonCode.ExceedsPools, nexus.Request("three").Reason!.Code);
        Assert.Equal(RequestStatus.Rejected, nexus.Status("three"));
        Assert.Equal(RequestStatus.Queued, nexus.Status("two"));
        Assert.Equal(RequestStatus.Allocated, nexus.Status("holds"));
        Assert.Equal(4m, nexus.Used("gpu", "gpu"));
    }

    [Fact]
    public void More_capacity_starts_whoever_waits()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 4));
        nexus.Submit("holds", ("gpu", 4));
        nexus.Queue("waits", null, ("gpu", 3));

        nexus.Pool("gpu", ("gpu", 7));

        Assert.Equal(RequestStatus.Allocated, nexus.Status("waits"));
    }

    [Fact]
    public void A_draining_pool_grants_nothing_until_it_is_set_again()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 4));
        nexus.Send(new DrainPool("gpu") { Actor = Scene.Somebody });

        Assert.Equal(ReasonCode.PoolDraining, nexus.Queue("waits", null, ("gpu", 1)).Reason!.Code);
        nexus.Pool("gpu", ("gpu", 4));

        Assert.Equal(RequestStatus.Allocated, nexus.Status("waits"));
    }

    [Fact]
    public void A_pool_that_is_held_is_not_deleted_and_one_that_is_free_takes_its_waiting_with_it()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 4)).Pool("idle", ("cpu", 1));
        nexus.Submit("holds", ("gpu", 4));
        Assert.Equal(FaultCode.InUse, Assert.IsType<Fault>(nexus.Send(new DeletePool("gpu") { Actor = Scene.Somebody })).Code);
        nexus.Send(new DrainPool("gpu") { Actor = Scene.Somebody });
        nexus.Queue("waits", null, ("gpu", 1));
        nexus.Release("holds");

        Assert.IsType<DoneReply>(nexus.Send(new DeletePool("gpu") { Actor = Scene.Somebody }));

        Assert.Equal(ReasonCode.NoPool, nexus.Request("waits").Reason!.Code);
    }

    [Fact]
    public void Another_class_changes_the_place_in_the_queue()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 1));
        nexus.Submit("holds", ("gpu", 1));
        nexus.Queue("first", null, ("gpu", 1));
        nexus.Queue("second", null, ("gpu", 1));

        nexus.Send(new SetPriority(new RequestKey("acme", "second"), "high") { Actor = Scene.Somebody });
        nexus.Release("holds");

        Assert.Equal(RequestStatus.Allocated, nexus.Status("second"));
        Assert.Equal(RequestStatus.Queued, nexus.Status("first"));
    }

    [Fact]
    public void Another_value_of_a_class_reorders_what_waits()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 1));
        nexus.Submit("holds", ("gpu", 1));
        nexus.Queue("low", "low", ("gpu", 1));
        nexus.Queue("high", "high", ("gpu", 1));

        nexus.Send(new SetPriorityClass(new PriorityClass("low", 900)) { Actor = Scene.Somebody });
        nexus.Release("holds");

        Assert.Equal(RequestStatus.Allocated, nexus.Status("low"));
    }

    [Fact]
    public void A_version_that_is_not_the_present_one_is_refused_and_changes_nothing()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 1));
        long version = nexus.Engine.Pool("gpu")!.Version;
        nexus.Pool("gpu", ("gpu", 2));

        Assert.Equal(FaultCode.VersionMismatch, Assert.IsType<Fault>(nexus.Send(new SetPool(Scene.Definition("gpu", ("gpu", 9)), version) { Actor = Scene.Somebody })).Code);
        Assert.Equal(2m, nexus.Free("gpu", "gpu"));
    }
}
