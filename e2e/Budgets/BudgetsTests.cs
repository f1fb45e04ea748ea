using System.Text.Json;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Budgets;

/// <summary>Budgets on the page, each under a name of its own. A call of a priced model costs what the test says.</summary>
[Collection(typeof(OnTheQuietSystem))]
public sealed class BudgetsTests(QuietSystem nexus)
{
    [Fact]
    public async Task A_budget_is_made_where_what_it_matches_and_does_is_seen_and_undone()
    {
        await SpendAsync("made", 30);

        await nexus.VisitAsync("finance", "/budgets?edit=~new", async visitor =>
        {
            await visitor.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("made");
            await visitor.Page.GetByLabel("Owner and all below it").FillAsync("made");
            await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.Status)).ToContainTextAsync("Matches 1 owner, $30.00 this month.");
            await visitor.Page.GetByLabel("Amount, in USD").FillAsync("nothing");
            await Assertions.Expect(Drawer(visitor).Locator("#budget-amount + .err")).ToBeVisibleAsync();
            await visitor.Page.GetByLabel("Amount, in USD").FillAsync("20");
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("It halts at once");
            await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.Table, new() { Name = "What it would have done" })).ToContainTextAsync("$10.00 refused");
            await visitor.Page.GetByLabel("Amount, in USD").FillAsync("40");
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("$10.00 is left.");

            await visitor.Page.Keyboard.PressAsync("Control+Enter");
            await Assertions.Expect(visitor.Page.GetByText("Budget made created")).ToBeVisibleAsync();
            await Assertions.Expect(Row(visitor, "made")).ToContainTextAsync("Left$10.00");
            await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.Table, new() { Name = "Who spent it" })).ToContainTextAsync("made/w");

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(Row(visitor, "made")).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task One_is_edited_by_key_its_thresholds_too_and_set_back()
    {
        await BudgetAsync("edited", 100);

        await nexus.VisitAsync("finance", "/budgets?open=edited", async visitor =>
        {
            await visitor.Page.Keyboard.PressAsync("e");
            await visitor.Page.GetByLabel("Amount, in USD").FillAsync("250");
            await visitor.Page.GetByLabel("Threshold 1, percent").FillAsync("90");
            await visitor.Page.GetByLabel("Threshold 1, action").SelectOptionAsync("Throttle");
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("2 changes, not applied");
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("must be a percentage such as 80");
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Remove threshold 3" }).ClickAsync();
            await visitor.Page.Locator("[data-apply]:not(:disabled)").ClickAsync();

            await Assertions.Expect(visitor.Page.GetByText("2 changes of edited applied")).ToBeVisibleAsync();
            Assert.Equal("250", await AmountAsync("edited"));
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(Row(visitor, "edited")).ToContainTextAsync("$100");
            Assert.Equal("100", await AmountAsync("edited"));
        });
    }

    [Fact]
    public async Task A_budget_that_halts_is_raised_once_paused_and_resumed()
    {
        await SpendAsync("halts", 50);
        await BudgetAsync("halts", 50);

        await nexus.VisitAsync("finance", "/budgets?open=halts", async visitor =>
        {
            await Assertions.Expect(Row(visitor, "halts")).ToContainTextAsync("Halted until");
            await Assertions.Expect(visitor.Main.Locator(".head p")).ToContainTextAsync("halts is halted.");

            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Pause…" }).ClickAsync();
            await visitor.Page.GetByLabel("Reason").FillAsync("incident");
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true }).ClickAsync();
            await Assertions.Expect(Row(visitor, "halts")).ToContainTextAsync("incident");
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
            await Assertions.Expect(Row(visitor, "halts")).ToContainTextAsync("Halted until");

            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Raise once…" }).ClickAsync();
            await visitor.Page.GetByLabel("More for this period, in USD").FillAsync("50");
            await visitor.Page.GetByLabel("Reason").FillAsync("launch");
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Raise", Exact = true }).ClickAsync();
            await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.List, new() { Name = "Raises" })).ToContainTextAsync("launch");
            // What it says of its pace comes when it is looked at, once a minute.
            await Assertions.Expect(Row(visitor, "halts")).ToContainTextAsync("Left$50.00");
            await Assertions.Expect(Row(visitor, "halts")).Not.ToContainTextAsync("Halted until");
            await visitor.IsAccessibleAsync();
        });
    }

    [Fact]
    public async Task One_is_duplicated_and_one_is_deleted_once_its_name_is_typed()
    {
        await BudgetAsync("twice", 70);

        await nexus.VisitAsync("finance", "/budgets?open=twice", async visitor =>
        {
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Duplicate…" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("twice-copy");
            await visitor.Page.Locator("[data-apply]:not(:disabled)").ClickAsync();
            await Assertions.Expect(Row(visitor, "twice-copy")).ToContainTextAsync("$70");
            Assert.Equal("70", await AmountAsync("twice-copy"));

            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Delete…" }).ClickAsync();
            await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true })).ToBeDisabledAsync();
            await visitor.Page.GetByLabel("Type twice-copy to delete it").FillAsync("twice-copy");
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
            await Assertions.Expect(Row(visitor, "twice-copy")).ToHaveCountAsync(0);
            await visitor.Page.GetByText("Budget twice-copy deleted").WaitForAsync();
            await visitor.Page.Keyboard.PressAsync("Control+z");
            await Assertions.Expect(Row(visitor, "twice-copy")).ToHaveCountAsync(1);
        });
    }

    [Fact]
    public async Task The_view_and_the_filter_are_in_the_address_and_a_narrow_page_shows_three_lines()
    {
        await BudgetAsync("seen", 70);

        await nexus.VisitAsync("viewer", "/budgets?owner=seen", async visitor =>
        {
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Cards" }).ClickAsync();
            await Assertions.Expect(visitor.Main.Locator(".bcards > li")).ToHaveCountAsync(1);
            await visitor.AddressHasAsync("view=cards", "owner=seen");
            await visitor.FitsItsWindowAsync();
            await visitor.Main.GetByLabel("Filter by state").SelectOptionAsync("halted");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("No budget matches.");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Clear filters" }).ClickAsync();
            await visitor.AddressLacksAsync("owner=");
            await visitor.AddressLacksAsync("state=");
            await Assertions.Expect(visitor.Main).Not.ToContainTextAsync("No budget matches.");
            await visitor.AddressLacksAsync("owner=");

            await Assertions.Expect(visitor.Main.Locator("[data-add]")).ToBeDisabledAsync();
            Assert.Contains("'finance'", await visitor.Main.Locator("[data-add]").GetAttributeAsync("title"), StringComparison.Ordinal);
        }, new Look(Width: 390, Height: 844));
    }

    private async Task SpendAsync(string owner, decimal cost)
    {
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/prices:import", new { items = new[] { new { sku = owner, resource = "external.calls", model = owner, unitPrice = "1" } } });
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/usage", new[] { new { id = $"{owner}-used", time = DateTimeOffset.UtcNow, owner = $"{owner}/w", resource = "external.calls", quantity = cost, model = owner } });
    }

    private Task<JsonElement> BudgetAsync(string owner, decimal amount) => nexus.Server.CallAsync(
        HttpMethod.Put, $"/api/v1/budgets/{owner}",
        new { scope = new { owner }, amount = new { amount = amount.ToString(System.Globalization.CultureInfo.InvariantCulture) }, period = "year", thresholds = new object[] { new { at = 0.8, action = "alert" }, new { at = 1, action = "halt" } } });

    private async Task<string?> AmountAsync(string id) => (await nexus.Server.CallAsync(HttpMethod.Get, $"/api/v1/budgets/{id}")).GetProperty("amount").GetProperty("amount").GetString();

    private static ILocator Tray(Visitor visitor) => visitor.Page.Locator("[data-tray]");

    private static ILocator Drawer(Visitor visitor) => visitor.Page.Locator("[data-drawer]");

    private static ILocator Row(Visitor visitor, string id) => visitor.Main.Locator(".bud tbody tr").Filter(new() { Has = visitor.Page.GetByRole(AriaRole.Link, new() { Name = id, Exact = true }) });
}
