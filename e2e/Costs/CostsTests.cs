using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Costs;

/// <summary>The page of costs, by every action that it has. Each test keeps to a tenant, a pool and a model of its own.</summary>
[Collection(typeof(OnTheQuietSystem))]
public sealed class CostsTests(QuietSystem nexus)
{
    [Fact]
    public async Task It_is_reached_by_its_keys_and_says_what_was_spent_on_whom()
    {
        await UseAsync("cost-keys", ("ada/chat", 2_000_000), ("bob/search", 1_000_000));

        await nexus.VisitAsync("viewer", "/", async visitor =>
        {
            await visitor.Page.Keyboard.PressAsync("g");
            await visitor.Page.Keyboard.PressAsync("c");
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Costs", Exact = true })).ToBeVisibleAsync();
            await visitor.ReadyAsync();
            await visitor.GoAsync("/costs?filter=tenant:cost-keys");
            await Assertions.Expect(visitor.Main.Locator(".head p")).ToContainTextAsync("$9.00 this month");
            await Assertions.Expect(Rows(visitor)).ToContainTextAsync([new Regex("Total.*\\$9\\.00", RegexOptions.Singleline, Second), new Regex("cost-keys.*\\$9\\.00", RegexOptions.Singleline, Second), new Regex("chat.*\\$6\\.00", RegexOptions.Singleline, Second), new Regex("search.*\\$3\\.00", RegexOptions.Singleline, Second)]);
        });
    }

    [Fact]
    public async Task It_is_grouped_filtered_and_compared_by_what_stands_in_its_address()
    {
        await UseAsync("cost-group", ("ada/chat", 1_000_000), ("bob/search", 3_000_000));

        await nexus.VisitAsync("viewer", "/costs?filter=tenant:cost-group", async visitor =>
        {
            await visitor.Main.GetByLabel("Group by", new() { Exact = true }).SelectOptionAsync("user");
            await visitor.AddressHasAsync("groupBy=user%2Cworkflow");
            await visitor.Main.GetByLabel("Then by").SelectOptionAsync("");
            await Assertions.Expect(Rows(visitor)).ToContainTextAsync(["Total", "bob", "ada"]);
            await visitor.Main.GetByLabel("Compare with").SelectOptionAsync("none");
            await visitor.AddressHasAsync("compare=none");
            await Assertions.Expect(visitor.Main.GetByText("What changed")).ToHaveCountAsync(0);
            await visitor.Main.GetByLabel("Interval").SelectOptionAsync("week");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Heading, new() { Name = "Cost by week" })).ToBeVisibleAsync();
            await visitor.Main.GetByLabel("Filter by", new() { Exact = true }).SelectOptionAsync("user");
            await visitor.Main.GetByLabel("Value of user").SelectOptionAsync(new SelectOptionValue { Label = "ada" });
            await Assertions.Expect(Rows(visitor)).ToContainTextAsync(["Total", "ada"]);
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Remove the filter user ada" }).ClickAsync();
            await Assertions.Expect(Rows(visitor)).ToContainTextAsync(["Total", "bob", "ada"]);
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Cost", Exact = true }).ClickAsync();
            await visitor.AddressHasAsync("sort=");
        });
    }

    [Fact]
    public async Task A_row_opens_its_SKUs_and_records_and_leads_to_itself_alone()
    {
        await UseAsync("cost-row", ("ada/chat", 2_000_000));

        await nexus.VisitAsync("viewer", "/costs?groupBy=tenant&filter=tenant:cost-row", async visitor =>
        {
            await visitor.Main.GetByRole(AriaRole.Link, new() { Name = "cost-row", Exact = true }).Last.ClickAsync();
            ILocator drawer = visitor.Page.Locator("[data-drawer]");
            await Assertions.Expect(drawer.GetByRole(AriaRole.Table, new() { Name = "SKUs of cost-row" })).ToContainTextAsync("$3.00 / 1 M");
            await Assertions.Expect(drawer.GetByRole(AriaRole.Table, new() { Name = "Records of cost-row" })).ToContainTextAsync("2000000 × 0.000003");
            await drawer.GetByRole(AriaRole.Link, new() { Name = "Show only this" }).ClickAsync();
            await visitor.AddressHasAsync("filter=tenant%3Acost-row");
            await visitor.AddressLacksAsync("open=");

            await visitor.Main.Locator("tr[data-href]").First.FocusAsync();
            await visitor.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(drawer).ToBeVisibleAsync();
            await visitor.Page.Keyboard.PressAsync("Escape");
            await Assertions.Expect(drawer).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task A_range_is_dragged_clicked_and_picked_and_the_chart_is_a_table_too()
    {
        await UseAsync("cost-range", ("ada/chat", 1_000_000));

        await nexus.VisitAsync("viewer", $"/costs?groupBy=tenant&filter=tenant:cost-range&from={Day(-9)}&to={Day(1)}", async visitor =>
        {
            ILocator columns = visitor.Main.Locator("a.col");
            await Assertions.Expect(columns).ToHaveCountAsync(10);
            await visitor.ReadyAsync();
            LocatorBoundingBoxResult from = (await columns.Nth(6).BoundingBoxAsync())!, to = (await columns.Nth(9).BoundingBoxAsync())!;
            await visitor.Page.Mouse.MoveAsync(from.X + (from.Width / 2), from.Y + 20);
            await visitor.Page.Mouse.DownAsync();
            await visitor.Page.Mouse.MoveAsync(to.X + (to.Width / 2), to.Y + 20, new() { Steps = 4 });
            await visitor.Page.Mouse.UpAsync();
            await visitor.AddressHasAsync($"from={Day(-3)}", $"to={Day(1)}");
            await Assertions.Expect(columns).ToHaveCountAsync(4);
            await columns.Last.ClickAsync();
            await visitor.AddressHasAsync($"from={Day(0)}", $"to={Day(1)}");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Heading, new() { Name = "Cost by hour" })).ToBeVisibleAsync();
            await visitor.Main.GetByLabel("Range", new() { Exact = true }).SelectOptionAsync("7");
            await visitor.AddressHasAsync($"from={Day(-7)}");
            await visitor.AddressLacksAsync("to=");
            await visitor.Page.Keyboard.PressAsync("v");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Table, new() { Name = "Cost by day" })).ToContainTextAsync("$3.00");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "View as table" }).ClickAsync();
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Lines", Exact = true }).ClickAsync();
            await Assertions.Expect(visitor.Main.Locator("path.ln:not(.before)")).ToHaveCountAsync(1);
        });
    }

    [Fact]
    public async Task Idle_capacity_stands_apart_or_is_borne_by_who_used_the_pool()
    {
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/prices:import", new { items = new[] { new { sku = "idle-hour", resource = "storage", pool = "cost-idle", unitPrice = "3600" } } });
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/pools/cost-idle", new { resources = new { storage = 100 } });

        await nexus.VisitAsync("viewer", "/costs?filter=pool:cost-idle", async visitor =>
        {
            await Assertions.Expect(visitor.Main.Locator(".strip")).ToContainTextAsync("beside the total");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Even", Exact = true }).ClickAsync();
            await visitor.AddressHasAsync("idle=even");
            await Assertions.Expect(visitor.Main.Locator(".strip")).ToContainTextAsync("in the total");
            await Assertions.Expect(Rows(visitor)).ToContainTextAsync(["Total", "idle, borne by nobody"]);
        });
    }

    [Fact]
    public async Task A_view_is_saved_chosen_and_deleted_and_that_undone()
    {
        await UseAsync("cost-view", ("ada/chat", 1_000_000));

        await nexus.VisitAsync("finance", "/costs?groupBy=model&filter=tenant:cost-view", async visitor =>
        {
            await MenuAsync(visitor, "Views", "Save this view…");
            await visitor.Main.GetByLabel("Name of the view").FillAsync("By model");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
            await visitor.AddressHasAsync("view=By%20model", "groupBy=model");

            await visitor.GoAsync("/costs?view=By%20model");
            await visitor.AddressHasAsync("groupBy=model", "filter=tenant%3Acost-view");
            await visitor.GoAsync("/costs");
            await MenuAsync(visitor, "Views", "By model");
            await visitor.AddressHasAsync("groupBy=model");

            await MenuAsync(visitor, "Views: By model", "Delete By model");
            await visitor.AddressLacksAsync("view=");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await visitor.AddressHasAsync("view=By%20model");
        });
    }

    [Fact]
    public async Task It_is_exported_as_records_as_shown_and_as_an_API_call()
    {
        await UseAsync("cost-export", ("ada/chat", 1_000_000));

        await nexus.VisitAsync("viewer", "/costs?groupBy=tenant&filter=tenant:cost-export", async visitor =>
        {
            IDownload records = await visitor.Page.RunAndWaitForDownloadAsync(() => MenuAsync(visitor, "Export", "All records, CSV"));
            Assert.Contains("cost-export/ada/chat", await File.ReadAllTextAsync(await records.PathAsync()));
            IDownload shown = await visitor.Page.RunAndWaitForDownloadAsync(() => MenuAsync(visitor, "Export", "What is shown, CSV"));
            Assert.Contains("$3.00", await File.ReadAllTextAsync(await shown.PathAsync()));
            await MenuAsync(visitor, "Export", "Copy as API call");
            await Assertions.Expect(visitor.Page.GetByText("The API call is copied")).ToBeVisibleAsync();
            string call = await visitor.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
            Assert.Equal("3", (await nexus.Server.CallAsync(HttpMethod.Get, new Uri(call).PathAndQuery)).GetProperty("total").GetProperty("amount").GetString());
        });
    }

    [Fact]
    public async Task An_empty_range_says_so_and_what_has_no_price_is_named()
    {
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/usage", new[] { new { id = "unpriced-1", time = DateTimeOffset.UtcNow.AddMinutes(-1), owner = "cost-none/ada", resource = "external.calls", quantity = 214, pool = "nowhere" } });

        await nexus.VisitAsync("viewer", "/costs?filter=tenant:cost-none", async visitor =>
        {
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Note)).ToContainTextAsync("214 calls are unpriced");
            await visitor.GoAsync("/costs?from=2020-01-01&to=2020-02-01&idle=none");
            await Assertions.Expect(visitor.Main.Locator(".empty")).ToContainTextAsync(new Regex("No usage between 1 and 31 Jan 2020.*The ledger starts", RegexOptions.Singleline, Second));
            await visitor.GoAsync("/costs?filter=tenant:nobody-at-all");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Clear filters" }).ClickAsync();
            await visitor.AddressLacksAsync("filter=");
            await visitor.GoAsync("/costs?groupBy=colour");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Alert)).ToContainTextAsync("'colour' is none of");
            await visitor.Main.GetByRole(AriaRole.Link, new() { Name = "Show this month" }).ClickAsync();
            await visitor.AddressIsAsync("/costs");
        });
    }

    [Fact]
    public async Task Who_sees_one_tenant_sees_its_costs_alone()
    {
        await UseAsync("cost-mine", ("ada/chat", 1_000_000));
        await UseAsync("cost-theirs", ("eve/chat", 1_000_000));

        await nexus.VisitAsync("viewer", "/costs?groupBy=tenant", async visitor =>
        {
            await Assertions.Expect(Rows(visitor)).ToContainTextAsync(["Total", "cost-mine"]);
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Even", Exact = true })).ToBeDisabledAsync();
        }, owner: "cost-mine");
    }

    [Theory]
    [InlineData("light", 1440)]
    [InlineData("dark", 1440)]
    [InlineData("light", 390)]
    public async Task With_a_row_open_it_is_accessible_and_fits_its_window(string theme, int width)
    {
        await UseAsync("cost-look", ("ada/chat", 1_000_000), ("bob/search", 500_000));

        await nexus.VisitAsync(
            "viewer",
            $"/costs?theme={theme}&filter=tenant:cost-look&idle=proportional&open=tenant:cost-look",
            async visitor =>
            {
                await Assertions.Expect(visitor.Page.Locator("[data-drawer]")).ToContainTextAsync("cost-look");
                await visitor.FitsItsWindowAsync();
                await visitor.IsAccessibleAsync();
                await visitor.Page.Keyboard.PressAsync("Escape");
                await visitor.Main.Locator("[data-as-table]").ClickAsync();
                await visitor.FitsItsWindowAsync();
                await visitor.IsAccessibleAsync();
            },
            new Look(Width: width, Height: width == 390 ? 844 : 900, BypassPolicy: true));
    }

    private static TimeSpan Second => TimeSpan.FromSeconds(1);

    private static string Day(int from) => DateTime.UtcNow.Date.AddDays(from).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static ILocator Rows(Visitor visitor) => visitor.Main.Locator(".ct tbody tr");

    private static async Task MenuAsync(Visitor visitor, string menu, string item)
    {
        await visitor.Main.GetByRole(AriaRole.Button, new() { Name = menu, Exact = true }).ClickAsync();
        await visitor.Page.Locator(".mud-popover-open").GetByText(item, new() { Exact = true }).ClickAsync();
    }

    // A million input tokens cost $3.
    private async Task UseAsync(string tenant, params (string Below, int Tokens)[] uses)
    {
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/prices:import", new { items = new[] { new { sku = "cost-model-in", resource = "tokens.input", model = "cost-model", unitPrice = "0.000003" } } });
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/usage", uses.Select((use, i) => new
        {
            id = $"{tenant}-{i}", time = DateTimeOffset.UtcNow.AddSeconds(-5), owner = $"{tenant}/{use.Below}", resource = "tokens.input", quantity = use.Tokens, model = "cost-model",
        }));
    }
}
