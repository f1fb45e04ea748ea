using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>Which pool serves where pools place by cost. Three pools of four GPUs cost 4, 2 and, as spot capacity, 0.50 an hour.</summary>
public sealed class CostOptimizedTests
{
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);

    private readonly Scene _nexus = new Scene(new EngineLimits { MetersHeld = true })
        .Pool(Gpus("dear", "4")).Pool(Gpus("cheap", "2")).Pool(Gpus("spot", "0.5") with { PurchaseOption = PurchaseOption.Spot });

    [Fact]
    public void The_cheapest_that_has_room_serves_spot_where_the_request_may_be_interrupted()
    {
        string[] served = [.. new[] { true, false, true, false, false }.Select((may, i) => PoolOf(_nexus.Submit(Ask($"r{i}") with { Preemptible = may })))];

        Assert.Equal(["spot", "cheap", "spot", "cheap", "dear"], served);
    }

    [Fact]
    public void Of_pools_that_cost_the_same_the_one_serves_that_has_least_left_over()
    {
        _nexus.Pool(Gpus("small", "2", gpus: 3));

        Assert.Equal("small", PoolOf(_nexus.Submit(Ask("r"))));
    }

    [Fact]
    public void The_order_of_the_request_goes_before_the_price()
    {
        Assert.Equal("dear", PoolOf(_nexus.Submit(Ask("r") with { Pools = ["dear", "cheap"] })));
    }

    [Fact]
    public void Where_no_pool_places_by_cost_the_price_does_not_count()
    {
        foreach ((string name, string price, double gpus) in new[] { ("dear", "4", 3.0), ("cheap", "2", 4), ("spot", "0.5", 4) })
        {
            _nexus.Pool(Gpus(name, price, gpus) with { Strategy = "priority" });
        }

        Assert.Equal("dear", PoolOf(_nexus.Submit(Ask("r"))));
    }

    [Fact]
    public void Spot_capacity_serves_nobody_who_may_not_be_interrupted_unless_it_is_named()
    {
        Assert.Equal("spot", PoolOf(_nexus.Submit(Ask("named") with { Pools = ["spot"] })));
        _nexus.Send(new DeletePool("dear") { Actor = Scene.Somebody });
        _nexus.Send(new DeletePool("cheap") { Actor = Scene.Somebody });

        Request refused = _nexus.Submit(Ask("r") with { Queue = true });
        Assert.Equal((RequestStatus.Rejected, ReasonCode.SpotNotTolerated, ReasonTier.NeverFits), (refused.Status, refused.Reason!.Code, refused.Reason.Tier));
        Assert.Equal("Only spot capacity, such as pool spot, supplies gpu, and that may be taken away: state preemptible, or name the pool.", ReasonText.Of(refused.Reason));
        Assert.Equal("spot", PoolOf(_nexus.Submit(Ask("tolerant") with { Preemptible = true })));
    }

    [Fact]
    public void The_price_book_goes_before_what_a_pool_says_of_itself()
    {
        _nexus.Prices(new Sku("offer", "gpu") { Pool = "dear", UnitPrice = Money.Of(1) });

        Assert.Equal("dear", PoolOf(_nexus.Submit(Ask("r"))));
    }

    [Fact]
    public void A_pool_whose_price_nobody_knows_comes_last_and_one_that_costs_nothing_first()
    {
        _nexus.Pool(Gpus("unknown", null)).Pool(Gpus("own", "0"));

        Assert.Equal(["own", "own", "cheap", "cheap", "dear", "dear", "unknown"], Enumerable.Range(0, 7).Select(i => PoolOf(_nexus.Submit(Ask($"r{i}")))));
    }

    [Fact]
    public void A_kind_that_has_no_price_anywhere_counts_for_nothing()
    {
        Scene nexus = new();
        foreach ((string name, string price, double gpus) in new[] { ("dear", "4", 2.0), ("cheap", "2", 8) })
        {
            nexus.Pool(Scene.Definition(name, ("gpu", gpus), ("memory", 64)) with { Strategy = "costOptimized", Prices = [new PoolPrice("gpu", Price(price))] });
        }

        Assert.Equal("cheap", PoolOf(nexus.Submit(Scene.Spec("r", [("gpu", 2), ("memory", 8)]))));
    }

    [Fact]
    public void All_that_the_request_takes_of_a_pool_counts()
    {
        // The first is cheap to read, the second to write.
        Scene nexus = new Scene().Pool(Model("reads", input: "1", output: "40")).Pool(Model("writes", input: "2.5", output: "10"));

        Assert.Equal("reads", PoolOf(nexus.Submit(Tokens("rag", 8000, 200))));
        Assert.Equal("writes", PoolOf(nexus.Submit(Tokens("essay", 1000, 2000))));
    }

    [Fact]
    public void Of_starts_that_can_be_promised_at_the_same_time_the_cheapest_is()
    {
        foreach (string pool in new[] { "dear", "cheap" })
        {
            _nexus.Submit(Scene.Spec($"all of {pool}".Replace(' ', '-'), [("gpu", 4)], duration: TenMinutes, lease: TenMinutes, pools: [pool]));
        }

        Request booked = _nexus.Submit(Ask("r") with { Deadline = _nexus.Now + TimeSpan.FromHours(1) });
        Assert.Equal((RequestStatus.Reserved, "cheap"), (booked.Status, booked.Booking!.Pools[0]));
    }

    [Fact]
    public void Work_that_a_pool_interrupts_often_goes_where_it_costs_less_in_the_end()
    {
        // Ten hours at 0.50 and one interruption a day to be reckoned with: (e^(10/24) - 1) / (10/24) × 5 is about 6.20.
        Assert.Equal("spot", PoolOf(_nexus.Submit(Long("before"))));
        _nexus.Release("before");

        // Twelve of these are interrupted within an hour each: some thirteen in thirty-six hours. Ten hours have to be begun anew so often that it costs more than 20.
        Interrupt(12, after: TimeSpan.FromHours(1));
        Assert.Equal("cheap", PoolOf(_nexus.Submit(Long("after"))));

        // What is short is hardly ever caught by it.
        Assert.Equal("spot", PoolOf(_nexus.Submit(Ask("short") with { Preemptible = true })));
    }

    [Fact]
    public void What_was_learned_of_it_fades()
    {
        Interrupt(12, after: TimeSpan.FromHours(1));
        Assert.Equal("cheap", PoolOf(_nexus.Submit(Long("before"))));

        // Also where nothing is placed any more.
        _nexus.Advance(TimeSpan.FromDays(60));

        Assert.Equal("spot", PoolOf(_nexus.Submit(Long("r"))));
    }

    [Fact]
    public void What_was_learned_of_it_comes_back_from_a_snapshot_and_from_the_journal()
    {
        Interrupt(12, after: TimeSpan.FromHours(1));

        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Restored().StateHash());
        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Replayed().StateHash());
    }

    [Fact]
    public void A_spot_lease_that_nobody_renews_counts_as_taken_away_and_a_release_does_not()
    {
        for (int i = 0; i < 12; i++)
        {
            _nexus.Submit(Long($"lost{i}") with { LeaseLength = TimeSpan.FromHours(1) });
            _nexus.Advance(TimeSpan.FromHours(1));
            Assert.Equal(RequestStatus.Expired, _nexus.Status($"lost{i}"));
        }

        Assert.Equal("cheap", PoolOf(_nexus.Submit(Long("r"))));
    }

    [Fact]
    public void A_person_who_puts_work_back_into_the_queue_does_not_count_against_the_pool()
    {
        for (int i = 0; i < 12; i++)
        {
            _nexus.Submit(Long($"put{i}") with { Queue = true });
            _nexus.Advance(TimeSpan.FromHours(1));
            _nexus.Send(new Requeue(new RequestKey("acme", $"put{i}")) { Actor = Scene.Somebody });
            _nexus.Release($"put{i}");
        }

        Assert.Equal("spot", PoolOf(_nexus.Submit(Long("r"))));
    }

    [Fact]
    public void Whoever_waits_does_so_by_class_and_takes_from_no_lower_one()
    {
        foreach (string pool in new[] { "dear", "cheap", "spot" })
        {
            _nexus.Submit(Scene.Spec(pool, [("gpu", 4)], priority: "low", pools: [pool]) with { Preemptible = true });
        }

        _nexus.Submit(Ask("low") with { Queue = true, Priority = "low" });
        _nexus.Submit(Ask("critical") with { Queue = true, Priority = "critical" });
        Assert.Equal(RequestStatus.Queued, _nexus.Status("critical"));
        _nexus.Release("cheap");
        Assert.Equal("cheap", PoolOf(_nexus.Request("critical")));
    }

    // The owner of the quota that it had borrowed wants it back.
    private void Interrupt(int times, TimeSpan after)
    {
        _nexus.Quota("acme", new QuotaRule("gpu") { Extra = Quantity.Zero })
            .Quota("acme/alice", new QuotaRule("gpu") { Limit = Quantity.Zero, Borrow = QuotaBound.Unbounded })
            .Quota("acme/lender", new QuotaRule("gpu") { Limit = Scene.Amount(12) });
        for (int i = 0; i < times; i++)
        {
            _nexus.Submit(Long($"victim{i}") with { Pools = ["spot"] });
            _nexus.Advance(after);
            _nexus.Submit(Scene.Spec($"lender{i}", [("gpu", 4)], owner: "acme/lender", pools: ["spot"], queue: true));
            _nexus.Advance(PreemptionSettings.Default.Grace);
            Assert.Equal((RequestStatus.Preempted, RequestStatus.Allocated), (_nexus.Status($"victim{i}"), _nexus.Status($"lender{i}")));
            _nexus.Release($"lender{i}");
        }
    }

    private static string PoolOf(Request request) => request.Lease?.Pools[0] ?? $"{request.Status}: {request.Reason?.Code}";

    private static RequestSpec Ask(string id) => Scene.Spec(id, [("gpu", 2)], duration: TenMinutes, lease: TimeSpan.FromMinutes(20));

    private static RequestSpec Long(string id) => Scene.Spec(id, [("gpu", 1)], duration: TimeSpan.FromHours(10), lease: TimeSpan.FromHours(20)) with { Preemptible = true };

    private static RequestSpec Tokens(string id, double input, double output) => Scene.Spec(id, [("tokens.input", input), ("tokens.output", output)]);

    private static PoolDefinition Gpus(string name, string? price, double gpus = 4) => Scene.Definition(name, ("gpu", gpus)) with
    {
        Strategy = "costOptimized",
        Prices = price is null ? [] : [new PoolPrice("gpu", Price(price))],
    };

    // Prices for a million.
    private static PoolDefinition Model(string name, string input, string output) => new(
        name,
        [new Supply("tokens.input", Quantity.Of(1_000_000), Quantity.Of(1_000_000), TimeSpan.FromMinutes(1)), new Supply("tokens.output", Quantity.Of(1_000_000), Quantity.Of(1_000_000), TimeSpan.FromMinutes(1))],
        Labels.None, PurchaseOption.OnDemand, null, "costOptimized")
    {
        Prices = [new PoolPrice("tokens.input", new Money(Price(input).Picos / 1_000_000)), new PoolPrice("tokens.output", new Money(Price(output).Picos / 1_000_000))],
    };

    private static Money Price(string text) => Money.TryParse(text, out Money price, out string? reason) ? price : throw new FormatException(reason);
}
