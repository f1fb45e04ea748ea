using System.Text.Json;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Pools;

/// <summary>A pool whose grants fail, as its page shows it.</summary>
[Collection(typeof(OnTheQuietSystem))]
public sealed class PoolHealthTests(QuietSystem nexus)
{
    [Fact]
    public async Task A_pool_that_fails_is_seen_to_open_to_be_probed_and_to_recover()
    {
        await JudgedAsync("fragile", probeAfter: "PT6S");

        await nexus.VisitAsync("viewer", "/pools/fragile", async visitor =>
        {
            await Assertions.Expect(visitor.Main.Locator(".ch").First).ToContainTextAsync("Healthy");

            await FailAsync("fragile", 3);
            await nexus.Server.RequestAsync("fragile-waits", "acme/fragile", "fragile");
            await Assertions.Expect(visitor.Main.Locator(".ch").First).ToContainTextAsync("Unhealthy");
            await Assertions.Expect(visitor.Main.Locator("[data-health]")).ToContainTextAsync("3 of 3 grants failed in 5 min: it grants nothing until it is probed. Probed in");
            Assert.Equal("queued", await nexus.Server.StatusAsync("fragile-waits"));

            // Who waits is the probe.
            await Assertions.Expect(visitor.Main.Locator(".ch").First).ToContainTextAsync("Probing", new() { Timeout = 20_000 });
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "fragile-waits" })).ToBeVisibleAsync();

            await nexus.Server.ReleaseAsync("fragile-waits");
            await Assertions.Expect(visitor.Main.Locator(".ch").First).ToContainTextAsync("Recovering");
            foreach (string id in (string[])["fragile-4", "fragile-5"])
            {
                await nexus.Server.RequestAsync(id, "acme/fragile", "fragile");
                await nexus.Server.ReleaseAsync(id);
            }

            await Assertions.Expect(visitor.Main.Locator(".ch").First).ToContainTextAsync("Healthy");
            await Assertions.Expect(visitor.Main.Locator("[data-health]")).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task The_list_marks_it_and_who_waits_is_told_why_until_somebody_says_that_it_is_well()
    {
        await JudgedAsync("sick", probeAfter: "PT1H");
        await FailAsync("sick", 3);
        await nexus.Server.RequestAsync("sick-waits", "acme/sick", "sick");

        await nexus.VisitAsync("operator", "/pools?state=unhealthy", async visitor =>
        {
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "sick" })).ToContainTextAsync(["Unhealthy"]);
            await visitor.GoAsync("/queue?open=sick-waits&tenant=acme");
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Complementary)).ToContainTextAsync("Pool sick is unhealthy: 3 of 3 grants failed in 5 min");

            await visitor.GoAsync("/pools/sick");
            await Assertions.Expect(visitor.Main.Locator("[data-health]")).ToContainTextAsync("Unwell since");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Grant all again" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("sick grants all that it has again")).ToBeVisibleAsync();
            await Assertions.Expect(visitor.Main.Locator("[data-health]")).ToHaveCountAsync(0);
            Assert.Equal("allocated", await nexus.Server.StatusAsync("sick-waits"));
        });

        await nexus.Server.ReleaseAsync("sick-waits");
    }

    [Fact]
    public async Task By_what_it_is_judged_is_set_on_its_page()
    {
        await nexus.Server.PoolAsync("judged-here", 2);
        await nexus.VisitAsync("operator", "/pools/judged-here?open=edit", async visitor =>
        {
            await visitor.Page.GetByLabel("Grant less while grants fail").CheckAsync();
            await visitor.Page.GetByLabel("Failure rate").FillAsync("0.25");
            await visitor.Page.GetByLabel("Minimum samples").FillAsync("8");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("Pool judged-here changed")).ToBeVisibleAsync();
        });

        JsonElement health = (await nexus.Server.CallAsync(HttpMethod.Get, "/api/v1/pools/judged-here")).GetProperty("health");
        Assert.Equal((0.25m, 8, "healthy"), (health.GetProperty("failureRate").GetDecimal(), health.GetProperty("minimumSamples").GetInt32(), health.GetProperty("state").GetString()));
    }

    private Task JudgedAsync(string pool, string probeAfter) =>
        nexus.Server.CallAsync(HttpMethod.Put, $"/api/v1/pools/{pool}", new { resources = new { gpu = 4 }, health = new { minimumSamples = 3, probeAfter, probes = 1 } });

    private async Task FailAsync(string pool, int times)
    {
        for (int i = 1; i <= times; i++)
        {
            JsonElement granted = await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/requests", new { id = $"{pool}-{i}", owner = $"acme/{pool}", pools = new[] { pool }, resources = new { gpu = 1 } });
            await nexus.Server.CallAsync(HttpMethod.Post, $"/api/v1/leases/{granted.GetProperty("lease").GetProperty("id").GetString()}/release", new { outcome = "failed" });
        }
    }
}
