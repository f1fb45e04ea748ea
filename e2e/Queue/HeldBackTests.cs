using System.Globalization;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Queue;

/// <summary>Work that waits for a lower price: the queue says until when and what that saves, and a price that falls at once lets it start.</summary>
[Collection(typeof(OnTheQuietSystem))]
public sealed class HeldBackTests(QuietSystem nexus)
{
    [Fact]
    public async Task Held_back_work_shows_its_start_and_its_saving_and_starts_when_the_price_falls()
    {
        string from = DateTimeOffset.UtcNow.AddHours(3).ToString("yyyy-MM-dd'T'HH':00:00Z'", CultureInfo.InvariantCulture);
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/pools/thrifty", new { resources = new { gpu = 2 }, strategy = "costOptimized" });
        await PricesAsync(new { sku = "thrifty", resource = "gpu", pool = "thrifty", unitPrice = "4" }, new { sku = "thrifty", resource = "gpu", pool = "thrifty", unitPrice = "1", effectiveFrom = from });
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/requests", new { id = "thrifty-1", owner = "acme/thrifty", resources = new { gpu = 1 }, pools = new[] { "thrifty" }, duration = "PT30M", maxDelay = "PT6H" });

        await nexus.VisitAsync("operator", "/queue?pool=thrifty&open=thrifty-1&owner=acme", async visitor =>
        {
            await Assertions.Expect(Row(visitor)).ToContainTextAsync("may be delayed");
            await Assertions.Expect(Row(visitor).Locator("td.plan time")).ToHaveAttributeAsync("datetime", TimelineScene.Text(System.Text.RegularExpressions.Regex.Escape(from[..^1])));
            Assert.Equal(DateTimeOffset.Parse(from, CultureInfo.InvariantCulture), (await nexus.Server.CallAsync(HttpMethod.Get, "/api/v1/requests/thrifty-1")).GetProperty("startsAt").GetDateTimeOffset());
            await Assertions.Expect(Row(visitor)).ToContainTextAsync("≈ $2.00");
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("later it is expected to cost 0.5 in pool thrifty instead of 2");
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("Saves $1.50 of $2.00 by starting later");
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("Max delay 6 h");

            await PricesAsync(new { sku = "thrifty", resource = "gpu", pool = "thrifty", unitPrice = "1" });
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("It holds 1 gpu in thrifty.");
        });

        Assert.Equal("allocated", await nexus.Server.StatusAsync("thrifty-1"));
        await nexus.Server.ReleaseAsync("thrifty-1");
    }

    private Task PricesAsync(params object[] items) => nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/prices:import", new { items });

    private static ILocator Drawer(Visitor visitor) => visitor.Page.Locator("[data-drawer]");

    private static ILocator Row(Visitor visitor) =>
        visitor.Main.GetByRole(AriaRole.Row).Filter(new() { Has = visitor.Page.GetByText("thrifty-1", new() { Exact = true }) });
}
