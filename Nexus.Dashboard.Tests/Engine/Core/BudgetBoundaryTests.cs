using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>What lies on both sides of the end of a budget's period.</summary>
public sealed class BudgetBoundaryTests
{
    private static readonly Instant Tomorrow = Instant.From(new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero));

    private readonly Scene _nexus = new Scene(new EngineLimits { MetersHeld = true })
        .Bucket("api", "external.calls", 1_000_000, TimeSpan.FromSeconds(1), 1_000_000).Pool("gpus", ("gpu", 100))
        .Prices(new Sku("call", "external.calls") { UnitPrice = Money.Of(1) }, new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(3600) });

    [Fact]
    public void What_lies_beyond_the_period_s_end_is_the_next_one_s_and_a_lease_it_refuses_reaches_to_the_boundary()
    {
        _nexus.Budget("b", "acme", 7_200, halt: 1, period: "day");
        _nexus.Advance(TimeSpan.FromHours(23));

        _nexus.Submit(Scene.Spec("a", [("gpu", 1)], lease: TimeSpan.FromHours(2)));
        Assert.Equal(["3600", "3600"], _nexus.Engine.Budget("b")!.Terms.Select(t => t.Reserved.ToString()));

        Request second = _nexus.Submit(Scene.Spec("c", [("gpu", 1)], lease: TimeSpan.FromHours(23)));

        Assert.Equal(RequestStatus.Allocated, second.Status);
        Assert.Equal(Tomorrow, second.Lease!.ExpiresAt);
        Assert.Equal(["7200", "3600"], _nexus.Engine.Budget("b")!.Terms.Select(t => t.Reserved.ToString()));
    }

    [Fact]
    public void A_lease_that_a_boundary_cuts_takes_no_more_than_its_share_of_what_was_asked()
    {
        _nexus.Prices(new Sku("gpu", "gpu") { UnitPrice = Money.Of(3_600), Minimum = Money.Of(5_000) });
        _nexus.Budget("b", "acme", 7_200, halt: 1, period: "day");
        _nexus.Advance(TimeSpan.FromHours(23));
        _nexus.Submit(Scene.Spec("a", [("gpu", 1)], lease: TimeSpan.FromHours(2)));

        Request second = _nexus.Submit(Scene.Spec("c", [("gpu", 1)], lease: TimeSpan.FromHours(23)));

        // By itself the hour to the boundary would cost the minimum.
        Assert.Equal(Tomorrow, second.Lease!.ExpiresAt);
        Assert.Equal("3600", second.Estimate!.Total.ToString());
        Assert.Equal(["7200", "3600"], _nexus.Engine.Budget("b")!.Terms.Select(t => t.Reserved.ToString()));
    }

    [Fact]
    public void A_renewal_that_a_boundary_cuts_is_asked_once_more_for_what_is_left_of_it()
    {
        // The first hour costs nearly all: of a longer lease an hour has a smaller share.
        _nexus.Pool("ram", ("memory", 10)).Prices(
            new Sku("call", "external.calls") { UnitPrice = Money.Of(1) }, new Sku("ram", "memory") { UnitPrice = Money.Of(3_600) },
            new Sku("gpu", "gpu") { Tiers = [new PriceTier(Quantity.Of(1), Money.Of(3_600)), new PriceTier(null, Money.Of(1))], TierPeriod = TierPeriod.Line });
        _nexus.Budget("b", "acme", 7_200, halt: 1, period: "day");
        _nexus.Advance(TimeSpan.FromHours(23));
        _nexus.Submit(Scene.Spec("r", [("gpu", 1)], lease: TimeSpan.FromMinutes(30)));
        _nexus.Submit("calls", ("external.calls", 2_000));
        _nexus.Advance(TimeSpan.FromMinutes(18));
        _nexus.Renew("r");
        _nexus.Advance(TimeSpan.FromMinutes(12));
        _nexus.Submit(Scene.Spec("tomorrow", [("memory", 1)], lease: TimeSpan.FromMinutes(150)));
        _nexus.Advance(TimeSpan.FromMinutes(12));
        Assert.Equal(["6680", "7200"], Taken());

        // To the next day's 0:12 it would be 120 more today, and to the end of today 720.
        RequestReply refused = (RequestReply)_nexus.Renew("r");

        Assert.Equal(ReasonCode.OverBudget, refused.Refusal!.Code);
        Assert.Equal(_nexus.Now + TimeSpan.FromMinutes(6), refused.Request.Lease!.ExpiresAt);
        Assert.Equal(["6680", "7200"], Taken());

        string[] Taken() => [.. _nexus.Engine.Budget("b")!.Terms.Select(t => (t.Spent + t.Reserved).ToString())];
    }

    [Fact]
    public void A_period_that_ends_between_two_hours_ends_a_slice()
    {
        _nexus.Budget("b", "acme", 100_000, halt: 1, period: "day", zone: "Asia/Kolkata");
        _nexus.Advance(TimeSpan.FromHours(18));
        _nexus.Submit(Scene.Spec("r", [("gpu", 1)], lease: TimeSpan.FromHours(5)));
        _nexus.Advance(TimeSpan.FromHours(1));

        Assert.Equal(["0.5", "0.5"], _nexus.Ledger.Select(e => e.Line.Quantity.ToString()));
        Assert.Equal(["1800", "1800"], _nexus.Engine.Budget("b")!.Terms.Select(t => t.Spent.ToString()));
    }
}
