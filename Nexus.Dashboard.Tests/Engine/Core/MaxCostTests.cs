using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>What a request may cost at most, in all: admissions, extensions and renewals that would pass it are refused. A call costs 1, a GPU 3600 an hour.</summary>
public sealed class MaxCostTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Scene _nexus = new Scene(new EngineLimits { MetersHeld = true })
        .Bucket("api", "external.calls", 1_000_000, TimeSpan.FromSeconds(1), 1_000_000).Pool("gpus", ("gpu", 4))
        .Prices(new Sku("call", "external.calls") { UnitPrice = Money.Of(1) }, new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(3600) });

    [Fact]
    public void What_is_expected_to_cost_more_is_refused_with_both_figures()
    {
        Request refused = _nexus.Submit(Calls("r", 11, 10));

        Assert.Equal((RequestStatus.Rejected, ReasonCode.ExceedsMaxCost, Gate.Budget, ReasonTier.NeverFits), (refused.Status, refused.Reason!.Code, refused.Reason.Gate, refused.Reason.Tier));
        Assert.Equal("It is expected to cost 11; its maxCost leaves 10.", ReasonText.Of(refused.Reason));
        Assert.Equal(RequestStatus.Allocated, _nexus.Submit(Calls("s", 10, 10)).Status);
    }

    [Fact]
    public void It_is_never_queued()
    {
        Assert.Equal(RequestStatus.Rejected, _nexus.Submit(Calls("r", 11, 10) with { Queue = true }).Status);
        Assert.Equal(RequestStatus.Rejected, _nexus.Submit(Calls("s", 11, 10) with { Queue = true, Deadline = _nexus.Now + Minute }).Status);
    }

    [Fact]
    public void Of_several_pools_the_dearest_counts()
    {
        _nexus.Pool("dear", ("gpu", 4)).Prices(new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(3600) }, new Sku("dear-hour", "gpu") { Pool = "dear", UnitPrice = Money.Of(7200) });

        Assert.Equal(ReasonCode.ExceedsMaxCost, _nexus.Submit(Gpus("r", 61)).Reason?.Code);
        Assert.Equal(RequestStatus.Allocated, _nexus.Submit(Gpus("s", 61) with { Pools = ["gpus"] }).Status);
    }

    [Fact]
    public void What_has_no_price_costs_nothing()
    {
        _nexus.Prices();

        Assert.Equal(RequestStatus.Allocated, _nexus.Submit(Calls("r", 11, 10)).Status);
    }

    [Fact]
    public void An_extension_that_would_pass_it_is_refused_and_the_lease_goes_on()
    {
        _nexus.Submit(Calls("r", 8, 10));

        RequestReply refused = (RequestReply)_nexus.Renew("r", extend: [("external.calls", 3)]);
        Assert.Equal((ReasonCode.ExceedsMaxCost, 8m, RequestStatus.Allocated), (refused.Refusal!.Code, refused.Request.Lease!.Amounts["external.calls"].Units, refused.Request.Status));
        Assert.Null(((RequestReply)_nexus.Renew("r", extend: [("external.calls", 2)])).Refusal);
        Assert.Null(((RequestReply)_nexus.Renew("r")).Refusal);
    }

    [Fact]
    public void A_renewal_that_would_pass_it_is_refused_and_the_grant_lives_to_its_expiry()
    {
        // A minute costs 60; it may go on for 100 seconds in all.
        _nexus.Submit(Gpus("r", 100));
        _nexus.Advance(TimeSpan.FromSeconds(30));
        RequestReply prolonged = (RequestReply)_nexus.Renew("r");
        Assert.Null(prolonged.Refusal);
        Assert.Equal(_nexus.Now + Minute, prolonged.Request.Lease!.ExpiresAt);

        _nexus.Advance(TimeSpan.FromSeconds(30));
        RequestReply refused = (RequestReply)_nexus.Renew("r");

        Assert.Equal((ReasonCode.ExceedsMaxCost, _nexus.Now + TimeSpan.FromSeconds(30)), (refused.Refusal!.Code, refused.Request.Lease!.ExpiresAt));
        _nexus.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((RequestStatus.Expired, "90"), (_nexus.Status("r"), _nexus.Request("r").Cost.ToString()));
    }

    [Fact]
    public void What_earlier_attempts_cost_counts()
    {
        _nexus.Submit(Calls("r", 6, 10) with { Queue = true });
        _nexus.Send(new Requeue(new RequestKey("acme", "r")) { Actor = Scene.Somebody });

        Assert.Equal((RequestStatus.Rejected, ReasonCode.ExceedsMaxCost, "4"), (_nexus.Status("r"), _nexus.Request("r").Reason!.Code, _nexus.Request("r").Reason!.Budget!.Left.ToString()));
    }

    [Fact]
    public void Where_another_price_holds_at_its_start_who_waited_is_refused_then()
    {
        _nexus.Prices(new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(3600) }, new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(36_000), EffectiveFrom = _nexus.Now + TimeSpan.FromSeconds(30) });
        _nexus.Submit(Scene.Spec("busy", [("gpu", 4)], lease: Minute));
        Assert.Equal(RequestStatus.Queued, _nexus.Submit(Gpus("r", 100) with { Queue = true }).Status);
        Request booked = _nexus.Submit(Gpus("b", 100) with { Deadline = _nexus.Now + TimeSpan.FromHours(1), Duration = Minute, Queue = true });

        _nexus.Advance(Minute);

        Assert.Equal((RequestStatus.Rejected, ReasonCode.ExceedsMaxCost), (_nexus.Status("r"), _nexus.Request("r").Reason!.Code));
        Assert.Equal((RequestStatus.Rejected, ReasonCode.ExceedsMaxCost), (_nexus.Status("b"), _nexus.Request("b").Reason!.Code));
        Assert.NotEqual(RequestStatus.Allocated, booked.Status);
    }

    [Fact]
    public void A_learned_size_is_held_to_it_by_what_is_reserved_and_its_steps_by_what_is_left()
    {
        for (int i = 0; i < 50; i++)
        {
            _nexus.Submit(Calls($"t{i}", 100, 1_000).Learned());
            _nexus.Release($"t{i}", ("external.calls", 4));
        }

        // The most that it might use would cost 100.
        Request granted = _nexus.Submit(Calls("r", 100, 10).Learned());

        Assert.Equal((RequestStatus.Allocated, "4"), (granted.Status, granted.Estimate!.Total.ToString()));
        Assert.Null(((RequestReply)_nexus.Renew("r", extend: [("external.calls", 6)])).Refusal);
        Assert.Equal(ReasonCode.ExceedsMaxCost, ((RequestReply)_nexus.Renew("r", extend: [("external.calls", 1)])).Refusal!.Code);
        Assert.NotNull(_nexus.Request("r").ToldToStop);
    }

    [Fact]
    public void It_is_a_part_of_what_is_asked()
    {
        _nexus.Submit(Calls("r", 5, 10));

        Assert.Equal(FaultCode.IdReused, Assert.IsType<Fault>(_nexus.Send(new Submit(Calls("r", 5, 11)) { Actor = Scene.Somebody })).Code);
        Assert.True(((RequestReply)_nexus.Send(new Submit(Calls("r", 5, 10)) { Actor = Scene.Somebody })).Duplicate);
        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Restored().StateHash());
        Assert.Equal(Money.Of(10), _nexus.Replayed().Requests.Single().Spec.MaxCost);
    }

    private static RequestSpec Calls(string id, double calls, long most) => Scene.Spec(id, [("external.calls", calls)]) with { MaxCost = Money.Of(most) };

    // One for a minute, unless it is renewed.
    private static RequestSpec Gpus(string id, long most) => Scene.Spec(id, [("gpu", 1)], lease: Minute) with { MaxCost = Money.Of(most) };
}
