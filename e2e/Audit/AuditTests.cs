using System.Text.Json;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Audit;

[Collection(typeof(OnTheQuietSystem))]
public sealed class AuditTests(QuietSystem nexus)
{
    [Fact]
    public async Task A_change_is_seen_arriving_with_who_did_what_and_what_followed()
    {
        await nexus.Server.PoolAsync("audit-live", 1);
        await nexus.Server.RequestAsync("audit-live-1", "acme/live", "audit-live");
        await nexus.Server.RequestAsync("audit-live-2", "acme/live", "audit-live");

        await nexus.VisitAsync("viewer", "/audit?object=audit-live", async visitor =>
        {
            await Assertions.Expect(Rows(visitor)).ToHaveCountAsync(1);
            await nexus.Server.PoolAsync("audit-live", 2);

            await Assertions.Expect(Rows(visitor)).ToHaveCountAsync(2);
            await Assertions.Expect(Rows(visitor).First).ToContainTextAsync("changed pool audit-live");
            await Assertions.Expect(Rows(visitor).First).ToContainTextAsync("resources.gpu 1 → 2");
            await Assertions.Expect(Rows(visitor).First).ToContainTextAsync("1 request started");
            await Assertions.Expect(Rows(visitor).First).ToContainTextAsync("api");
        });
    }

    [Fact]
    public async Task Filters_are_in_the_address_and_a_range_without_changes_says_so()
    {
        await nexus.Server.PoolAsync("audit-filter", 1);
        await nexus.Server.PoolAsync("audit-filter", 2);

        await nexus.VisitAsync("admin", "/audit", async visitor =>
        {
            await FilterAsync(visitor, "Filter by object", "audit-filter");
            await Assertions.Expect(Rows(visitor)).ToHaveCountAsync(2);
            await FilterAsync(visitor, "Filter by action", "change");
            await Assertions.Expect(Rows(visitor)).ToHaveCountAsync(1);
            await visitor.Page.GetByLabel("Filter by source").SelectOptionAsync("api");
            await visitor.Page.GetByLabel("Filter by time").SelectOptionAsync("1h");
            await visitor.AddressHasAsync("object=audit-filter", "action=change", "source=api", "since=1h");
            await Assertions.Expect(Rows(visitor)).ToHaveCountAsync(1);

            await FilterAsync(visitor, "Filter by who", "nobody-of-that-name");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("No changes in this range.");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("Nobody has changed anything that these filters show.");

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Clear filters" }).ClickAsync();
            await Assertions.Expect(visitor.Main).Not.ToContainTextAsync("No changes in this range.");
            await visitor.AddressIsAsync("/audit");
        });
    }

    [Fact]
    public async Task A_range_between_two_moments_is_typed_and_stands_in_the_address()
    {
        await nexus.Server.PoolAsync("audit-range", 1);

        await nexus.VisitAsync("admin", "/audit?object=audit-range", async visitor =>
        {
            await visitor.Page.GetByLabel("Filter by time").SelectOptionAsync("between");
            await Assertions.Expect(Rows(visitor)).ToHaveCountAsync(1);

            ILocator to = visitor.Page.GetByLabel("To, UTC");
            await to.FillAsync("2026-01-01T12:30");
            await to.PressAsync("Tab");

            await Assertions.Expect(visitor.Main).ToContainTextAsync("No changes in this range.");
            await visitor.AddressHasAsync("to=2026-01-01T12%3A30Z");
        });
    }

    [Fact]
    public async Task The_drawer_shows_the_change_field_by_field_and_opens_from_its_address()
    {
        await nexus.Server.PoolAsync("audit-diff", 1);
        await nexus.Server.PoolAsync("audit-diff", 3);

        await nexus.VisitAsync("viewer", "/audit?object=audit-diff&action=change", async visitor =>
        {
            await Rows(visitor).GetByRole(AriaRole.Link).ClickAsync();
            await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.Row, new() { Name = "resources.gpu 1 3" })).ToBeVisibleAsync();
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("nothing that waited started");
            string address = visitor.Address;
            Assert.Contains("open=event-", address, StringComparison.Ordinal);

            await visitor.Page.Keyboard.PressAsync("Escape");
            await Assertions.Expect(Drawer(visitor)).ToHaveCountAsync(0);
            await visitor.GoAsync(address);
            await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.Row, new() { Name = "resources.gpu 1 3" })).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task A_change_is_set_back_after_its_effect_was_shown_and_that_is_undone()
    {
        await nexus.Server.PoolAsync("audit-revert", 3);
        await nexus.Server.PoolAsync("audit-revert", 1);
        await nexus.Server.RequestAsync("audit-revert-1", "acme/revert", "audit-revert");
        await nexus.Server.RequestAsync("audit-revert-2", "acme/revert", "audit-revert");

        await nexus.VisitAsync("operator", "/audit?object=audit-revert&action=change", async visitor =>
        {
            await Rows(visitor).GetByRole(AriaRole.Link).ClickAsync();
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Revert…" }).ClickAsync();
            ILocator tray = visitor.Page.Locator("[data-tray]");
            await Assertions.Expect(tray).ToContainTextAsync("1 change, not applied");
            await Assertions.Expect(tray).ToContainTextAsync("1 waiting starts now");

            await tray.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("audit-revert is as it was before")).ToBeVisibleAsync();
            Assert.Equal(3, await CapacityAsync("audit-revert"));
            Assert.Equal("allocated", await nexus.Server.StatusAsync("audit-revert-2"));

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(Rows(visitor)).ToHaveCountAsync(3);
            Assert.Equal(1, await CapacityAsync("audit-revert"));
        });
    }

    [Fact]
    public async Task The_chain_is_verified_now_and_every_change_of_the_journal_shows_it() =>
        await nexus.VisitAsync("admin", "/audit?action=createPool", async visitor =>
        {
            await nexus.Server.PoolAsync("audit-chain", 1);
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Verify now" }).ClickAsync();

            await Assertions.Expect(visitor.Main.GetByText("Chain verified to")).ToBeVisibleAsync(new() { Timeout = 20_000 });
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Columnheader, new() { Name = "Chain" })).ToBeVisibleAsync();
            await Assertions.Expect(Rows(visitor).Filter(new() { HasText = "audit-chain" }).GetByLabel("in the verified chain")).ToBeVisibleAsync();
        });

    [Fact]
    public async Task The_export_is_a_file_of_JSON_lines_with_what_the_filters_show()
    {
        await nexus.Server.PoolAsync("audit-export", 1);
        await nexus.Server.PoolAsync("audit-export", 2);

        await nexus.VisitAsync("viewer", "/audit?object=audit-export", async visitor =>
        {
            IDownload file = await visitor.Page.RunAndWaitForDownloadAsync(() => visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Export JSON lines" }).ClickAsync());

            Assert.Equal("nexus-audit.jsonl", file.SuggestedFilename);
            string[] lines = await File.ReadAllLinesAsync((await file.PathAsync())!);
            Assert.Equal(["changePool", "createPool"], lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("action").GetString()));
        });
    }

    [Fact]
    public async Task A_viewer_sees_changes_but_sets_none_back_and_changes_of_access_are_for_administrators()
    {
        await nexus.Server.PoolAsync("audit-viewer", 2);
        await nexus.Server.PoolAsync("audit-viewer", 1);
        await nexus.Server.AddPersonAsync("audited", "viewer");

        await nexus.VisitAsync("viewer", "/audit?object=audit", async visitor =>
        {
            await Assertions.Expect(visitor.Main.GetByText("audited", new() { Exact = true })).ToHaveCountAsync(0);
            await visitor.GoAsync("/audit?object=audit-viewer&action=change");
            await Rows(visitor).GetByRole(AriaRole.Link).ClickAsync();
            await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Revert…" })).ToBeDisabledAsync();
        });

        await nexus.VisitAsync("admin", "/audit?object=audited", async visitor =>
        {
            await Assertions.Expect(Rows(visitor).First).ToContainTextAsync("audited");
            await Rows(visitor).First.GetByRole(AriaRole.Link).ClickAsync();
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("This cannot be set back from here.");
        });
    }

    [Fact]
    public async Task Somebody_of_one_tenant_sees_the_changes_of_that_tenant_and_cannot_verify_the_whole()
    {
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/owners/audit-tenant/a", new { labels = new { team = "a" } });
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/owners/audit-other/b", new { labels = new { team = "b" } });

        await nexus.VisitAsync(
            "viewer",
            "/audit",
            async visitor =>
            {
                await Assertions.Expect(visitor.Main.Locator("tbody")).ToContainTextAsync("audit-tenant/a");
                await Assertions.Expect(visitor.Main.Locator("tbody")).Not.ToContainTextAsync("audit-other");
                await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Verify now" })).ToBeDisabledAsync();
            },
            owner: "audit-tenant");
    }

    [Fact]
    public async Task When_nobody_has_changed_anything_the_page_says_so() =>
        await nexus.VisitAsync("viewer", "/audit", async visitor => await Assertions.Expect(visitor.Main.Locator("tbody")).ToContainTextAsync("No changes yet."), owner: "audit-empty");

    private static ILocator Rows(Visitor visitor) => visitor.Main.Locator("tbody tr[data-href]");

    private static ILocator Drawer(Visitor visitor) => visitor.Page.Locator("[data-drawer]");

    private static async Task FilterAsync(Visitor visitor, string label, string text)
    {
        await visitor.Page.GetByLabel(label).FillAsync(text);
        await visitor.Page.GetByLabel(label).PressAsync("Enter");
    }

    private async Task<decimal> CapacityAsync(string pool) =>
        (await nexus.Server.CallAsync(HttpMethod.Get, $"/api/v1/pools/{pool}")).GetProperty("resources").GetProperty("gpu").GetDecimal();
}
