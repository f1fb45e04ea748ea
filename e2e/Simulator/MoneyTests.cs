using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Simulator;

/// <summary>Prices and budgets as a variant has them: put together by the fields of the page, compared by what they cost, made real and undone.</summary>
[Collection(typeof(OnTheQuietSystem))]
public sealed class MoneyTests(QuietSystem nexus)
{
    [Fact]
    public async Task A_dearer_price_and_a_budget_are_compared_by_what_they_cost_and_the_price_is_made_real_and_undone()
    {
        await SeatsAsync("simseat", "3.6");

        await nexus.VisitAsync("admin", "/simulator?last=trace", async visitor =>
        {
            await visitor.Main.Locator("#sim-variant-0-of").SelectOptionAsync(new SelectOptionValue { Label = "simseat-hour" });
            await Assertions.Expect(visitor.Main.Locator("#sim-variant-0-value")).ToHaveValueAsync("3.6");
            await Assertions.Expect(visitor.Main.Locator("#sim-variant-0-unit")).ToHaveTextAsync("USD a seat and hour");
            await visitor.Main.Locator("#sim-variant-0-value").FillAsync("7.2");
            await visitor.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(Variant(visitor, "variant 1").Locator(".diffs")).ToContainTextAsync(new Regex("simseat-hour price.*3\\.6.*7\\.2", RegexOptions.None, TimeSpan.FromSeconds(1)));

            await visitor.Main.Locator("[data-add-variant]").ClickAsync();
            ILocator bounded = Variant(visitor, "variant 2");
            await bounded.GetByLabel("What differs").SelectOptionAsync(new SelectOptionValue { Label = "a new budget" });
            await bounded.GetByLabel("Name of the budget").FillAsync("simseat-cap");
            await bounded.GetByLabel("Whose costs count").FillAsync("globex");
            await bounded.GetByLabel("Amount in USD").FillAsync("0.5");
            await bounded.GetByLabel("Amount in USD").PressAsync("Enter");
            await Assertions.Expect(bounded.Locator(".diffs")).ToContainTextAsync("0.5 USD a month for globex, halt at all of it");

            await TraceAsync(visitor, "time,owner,duration,simseat\n0,acme/a,1000,1\n0,globex/b,1000,1\n");
            await visitor.Main.Locator("[data-run]").ClickAsync();
            await Assertions.Expect(Figure(visitor, "Cost")).ToContainTextAsync(["$2.00", "$4.00", "$1.00"], new() { Timeout = 30_000 });
            await Assertions.Expect(Figure(visitor, "Cost").Nth(1)).ToContainTextAsync("+$2.00 worse");
            await Assertions.Expect(Figure(visitor, "Refused by a budget").Nth(2)).ToContainTextAsync("+1 worse");

            await visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Cost by tenant" }).ClickAsync();
            await Assertions.Expect(visitor.Main.Locator(".dumb")).ToHaveAttributeAsync("aria-label", new Regex("acme: \\$1\\.00 as it is, \\$2\\.00 variant 1", RegexOptions.None, TimeSpan.FromSeconds(1)));
            await visitor.Page.Keyboard.PressAsync("v");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Table, new() { Name = "cost by tenant" })).ToContainTextAsync("globex");
            await visitor.AddressHasAsync("tab=payers");

            await visitor.Main.Locator("[data-make='variant 1']").ClickAsync();
            await Assertions.Expect(visitor.Page.Locator("[data-tray]")).ToContainTextAsync("simseat-hour unitPrice");
            await visitor.Page.Locator("[data-apply]").ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("variant 1 holds now")).ToBeVisibleAsync();
            Assert.Equal("7.2", await PriceAsync("simseat-hour"));
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("variant 1 holds now")).ToHaveCountAsync(0);
            Assert.Equal("3.6", await PriceAsync("simseat-hour"));
        });
    }

    [Fact]
    public async Task A_budgets_amount_and_action_and_a_pools_own_price_differ_and_are_taken_back()
    {
        await SeatsAsync("simdesk", "3.6");
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/budgets/simdesk-day", new { scope = new { owner = "simdesk" }, amount = new { amount = "50" }, period = "day" });

        await nexus.VisitAsync("admin", "/simulator", async visitor =>
        {
            ILocator variant = Variant(visitor, "variant 1");
            await DifferAsync(variant, "simdesk-day", "amount", "40");
            await DifferAsync(variant, "simdesk-day", "at 100\u00A0%", "halt", choice: true);
            await DifferAsync(variant, "simdesk", "simdesk price", "1.5");
            await DifferAsync(variant, "simdesk", "keep after", "PT0S");
            await Assertions.Expect(variant.Locator(".diffs li")).ToContainTextAsync(["simdesk-day amount", "alert", "simdesk price", "keep after"]);
            await Assertions.Expect(visitor.Main.Locator("[data-run]")).ToBeEnabledAsync();

            await variant.GetByRole(AriaRole.Button, new() { Name = "Take back simdesk-day amount" }).ClickAsync();
            await Assertions.Expect(variant.Locator(".diffs li")).ToHaveCountAsync(3);
            await variant.GetByLabel("What differs").SelectOptionAsync(new SelectOptionValue { Label = "a new budget" });
            await variant.GetByLabel("Name of the budget").FillAsync("simdesk-pace");
            await variant.GetByLabel("Whose costs count").FillAsync("simdesk");
            await variant.GetByLabel("Amount in USD").FillAsync("9");
            await variant.GetByLabel("Period").SelectOptionAsync("week");
            await variant.GetByLabel("What happens at all of it").SelectOptionAsync("throttle");
            await variant.Locator("[data-add-difference]").ClickAsync();
            await Assertions.Expect(variant.Locator(".diffs")).ToContainTextAsync("9 USD a week for simdesk, throttle at all of it");

            await DifferAsync(variant, "simdesk-day", "the budget", "removed", choice: true);
            await Assertions.Expect(variant.Locator(".diffs")).ToContainTextAsync("stays");
        });
    }

    [Fact]
    public async Task A_price_and_a_budget_that_cannot_be_say_why_where_they_stand_and_nothing_runs()
    {
        await SeatsAsync("simodd", "3.6");

        await nexus.VisitAsync("admin", "/simulator", async visitor =>
        {
            ILocator variant = Variant(visitor, "variant 1");
            await DifferAsync(variant, "simodd-hour", "price", "-1");
            await Assertions.Expect(variant.GetByRole(AriaRole.Alert)).ToHaveTextAsync("must not be negative");
            await Assertions.Expect(visitor.Main.Locator("[data-run]")).ToBeDisabledAsync();
            await DifferAsync(variant, "simodd-hour", "formula", "quantity *");
            await Assertions.Expect(variant.GetByRole(AriaRole.Alert)).ToHaveCountAsync(2);
            await visitor.IsAccessibleAsync();

            await variant.GetByRole(AriaRole.Button, new() { Name = "Take back simodd-hour price" }).ClickAsync();
            await variant.GetByRole(AriaRole.Button, new() { Name = "Take back simodd-hour formula" }).ClickAsync();
            await DifferAsync(variant, "simodd-hour", "price", "2");
            await Assertions.Expect(visitor.Main.Locator("[data-run]")).ToBeEnabledAsync();
        }, new Look(BypassPolicy: true));
    }

    [Theory]
    [InlineData("light", 1440)]
    [InlineData("dark", 1440)]
    [InlineData("light", 390)]
    public async Task What_it_cost_is_accessible_and_fits_its_window(string theme, int width)
    {
        await SeatsAsync("simlook", "3.6");
        JsonElement begun = await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/simulations", new
        {
            trace = "time,owner,duration,simlook\n0,acme/a,1000,1\n10,globex/b,3000,2\n",
            variants = new object[] { new { name = "as it is" }, new { name = "by night", prices = new[] { new { sku = "x", resource = "simlook", formula = "quantity * 1.8" } } }, new { name = "own price", prices = Array.Empty<object>(), pools = new Dictionary<string, object> { ["simlook"] = new { price = new { simlook = "9.9" } } } } },
        });

        await nexus.VisitAsync("operator", $"/simulator?theme={theme}&tab=cost&run={begun.GetProperty("id").GetString()}", async visitor =>
        {
            await Assertions.Expect(Figure(visitor, "Cost")).ToHaveCountAsync(3, new() { Timeout = 30_000 });
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Img, new() { NameRegex = new Regex("^Cost over time: as it is comes to \\$7\\.00; by night comes to \\$3\\.50; own price comes to \\$19\\.25", RegexOptions.None, TimeSpan.FromSeconds(1)) })).ToBeVisibleAsync();
            await visitor.FitsItsWindowAsync();
            await visitor.IsAccessibleAsync();
            await visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Cost by tenant" }).ClickAsync();
            await Assertions.Expect(visitor.Main.Locator(".dumb")).ToBeVisibleAsync();
            await visitor.FitsItsWindowAsync();
            await visitor.IsAccessibleAsync();
        }, new Look(Width: width, Height: width == 390 ? 844 : 900, BypassPolicy: true));
    }

    private static ILocator Variant(Visitor visitor, string name) => visitor.Main.Locator($"[data-variant='{name}']");

    private static ILocator Figure(Visitor visitor, string figure) =>
        visitor.Main.GetByRole(AriaRole.Table, new() { Name = "What would have differed" }).GetByRole(AriaRole.Row).Filter(new() { Has = visitor.Page.GetByRole(AriaRole.Cell, new() { Name = figure, Exact = true }) }).Locator("td.r");

    private static async Task DifferAsync(ILocator variant, string of, string field, string value, bool choice = false)
    {
        await variant.GetByLabel("What differs").SelectOptionAsync(new SelectOptionValue { Label = of });
        await variant.GetByLabel("Which value").SelectOptionAsync(new SelectOptionValue { Label = field });
        if (choice)
        {
            await variant.Locator("select[id$='-value']").SelectOptionAsync(value);
        }
        else
        {
            await variant.Locator("input[id$='-value']").FillAsync(value);
        }

        await variant.Locator("[data-add-difference]").ClickAsync();
        await Assertions.Expect(variant.Locator(".diffs")).ToContainTextAsync($"{of} {field}");
    }

    private static async Task TraceAsync(Visitor visitor, string text)
    {
        await visitor.Main.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "day.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(text) });
        await Assertions.Expect(visitor.Main.Locator("pre")).ToContainTextAsync(text.Split('\n')[^2]);
    }

    // Of a kind of its own, so that nothing else in the system serves or prices it.
    private async Task SeatsAsync(string kind, string price)
    {
        await nexus.Server.CallAsync(HttpMethod.Put, $"/api/v1/kinds/{kind}", new { unit = "seat", behaviour = "held" });
        await nexus.Server.CallAsync(HttpMethod.Put, $"/api/v1/pools/{kind}", new { resources = new Dictionary<string, int> { [kind] = 8 } });
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/prices:import", new { items = new[] { new { sku = $"{kind}-hour", resource = kind, unitPrice = price } } });
    }

    private async Task<string?> PriceAsync(string sku) =>
        (await nexus.Server.CallAsync(HttpMethod.Get, "/api/v1/prices")).GetProperty("items").EnumerateArray().Single(i => i.GetProperty("sku").GetString() == sku).GetProperty("unitPrice").GetString();
}
