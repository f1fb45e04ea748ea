using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

public sealed class GangTests
{
    [Fact]
    public void A_gang_that_does_not_fit_whole_waits_whole_and_holds_nothing()
    {
        Scene nexus = Given.Pool("m", ("gpu", 4));
        nexus.Submit("m1", ("gpu", 2));

        Request gang = nexus.Submit(Gang("gang", 3, queue: true, ("gpu", 1)));

        Assert.Equal(RequestStatus.Queued, gang.Status);
        Assert.Equal(new Reason(ReasonCode.NotEnoughFree, "m", "gpu", Scene.Amount(3), Scene.Amount(2)), gang.Reason);
        Assert.Equal(2m, nexus.Used("m", "gpu"));
    }

    [Fact]
    public void It_starts_when_there_is_room_for_all_members_and_ends_as_one()
    {
        Scene nexus = Given.Pool("m", ("gpu", 4), ("memory", 64));
        nexus.Submit("m1", ("gpu", 2));
        nexus.Submit(Gang("gang", 3, queue: true, ("gpu", 1), ("memory", 16.5)));

        nexus.Release("m1");

        Assert.Equal(Scene.Vector(("gpu", 3), ("memory", 49.5)), nexus.Request("gang").Lease!.Amounts);
        Assert.Equal(3m, nexus.Used("m", "gpu"));
        nexus.Release("gang");
        Assert.Equal((0m, 0m), (nexus.Used("m", "gpu"), nexus.Used("m", "memory")));
    }

    [Fact]
    public void A_gang_larger_than_every_pool_is_refused_at_once()
    {
        Scene nexus = Given.Pool("m", ("gpu", 4));

        Request gang = nexus.Submit(Gang("gang", 5, queue: true, ("gpu", 1)));

        Assert.Equal(new Reason(ReasonCode.ExceedsPools, "m", "gpu", Scene.Amount(5), Scene.Amount(4)), gang.Reason);
        Assert.Equal(RequestStatus.Rejected, gang.Status);
    }

    [Fact]
    public void A_ceiling_holds_for_each_member_and_what_is_consumed_for_all_together()
    {
        Scene nexus = Given.Nothing().Pool(new PoolDefinition(
            "llm",
            [new Supply("llm.calls", Scene.Amount(10), Scene.Amount(1), TimeSpan.FromSeconds(1)), new Supply("tokens.context", Scene.Amount(8_000))],
            Labels.None, PurchaseOption.OnDemand, null));

        Request gang = nexus.Submit(Gang("gang", 4, queue: false, ("llm.calls", 1), ("tokens.context", 6_000)));

        Assert.Equal(Scene.Vector(("llm.calls", 4), ("tokens.context", 6_000)), gang.Lease!.Amounts);
        Assert.Equal(6m, nexus.Free("llm", "llm.calls"));
    }

    [Fact]
    public void Members_that_together_need_more_than_an_amount_can_be_are_named_and_change_nothing()
    {
        Scene nexus = Given.Pool("m", ("gpu", 4));

        Fault fault = Assert.IsType<Fault>(nexus.Send(new Submit(Gang("gang", 10_000, queue: true, ("gpu", 1_000_000_000))) { Actor = Scene.Somebody }));

        Assert.Equal((FaultCode.Invalid, "$.members"), (fault.Code, fault.Field));
        Assert.Empty(nexus.Engine.Requests);
    }

    [Fact]
    public void Another_number_of_members_is_another_request_under_the_same_id()
    {
        Scene nexus = Given.Pool("m", ("gpu", 4));
        nexus.Submit(Gang("gang", 2, queue: false, ("gpu", 1)));

        Fault fault = Assert.IsType<Fault>(nexus.Send(new Submit(Gang("gang", 3, queue: false, ("gpu", 1))) { Actor = Scene.Somebody }));

        Assert.Equal(FaultCode.IdReused, fault.Code);
    }

    [Fact]
    public void What_a_gang_needs_survives_the_journal_and_a_snapshot()
    {
        Scene nexus = Given.Pool("m", ("gpu", 4));
        nexus.Submit("m1", ("gpu", 2));
        nexus.Submit(Gang("gang", 3, queue: true, ("gpu", 1)));

        Request replayed = nexus.Replayed().Requests.Single(r => r.Spec.Id == "gang");
        Request restored = Nexus.Engine.Core.Engine.Restore(nexus.Engine.Capture().Encode().State.Span, new EngineLimits()).Requests.Single(r => r.Spec.Id == "gang");

        Assert.Equal((3, Scene.Vector(("gpu", 3))), (replayed.Spec.Members, replayed.Needs));
        Assert.Equal((3, Scene.Vector(("gpu", 3))), (restored.Spec.Members, restored.Needs));
    }

    private static RequestSpec Gang(string id, int members, bool queue, params (string Kind, double Amount)[] each) => Scene.Spec(id, each, queue: queue) with { Members = members };
}
