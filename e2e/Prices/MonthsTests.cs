using System.Globalization;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Prices;

[Collection(typeof(OnTheQuietSystem))]
public sealed class MonthsTests(QuietSystem nexus)
{
    [Fact]
    public async Task A_month_is_opened_by_its_link_looked_over_closed_and_stays_closed()
    {
        string month = Month(-9);
        await UseAsync("close-owner", $"{month}-10T00:00:00Z");

        await nexus.VisitAsync("admin", "/prices?tab=months", async visitor =>
        {
            await Row(visitor, month).GetByRole(AriaRole.Link).ClickAsync();
            await visitor.AddressHasAsync("tab=months", $"open={month}");
            ILocator drawer = visitor.Page.Locator("[data-drawer]");
            await Assertions.Expect(drawer.GetByRole(AriaRole.List, new() { Name = "Checklist" })).ToContainTextAsync("1 line has no price");
            await drawer.GetByRole(AriaRole.Button, new() { Name = $"Close {Name(month)}" }).ClickAsync();
            await drawer.GetByRole(AriaRole.Button, new() { Name = "Keep" }).ClickAsync();
            await drawer.GetByRole(AriaRole.Button, new() { Name = $"Close {Name(month)}" }).ClickAsync();
            await drawer.Locator("[data-closing]").GetByRole(AriaRole.Button, new() { Name = $"Close {Name(month)}", Exact = true }).ClickAsync();

            await Assertions.Expect(Row(visitor, month)).ToContainTextAsync("closed");
            await Assertions.Expect(drawer).ToContainTextAsync("what comes late is billed in the month that is open then");
            await Assertions.Expect(drawer.Locator("[data-closing]")).ToHaveCountAsync(0);
            await visitor.Page.Keyboard.PressAsync("Escape");
            await visitor.AddressLacksAsync("open=");
        });
    }

    [Fact]
    public async Task A_credit_is_entered_by_keyboard_what_is_wrong_stands_at_its_field_and_the_statement_shows_it()
    {
        string month = Month(-2);
        await UseAsync("credit-owner", $"{month}-10T00:00:00Z");

        await nexus.VisitAsync("admin", $"/prices?tab=months&open={month}", async visitor =>
        {
            ILocator drawer = visitor.Page.Locator("[data-drawer]");
            await drawer.GetByRole(AriaRole.Button, new() { Name = "Enter a charge…" }).ClickAsync();
            await drawer.GetByLabel("Given back, in USD").FillAsync("12,5");
            await drawer.GetByLabel("Owner", new() { Exact = true }).FillAsync("credit-owner");
            await drawer.GetByLabel("What for").FillAsync("An outage");
            await Assertions.Expect(drawer.Locator("[data-enter]")).ToBeEnabledAsync();
            await visitor.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(drawer.Locator(".err")).ToContainTextAsync("must be a decimal number");
            await drawer.GetByLabel("Given back, in USD").FillAsync("12.5");
            await visitor.Page.Keyboard.PressAsync("Enter");

            await Assertions.Expect(drawer.GetByRole(AriaRole.Table, new() { Name = "Credits, discounts, tax" })).ToContainTextAsync("An outage");
            await Assertions.Expect(visitor.Page.Locator(".toast")).ToContainTextAsync(["Credit of \u2212$12.50 entered for credit-owner"]);
            ILocator statement = drawer.GetByRole(AriaRole.Link, new() { Name = "Open the statement of credit-owner" });
            string html = await (await visitor.Page.APIRequest.GetAsync(new Uri(new Uri(visitor.Page.Url), await statement.GetAttributeAsync("href")).ToString())).TextAsync();
            Assert.Contains("An outage", html, StringComparison.Ordinal);
            Assert.Contains("Preliminary", html, StringComparison.Ordinal);
            await Assertions.Expect(drawer.GetByRole(AriaRole.Link, new() { Name = "Download the statement of credit-owner as CSV" })).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task Who_may_not_close_months_sees_them_and_why() =>
        await nexus.VisitAsync("viewer", $"/prices?tab=months&open={Month(0)}", async visitor =>
        {
            await Assertions.Expect(visitor.Page.Locator("[data-charge]")).ToBeDisabledAsync();
            await Assertions.Expect(visitor.Page.Locator("[data-closing]")).ToHaveCountAsync(0);
        });

    [Fact]
    public async Task The_tabs_lead_back_and_forth() =>
        await nexus.VisitAsync("viewer", "/prices", async visitor =>
        {
            await visitor.Page.GetByRole(AriaRole.Tab, new() { Name = "Months" }).ClickAsync();
            await visitor.AddressHasAsync("tab=months");
            await Assertions.Expect(Row(visitor, Month(0))).ToContainTextAsync("runs");
            await visitor.Page.GetByRole(AriaRole.Tab, new() { Name = "Price book" }).ClickAsync();
            await visitor.AddressLacksAsync("tab=");
        });

    [Fact]
    public async Task The_tab_fits_a_phone_with_a_month_open()
    {
        await UseAsync("narrow-owner", $"{Month(-1)}-10T00:00:00Z");
        await nexus.VisitAsync("admin", $"/prices?tab=months&open={Month(-1)}", async visitor => await visitor.FitsItsWindowAsync(), new Look(Width: 390, Height: 844));
        await nexus.VisitAsync("admin", "/prices?tab=months", async visitor => await visitor.FitsItsWindowAsync(), new Look(Width: 390, Height: 844));
    }

    private async Task UseAsync(string owner, string time) =>
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/usage", $$"""[{"id":"{{owner}}","time":"{{time}}","owner":"{{owner}}","resource":"tokens.input","quantity":1000,"model":"{{owner}}"}]""");

    private static string Month(int from) => First(from).ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private static string Name(string month) => DateTime.ParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture).ToString("MMMM yyyy", CultureInfo.InvariantCulture);

    private static DateTimeOffset First(int from) => DateTimeOffset.UtcNow.AddDays(1 - DateTimeOffset.UtcNow.Day).AddMonths(from);

    private static ILocator Row(Visitor visitor, string month) => visitor.Main.Locator($"[data-row='{month}']");
}

public sealed class FirstMonthTests(Chromium chromium)
{
    [Fact]
    public async Task Before_anything_is_used_the_tab_says_what_that_means()
    {
        await using NexusSystem nexus = await NexusSystem.StartAsync(chromium);

        await nexus.VisitAsync("admin", "/prices?tab=months", async visitor => await Assertions.Expect(visitor.Main).ToContainTextAsync("No month has anything yet"));
    }
}
