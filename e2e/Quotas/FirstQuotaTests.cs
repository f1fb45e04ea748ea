using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Xunit;

namespace Nexus.E2E.Quotas;

public sealed class FirstQuotaTests(Chromium chromium)
{
    [Fact]
    public async Task Without_quotas_the_page_says_what_that_means_and_how_to_begin()
    {
        await using NexusSystem nexus = await NexusSystem.StartAsync(chromium);

        await nexus.VisitAsync("admin", "/quotas", async visitor =>
        {
            await Assertions.Expect(visitor.Main).ToContainTextAsync("Everyone may use everything the pools have. Add the first limit at a tenant");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Add the first limit" }).ClickAsync();
            await visitor.Page.GetByLabel("Owner", new() { Exact = true }).FillAsync("acme");
            await visitor.Page.GetByLabel("Limit", new() { Exact = true }).FillAsync("8");
            await visitor.Page.Locator("[data-apply]").ClickAsync();

            await Assertions.Expect(visitor.Page.GetByLabel("Limit of acme")).ToHaveValueAsync("8");
            await Assertions.Expect(visitor.Main.Locator(".head")).ToContainTextAsync("Nobody borrows gpu and nobody waits for a quota of it.");
        });
    }
}
