using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Pools;

[Collection(typeof(OnTheQuietSystem))]
public sealed class PoolTests(QuietSystem nexus)
{
    [Fact]
    public async Task A_pool_is_created_and_taken_back()
    {
        await nexus.VisitAsync("operator", "/pools?open=new", async visitor =>
        {
            await visitor.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("made-here");
            await visitor.Page.GetByLabel("Kind", new() { Exact = true }).SelectOptionAsync("gpu");
            await visitor.Page.GetByLabel("Amount of gpu").FillAsync("8");
            await visitor.Page.GetByLabel("Planned ahead").SelectOptionAsync("Easy");
            await Assertions.Expect(visitor.Page.Locator("[data-tray]")).ToContainTextAsync("backfill");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();

            await Assertions.Expect(visitor.Page.GetByText("Pool made-here created")).ToBeVisibleAsync();
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("made-here");
            Assert.Equal(8, await CapacityAsync("made-here"));

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync("Not found");
        });
    }

    [Fact]
    public async Task What_a_change_would_do_is_shown_before_it_is_applied_and_it_can_be_undone()
    {
        await nexus.Server.PoolAsync("edited", 1);
        await nexus.Server.RequestAsync("edited-1", "acme/edit", "edited");
        await nexus.Server.RequestAsync("edited-2", "acme/edit", "edited");

        await nexus.VisitAsync("operator", "/pools/edited", async visitor =>
        {
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
            await visitor.Page.GetByLabel("Amount of gpu").FillAsync("4");
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("1 change, not applied");
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("1 waiting starts now");

            await visitor.Page.Keyboard.PressAsync("Control+Enter");

            await Assertions.Expect(visitor.Page.GetByText("Pool edited changed")).ToBeVisibleAsync();
            Assert.Equal(4, await CapacityAsync("edited"));
            Assert.Equal("allocated", await nexus.Server.StatusAsync("edited-2"));
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Meter)).ToHaveAttributeAsync("aria-valuemax", "4");

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Meter)).ToHaveAttributeAsync("aria-valuemax", "1");
            Assert.Equal(1, await CapacityAsync("edited"));
        });
    }

    [Fact]
    public async Task Every_field_of_a_pool_is_set_in_its_editor()
    {
        await nexus.VisitAsync("operator", "/pools?open=new", async visitor =>
        {
            Task FillAsync(string label, string value) => visitor.Page.GetByLabel(label, new() { Exact = true }).FillAsync(value);
            await FillAsync("Name", "all-fields");
            await FillAsync("Amount of gpu", "8");
            await FillAsync("Price of gpu", "2.5");
            ILocator kinds = visitor.Page.GetByLabel("Kind", new() { Exact = true });
            ILocator add = visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Add a kind" });
            await add.ClickAsync();
            await kinds.Nth(1).SelectOptionAsync("llm.calls");
            await FillAsync("Rate of llm.calls", "120");
            await FillAsync("Period of llm.calls", "PT30S");
            await FillAsync("Burst of llm.calls", "40");
            await add.ClickAsync();
            await kinds.Nth(2).SelectOptionAsync("storage");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Remove storage" }).ClickAsync();
            await Assertions.Expect(kinds).ToHaveCountAsync(2);

            await visitor.Page.GetByLabel("Purchase option", new() { Exact = true }).SelectOptionAsync("Spot");
            await FillAsync("Labels", "model=H100, zone=b");
            await FillAsync("Who may use it", "acme, globex/research");
            await visitor.Page.GetByLabel("Strategy", new() { Exact = true }).SelectOptionAsync("fairShare");
            await FillAsync("Aging interval", "PT20S");
            await FillAsync("Half-life", "PT12H");
            await visitor.Page.GetByLabel("Between borrowers").SelectOptionAsync("FinalShare");
            await FillAsync("Grace", "PT5S");
            await FillAsync("Keep after", "PT2M");
            await FillAsync("Minimum runtime", "PT30S");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("Pool all-fields created")).ToBeVisibleAsync();
        });

        JsonElement pool = await nexus.Server.CallAsync(HttpMethod.Get, "/api/v1/pools/all-fields");
        JsonElement calls = pool.GetProperty("resources").GetProperty("llm.calls");
        Assert.Equal((120m, "PT30S", 40m), (calls.GetProperty("rate").GetDecimal(), calls.GetProperty("per").GetString(), calls.GetProperty("burst").GetDecimal()));
        Assert.Equal(["gpu", "llm.calls"], pool.GetProperty("resources").EnumerateObject().Select(r => r.Name).Order(StringComparer.Ordinal));
        Assert.Equal(("spot", "H100", "b", "fairShare", "PT20S", "PT12H", "PT2M"), (Said(pool, "purchaseOption"), Said(pool.GetProperty("labels"), "model"), Said(pool.GetProperty("labels"), "zone"), Said(pool, "strategy"), Said(pool, "agingInterval"), Said(pool, "halfLife"), Said(pool, "keepAfter")));
        Assert.Equal(["acme", "globex/research"], pool.GetProperty("allow").EnumerateArray().Select(o => o.GetString()));
        JsonElement preemption = pool.GetProperty("preemption");
        Assert.Equal(("PT5S", "PT30S", "finalShare"), (Said(preemption, "grace"), Said(preemption, "minimumRuntime"), Said(preemption, "betweenBorrowers")));
        Assert.Equal("2.5", Said(pool.GetProperty("price"), "gpu"));
    }

    [Fact]
    public async Task What_cannot_be_is_said_where_it_is_typed_and_cannot_be_applied()
    {
        await nexus.Server.PoolAsync("wrong", 1);

        await nexus.VisitAsync("operator", "/pools/wrong?open=edit", async visitor =>
        {
            await visitor.Page.GetByLabel("Amount of gpu").FillAsync("a lot");
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("must be a number");
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Apply" })).ToBeDisabledAsync();

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
            await Assertions.Expect(Drawer(visitor)).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task A_change_that_somebody_else_made_meanwhile_is_not_overwritten()
    {
        await nexus.Server.PoolAsync("contested", 1);

        await nexus.VisitAsync("operator", "/pools/contested", async visitor =>
        {
            await visitor.Page.Keyboard.PressAsync("e");
            await visitor.AddressHasAsync("open=edit");
            await visitor.Page.Locator("[data-live]").ClickAsync();
            await visitor.Page.GetByLabel("Amount of gpu").FillAsync("7");
            await Assertions.Expect(Tray(visitor).GetByRole(AriaRole.Button, new() { Name = "Apply" })).ToBeEnabledAsync();
            await nexus.Server.PoolAsync("contested", 3);
            await visitor.Page.Keyboard.PressAsync("Control+Enter");

            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("changed");
            Assert.Equal(3, await CapacityAsync("contested"));
        });
    }

    [Fact]
    public async Task Another_strategy_shows_what_it_would_do_is_applied_and_undone()
    {
        await nexus.Server.PoolAsync("ordered", 1);
        await nexus.Server.RequestAsync("ordered-runs", "acme/ordered", "ordered");
        await nexus.Server.RequestAsync("ordered-waits", "acme/ordered", "ordered");

        await nexus.VisitAsync("operator", "/pools/ordered?open=edit", async visitor =>
        {
            await Assertions.Expect(visitor.Main).ToContainTextAsync("Priority");
            await visitor.Page.GetByLabel("Strategy").SelectOptionAsync("fairShare");
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("Who has least for its weight goes first");
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("Nothing that waits starts now");
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("Grants keep running; 1 waiting is re-ordered");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync("Fair share");

            // The offer to undo lasts some seconds, so that it comes before all that can be looked at later too.
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync("Priority");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("ordered-runs");
            await visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Strategy" }).ClickAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Row, new() { Name = "Priority Fair share" })).ToBeVisibleAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Row, new() { Name = "Fair share Priority" })).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task A_switch_of_the_strategy_is_tried_on_the_recorded_past_and_on_those_who_wait_before_it_is_made()
    {
        await nexus.Server.PoolAsync("switched", 1);
        await nexus.Server.RequestAsync("switched-runs", "acme/switched", "switched");
        await nexus.Server.RequestAsync("switched-waits", "acme/switched", "switched");

        await nexus.VisitAsync("operator", "/pools/switched", async visitor =>
        {
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Change strategy…" }).ClickAsync();
            await Drawer(visitor).GetByLabel("How far back").SelectOptionAsync(new SelectOptionValue { Index = 1 });
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Replay it" }).ClickAsync();
            await visitor.AddressHasAsync("open=strategy");
            ILocator past = Drawer(visitor).GetByRole(AriaRole.Table, new() { Name = "The recorded past under each strategy" });
            await Assertions.Expect(past.GetByRole(AriaRole.Columnheader, new() { Name = "Priority, now" })).ToBeVisibleAsync();
            await Assertions.Expect(past.GetByRole(AriaRole.Columnheader)).ToHaveCountAsync(6);
            await Assertions.Expect(past).ToContainTextAsync("p95 wait");

            await Drawer(visitor).GetByRole(AriaRole.Radio, new() { Name = "Deadline" }).CheckAsync();
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("Grants keep running; 1 waiting is re-ordered");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync(", Deadline");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync(", Priority");
        });

        await nexus.VisitAsync("engineer", "/pools/switched?open=strategy", async visitor =>
        {
            await Drawer(visitor).GetByRole(AriaRole.Radio, new() { Name = "Fair share" }).CheckAsync();
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Apply" })).ToBeDisabledAsync();
            await visitor.Page.Locator("[data-discard]").ClickAsync();
            await Assertions.Expect(Drawer(visitor)).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task A_pool_in_use_is_drained_by_typing_its_name_grants_again_and_is_deleted()
    {
        await nexus.Server.PoolAsync("drained", 2);
        await nexus.Server.RequestAsync("drained-1", "acme/drain", "drained");

        await nexus.VisitAsync("operator", "/pools/drained", async visitor =>
        {
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Drain…" }).ClickAsync();
            ILocator dialog = visitor.Page.GetByRole(AriaRole.Alertdialog);
            await Assertions.Expect(dialog).ToContainTextAsync("0 grants are revoked; 1 run on until they end");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Keep it" }).ClickAsync();
            await Assertions.Expect(dialog).ToHaveCountAsync(0);
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Drain…" }).ClickAsync();
            ILocator drain = dialog.GetByRole(AriaRole.Button, new() { Name = "Drain", Exact = true });
            await Assertions.Expect(drain).ToBeDisabledAsync();
            await dialog.GetByRole(AriaRole.Textbox).FillAsync("drained");
            await drain.ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("drained is being drained")).ToBeVisibleAsync();

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("drained grants again")).ToBeVisibleAsync();

            await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/pools/drained/drain");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Grant again" }).ClickAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Drain…" })).ToBeVisibleAsync();

            await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/pools/drained/drain");
            await nexus.Server.ReleaseAsync("drained-1");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("Pool drained deleted")).ToBeVisibleAsync();
            await visitor.AddressIsAsync("/pools");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Link, new() { Name = "drained", Exact = true })).ToBeVisibleAsync();
            Assert.Equal(2, await CapacityAsync("drained"));
        });
    }

    [Fact]
    public async Task The_detail_shows_grants_who_waits_and_the_configuration()
    {
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/pools/detail", new { resources = new Dictionary<string, object> { ["gpu"] = 1, ["llm.calls"] = new { rate = 120, per = "PT1M", burst = 40 }, ["tokens.context"] = 64_000 } });
        await nexus.Server.RequestAsync("detail-runs", "acme/detail", "detail");
        await nexus.Server.RequestAsync("detail-waits", "acme/detail", "detail");

        await nexus.VisitAsync("viewer", "/pools/detail", async visitor =>
        {
            await Assertions.Expect(visitor.Main).ToContainTextAsync("detail-runs");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Region, new() { Name = "Wait of those granted in the last hour" })).ToContainTextAsync("Wait p95");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "llm.calls" })).ToContainTextAsync("120/min");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "tokens.context" })).ToContainTextAsync("a ceiling for each request");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Columnheader, new() { Name = "Preemptible" })).ToBeVisibleAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Link, new() { Name = "acme/detail" })).ToHaveAttributeAsync("href", "/queue?open=detail-runs&tenant=acme&status=allocated");

            await visitor.Page.GetByRole(AriaRole.Tab, new() { Name = "Waiting" }).ClickAsync();
            ILocator waits = visitor.Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "detail-waits" });
            await Assertions.Expect(waits).ToContainTextAsync("Pool detail has 0 gpu free; 1 needed.");
            await Assertions.Expect(waits.Locator(".chip")).ToHaveTextAsync("capacity");
            await Assertions.Expect(waits.Locator("td.plan")).ToBeVisibleAsync();
            await waits.GetByRole(AriaRole.Link).ClickAsync();
            await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.Heading, new() { Name = "Why it waits" })).ToBeVisibleAsync();
            await visitor.GoAsync("/pools/detail");
            await visitor.Page.GetByRole(AriaRole.Tab, new() { Name = "Configuration" }).ClickAsync();
            await Assertions.Expect(visitor.Main.Locator("pre")).ToContainTextAsync("\"gpu\"");
            await visitor.AddressHasAsync("tab=configuration");

            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true })).ToBeDisabledAsync();
        });
    }

    [Fact]
    public async Task A_grant_is_released_from_the_page_and_who_waits_starts()
    {
        await nexus.Server.PoolAsync("freed", 1);
        await nexus.Server.RequestAsync("freed-runs", "acme/freed", "freed");
        await nexus.Server.RequestAsync("freed-waits", "acme/freed", "freed");

        await nexus.VisitAsync("operator", "/pools/freed", async visitor =>
        {
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Release freed-runs" }).ClickAsync();
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Release now" }).ClickAsync();

            await Assertions.Expect(visitor.Page.GetByText("freed-runs of acme/freed released")).ToBeVisibleAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync("freed-waits");
        });

        Assert.Equal("allocated", await nexus.Server.StatusAsync("freed-waits"));
    }

    [Fact]
    public async Task The_chart_shows_another_kind_and_is_read_as_a_table()
    {
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/pools/charted", new { resources = new { gpu = 2, memory = 64 } });

        await nexus.VisitAsync("viewer", "/pools/charted", async visitor =>
        {
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "memory", Exact = true }).ClickAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync("memory, last hour");
            await visitor.AddressHasAsync("kind=memory");
            await Assertions.Expect(visitor.Main.Locator(".plotbox .apexcharts-canvas").First).ToBeVisibleAsync();

            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "View as table" }).ClickAsync();
            ILocator capacity = visitor.Main.GetByRole(AriaRole.Columnheader, new() { Name = "capacity", Exact = true });
            await Assertions.Expect(capacity).ToBeVisibleAsync();

            // The same by keys: the chart, the way here, the editor.
            await visitor.Page.EvaluateAsync("document.activeElement.blur()");
            await visitor.Page.Keyboard.PressAsync("v");
            await Assertions.Expect(capacity).ToHaveCountAsync(0);
            await visitor.Page.Keyboard.PressAsync("y");
            Assert.EndsWith("/pools/charted?kind=memory", await visitor.Page.EvaluateAsync<string>("navigator.clipboard.readText()"), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Pools_are_found_by_their_labels()
    {
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/pools/labelled", new { resources = new { gpu = 2 }, labels = new { rack = "seventeen" } });

        await nexus.VisitAsync("viewer", "/pools?filter=rack%3Dseventeen", async visitor =>
        {
            await Assertions.Expect(visitor.Main.Locator("tbody tr")).ToHaveCountAsync(1);
            await Assertions.Expect(visitor.Main.Locator("tbody")).ToContainTextAsync("labelled");
        });
    }

    [Fact]
    public async Task The_list_filters_and_says_when_nothing_matches()
    {
        await nexus.Server.PoolAsync("listed-one", 1);

        await nexus.VisitAsync("viewer", "/pools", async visitor =>
        {
            await visitor.Page.GetByLabel("Filter by name").FillAsync("listed");
            await Assertions.Expect(visitor.Main.Locator("tbody tr")).ToHaveCountAsync(1);
            await visitor.Page.GetByLabel("Filter by name").FillAsync("no-such-pool");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("No pool matches.");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Clear filters" }).ClickAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Link, new() { Name = "listed-one" })).ToBeVisibleAsync();

            await visitor.Page.GetByLabel("Filter by name").FillAsync("listed-one");
            await Assertions.Expect(visitor.Main.Locator("tbody tr")).ToHaveCountAsync(1);
            await visitor.Page.EvaluateAsync("document.activeElement.blur()");
            await visitor.Page.Keyboard.PressAsync("j");
            await visitor.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("listed-one");
        });
    }

    [Fact]
    public async Task Pools_are_filtered_by_state_kind_and_purchase_option()
    {
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/pools/sorted-spot", new { resources = new { gpu = 1 }, purchaseOption = "spot" });
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/pools/sorted-memory", new { resources = new { memory = 8 } });
        await nexus.Server.RequestAsync("sorted-1", "acme/sorted", "sorted-spot");
        await nexus.Server.RequestAsync("sorted-2", "acme/sorted", "sorted-spot");

        await nexus.VisitAsync("viewer", "/pools?filter=sorted-", async visitor =>
        {
            ILocator rows = visitor.Main.Locator("tbody tr");
            await Assertions.Expect(rows).ToHaveCountAsync(2);
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Full" }).ClickAsync();
            await Assertions.Expect(rows).ToContainTextAsync(["sorted-spot"]);

            await Assertions.Expect(visitor.Main.Locator(".head p")).ToContainTextAsync(new Regex(@"sorted-spot.* full\.", RegexOptions.None, TimeSpan.FromSeconds(1)));
            await visitor.Main.GetByRole(AriaRole.Group, new() { Name = "State" }).GetByRole(AriaRole.Button, new() { Name = "Waiting" }).ClickAsync();
            await Assertions.Expect(rows).ToContainTextAsync(["sorted-spot"]);
            await Assertions.Expect(visitor.Main.Locator("th[data-column=next]")).ToBeVisibleAsync();
            await Assertions.Expect(rows.Locator("time[data-as=in]")).ToHaveCountAsync(1);
            await visitor.AddressHasAsync("state=waiting");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Draining", Exact = true }).ClickAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync("No pool matches.");
            await visitor.AddressHasAsync("state=draining");
            await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/pools/sorted-memory/drain");
            await Assertions.Expect(rows).ToContainTextAsync(["sorted-memory"]);

            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "All", Exact = true }).ClickAsync();
            await Assertions.Expect(visitor.Main.Locator("tfoot")).ToContainTextAsync("gpu 1 of 1 · memory 0 of 8");
            await visitor.Page.GetByLabel("Filter by kind").SelectOptionAsync("memory");
            await Assertions.Expect(rows).ToContainTextAsync(["sorted-memory"]);
            await visitor.AddressHasAsync("kind=memory");

            await visitor.Page.GetByLabel("Filter by purchase option").SelectOptionAsync("spot");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("No pool matches.");
            await visitor.AddressHasAsync("option=spot");
        });
    }

    [Fact]
    public async Task Decisions_are_listed_and_the_configuration_is_copied()
    {
        await nexus.Server.PoolAsync("copied", 2);
        await nexus.Server.RequestAsync("copied-1", "acme/copied", "copied");

        await nexus.VisitAsync("viewer", "/pools/copied?tab=decisions", async visitor =>
        {
            await Assertions.Expect(visitor.Main).ToContainTextAsync("acme/copied");
            await visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Configuration" }).ClickAsync();
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
            using JsonDocument copied = JsonDocument.Parse(await visitor.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
            Assert.Equal(2, copied.RootElement.GetProperty("resources").GetProperty("gpu").GetDecimal());
        });
    }

    [Fact]
    public async Task A_pool_that_does_not_exist_says_so() =>
        await nexus.VisitAsync("viewer", "/pools/no-such-pool", async visitor =>
            await Assertions.Expect(visitor.Main).ToContainTextAsync("There is no pool 'no-such-pool'"));

    private static ILocator Drawer(Visitor visitor) => visitor.Page.Locator("[data-drawer]");

    private static ILocator Tray(Visitor visitor) => visitor.Page.Locator("[data-tray]");

    private static string? Said(JsonElement of, string name) => of.GetProperty(name).GetString();

    private async Task<decimal> CapacityAsync(string pool)
    {
        JsonElement answer = await nexus.Server.CallAsync(HttpMethod.Get, $"/api/v1/pools/{pool}");
        return answer.GetProperty("resources").GetProperty("gpu").GetDecimal();
    }
}
