using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Tests.Dashboard.Costs;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Pools;

/// <summary>What the capacity of a pool costs by the hour, by the price book: the scene has four GPUs at $2.</summary>
public sealed class PoolCostTests : IAsyncLifetime
{
    private CostsScene _nexus = null!;

    public async ValueTask InitializeAsync() => _nexus = await CostsScene.StartAsync();

    public ValueTask DisposeAsync() => _nexus.DisposeAsync();

    [Fact]
    public async Task All_of_it_costs_used_or_not_and_what_nobody_holds_is_idle()
    {
        Assert.Equal(("8", "8"), Of("gpus"));

        await _nexus.Running.SubmitAsync("r", ("gpu", 3));

        Assert.Equal(("8", "2"), Of("gpus"));
    }

    [Fact]
    public async Task Without_a_price_nothing_is_said_and_of_several_kinds_which_have_none()
    {
        await _nexus.Running.PoolAsync("store", ("storage", 100));
        await _nexus.Running.PoolAsync("node", ("gpu", 1), ("memory", 64));

        Assert.Null(Cost("store"));
        Assert.Equal(("2", "memory"), (Cost("node")!.PerHour.ToString(), Assert.Single(Cost("node")!.Unpriced)));
        Assert.Equal("$2.00 an hour, of which $2.00 nobody holds now; memory has no price by the unit-hour", Cost("node")!.Sentence("USD"));
    }

    [Fact]
    public async Task A_price_of_the_pools_own_goes_before_that_of_the_kind_and_one_with_tiers_is_none()
    {
        await _nexus.PricesAsync(new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(2) }, new Sku("here", "gpu") { Pool = "gpus", UnitPrice = Money.Parse("1.25") });
        Assert.Equal(("5", "5"), Of("gpus"));

        await _nexus.PricesAsync(new Sku("gpu-hour", "gpu") { Tiers = [new PriceTier(null, Money.Of(2))] });
        Assert.Null(Cost("gpus"));
    }

    [Fact]
    public async Task Where_more_is_held_than_there_is_nothing_is_idle()
    {
        await _nexus.Running.SubmitAsync("r", ("gpu", 3));
        await _nexus.Running.PoolAsync("gpus", ("gpu", 2));

        Assert.Equal(("4", "0"), Of("gpus"));
    }

    [Fact]
    public void Over_time_it_is_told_at_the_capacity_and_the_price_of_each_moment_held_and_idle()
    {
        Instant began = _nexus.Running.Host.Now;
        PoolDefinition four = _nexus.Running.Read.Pools.Single(p => p.Name == "gpus").Definition;
        PoolDefinition two = Scene.Definition("gpus", [("gpu", 2)]);
        PriceBook dear = _nexus.Running.Read.Configuration.Prices;
        CapacitySpan[] spans = [new(four, dear, began, began + TimeSpan.FromHours(1)), new(two, dear, began + TimeSpan.FromHours(1), began + TimeSpan.FromHours(2)), new(two, PriceBook.Empty, began + TimeSpan.FromHours(2), began + TimeSpan.FromHours(3))];
        SeriesPoint At(double hours, decimal used) => new(began + TimeSpan.FromHours(hours), 0, 0, 0, 0, 0, null, [], [new MeterPoint("gpus", "gpu", Quantity.Of((long)used), Quantity.Of(4))]);

        PoolCostCourse course = PoolCostCourse.Of("gpus", [At(0.5, 3), At(1.5, 1), At(1.6, 3), At(2.5, 1)], spans, _ => true, "USD")!;

        Assert.Equal([(6, 2), (2, 2), (4, 0)], course.Points.Select(p => ((int)p.Used, (int)p.Idle)));
        Assert.Null(PoolCostCourse.Of("others", [At(0.5, 3), At(1.5, 1)], spans, _ => true, "USD"));
        Assert.Null(PoolCostCourse.Of("gpus", [At(2.5, 1), At(2.6, 1)], spans, _ => true, "USD"));
    }

    [Fact]
    public void In_another_currency_the_head_says_which() => Assert.Equal(("$/h", "EUR/h"), (PoolCost.Head("USD"), PoolCost.Head("EUR")));

    private (string, string) Of(string pool) => (Cost(pool)!.PerHour.ToString(), Cost(pool)!.Idle.ToString());

    private PoolCost? Cost(string pool) => PoolCost.Of(_nexus.Running.Read.Pools.Single(p => p.Name == pool), _nexus.Running.Read.Configuration, _nexus.Running.Host.Now);
}
