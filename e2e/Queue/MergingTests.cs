using System.Text.Json;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Queue;

/// <summary>Small requests for the same home share a grant: the queue says whose, and one of them pays the minimum.</summary>
[Collection(typeof(OnTheQuietSystem))]
public sealed class MergingTests(QuietSystem nexus)
{
    [Fact]
    public async Task The_second_says_that_it_shares_the_grant_of_the_first_and_one_minimum_is_in_the_ledger()
    {
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/pools/merge-gpus", new { resources = new { gpu = 4 } });
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/prices:import", new { items = new[] { new { sku = "merge-hour", resource = "gpu", pool = "merge-gpus", unitPrice = "2", minimum = "1" } } });
        foreach (string id in (string[])["merge-1", "merge-2"])
        {
            await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/requests", new { id, owner = "acme/merge", resources = new { gpu = 0.25 }, pools = new[] { "merge-gpus" }, mergeable = true });
        }

        await nexus.VisitAsync("operator", "/queue?open=merge-2&owner=acme", async visitor =>
        {
            ILocator drawer = visitor.Page.Locator("[data-drawer]");
            await Assertions.Expect(drawer.Locator("[data-shares]")).ToContainTextAsync("Shares the grant of merge-1 (lease-");
            await Assertions.Expect(drawer.Locator("[data-shares]")).ToContainTextAsync("the minimum of merge-hour is paid once, saves $0.50 an hour.");
            await Assertions.Expect(drawer).ToContainTextAsync("sharing the grant lease-");
        });

        await nexus.Server.ReleaseAsync("merge-1");
        await nexus.Server.ReleaseAsync("merge-2");
        JsonElement records = await nexus.Server.CallAsync(HttpMethod.Get, "/api/v1/costs/records?filter=pool:merge-gpus");
        JsonElement[] lines = [.. records.GetProperty("items").EnumerateArray()];
        Assert.Equal("merge-1", Assert.Single(lines, l => l.GetProperty("kind").GetString() == "minimum").GetProperty("request").GetString());
        Assert.All(lines, l => Assert.Equal(l.GetProperty("request").GetString() == "merge-2", l.TryGetProperty("sharesMinimum", out JsonElement shares) && shares.GetBoolean()));
    }
}
