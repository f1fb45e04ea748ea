using System.Globalization;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Prices;

[Collection(typeof(OnTheQuietSystem))]
public sealed class PricesTests(QuietSystem nexus)
{
    [Fact]
    public async Task A_price_is_added_with_what_it_would_have_cost_and_undone()
    {
        await UseAsync("add-model", 2_000_000);

        await nexus.VisitAsync("admin", "/prices", async visitor =>
        {
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Add a price", Exact = true }).ClickAsync();
            await visitor.Page.GetByLabel("Name of the SKU").FillAsync("added");
            await visitor.Page.GetByLabel("Resource", new() { Exact = true }).SelectOptionAsync("tokens.input");
            await visitor.Page.GetByLabel("Model", new() { Exact = true }).FillAsync("add-model");
            await visitor.Page.GetByLabel("Price of a unit").FillAsync("0.0000001.5");
            await Assertions.Expect(visitor.Page.Locator(".drawer .err")).ToContainTextAsync("must be a decimal number");
            await visitor.Page.GetByLabel("Price of a unit").FillAsync("0.000003");
            await Assertions.Expect(visitor.Page.Locator(".tray")).ToContainTextAsync("would have cost +$6.00");
            await visitor.Page.Locator("[data-apply]").ClickAsync();

            await Assertions.Expect(Row(visitor, "added")).ToContainTextAsync("$3.00 / 1 M token", new() { IgnoreCase = true });
            await Toast(visitor, "added has a price").GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(Row(visitor, "added")).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task A_price_is_opened_by_its_link_changed_given_a_day_and_removed()
    {
        await PriceAsync("opened", "opened-model", "0.000002");

        await nexus.VisitAsync("admin", "/prices?open=opened", async visitor =>
        {
            ILocator drawer = visitor.Page.Locator("[data-drawer]");
            await Assertions.Expect(drawer).ToContainTextAsync("$2.00");
            await drawer.GetByRole(AriaRole.Button, new() { Name = "Edit the price from the beginning" }).ClickAsync();
            await visitor.Page.GetByLabel("Price of a unit").FillAsync("0.000004");
            await Assertions.Expect(visitor.Page.Locator(".tray")).ToContainTextAsync("would have cost the same");
            await visitor.Page.Locator("[data-apply]").ClickAsync();
            await Assertions.Expect(drawer).ToContainTextAsync("$4.00");

            await drawer.GetByRole(AriaRole.Button, new() { Name = "New price from a day" }).ClickAsync();
            await visitor.Page.GetByLabel("Price of a unit").FillAsync("0.000005");
            await Assertions.Expect(visitor.Page.Locator("[data-apply]")).ToBeEnabledAsync();
            await visitor.Page.Locator("[data-apply]").ClickAsync();
            await Assertions.Expect(drawer.GetByRole(AriaRole.Img)).ToHaveAttributeAsync("aria-label", "The price of opened over time, in 2 steps: the table below has them");

            await drawer.GetByRole(AriaRole.Button, new() { Name = "Remove the price from the beginning" }).ClickAsync();
            await drawer.GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).ClickAsync();
            await Toast(visitor, "A price of opened removed").GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(drawer).ToContainTextAsync("$4.00");
            await visitor.Page.Keyboard.PressAsync("Escape");
            await visitor.AddressLacksAsync("open=");
        });
    }

    [Fact]
    public async Task A_formula_is_tried_out_before_it_holds() =>
        await nexus.VisitAsync("admin", "/prices", async visitor =>
        {
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Add a price", Exact = true }).ClickAsync();
            await visitor.Page.GetByLabel("Is worked out by").SelectOptionAsync("formula");
            await visitor.Page.GetByLabel("Formula", new() { Exact = true }).FillAsync("quantity *");
            await Assertions.Expect(visitor.Page.Locator("[data-drawer]")).ToContainTextAsync("The formula is wrong at character");
            await visitor.Page.GetByLabel("Formula", new() { Exact = true }).FillAsync("quantity * 0.3 * (label('environment') == 'test' ? 0.5 : 1)");
            await visitor.Page.GetByLabel("Quantity").FillAsync("10");
            await visitor.Page.GetByLabel("Labels").FillAsync("environment=test");
            await Assertions.Expect(visitor.Page.Locator("[data-drawer]")).ToContainTextAsync("This line costs $1.50.");
        });

    [Fact]
    public async Task A_file_shows_what_it_adds_changes_and_skips_before_it_is_imported()
    {
        await PriceAsync("imported/tokens.input", "imported", "0.000002", "imported-maker");
        const string Table = """{"imported":{"litellm_provider":"imported-maker","mode":"chat","input_cost_per_token":2.5e-06,"output_cost_per_token":1e-05,"output_cost_per_image":0.04}}""";

        await nexus.VisitAsync("admin", "/prices?open=~import", async visitor =>
        {
            ILocator drawer = visitor.Page.Locator("[data-drawer]");
            await drawer.GetByLabel("File").SetInputFilesAsync(new FilePayload { Name = "wrong.json", MimeType = "application/json", Buffer = "[1]"u8.ToArray() });
            await Assertions.Expect(drawer.Locator(".err")).ToContainTextAsync("is no price table");
            await drawer.GetByLabel("File").SetInputFilesAsync(new FilePayload { Name = "table.json", MimeType = "application/json", Buffer = System.Text.Encoding.UTF8.GetBytes(Table) });
            await Assertions.Expect(drawer).ToContainTextAsync("table.json");
            await Assertions.Expect(drawer).ToContainTextAsync("imported: output_cost_per_image");
            await drawer.Locator("[data-apply]").ClickAsync();

            await Toast(visitor, "imported from table.json").GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await visitor.GoAsync("/prices?q=imported");
            await Assertions.Expect(visitor.Main.Locator("tbody tr")).ToHaveCountAsync(1);
        });
    }

    [Fact]
    public async Task The_past_is_previewed_by_owner_and_rated_anew()
    {
        await PriceAsync("rerated", "rerated-model", "0.000003");
        await UseAsync("rerated-model", 1_000_000);
        await PriceAsync("rerated", "rerated-model", "0.000002");

        await nexus.VisitAsync("admin", "/prices", async visitor =>
        {
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Re-rate…" }).ClickAsync();
            ILocator drawer = visitor.Page.Locator("[data-drawer]");
            await drawer.GetByLabel("Only").FillAsync("colour:red");
            await drawer.GetByLabel("Only").PressAsync("Enter");
            await Assertions.Expect(drawer.Locator(".err")).ToContainTextAsync("must be KEY:VALUE");
            await drawer.GetByLabel("Only").FillAsync("model:rerated-model");
            await drawer.GetByLabel("Only").PressAsync("Enter");
            await drawer.GetByLabel("To (UTC)").FillAsync(DateTime.UtcNow.AddHours(1).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture));
            await drawer.GetByLabel("To (UTC)").PressAsync("Tab");
            await Assertions.Expect(drawer).ToContainTextAsync("1 of 1 charges would be corrected: $3.00 becomes $2.00, \u2212$1.00.");
            await Assertions.Expect(drawer.GetByRole(AriaRole.Table, new() { Name = "By owner" })).ToContainTextAsync("rerated-model-owner");
            await drawer.Locator("[data-apply]").ClickAsync();

            await Assertions.Expect(visitor.Page.Locator(".toasts")).ToContainTextAsync("2 adjustments entered for 1 charges, \u2212$1.00");
        });
    }

    [Fact]
    public async Task Use_without_a_price_is_named_and_leads_to_one()
    {
        await PriceAsync("some", "some-model", "0.000003");
        await UseAsync("unpriced-model", 500);

        // Of one owner: what others use without a price stands there too otherwise.
        await nexus.VisitAsync("admin", "/prices?range=24h&owner=unpriced-model-owner", async visitor =>
        {
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Add a price for tokens.input of" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByLabel("Resource", new() { Exact = true })).ToHaveValueAsync("tokens.input");
        });
    }

    [Fact]
    public async Task Prices_are_found_by_what_they_apply_to_and_saved()
    {
        await PriceAsync("found-a", "found-model", "0.000003");

        await nexus.VisitAsync("admin", "/prices", async visitor =>
        {
            await visitor.Page.Keyboard.PressAsync("/");
            await visitor.Page.Keyboard.TypeAsync("found-model");
            await visitor.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(visitor.Main.Locator("tbody tr")).ToHaveCountAsync(1);
            await visitor.AddressHasAsync("q=found-model");
            await visitor.GoAsync("/prices?q=nothing-at-all");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("No price matches");
        });
    }

    [Fact]
    public async Task Who_may_not_change_prices_sees_them_and_why() =>
        await nexus.VisitAsync("viewer", "/prices", async visitor =>
        {
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Import…" })).ToBeDisabledAsync();
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Re-rate…" })).ToBeDisabledAsync();
        });

    [Fact]
    public async Task The_key_goes_there() =>
        await nexus.VisitAsync("viewer", "/", async visitor =>
        {
            await visitor.Page.Keyboard.PressAsync("g");
            await visitor.Page.Keyboard.PressAsync("e");
            await visitor.AddressHasAsync("/prices");
        });

    [Fact]
    public async Task The_page_fits_a_phone_with_a_drawer_open()
    {
        await PriceAsync("narrow", "narrow-model", "0.000003");
        await nexus.VisitAsync("admin", "/prices?open=narrow", async visitor => await visitor.FitsItsWindowAsync(), new Look(Width: 390, Height: 844));
    }

    private async Task PriceAsync(string sku, string model, string price, string? provider = null) =>
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/prices:import", $$"""{"items":[{"sku":"{{sku}}","resource":"tokens.input","model":"{{model}}",{{(provider is null ? "" : $"\"provider\":\"{provider}\",")}}"unitPrice":"{{price}}"}]}""");

    private async Task UseAsync(string model, long tokens) =>
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/usage", $$"""[{"id":"{{model}}","time":"{{DateTimeOffset.UtcNow.AddSeconds(-1):O}}","owner":"{{model}}-owner","resource":"tokens.input","quantity":{{tokens}},"model":"{{model}}"}]""");

    private static ILocator Row(Visitor visitor, string sku) => visitor.Main.Locator("tbody tr").Filter(new() { Has = visitor.Page.GetByRole(AriaRole.Link, new() { Name = sku, Exact = true }) });

    private static ILocator Toast(Visitor visitor, string text) => visitor.Page.Locator(".toast").Filter(new() { HasText = text });
}

public sealed class FirstPricesTests(Chromium chromium)
{
    [Fact]
    public async Task Without_prices_the_page_says_what_that_means_and_how_to_begin()
    {
        await using NexusSystem nexus = await NexusSystem.StartAsync(chromium);

        await nexus.VisitAsync("admin", "/prices", async visitor =>
        {
            await Assertions.Expect(visitor.Main).ToContainTextAsync("Usage is counted but costs nothing. Import a price book");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Import a price book" }).ClickAsync();
            await Assertions.Expect(visitor.Page.Locator("[data-drawer]")).ToContainTextAsync("Import prices");
        });
    }
}
