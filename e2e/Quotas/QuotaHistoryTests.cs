using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Quotas;

[Collection(typeof(OnTheQuietSystem))]
public sealed class QuotaHistoryTests(QuietSystem nexus)
{
    [Fact]
    public async Task What_was_set_before_a_change_is_seen_in_the_tray_and_set_again()
    {
        foreach (int limit in (int[])[3, 7])
        {
            await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/quotas/history", new { rules = new[] { new { resource = "gpu", limit } } });
        }

        await nexus.VisitAsync("operator", "/quotas?resource=gpu&open=history", async visitor =>
        {
            ILocator changes = visitor.Page.Locator("[data-drawer]").GetByRole(AriaRole.List, new() { Name = "Changes of this node" });
            await Assertions.Expect(changes.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(2);
            await Assertions.Expect(changes.GetByRole(AriaRole.Listitem).First).ToContainTextAsync("gpu limit 3 → 7");
            await changes.GetByRole(AriaRole.Button).First.ClickAsync();
            await Assertions.Expect(visitor.Page.Locator("[data-tray]")).ToContainTextAsync("history gpu limit73");
            Assert.Equal(7, await ProposalsTests.LimitAsync(nexus.Server, "history"));

            await visitor.Page.Locator("[data-apply]").ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("history gpu limit 7 → 3")).ToBeVisibleAsync();
            await Assertions.Expect(changes.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(3);
            Assert.Equal(3, await ProposalsTests.LimitAsync(nexus.Server, "history"));
        });
    }

    [Fact]
    public async Task A_limit_lowered_below_use_is_enforced_where_that_is_chosen()
    {
        await nexus.Server.PoolAsync("enforced", 4);
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/quotas/enforce", new { rules = new[] { new { resource = "gpu", limit = 4 } } });
        await nexus.Server.RequestAsync("enforce-old", "enforce/a", "enforced");
        await nexus.Server.RequestAsync("enforce-young", "enforce/b", "enforced");

        await nexus.VisitAsync("operator", "/quotas?resource=gpu", async visitor =>
        {
            ILocator tray = visitor.Page.Locator("[data-tray]");
            await visitor.Page.GetByLabel("Limit of enforce").FillAsync("1");
            await visitor.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(tray).ToContainTextAsync("enforce uses 1 gpu more than is allowed then. Take it back?");
            await Assertions.Expect(tray).ToContainTextAsync("Nothing is revoked for that");

            await tray.GetByLabel("at a time: what is above then").CheckAsync();
            await Assertions.Expect(tray).ToContainTextAsync("Say when it is enforced");
            await tray.GetByLabel("At (UTC)").FillAsync("2099-01-01T18:00");
            await Assertions.Expect(tray).ToContainTextAsync("At 1 Jan 18:00 UTC 1 running is told to end, as things stand");

            await tray.GetByLabel("now: grants end after the grace").CheckAsync();
            await Assertions.Expect(tray).ToContainTextAsync("1 running is reclaimed");
            await visitor.Page.Locator("[data-apply]").ClickAsync();
            await Assertions.Expect(tray).ToHaveCountAsync(0);

            await visitor.GoAsync("/queue?status=allocated&q=enforce-young");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("Ends for the gpu limit of enforce");
        });
        Assert.Equal("allocated", await nexus.Server.StatusAsync("enforce-old"));
    }

    [Fact]
    public async Task Where_no_limit_follows_its_use_the_tab_says_how_one_would()
    {
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/quotas/still", new { rules = new[] { new { resource = "gpu", limit = 3 } } });

        await nexus.VisitAsync("operator", "/quotas?resource=gpu", async visitor =>
        {
            await visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Proposals" }).ClickAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync("No limit follows its use. Open a node, change one of its rules and choose Follows its use");

            await visitor.GoAsync("/quotas?resource=gpu&open=still");
            await visitor.Page.Locator("[data-drawer]").GetByRole(AriaRole.Button, new() { Name = "Change the rule for gpu" }).ClickAsync();
            await visitor.Page.GetByLabel("Follows its use").SelectOptionAsync("offer");
            await Assertions.Expect(visitor.Page.Locator("[data-tray]")).ToContainTextAsync("Say how low it may become");
            await visitor.Page.GetByLabel("Not below").FillAsync("2");
            await visitor.Page.GetByLabel("Not above").FillAsync("9");
            await Assertions.Expect(visitor.Page.Locator("[data-tray]")).ToContainTextAsync("still gpu follows its useoffered, 2 – 9");
            await visitor.Page.Locator("[data-discard]").ClickAsync();
        });
    }
}
