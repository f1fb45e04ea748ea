using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Costs;

/// <summary>What provisioned capacity cost that nobody held, from the recorded past of pools and prices.</summary>
public sealed class IdleCostsTests : IAsyncLifetime
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private CostsScene _nexus = null!;

    public async ValueTask InitializeAsync() => _nexus = await CostsScene.StartAsync();

    public ValueTask DisposeAsync() => _nexus.DisposeAsync();

    [Fact]
    public async Task What_nobody_held_costs_what_the_capacity_costs_less_what_was_held()
    {
        // Four devices at $2 for three hours are $24; one for an hour was held.
        await _nexus.HoldAsync("r", "acme/ada/train", 1, Hour);
        await _nexus.Running.AdvanceAsync(2 * Hour);

        CostsView view = await _nexus.ViewAsync(new CostsAddress());

        Assert.Equal(("2", "22"), (view.Total.Cost.ToString(), view.Idle!.Total.ToString()));
        Assert.Equal(view.Idle.Total, view.Idle.Steps.Aggregate(Money.Zero, (sum, m) => sum + m));
    }

    [Fact]
    public async Task What_is_held_now_is_not_idle_though_it_is_not_in_the_ledger_yet()
    {
        await _nexus.Running.SubmitAsync(Scene.Spec("r", [("gpu", 4)], owner: "acme/ada", lease: TimeSpan.FromHours(5)));
        await _nexus.Running.AdvanceAsync(TimeSpan.FromMinutes(30));

        Assert.Equal(Money.Zero, (await _nexus.ViewAsync(new CostsAddress())).Idle!.Total);
    }

    [Fact]
    public async Task Capacity_and_prices_are_those_of_their_time()
    {
        await _nexus.Running.AdvanceAsync(Hour);
        await _nexus.Running.PoolAsync("gpus", ("gpu", 1));
        await _nexus.Running.AdvanceAsync(Hour);
        await _nexus.PricesAsync(new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(5) });
        await _nexus.Running.AdvanceAsync(Hour);

        // 4 × $2, 1 × $2, 1 × $5.
        Assert.Equal("15", (await _nexus.ViewAsync(new CostsAddress())).Idle!.Total.ToString());
    }

    [Fact]
    public async Task A_pool_that_is_gone_cost_until_it_went_and_one_without_a_price_is_named()
    {
        await _nexus.Running.PoolAsync("store", ("storage", 100));
        await _nexus.Running.AdvanceAsync(Hour);
        await _nexus.Running.SendAsync(new DeletePool("gpus") { Actor = Scene.Somebody });
        await _nexus.Running.AdvanceAsync(Hour);

        IdleView idle = (await _nexus.ViewAsync(new CostsAddress())).Idle!;

        Assert.Equal("8", idle.Total.ToString());
        Assert.Equal(["store storage"], idle.Unpriced);
    }

    [Theory]
    [InlineData("even", "14", "10")]
    [InlineData("proportional", "18", "6")]
    [InlineData("weighted", "15.142857142857", "8.857142857143")]
    public async Task It_is_borne_by_who_used_the_pool_and_all_adds_up(string rule, string acme, string globex)
    {
        // Acme holds three device-hours, globex one, of twelve: $16 are idle. By weights 4 : 3 what does not divide goes to the largest remainder.
        await _nexus.Running.SendAsync(new SetQuota(new QuotaDefinition(OwnerPath.Parse("globex"), 750, [])) { Actor = Scene.Somebody });
        await _nexus.HoldAsync("a", "acme/ada/train", 3, Hour);
        await _nexus.HoldAsync("g", "globex/eve/train", 1, Hour);
        await _nexus.Running.AdvanceAsync(Hour);

        CostsView view = await _nexus.ViewAsync(new CostsAddress { Idle = rule });

        Assert.Equal("24", view.Total.Cost.ToString());
        Assert.Equal(view.Total.Cost, view.Total.Rows.Aggregate(Money.Zero, (sum, r) => sum + r.Cost));
        Assert.Equal([acme, globex], view.Total.Rows.OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => r.Cost.ToString()));
    }

    [Fact]
    public async Task What_nobody_used_stays_a_row_of_its_own_in_the_total()
    {
        await _nexus.UseAsync("a", "acme/ada/chat", "tokens.input", 1_000_000);
        await _nexus.Running.AdvanceAsync(Hour - TimeSpan.FromSeconds(1));

        CostsView view = await _nexus.ViewAsync(new CostsAddress { Idle = "proportional" });

        Assert.Equal("11", view.Total.Cost.ToString());
        Assert.Equal([("idle, borne by nobody", "8"), ("acme", "3")], view.Total.Rows.OrderByDescending(r => r.IsIdle).Select(r => (r.Name, r.Cost.ToString())));
    }

    [Fact]
    public async Task Of_one_tenant_only_its_own_share_counts()
    {
        await _nexus.HoldAsync("a", "acme/ada/train", 3, Hour);
        await _nexus.HoldAsync("g", "globex/eve/train", 1, Hour);

        CostsView view = await _nexus.ViewAsync(new CostsAddress { Idle = "proportional", Filters = ["tenant:globex"] });

        Assert.Equal(["globex"], view.Total.Rows.Select(r => r.Name));
        Assert.Equal(("2", "2"), (view.Total.Direct.ToString(), view.Total.Idle.ToString()));
    }
}
