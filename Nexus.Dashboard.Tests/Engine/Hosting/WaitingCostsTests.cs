using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

/// <summary>What those who wait are expected to cost: a GPU is $1 an hour in one pool and $3 in the other.</summary>
public sealed class WaitingCostsTests : IAsyncLifetime
{
    private static readonly TimeSpan HalfAnHour = TimeSpan.FromMinutes(30);

    private RunningEngine _engine = null!;

    public async ValueTask InitializeAsync()
    {
        _engine = await RunningEngine.WithPoolAsync("cheap", ("gpu", 4));
        await _engine.PoolAsync("dear", ("gpu", 8));
        await _engine.SubmitAsync(Scene.Spec("fills-cheap", [("gpu", 4)], pools: ["cheap"]));
        await _engine.SubmitAsync(Scene.Spec("fills-dear", [("gpu", 8)], pools: ["dear"]));
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task It_is_that_of_the_pool_in_which_it_costs_least_for_as_long_as_it_commits_to()
    {
        await PricesAsync();
        await _engine.SubmitAsync(Scene.Spec("anywhere", [("gpu", 2)], queue: true, duration: HalfAnHour));
        await _engine.SubmitAsync(Scene.Spec("choosy", [("gpu", 2)], queue: true, duration: HalfAnHour, pools: ["dear"]));
        await _engine.SubmitAsync(Scene.Spec("too-large-for-cheap", [("gpu", 6)], queue: true, duration: HalfAnHour));

        Assert.Equal(Money.Of(1), Cost("anywhere"));
        Assert.Equal(Money.Of(3), Cost("choosy"));
        Assert.Equal(Money.Of(9), Cost("too-large-for-cheap"));
    }

    [Fact]
    public async Task Without_a_duration_it_is_reckoned_until_the_lease_ends()
    {
        await PricesAsync();
        await _engine.SubmitAsync(Scene.Spec("open", [("gpu", 4)], queue: true, lease: TimeSpan.FromMinutes(15)));

        Assert.Equal(Money.Of(1), Cost("open"));
    }

    [Fact]
    public async Task What_runs_costs_what_is_reserved_for_it_and_what_has_ended_nothing_more()
    {
        await PricesAsync();
        await _engine.ReleaseAsync(_engine.Find("fills-dear"));
        await _engine.SubmitAsync(Scene.Spec("runs", [("gpu", 2)], pools: ["dear"], lease: HalfAnHour));

        Assert.Equal(RequestStatus.Allocated, _engine.Find("runs").Status);
        Assert.Equal(Money.Of(3), Cost("runs"));
        Assert.Null(Cost("fills-dear"));
    }

    [Fact]
    public async Task Without_prices_nothing_is_said()
    {
        await _engine.SubmitAsync(Scene.Spec("unpriced", [("gpu", 1)], queue: true, duration: HalfAnHour));

        Assert.False(new WaitingCosts(_engine.Read).ArePriced);
        Assert.Null(Cost("unpriced"));
    }

    private Money? Cost(string id) => new WaitingCosts(_engine.Read).Of(_engine.Find(id));

    private Task PricesAsync() => _engine.SendAsync(new SetPrices(
        [new Sku("cheap", "gpu") { Pool = "cheap", UnitPrice = Money.Of(1) }, new Sku("dear", "gpu") { Pool = "dear", UnitPrice = Money.Of(3) }], Replaces: true) { Actor = Scene.Somebody });
}
