using System.Net.Http;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Pools;

[Collection(typeof(OnTheQuietSystem))]
public sealed class PoolCostTests(QuietSystem nexus)
{
    [Fact]
    public async Task What_capacity_costs_by_the_hour_and_what_of_it_is_idle_stands_on_the_list_the_pool_and_the_overview()
    {
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/pools/priced", new { resources = new { gpu = 4 } });
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/prices:import", new { items = new[] { new { sku = "priced-gpu", resource = "gpu", pool = "priced", unitPrice = "2.5" } } });

        await nexus.VisitAsync("admin", "/pools?filter=priced", async visitor =>
        {
            ILocator row = visitor.Main.Locator("tr").Filter(new() { HasText = "priced" });
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Columnheader, new() { Name = "$/h" })).ToBeVisibleAsync();
            await Assertions.Expect(row).ToContainTextAsync("$10.00");
            await Assertions.Expect(row.Locator("[title*='an hour']")).ToHaveAttributeAsync("title", "$10.00 an hour, of which $10.00 nobody holds now");
        });
        await nexus.VisitAsync("admin", "/pools/priced", async visitor =>
        {
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Columnheader, new() { Name = "Idle $/h" })).ToBeVisibleAsync();
            await Assertions.Expect(visitor.Main.Locator("tr").Filter(new() { HasText = "gpu" }).First).ToContainTextAsync("$10.00");
            ILocator course = visitor.Main.GetByRole(AriaRole.Figure, new() { Name = "Cost per hour" });
            await Assertions.Expect(course).ToBeVisibleAsync(new() { Timeout = 30_000 });
            await course.GetByText("Chart as table").ClickAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Region, new() { Name = "Cost per hour as a table" })).ToContainTextAsync("$10.00");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Columnheader, new() { Name = "Cost so far" })).ToBeVisibleAsync();
        });
        await nexus.VisitAsync("admin", "/", async visitor =>
        {
            ILocator row = visitor.Main.Locator("tr").Filter(new() { HasText = "priced" });
            await Assertions.Expect(row).ToContainTextAsync("$10.00");
        });
    }

    [Fact]
    public async Task The_list_and_the_overview_fit_a_phone()
    {
        await nexus.VisitAsync("admin", "/pools", async visitor => await visitor.FitsItsWindowAsync(), new Look(Width: 390, Height: 844));
        await nexus.VisitAsync("admin", "/", async visitor => await visitor.FitsItsWindowAsync(), new Look(Width: 390, Height: 844));
    }
}
