using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Frame;

/// <summary>What every table can do, tried on the list of pools.</summary>
[Collection(typeof(OnTheQuietSystem))]
public sealed partial class TableTests(QuietSystem nexus)
{
    [Fact]
    public async Task A_head_sorts_up_down_and_not_and_the_order_is_in_the_address()
    {
        await GivenPoolsAsync();
        await nexus.VisitAsync("viewer", "/pools?filter=table-", async visitor =>
        {
            ILocator free = visitor.Main.GetByRole(AriaRole.Columnheader, new() { Name = "Free now" });
            await free.GetByRole(AriaRole.Button).ClickAsync();
            await Assertions.Expect(free).ToHaveAttributeAsync("aria-sort", "ascending");
            await Assertions.Expect(Names(visitor)).ToHaveTextAsync(["table-b", "table-c", "table-a"]);

            await free.GetByRole(AriaRole.Button).ClickAsync();
            await Assertions.Expect(Names(visitor)).ToHaveTextAsync(["table-a", "table-c", "table-b"]);
            await Assertions.Expect(visitor.Page).ToHaveURLAsync(Descending());

            await visitor.Page.ReloadAsync();
            await visitor.ReadyAsync();
            await Assertions.Expect(Names(visitor)).ToHaveTextAsync(["table-a", "table-c", "table-b"]);

            await free.GetByRole(AriaRole.Button).ClickAsync();
            await Assertions.Expect(Names(visitor)).ToHaveTextAsync(["table-a", "table-b", "table-c"]);
        });
    }

    [Fact]
    public async Task Columns_are_chosen_and_stay_chosen_in_this_browser()
    {
        await GivenPoolsAsync();
        await nexus.VisitAsync("viewer", "/pools?filter=table-", async visitor =>
        {
            ILocator kinds = visitor.Main.GetByRole(AriaRole.Columnheader, new() { Name = "Kinds", Exact = true });
            await Assertions.Expect(kinds).ToBeVisibleAsync();

            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Choose columns" }).ClickAsync();
            await visitor.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Kinds" }).ClickAsync();
            await Assertions.Expect(kinds).ToHaveCountAsync(0);

            await visitor.Page.ReloadAsync();
            await visitor.ReadyAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Columnheader, new() { Name = "State" })).ToBeVisibleAsync();
            await Assertions.Expect(kinds).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task What_is_shown_is_saved_as_CSV()
    {
        await GivenPoolsAsync();
        await nexus.VisitAsync("viewer", "/pools?filter=table-", async visitor =>
        {
            IDownload saved = await visitor.Page.RunAndWaitForDownloadAsync(() => visitor.Main.GetByRole(AriaRole.Button, new() { Name = "CSV" }).ClickAsync());

            Assert.Equal("nexus-pools.csv", saved.SuggestedFilename);
            string[] lines = await File.ReadAllLinesAsync((await saved.PathAsync())!);
            Assert.StartsWith("\"Pool\",", lines[0], StringComparison.Ordinal);
            Assert.Contains(lines, l => l.StartsWith("\"table-a", StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task The_range_is_chosen_once_for_all_pages_by_menu_or_key()
    {
        await GivenPoolsAsync();
        await nexus.VisitAsync("viewer", "/pools?filter=table-", async visitor =>
        {
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Range: last hour" }).ClickAsync();
            await visitor.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Last 24 h" }).ClickAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Columnheader, new() { Name = "Used, 24h" })).ToBeVisibleAsync();

            await visitor.Main.GetByRole(AriaRole.Link, new() { Name = "table-a" }).ClickAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync("gpu, last 24 h");
            await Assertions.Expect(visitor.Page).ToHaveURLAsync(OfADay());

            await visitor.Page.Keyboard.PressAsync("<");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("gpu, last 6 h");
        });
    }

    [Fact]
    public async Task What_was_applied_last_is_undone_by_Ctrl_Z()
    {
        await nexus.Server.PoolAsync("undone", 1);
        await nexus.VisitAsync("operator", "/pools/undone?open=edit", async visitor =>
        {
            await visitor.Page.GetByLabel("Amount of gpu").FillAsync("5");
            await visitor.Page.Locator("[data-tray]").GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Meter)).ToHaveAttributeAsync("aria-valuemax", "5");

            await visitor.Page.Keyboard.PressAsync("Control+z");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Meter)).ToHaveAttributeAsync("aria-valuemax", "1");
        });
    }

    // Whoever goes on quickly leaves a page between its drawing and what follows from it: an error there would take the page down.
    [Fact]
    public Task What_is_made_for_a_table_that_is_gone_does_nothing_and_fails_nothing() => nexus.VisitAsync("viewer", "/pools", async visitor =>
        Assert.Equal("done", await visitor.Page.EvaluateAsync<string>(
            """
            async () => {
                const [tables, tree] = [await import('/js/tables.js'), await import('/js/tree.js')];
                for (const gone of [null, document.createElement('div')]) {
                    const watch = tables.watch(gone, 'gone'), other = tree.watch(gone);
                    watch.choice(); watch.hide([]); watch.end(); other.end();
                }
                return 'done';
            }
            """)));

    private static ILocator Names(Visitor visitor) => visitor.Main.Locator("tbody td a");

    private async Task GivenPoolsAsync()
    {
        await nexus.Server.PoolAsync("table-a", 9);
        await nexus.Server.PoolAsync("table-b", 1);
        await nexus.Server.PoolAsync("table-c", 4);
    }

    [GeneratedRegex("sort=-free", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Descending();

    [GeneratedRegex("range=24h", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OfADay();
}
