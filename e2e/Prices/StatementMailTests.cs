using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Prices;

[Collection(typeof(OnTheQuietSystem))]
public sealed class StatementMailTests(QuietSystem nexus)
{
    [Fact]
    public async Task A_schedule_is_made_sent_now_seen_to_fail_changed_and_deleted()
    {
        await nexus.VisitAsync("admin", "/prices?tab=months", async visitor =>
        {
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "New schedule" }).ClickAsync();
            ILocator drawer = visitor.Page.Locator("[data-drawer]");
            await drawer.GetByLabel("Tenant").FillAsync("mailed");
            await drawer.GetByLabel("To", new() { Exact = true }).FillAsync("finance@mailed.example, nobody");
            await drawer.Locator("[data-save]").ClickAsync();
            await Assertions.Expect(drawer.Locator(".err")).ToContainTextAsync("is not an e-mail address");
            await drawer.GetByLabel("To", new() { Exact = true }).FillAsync("finance@mailed.example");
            await drawer.Locator("[data-save]").ClickAsync();

            ILocator row = visitor.Main.Locator("[data-schedule='mailed-statement']");
            await Assertions.Expect(row).ToContainTextAsync("when the month is closed");
            await visitor.AddressHasAsync("open=~mail%3Amailed-statement");
            await Assertions.Expect(drawer).ToContainTextAsync("Nothing was sent yet.");

            // Without a mail server it cannot be: that is said with what to do, and it is tried again.
            await drawer.Locator("[data-send]").ClickAsync();
            await Assertions.Expect(drawer.GetByRole(AriaRole.Table, new() { Name = "Deliveries" })).ToContainTextAsync("No mail server is set: Nexus:Alerts:Smtp:Host in appsettings.json is empty", new() { Timeout = 20_000 });
            await Assertions.Expect(row).ToContainTextAsync("is being sent");
            await drawer.GetByRole(AriaRole.Button, new() { Name = "Send again to finance@mailed.example" }).ClickAsync();

            await drawer.GetByLabel("Sent", new() { Exact = true }).SelectOptionAsync("day");
            await drawer.GetByLabel("Day, 1–28").FillAsync("31");
            await drawer.Locator("[data-save]").ClickAsync();
            await Assertions.Expect(drawer.Locator(".err")).ToContainTextAsync("must be a day of the month from 1 to 28");
            await drawer.GetByLabel("Day, 1–28").FillAsync("5");
            await drawer.Locator("[data-save]").ClickAsync();
            await Assertions.Expect(row).ToContainTextAsync("on day 5 at 08:00, UTC");

            await drawer.GetByRole(AriaRole.Button, new() { Name = "Delete mailed-statement" }).ClickAsync();
            await drawer.GetByRole(AriaRole.Button, new() { Name = "Delete it" }).ClickAsync();
            await Assertions.Expect(row).ToHaveCountAsync(0);
            await visitor.Page.Locator(".toast").GetByRole(AriaRole.Button, new() { Name = "Undo" }).Last.ClickAsync();
            await Assertions.Expect(row).ToHaveCountAsync(1);
        });
    }

    [Fact]
    public async Task Who_may_not_decide_about_money_sees_why()
    {
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/statements:schedules/seen", new { tenant = "seen", to = new[] { "finance@seen.example" } });
        await nexus.VisitAsync("viewer", "/prices?tab=months&open=~mail:seen", async visitor =>
        {
            await Assertions.Expect(visitor.Main.Locator("[data-new-schedule]")).ToBeDisabledAsync();
            await Assertions.Expect(visitor.Page.Locator("[data-drawer] [data-save]")).ToBeDisabledAsync();
            await Assertions.Expect(visitor.Page.Locator("[data-drawer] [data-send]")).ToBeDisabledAsync();
        });
    }

    [Fact]
    public async Task It_fits_a_phone()
    {
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/statements:schedules/narrow", new { tenant = "narrow", to = new[] { "the-finance-department@a-rather-long-name.narrow.example", "cfo@narrow.example" }, when = "day", day = 3 });
        await nexus.VisitAsync("admin", "/prices?tab=months&open=~mail:narrow", async visitor => await visitor.FitsItsWindowAsync(), new Look(Width: 390, Height: 844));
        await nexus.VisitAsync("admin", "/prices?tab=months", async visitor => await visitor.FitsItsWindowAsync(), new Look(Width: 390, Height: 844));
    }
}
