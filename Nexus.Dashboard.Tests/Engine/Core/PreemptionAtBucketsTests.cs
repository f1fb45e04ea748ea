using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>Preemption where a request also draws from a bucket: that comes back by refilling and by settlement, not by anybody's end.</summary>
public sealed class PreemptionAtBucketsTests
{
    [Fact]
    public void A_lost_attempt_settles_like_an_expiry_and_stays_charged()
    {
        Scene nexus = Scarce(perDay: 1);
        nexus.Submit(Scene.Spec("v1", [("gpu", 2), ("tokens.input", 300)], priority: "low", queue: true) with { Preemptible = true });
        nexus.Renew("v1", usage: [("tokens.input", 450)]);

        nexus.Queue("boss", "critical", ("gpu", 2));

        Assert.Equal(Scene.Vector(("tokens.input", 450)), nexus.Request("v1").Lost!.Metered);
        Assert.Equal(550m, nexus.Free("llm", "tokens.input"));
    }

    [Fact]
    public void Who_used_more_than_it_reserved_of_a_bucket_that_the_request_needs_is_no_victim()
    {
        Scene nexus = Scarce(perDay: 1);
        nexus.Submit(Scene.Spec("v1", [("gpu", 2), ("tokens.input", 300)], priority: "low", queue: true) with { Preemptible = true });
        nexus.Renew("v1", usage: [("tokens.input", 900)]);

        nexus.Queue("boss", "critical", ("gpu", 2), ("tokens.input", 500));

        Assert.Equal((RequestStatus.Queued, RequestStatus.Allocated), (nexus.Status("boss"), nexus.Status("v1")));
    }

    [Fact]
    public void Nobody_ends_for_what_would_still_wait_for_a_bucket_and_it_is_looked_at_again_when_that_has_refilled()
    {
        Scene nexus = new Scene()
            .Pool(Scene.Definition("p", ("gpu", 2)) with { Preemption = new PreemptionSettings(TimeSpan.Zero, TimeSpan.Zero) })
            .Bucket("llm", "tokens.input", rate: 10, per: TimeSpan.FromSeconds(1), burst: 100);
        nexus.Submit(Scene.Spec("drains", [("tokens.input", 100)]));
        Low(nexus, "v1", 2);
        nexus.Queue("boss", "critical", ("gpu", 2), ("tokens.input", 50));
        nexus.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(RequestStatus.Allocated, nexus.Status("v1"));

        nexus.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Preempted), (nexus.Status("boss"), nexus.Status("v1")));
    }

    [Fact]
    public void It_is_looked_at_at_once_when_a_settlement_fills_the_bucket_sooner_than_time_would()
    {
        Scene nexus = Scarce(perDay: 1);
        nexus.Submit("drains", ("tokens.input", 900));
        Low(nexus, "v1", 2);
        nexus.Queue("boss", "critical", ("gpu", 2), ("tokens.input", 500));
        Assert.Equal(RequestStatus.Queued, nexus.Status("boss"));

        nexus.Release("drains", ("tokens.input", 100));

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Preempted), (nexus.Status("boss"), nexus.Status("v1")));
    }

    [Fact]
    public void Nobody_ends_for_what_would_take_from_a_bucket_before_its_turn_and_it_is_looked_at_when_that_comes()
    {
        Scene nexus = new Scene()
            .Pool(Scene.Definition("p", ("gpu", 2)) with { Preemption = new PreemptionSettings(TimeSpan.Zero, TimeSpan.Zero) })
            .Bucket("llm", "tokens.input", rate: 10, per: TimeSpan.FromSeconds(1), burst: 100);
        nexus.Submit("drains", ("tokens.input", 50));
        nexus.Queue("first", "critical", ("tokens.input", 90));
        Low(nexus, "v1", 2);

        nexus.Queue("second", "critical", ("gpu", 2), ("tokens.input", 5));
        Assert.Equal((RequestStatus.Queued, RequestStatus.Allocated), (nexus.Status("second"), nexus.Status("v1")));
        nexus.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal((RequestStatus.Allocated, RequestStatus.Queued, RequestStatus.Allocated), (nexus.Status("first"), nexus.Status("second"), nexus.Status("v1")));

        nexus.Advance(TimeSpan.FromSeconds(0.5));

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Preempted), (nexus.Status("second"), nexus.Status("v1")));
    }

    [Fact]
    public void It_is_looked_at_when_whoever_went_before_it_at_the_bucket_goes_away()
    {
        Scene nexus = Scarce(perDay: 1);
        nexus.Submit("drains", ("tokens.input", 500));
        nexus.Queue("first", "critical", ("tokens.input", 900));
        Low(nexus, "v1", 2);
        nexus.Queue("second", "critical", ("gpu", 2), ("tokens.input", 5));
        Assert.Equal((RequestStatus.Queued, RequestStatus.Allocated), (nexus.Status("second"), nexus.Status("v1")));

        nexus.Cancel("first");

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Preempted), (nexus.Status("second"), nexus.Status("v1")));
    }

    private static Scene Scarce(double perDay) => new Scene()
        .Pool(Scene.Definition("p", ("gpu", 2)) with { Preemption = new PreemptionSettings(TimeSpan.Zero, TimeSpan.Zero) })
        .Bucket("llm", "tokens.input", rate: perDay, per: TimeSpan.FromDays(1), burst: 1_000);

    private static void Low(Scene nexus, string id, double gpus) => nexus.Submit(Scene.Spec(id, [("gpu", gpus)], priority: "low") with { Preemptible = true });
}
