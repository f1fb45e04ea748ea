using Nexus.Dashboard.Features.Costs;
using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Costs;

/// <summary>What is everybody's, shared by the same rule as idle capacity: the page and the answer of the API add up to the ledger.</summary>
public sealed class OverheadTests : IAsyncLifetime
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private CostsScene _nexus = null!;

    public async ValueTask InitializeAsync() => _nexus = await CostsScene.StartAsync("platform", "acme/tools");

    public ValueTask DisposeAsync() => _nexus.DisposeAsync();

    [Theory]
    [InlineData("even", "18", "12")]
    [InlineData("proportional", "20", "10")]
    public async Task The_costs_of_owners_that_are_everybodys_are_borne_by_all_others(string rule, string acme, string globex)
    {
        await UsedAsync();

        CostsView view = await _nexus.ViewAsync(new CostsAddress { Idle = rule });

        Assert.Equal("38", view.Total.Cost.ToString());
        Assert.Equal(("0", view.Total.Cost), (view.Total.Overhead.ToString(), Sum(view.Total.Rows.Select(r => r.Cost))));
        Assert.Equal([("acme", acme), ("globex", globex), ("platform", "0")], view.Total.Rows.Where(r => !r.IsIdle).OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => (r.Name, r.Cost.ToString())));
        Assert.Equal(["platform", "acme/tools"], view.SharedOwners);
    }

    [Fact]
    public async Task Separate_they_stay_whose_they_are()
    {
        await UsedAsync();

        CostsView view = await _nexus.ViewAsync(new CostsAddress());

        Assert.Equal([("acme", "15"), ("globex", "6"), ("platform", "9")], view.Total.Rows.OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => (r.Name, r.Cost.ToString())));
        Assert.Empty(view.SharedOwners);
    }

    [Fact]
    public async Task Within_a_tenant_the_part_that_is_everybodys_is_relieved_of_it_and_the_rest_bears()
    {
        await UsedAsync();

        CostsView view = await _nexus.ViewAsync(new CostsAddress { Idle = "proportional", GroupBy = "tenant,user" });

        CostRow acme = view.Total.Rows.Single(r => r.Name == "acme");
        Assert.Equal([("ada", "8"), ("tools", "-3")], acme.Rows.OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => (r.Name, r.Overhead.ToString())));
        Assert.Equal(acme.Cost, Sum(acme.Rows.Select(r => r.Cost)));
    }

    [Fact]
    public async Task A_charge_that_is_nobodys_alone_is_everybodys()
    {
        await UsedAsync();
        await _nexus.Running.SendAsync(new EnterCharge(new EnteredCharge(BillingMonth.Of(_nexus.Running.Host.Now), "support", OwnerPath.Root, LineKind.Tax, Money.Of(18), "Support")) { Actor = Scene.Somebody });

        CostsView view = await _nexus.ViewAsync(new CostsAddress { Idle = "proportional" });

        Assert.Equal("56", view.Total.Cost.ToString());
        Assert.Equal([("acme", "32"), ("globex", "16"), ("no tenant", "0"), ("platform", "0")], view.Total.Rows.Where(r => !r.IsIdle).OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => (r.Name, r.Cost.ToString())));
    }

    [Fact]
    public async Task What_an_owner_bears_of_idle_capacity_whose_costs_are_everybodys_is_everybodys_too()
    {
        await _nexus.HoldAsync("p", "platform/monitoring", 1, Hour);
        await _nexus.UseAsync("a", "acme/ada/chat", "tokens.input", 1_000_000);

        CostsView view = await _nexus.ViewAsync(new CostsAddress { Idle = "proportional" });

        CostRow platform = view.Total.Rows.Single(r => r.Name == "platform");
        Assert.Equal((Money.Zero, platform.Direct + platform.Idle), (platform.Cost, Money.Zero - platform.Overhead));
        Assert.Equal(view.Total.Cost, view.Total.Rows.Single(r => r.Name == "acme").Cost);
    }

    [Fact]
    public async Task The_answer_of_the_API_says_the_same_and_adds_up()
    {
        await UsedAsync();
        CostQuery query = new(_nexus.Running.Host.Now - Hour, _nexus.Running.Host.Now) { GroupBy = [new CostDimension("tenant")] };

        CostsWithIdle found = (await _nexus.Service.ReportAsync(CostsScene.Everywhere, query, IdleSharing.Proportional, CancellationToken.None)).Value!;
        CostsAnswer answer = CostsAnswer.Of(query, found, "USD");

        Assert.Equal(answer.Total.Amount, Sum(answer.Groups.Select(g => Money.Parse(g.Cost.Amount))).ToString());
        Assert.Equal([("acme", "5"), ("globex", "4"), ("platform", "-9")], answer.Groups.Where(g => g.Key.Count > 0).OrderBy(g => g.Key["tenant"], StringComparer.Ordinal).Select(g => (g.Key["tenant"], g.Overhead!.Amount)));
    }

    // acme: 12 and 3 of its tools, globex: 6, the platform: 9; of these 12 are everybody's. Nobody held a GPU.
    private async Task UsedAsync()
    {
        await _nexus.UseAsync("a", "acme/ada/chat", "tokens.input", 4_000_000);
        await _nexus.UseAsync("t", "acme/tools/search", "tokens.input", 1_000_000);
        await _nexus.UseAsync("g", "globex/eve/chat", "tokens.input", 2_000_000);
        await _nexus.UseAsync("p", "platform/monitoring/logs", "tokens.input", 3_000_000);
        await _nexus.Running.AdvanceAsync(Hour - TimeSpan.FromSeconds(4));
    }

    private static Money Sum(IEnumerable<Money> costs) => costs.Aggregate(Money.Zero, static (sum, m) => sum + m);
}
