using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>What a pool says that its units cost: it holds where the price book has no price.</summary>
public sealed class PoolPriceTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Scene _nexus = new Scene(new EngineLimits { MetersHeld = true }).Pool(Gpus(2));

    [Fact]
    public void A_grant_is_expected_to_cost_it_and_does()
    {
        Request granted = _nexus.Submit(Scene.Spec("r", [("gpu", 3)], lease: Hour));
        _nexus.Advance(Hour / 2);
        _nexus.Release("r");

        Assert.Equal("6", granted.Estimate!.Total.ToString());
        LedgerEntry line = Assert.Single(_nexus.Ledger);
        Assert.Equal(("pool:p:gpu", "3", PricingUnit.UnitHour), (line.Line.Sku, line.Line.Cost.ToString(), line.Line.Unit));
    }

    [Fact]
    public void A_budget_counts_it()
    {
        _nexus.Budget("b", "acme", 5, 1);

        Assert.Equal(ReasonCode.ExceedsBudget, _nexus.Submit(Scene.Spec("r", [("gpu", 3)], lease: Hour)).Reason?.Code);
        Assert.Equal(RequestStatus.Allocated, _nexus.Submit(Scene.Spec("s", [("gpu", 2)], lease: Hour)).Status);
    }

    [Fact]
    public void Any_price_of_the_book_goes_before_it_and_it_holds_again_when_that_is_gone()
    {
        _nexus.Prices(new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(7) });
        Assert.Equal("7", CostOfAnHour());
        _nexus.Prices();
        Assert.Equal("2", CostOfAnHour());
    }

    [Fact]
    public void Another_price_holds_from_then_on()
    {
        _nexus.Pool(Gpus(3));
        Assert.Equal("3", CostOfAnHour());
        _nexus.Pool(Scene.Definition("p", ("gpu", 8)));
        Assert.Null(_nexus.Submit(Scene.Spec("free", [("gpu", 1)], lease: Hour)).Estimate);
    }

    [Fact]
    public void It_is_gone_with_the_pool()
    {
        _nexus.Send(new DeletePool("p") { Actor = Scene.Somebody });

        Assert.True(_nexus.Engine.Configuration.Prices.IsEmpty);
    }

    [Fact]
    public void It_holds_for_what_comes_from_the_pool_alone()
    {
        _nexus.Pool("q", ("gpu", 8));

        Assert.Null(_nexus.Submit(Scene.Spec("r", [("gpu", 1)], pools: ["q"])).Estimate);
    }

    [Fact]
    public void The_version_of_an_emptied_book_is_the_same_after_a_restart()
    {
        _nexus.Prices(new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(7) });
        _nexus.Prices();

        Nexus.Engine.Core.Engine restored = _nexus.Restored();
        SetBudget budget = new(new Nexus.Engine.Costs.Budgets.BudgetDefinition("b", new Nexus.Engine.Costs.Budgets.BudgetScope(OwnerPath.Root), Money.Of(1), Scene.Period("month"))) { Actor = Scene.Somebody };
        restored.Handle(budget, _nexus.Now, new Batch());
        _nexus.Send(budget);

        Assert.Equal(_nexus.Engine.StateHash(), restored.StateHash());
    }

    [Fact]
    public void It_is_no_price_of_the_book()
    {
        Assert.Empty(_nexus.Engine.Configuration.Prices.Prices);
        Assert.Equal(["pool:p:gpu"], _nexus.Engine.Configuration.Prices.OfPools.Select(p => p.Sku.Name));
    }

    [Fact]
    public void It_comes_back_from_a_snapshot_and_from_the_journal()
    {
        Assert.Equal(["pool:p:gpu"], _nexus.Restored().Configuration.Prices.OfPools.Select(p => p.Sku.Name));
        Assert.Equal(["pool:p:gpu"], _nexus.Replayed().Configuration.Prices.OfPools.Select(p => p.Sku.Name));
        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Restored().StateHash());
    }

    [Fact]
    public void A_kind_that_it_does_not_supply_and_a_price_finer_than_a_unit_of_pricing_are_refused()
    {
        PoolDefinition pool = Scene.Definition("p", ("gpu", 8));

        Assert.Equal("$.price['cpu']", Refused(pool with { Prices = [new PoolPrice("cpu", Money.Of(1))] }).Field);
        Assert.Equal("must have at most six decimals for a unit and hour", Refused(pool with { Prices = [new PoolPrice("gpu", new Money(1))] }).Detail);
        Assert.Equal("$.price['tokens.context']", Refused(Scene.Definition("q", ("tokens.context", 8)) with { Prices = [new PoolPrice("tokens.context", Money.Of(1))] }).Field);
        Assert.Equal("2", CostOfAnHour());
    }

    private Fault Refused(PoolDefinition pool) => Assert.IsType<Fault>(_nexus.Send(new SetPool(pool) { Actor = Scene.Somebody }));

    private string CostOfAnHour()
    {
        Request granted = _nexus.Submit(Scene.Spec($"r{_nexus.Events.Count}", [("gpu", 1)], lease: Hour));
        _nexus.Release(granted.Spec.Id);
        return granted.Estimate!.Total.ToString();
    }

    private static PoolDefinition Gpus(long price) => Scene.Definition("p", ("gpu", 8)) with { Prices = [new PoolPrice("gpu", Money.Of(price))] };
}
