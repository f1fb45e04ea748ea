using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

public sealed class SubmitTests
{
    [Fact]
    public void A_request_that_fits_is_allocated_at_once()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 2), ("memory", 80));

        Request request = nexus.Submit("r1", ("gpu", 1), ("memory", 30.5));

        Assert.Equal(RequestStatus.Allocated, request.Status);
        Assert.Equal(["gpu", "gpu"], request.Lease!.Pools);
        Assert.Equal(nexus.Now + TimeSpan.FromSeconds(300), request.Lease.ExpiresAt);
        Assert.Equal(1m, nexus.Free("gpu", "gpu"));
        Assert.Equal(49.5m, nexus.Free("gpu", "memory"));
    }

    [Fact]
    public void A_request_that_does_not_fit_and_may_not_wait_is_rejected_with_the_pool_the_kind_and_both_amounts()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 2));
        nexus.Submit("r1", ("gpu", 2));

        Request request = nexus.Submit("r2", ("gpu", 1));

        Assert.Equal(RequestStatus.Rejected, request.Status);
        Assert.Equal(new Reason(ReasonCode.NotEnoughFree, "gpu", "gpu", Scene.Amount(1), Scene.Amount(0)), request.Reason);
        Assert.Equal(Gate.Capacity, request.Reason!.Gate);
    }

    [Fact]
    public void A_refusal_says_when_it_would_fit_where_the_holders_committed_to_a_duration()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 2));
        nexus.Submit(Scene.Spec("r1", [("gpu", 1)], duration: TimeSpan.FromMinutes(10)));
        nexus.Submit(Scene.Spec("r2", [("gpu", 1)], duration: TimeSpan.FromMinutes(4)));

        Assert.Equal(nexus.Now + TimeSpan.FromMinutes(4), nexus.Submit("r3", ("gpu", 1)).Reason!.Earliest);
        Assert.Equal(nexus.Now + TimeSpan.FromMinutes(10), nexus.Submit("r4", ("gpu", 2)).Reason!.Earliest);
    }

    [Fact]
    public void A_request_that_can_never_fit_is_rejected_at_once_though_it_would_wait()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 2)).Pool("big", ("gpu", 4));

        Request request = nexus.Queue("r1", null, ("gpu", 5));

        Assert.Equal(RequestStatus.Rejected, request.Status);
        Assert.Equal(new Reason(ReasonCode.ExceedsPools, "big", "gpu", Scene.Amount(5), Scene.Amount(4)), request.Reason);
    }

    [Fact]
    public void Compute_kinds_come_together_from_one_pool()
    {
        Scene nexus = Given.Pool("gpu-only", ("gpu", 8)).Pool("memory-only", ("memory", 800));

        Request request = nexus.Submit("r1", ("gpu", 1), ("memory", 1));

        Assert.Equal(ReasonCode.NoPool, request.Reason!.Code);
    }

    [Fact]
    public void A_grant_may_span_pools_all_or_nothing()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 2)).Bucket("llm", "llm.calls", 10, TimeSpan.FromSeconds(1), 10).Bucket("vectors", "vector.operations", 5, TimeSpan.FromSeconds(1), 5);
        nexus.Submit("drain", ("vector.operations", 5));

        Assert.Equal(RequestStatus.Rejected, nexus.Submit("r1", ("gpu", 1), ("llm.calls", 1), ("vector.operations", 1)).Status);
        Assert.Equal(2m, nexus.Free("gpu", "gpu"));
        Assert.Equal(10m, nexus.Free("llm", "llm.calls"));

        nexus.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["gpu", "llm", "vectors"], nexus.Submit("r2", ("gpu", 1), ("llm.calls", 1), ("vector.operations", 1)).Lease!.Pools);
    }

    [Fact]
    public void Among_pools_that_fit_the_order_of_the_request_decides_else_the_closest_fit_else_the_name()
    {
        Scene nexus = Given.Pool("a", ("gpu", 8)).Pool("b", ("gpu", 2)).Pool("c", ("gpu", 2));

        Assert.Equal("b", nexus.Submit("r1", ("gpu", 1)).Lease!.Pools[0]);
        Assert.Equal("a", nexus.Submit(Scene.Spec("r2", [("gpu", 1)], pools: ["a", "c"])).Lease!.Pools[0]);
    }

    [Fact]
    public void Pool_labels_select_the_flavour()
    {
        Scene nexus = Given.Pool("plain", ("gpu", 8));
        nexus.Pool(Scene.Definition("fast", ("gpu", 8)) with { Labels = Labels.Of([new("model", "H100")]) });

        Assert.Equal("fast", nexus.Submit(Scene.Spec("r1", [("gpu", 1)], poolLabels: Labels.Of([new("model", "H100")]))).Lease!.Pools[0]);
        Assert.Equal(ReasonCode.NoAcceptedPool, nexus.Submit(Scene.Spec("r2", [("gpu", 1)], poolLabels: Labels.Of([new("model", "A100")]))).Reason!.Code);
    }

    [Fact]
    public void A_pool_that_is_closed_to_the_owner_is_a_decision_of_the_access_gate()
    {
        Scene nexus = Given.Nothing();
        nexus.Pool(Scene.Definition("gpu", ("gpu", 8)) with { Allow = [OwnerPath.Parse("globex")] });

        Request request = nexus.Submit("r1", ("gpu", 1));

        Assert.Equal(RequestStatus.Rejected, request.Status);
        Assert.Equal(Gate.Access, request.Reason!.Gate);
        Assert.Equal(RequestStatus.Allocated, nexus.Submit(Scene.Spec("r1", [("gpu", 1)], owner: "globex/x")).Status);
    }

    [Fact]
    public void Asking_above_the_owners_or_the_keys_highest_class_is_refused_by_the_access_gate()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 8));
        nexus.Send(new SetOwner(new OwnerSettings(OwnerPath.Parse("acme"), Labels.None, "low", "medium")) { Actor = Scene.Somebody });

        Assert.Equal(ReasonCode.PriorityAboveOwner, nexus.Submit(Scene.Spec("r1", [("gpu", 1)], priority: "critical")).Reason!.Code);
        Assert.Equal(ReasonCode.PriorityAboveKey, nexus.Submit(Scene.Spec("r2", [("gpu", 1)], owner: "globex/x", priority: "high"), maxPriority: "medium").Reason!.Code);
        Assert.Equal("low", nexus.Submit("r3", ("gpu", 1)).Priority);
    }

    [Fact]
    public void Labels_are_inherited_and_the_nearer_one_wins()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 8));
        nexus.Send(new SetOwner(new OwnerSettings(OwnerPath.Parse("acme"), Labels.Of([new("team", "a"), new("centre", "7")]), null, null)) { Actor = Scene.Somebody });

        Request request = nexus.Submit(Scene.Spec("r1", [("gpu", 1)], labels: Labels.Of([new("team", "b")])));

        Assert.Equal("centre=7, team=b", request.Labels.ToString());
    }

    [Fact]
    public void The_same_id_and_body_is_the_same_lease_and_no_second_grant()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 2));
        Request first = nexus.Submit("r1", ("gpu", 1));

        Request again = nexus.Submit("r1", ("gpu", 1));

        Assert.Equal(first.Lease!.Number, again.Lease!.Number);
        Assert.Equal(1m, nexus.Free("gpu", "gpu"));
    }

    [Fact]
    public void A_priority_left_out_means_the_same_as_the_default_it_got()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 2));
        nexus.Submit("r1", ("gpu", 1));

        Assert.True(((RequestReply)nexus.Send(new Submit(Scene.Spec("r1", [("gpu", 1)], priority: "medium")) { Actor = Scene.Somebody })).Duplicate);
    }

    [Fact]
    public void The_same_id_with_another_body_is_an_error_and_another_tenants_id_is_not()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 4));
        nexus.Submit("r1", ("gpu", 1));

        Fault fault = Assert.IsType<Fault>(nexus.Send(new Submit(Scene.Spec("r1", [("gpu", 2)])) { Actor = Scene.Somebody }));

        Assert.Equal(FaultCode.IdReused, fault.Code);
        Assert.Equal(RequestStatus.Allocated, nexus.Submit(Scene.Spec("r1", [("gpu", 2)], owner: "globex/bob")).Status);
    }

    [Theory]
    [InlineData("unobtainium", FaultCode.UnknownName)]
    [InlineData("time.queue", FaultCode.Invalid)]
    [InlineData("tokens.input.cached", FaultCode.Invalid)]
    public void Kinds_that_cannot_be_asked_for_are_faults_that_change_nothing(string kind, FaultCode code)
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 4));
        long before = nexus.Engine.Sequence;

        Fault fault = Assert.IsType<Fault>(nexus.Send(new Submit(Scene.Spec("r1", [(kind, 1)])) { Actor = Scene.Somebody }));

        Assert.Equal(code, fault.Code);
        Assert.Equal($"$.resources['{kind}']", fault.Field);
        Assert.Equal(before, nexus.Engine.Sequence);
    }

    [Fact]
    public void A_part_is_limited_and_counted_with_its_whole()
    {
        Scene nexus = Given.Bucket("llm", "tokens.input", 100, TimeSpan.FromSeconds(1), 1000);

        Request request = nexus.Submit("r1", ("tokens.input", 600), ("tokens.input.cached", 500));

        Assert.Equal(RequestStatus.Allocated, request.Status);
        Assert.Equal(400m, nexus.Free("llm", "tokens.input"));
    }

    [Fact]
    public void A_limit_is_a_ceiling_for_one_request_and_never_consumed()
    {
        Scene nexus = Given.Nothing();
        nexus.Pool(new PoolDefinition("llm", [new Supply("llm.calls", Scene.Amount(5), Scene.Amount(5), TimeSpan.FromSeconds(1)), new Supply("tokens.context", Scene.Amount(8000))], Labels.None, PurchaseOption.OnDemand, null));

        Assert.Equal(RequestStatus.Allocated, nexus.Submit("r1", ("llm.calls", 1), ("tokens.context", 8000)).Status);
        Assert.Equal(RequestStatus.Allocated, nexus.Submit("r2", ("llm.calls", 1), ("tokens.context", 8000)).Status);
        Assert.Equal(ReasonCode.ExceedsCeiling, nexus.Submit(Scene.Spec("r3", [("llm.calls", 1), ("tokens.context", 8001)], queue: true)).Reason!.Code);
    }

    [Fact]
    public void A_dry_run_answers_and_leaves_nothing()
    {
        Scene nexus = Given.Pool("gpu", ("gpu", 2));
        byte[] before = nexus.Engine.StateHash();

        RequestReply reply = (RequestReply)nexus.Send(new Submit(Scene.Spec("r1", [("gpu", 1)]), DryRun: true) { Actor = Scene.Somebody });

        Assert.Equal(RequestStatus.Allocated, reply.Request.Status);
        Assert.Equal(before, nexus.Engine.StateHash());
        Assert.Equal(RequestStatus.Rejected, ((RequestReply)nexus.Send(new Submit(Scene.Spec("r1", [("gpu", 3)]), DryRun: true) { Actor = Scene.Somebody })).Request.Status);
    }
}
