using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Costs;

/// <summary>What the page of costs shows, over a real ledger.</summary>
public sealed class CostsPageServiceTests : IAsyncLifetime
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private CostsScene _nexus = null!;

    public async ValueTask InitializeAsync() => _nexus = await CostsScene.StartAsync();

    public ValueTask DisposeAsync() => _nexus.DisposeAsync();

    [Fact]
    public async Task Groups_within_groups_add_up_to_the_total_of_the_ledger()
    {
        await _nexus.UseAsync("a", "acme/ada/chat", "tokens.input", 1_000_000, "m");
        await _nexus.UseAsync("b", "acme/bob/search", "tokens.output", 1_000_000, "m");
        await _nexus.UseAsync("c", "globex/eve/chat", "tokens.input", 2_000_000, "m");

        CostsView view = await _nexus.ViewAsync(new CostsAddress());

        Assert.Equal("24", view.Total.Cost.ToString());
        Assert.Equal([("acme", "18"), ("globex", "6")], view.Total.Rows.Select(r => (r.Name, r.Cost.ToString())));
        Assert.Equal([("search", "15"), ("chat", "3")], view.Total.Rows[0].Rows.Select(r => (r.Name, r.Cost.ToString())));
        Assert.Equal(view.Total.Cost, view.Total.Trend.Aggregate(Money.Zero, (sum, m) => sum + m));
        Assert.Equal(3, view.Lines);
    }

    [Fact]
    public async Task What_has_no_value_of_a_dimension_is_a_row_of_its_own()
    {
        await _nexus.UseAsync("a", "acme", "tokens.input", 1_000_000);

        CostsView view = await _nexus.ViewAsync(new CostsAddress { GroupBy = "workflow" });

        Assert.Equal(["no workflow"], view.Total.Rows.Select(r => r.Name));
    }

    [Fact]
    public async Task The_change_is_taken_apart_into_volume_and_price_by_who_caused_it()
    {
        await _nexus.UseAsync("a1", "acme/ada/chat", "tokens.input", 1_000_000, "m");
        await _nexus.UseAsync("g1", "globex/eve/chat", "tokens.input", 1_000_000, "m");
        await _nexus.Running.AdvanceAsync(7 * Day);
        await _nexus.PricesAsync(new Sku("in", "tokens.input") { UnitPrice = Money.Parse("0.000004") });
        await _nexus.UseAsync("a2", "acme/ada/chat", "tokens.input", 3_000_000, "m");

        CostsView view = await _nexus.ViewAsync(new CostsAddress { From = CostTime.Text(_nexus.Running.Host.Now - Day) });

        // Acme: 2 M more at $3 and $1 more for 3 M; globex used nothing more.
        Assert.Equal([("acme/chat", "m", "6", "3"), ("globex/chat", "m", "-3", "0")], view.Changes.Select(c => (c.Name, c.Where, c.Volume.ToString(), c.Price.ToString())));
        Assert.Equal(("6", "12", "6"), (view.Total.Before.ToString(), view.Total.Cost.ToString(), view.Total.Change.ToString()));
        Assert.Equal(view.Total.Change!.Value, view.Changes.Aggregate(Money.Zero, (sum, c) => sum + c.Total));
        Assert.Equal([("acme", "9"), ("globex", "-3")], view.Total.Rows.Select(r => (r.Name, r.Change.ToString())));
    }

    [Fact]
    public async Task What_has_no_price_is_named_with_its_amount()
    {
        await _nexus.UseAsync("a", "acme/ada", "vector.operations", 214);

        CostsView view = await _nexus.ViewAsync(new CostsAddress());

        Unpriced unpriced = Assert.Single(view.Unpriced);
        Assert.Equal(("vector.operations", "214", "calls"), (unpriced.What, unpriced.Quantity.ToString(), unpriced.Unit));
    }

    [Fact]
    public async Task Costs_are_divided_by_requests_successes_and_runs()
    {
        await _nexus.HoldAsync("r1", "acme/ada/train", 1, TimeSpan.FromHours(1));
        await _nexus.HoldAsync("r2", "acme/ada/train", 1, TimeSpan.FromHours(1));

        CostsView view = await _nexus.ViewAsync(new CostsAddress());

        Assert.Equal(new UnitCounts(2, 2, 0, Money.Of(4), Money.Zero), view.Total.Counts);
        Assert.Equal((2_000m, 2m, null), (view.Total.Counts!.PerThousand, view.Total.Counts.PerSuccess, view.Total.Counts.PerRun));
        Assert.Equal(2, view.Total.Rows[0].Counts!.Requests);
    }

    [Fact]
    public async Task Who_sees_one_tenant_sees_its_costs_and_nothing_of_idle_capacity()
    {
        await _nexus.UseAsync("a", "acme/ada/chat", "tokens.input", 1_000_000);
        await _nexus.UseAsync("b", "globex/eve/chat", "tokens.input", 2_000_000);

        CostsView view = await _nexus.ViewAsync(new CostsAddress { GroupBy = "tenant" }, LiveEngine.Person("finance", "acme"));

        Assert.Equal(["acme"], view.Total.Rows.Select(r => r.Name));
        Assert.Null(view.Idle);
        Assert.NotNull(view.WhyNoIdle);
    }

    [Fact]
    public async Task Who_may_not_read_is_refused() => Assert.Equal(
        403, (await _nexus.Page.GetAsync(LiveEngine.Person("nobody"), CostsAsked.Read(new CostsAddress(), _nexus.Running.Host.Now, null).Value!, CancellationToken.None)).Problem!.Status);

    [Fact]
    public async Task An_empty_range_says_when_the_ledger_starts()
    {
        Instant used = _nexus.Running.Host.Now;
        await _nexus.UseAsync("a", "acme/ada/chat", "tokens.input", 1_000_000);
        await _nexus.Running.AdvanceAsync(3 * Day);

        CostsView view = await _nexus.ViewAsync(new CostsAddress { From = CostTime.Text(_nexus.Running.Host.Now - Day) });

        Assert.Equal(0, view.Lines);
        Assert.Equal(used, view.LedgerStart);
    }
}
