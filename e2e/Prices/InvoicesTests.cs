using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Prices;

[Collection(typeof(OnTheQuietSystem))]
public sealed class InvoicesTests(QuietSystem nexus)
{
    private static readonly DateTime Day = DateTime.UtcNow.Date.AddDays(-2);

    [Fact]
    public async Task A_file_shows_what_it_comes_to_is_kept_and_its_price_is_set()
    {
        await UsedAsync("kept");

        await nexus.VisitAsync("admin", "/prices", async visitor =>
        {
            await visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Invoices" }).ClickAsync();
            await visitor.AddressHasAsync("tab=invoices");
            ILocator file = visitor.Main.GetByLabel("Drop a file here, or pick one");
            await file.SetInputFilesAsync(File("tea.csv", "tea,milk\n1,2"));
            await Assertions.Expect(visitor.Main.Locator(".err")).ToContainTextAsync("the file is in none of the layouts");
            await file.SetInputFilesAsync(File("kept.csv", Csv("kept", "3.00")));
            await Assertions.Expect(visitor.Main.Locator(".invoice-tried")).ToContainTextAsync("kept.csv: 1 line of");
            await visitor.Main.GetByLabel("Provider").FillAsync("kept-maker");
            await visitor.Main.GetByLabel("Provider").PressAsync("Tab");
            await Assertions.Expect(visitor.Main.Locator(".invoice-tried")).ToContainTextAsync("$3.00 billed, $2.50 in the ledger, +$0.50");
            await Assertions.Expect(visitor.Main.Locator(".invoice-tried")).ToContainTextAsync("1 line could not be read: line 3");
            await visitor.Main.Locator("[data-keep]").ClickAsync();

            await visitor.AddressHasAsync("open=inv-");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Region, new() { Name = "Causes" })).ToContainTextAsync("+$0.50 another price");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Region, new() { Name = "By day, model and class" })).ToContainTextAsync("billed at $3.00");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Region, new() { Name = "Lines that could not be read" })).ToContainTextAsync("is no class of tokens");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Table, new() { Name = "By owner" })).ToContainTextAsync("kept-owner");
            await visitor.Main.Locator("[data-apply]").ClickAsync();

            await Assertions.Expect(Toast(visitor, "1 price set, 2 adjustments entered, +$0.50")).ToBeVisibleAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Region, new() { Name = "Totals" })).ToContainTextAsync("it matches");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Region, new() { Name = "Proposed correction" })).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task An_invoice_is_filtered_disputed_accepted_and_forgotten()
    {
        string id = await KeptAsync("settled", "2.75");

        await nexus.VisitAsync("admin", $"/prices?tab=invoices&open={id}", async visitor =>
        {
            ILocator rows = visitor.Main.GetByRole(AriaRole.Region, new() { Name = "By day, model and class" }).Locator("tbody tr");
            await Assertions.Expect(rows).ToHaveCountAsync(1);
            await visitor.Main.GetByLabel("Filter by day, model, class or cause").FillAsync("cached");
            await visitor.Main.GetByLabel("Filter by day, model, class or cause").PressAsync("Enter");
            await visitor.AddressHasAsync("q=cached");
            await Assertions.Expect(rows).ToContainTextAsync("Nothing matches");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Differences only" }).ClickAsync();
            await Assertions.Expect(rows).ToContainTextAsync("settled");

            await visitor.Main.Locator("[data-dispute]").ClickAsync();
            await Assertions.Expect(visitor.Main.Locator(".err")).ToContainTextAsync("must say what is disputed");
            await visitor.Main.GetByLabel("Reason").FillAsync("not the price that we agreed");
            await visitor.Main.Locator("[data-dispute]").ClickAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Region, new() { Name = "What becomes of it" })).ToContainTextAsync("not the price that we agreed");
            await visitor.Main.Locator("[data-accept]").ClickAsync();
            await Assertions.Expect(visitor.Main.Locator(".invoice-head")).ToContainTextAsync("accepted");

            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Forget this invoice" }).ClickAsync();
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Forget it" }).ClickAsync();
            await visitor.AddressLacksAsync("open=");
            await visitor.GoAsync($"/prices?tab=invoices&open={id}");
            await Assertions.Expect(visitor.Main).ToContainTextAsync($"There is no invoice '{id}'");
        });
    }

    [Fact]
    public async Task A_row_leads_to_its_lines_in_the_ledger_and_the_list_to_the_invoice()
    {
        string id = await KeptAsync("linked", "2.75");

        await nexus.VisitAsync("admin", "/prices?tab=invoices", async visitor =>
        {
            await Assertions.Expect(visitor.Main.Locator(".head p")).ToContainTextAsync("invoice differs by");
            await visitor.Main.GetByRole(AriaRole.Region, new() { Name = "Invoices" }).Locator("tr").Filter(new() { HasText = id }).GetByRole(AriaRole.Link).ClickAsync();
            await visitor.AddressHasAsync($"open={id}");
            await visitor.Main.GetByRole(AriaRole.Region, new() { Name = "By day, model and class" }).Locator("tbody").GetByRole(AriaRole.Link).First.ClickAsync();
            await visitor.AddressHasAsync("/costs", "filter=model");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("$2.50");
        });
    }

    [Fact]
    public async Task Who_may_not_change_prices_sees_an_invoice_and_why_it_cannot_be_settled()
    {
        string id = await KeptAsync("seen", "2.75");

        await nexus.VisitAsync("viewer", $"/prices?tab=invoices&open={id}", async visitor =>
        {
            await Assertions.Expect(visitor.Main.Locator("[data-accept]")).ToBeDisabledAsync();
            await Assertions.Expect(visitor.Main.Locator("[data-apply]")).ToBeDisabledAsync();
            await visitor.Main.GetByRole(AriaRole.Link, new() { Name = "All invoices" }).ClickAsync();
            await Assertions.Expect(visitor.Main.GetByLabel("Drop a file here, or pick one")).ToBeDisabledAsync();
        });
    }

    [Fact]
    public async Task An_invoice_fits_a_phone_and_is_read_by_who_does_not_see_it()
    {
        string id = await KeptAsync("narrow-invoice", "2.75");
        Look phone = new(Width: 390, Height: 844);
        await nexus.VisitAsync("admin", $"/prices?tab=invoices&open={id}", async visitor => await visitor.FitsItsWindowAsync(), phone);
        await nexus.VisitAsync("admin", "/prices?tab=invoices", async visitor => await visitor.FitsItsWindowAsync(), phone);
    }

    private async Task<string> KeptAsync(string name, string amount)
    {
        await UsedAsync(name);
        string csv = Csv(name, amount).Replace("\n", "\\n", StringComparison.Ordinal);
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/invoices", $$"""{"id":"{{name}}","provider":"{{name}}-maker","csv":"{{csv}}"}""");
        return name;
    }

    private async Task UsedAsync(string name)
    {
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/prices:import", $$"""{"items":[{"sku":"{{name}}-in","resource":"tokens.input","provider":"{{name}}-maker","model":"{{name}}","unitPrice":"0.0000025"}]}""");
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/usage", $$"""[{"id":"{{name}}","time":"{{Text(Day)}}T12:00:00Z","owner":"{{name}}-owner","resource":"tokens.input","quantity":1000000,"provider":"{{name}}-maker","model":"{{name}}"}]""");
    }

    private static string Csv(string model, string amount) => $"day,model,class,quantity,amount\n{Text(Day)},{model},input,1000000,{amount}\n{Text(Day)},{model},searches,3,0.03";

    private static string Text(DateTime day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static FilePayload File(string name, string text) => new() { Name = name, MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(text) };

    private static ILocator Toast(Visitor visitor, string text) => visitor.Page.Locator(".toast").Filter(new() { HasText = text });
}

public sealed class FirstInvoicesTests(Chromium chromium)
{
    [Fact]
    public async Task Without_invoices_the_tab_says_what_they_are_for()
    {
        await using NexusSystem nexus = await NexusSystem.StartAsync(chromium);

        await nexus.VisitAsync("admin", "/prices?tab=invoices", async visitor =>
        {
            await Assertions.Expect(visitor.Main).ToContainTextAsync("No invoices");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("Download the export of costs or use from your provider");
        });
    }
}
