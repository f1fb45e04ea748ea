using System.Net.Http;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Queue;

/// <summary>What would start a request sooner is tried before it is done.</summary>
[Collection(typeof(OnTheQuietSystem))]
public sealed class WhyTests(QuietSystem nexus)
{
    [Fact]
    public async Task A_higher_class_is_previewed_applied_and_undone()
    {
        await nexus.Server.PoolAsync("why-raise", 1);
        await nexus.Server.RequestAsync("why-raise-1", "acme/why-raise", "why-raise");
        await nexus.Server.RequestAsync("why-raise-2", "acme/why-raise", "why-raise");
        await nexus.Server.RequestAsync("why-raise-3", "acme/why-raise", "why-raise");

        await nexus.VisitAsync("operator", "/queue?pool=why-raise&open=why-raise-3&owner=acme", async visitor =>
        {
            // The next class above, whichever there is by now.
            const string raise = "Preview: Raise it to ";
            ILocator preview = Drawer(visitor).Locator($"[aria-label^='{raise}']");
            string higher = (await preview.GetAttributeAsync("aria-label"))![raise.Length..].Split(':')[0];
            await preview.ClickAsync();
            ILocator would = Drawer(visitor).Locator(".would");
            await Assertions.Expect(would).ToContainTextAsync("It passes 1 that waits for the same.");
            await Assertions.Expect(would).ToContainTextAsync("Nothing is reclaimed");

            await would.GetByRole(AriaRole.Button, new() { Name = $"Raise to {higher}" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText($"why-raise-3: medium → {higher}")).ToBeVisibleAsync();
            await Assertions.Expect(Row(visitor, "why-raise-3")).ToContainTextAsync(higher);
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(Row(visitor, "why-raise-3")).ToContainTextAsync("medium");
        });
    }

    [Fact]
    public async Task What_only_the_client_can_change_is_previewed_and_left_to_it()
    {
        await nexus.Server.PoolAsync("why-less", 4);
        await nexus.Server.RequestAsync("why-less-1", "acme/why-less", "why-less", gpu: 3);
        await nexus.Server.RequestAsync("why-less-2", "acme/why-less", "why-less", gpu: 2);

        await nexus.VisitAsync("viewer", "/queue?pool=why-less&open=why-less-2&owner=acme", async visitor =>
        {
            await Drawer(visitor).GetByLabel("Preview: Ask for 1 gpu").ClickAsync();
            ILocator would = Drawer(visitor).Locator(".would");
            await Assertions.Expect(would).ToContainTextAsync("It starts now in why-less");
            await Assertions.Expect(would).ToContainTextAsync("Its client must do it");
            await Assertions.Expect(would.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        });

        Assert.Equal("queued", await nexus.Server.StatusAsync("why-less-2"));
    }

    [Fact]
    public async Task Another_pool_is_previewed_and_a_quota_is_raised_and_lowered_again()
    {
        await nexus.Server.PoolAsync("why-accept", 1);
        await nexus.Server.PoolAsync("why-other", 9);
        await nexus.Server.RequestAsync("why-accept-1", "acme/why-accept", "why-accept");
        await nexus.Server.RequestAsync("why-accept-2", "acme/why-accept", "why-accept");
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/quotas/whyowner", new { rules = new[] { new { resource = "gpu", limit = 1 } } });
        await nexus.Server.RequestAsync("why-quota-1", "whyowner/a", "why-other");
        await nexus.Server.RequestAsync("why-quota-2", "whyowner/b", "why-other");

        await nexus.VisitAsync("operator", "/queue?q=why-accept&open=why-accept-2&tenant=acme", async visitor =>
        {
            await Drawer(visitor).Locator("[aria-label^='Preview: Accept ']").First.ClickAsync();
            await Assertions.Expect(Drawer(visitor).Locator(".would")).ToContainTextAsync("It starts now in ");
            await Assertions.Expect(Drawer(visitor).Locator(".would")).ToContainTextAsync("Its client must do it");

            await visitor.GoAsync("/queue?q=why-quota&open=why-quota-2&tenant=whyowner");
            await Drawer(visitor).GetByText("Raw answer").ClickAsync();
            await Assertions.Expect(Drawer(visitor).Locator("pre.json")).ToContainTextAsync("\"gate\": \"quota\"");
            await Assertions.Expect(Row(visitor, "why-quota-2").Locator(".blocked .chip")).ToHaveTextAsync("quota");
            await Drawer(visitor).Locator("[aria-label^='Preview: Raise the quota of whyowner']").ClickAsync();
            ILocator apply = Drawer(visitor).Locator("[data-apply-option]");
            await Assertions.Expect(apply).ToHaveTextAsync("Raise the quota");
            await apply.ClickAsync();
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" })).ToBeVisibleAsync();
            Assert.Equal("allocated", await nexus.Server.StatusAsync("why-quota-2"));
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" })).ToHaveCountAsync(0);
            Assert.Equal(1, (await nexus.Server.CallAsync(HttpMethod.Get, "/api/v1/quotas/whyowner")).GetProperty("rules")[0].GetProperty("limit").GetDecimal());
        });

        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/requests:cancel", new { pool = "why-other" });
    }

    [Fact]
    public async Task A_grant_says_why_it_is_in_the_pool_it_is_in()
    {
        foreach ((string name, string option, string price) in ((string, string, string)[])[("why-cheap", "onDemand", "1.2"), ("why-dear", "onDemand", "2.5"), ("why-spot", "spot", "0.4")])
        {
            await nexus.Server.CallAsync(HttpMethod.Put, $"/api/v1/pools/{name}", new { resources = new { gpu = 2 }, labels = new { site = "why-here" }, purchaseOption = option, strategy = "costOptimized", price = new { gpu = price } });
        }

        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/requests", new { id = "why-here-1", owner = "acme/why-here", resources = new { gpu = 1 }, poolLabels = new { site = "why-here" }, duration = "PT1H" });

        await nexus.VisitAsync("operator", "/queue?status=allocated&q=why-here&open=why-here-1&owner=acme", async visitor =>
            await Assertions.Expect(Drawer(visitor).Locator("[data-why-here]")).ToContainTextAsync("Cheapest of 2 that could serve it: $1.20 here, $2.50 in why-dear, at present prices; why-spot not used, as it does not tolerate interruption."));

        await nexus.Server.ReleaseAsync("why-here-1");
    }

    private static ILocator Drawer(Visitor visitor) => visitor.Page.Locator("[data-drawer]");

    private static ILocator Row(Visitor visitor, string id) =>
        visitor.Main.GetByRole(AriaRole.Row).Filter(new() { Has = visitor.Page.GetByText(id, new() { Exact = true }) });
}
