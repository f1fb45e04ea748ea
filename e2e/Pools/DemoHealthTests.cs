using System.Text.Json;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Xunit;

namespace Nexus.E2E.Pools;

/// <summary>In the demo the store of vectors fails within its first minute and a half, is probed, and recovers.</summary>
[Collection(typeof(OnTheDemoSystem))]
public sealed class DemoHealthTests(DemoSystem nexus)
{
    // From the start of the demo; whoever comes later finds it in the audit.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task A_pool_fails_is_probed_and_recovers() =>
        await nexus.VisitAsync("admin", "/pools/vector-store", async visitor =>
        {
            DateTimeOffset until = DateTimeOffset.UtcNow + Patience;
            for (string? was = await StateAsync(); !await IsHealedAsync(); was = await NextAsync(was))
            {
                Assert.True(DateTimeOffset.UtcNow < until, "it has not failed and recovered");
            }

            async Task<string?> NextAsync(string? was)
            {
                await Task.Delay(1_000);
                string? now = await StateAsync();
                if ((was, now) is ("healthy", "open"))
                {
                    await Assertions.Expect(visitor.Main.Locator(".ch").First).ToContainTextAsync("Unhealthy");
                    await Assertions.Expect(visitor.Main.Locator("[data-health]")).ToContainTextAsync("grants failed in 30 s: it grants nothing until it is probed");
                }

                return now;
            }

            await visitor.GoAsync("/audit?object=vector-store");
            ILocator rows = visitor.Main.Locator("tbody tr");
            await Assertions.Expect(rows.Filter(new() { HasText = "opened pool vector-store" }).First).ToBeVisibleAsync();
            await Assertions.Expect(rows.Filter(new() { HasText = "healed pool vector-store" }).First).ToBeVisibleAsync();
        });

    private async Task<string?> StateAsync() => (await nexus.Server.CallAsync(HttpMethod.Get, "/api/v1/pools/vector-store")).GetProperty("health").GetProperty("state").GetString();

    private async Task<bool> IsHealedAsync()
    {
        JsonElement trail = await nexus.Server.CallAsync(HttpMethod.Get, "/api/v1/audit?object=vector-store");
        return trail.GetProperty("items").EnumerateArray().Any(e => e.GetProperty("action").GetString() == "healPool");
    }
}
