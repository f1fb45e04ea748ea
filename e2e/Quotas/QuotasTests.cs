using System.Text.Json;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Quotas;

[Collection(typeof(OnTheQuietSystem))]
public sealed class QuotasTests(QuietSystem nexus)
{
    [Fact]
    public async Task A_limit_is_edited_where_it_stands_its_effect_is_seen_and_it_is_applied_and_undone()
    {
        await nexus.Server.PoolAsync("quota-edit", 4);
        await LimitAsync("edits", 1);
        await nexus.Server.RequestAsync("edits-1", "edits/alice", "quota-edit");
        await nexus.Server.RequestAsync("edits-2", "edits/bob", "quota-edit");

        await nexus.VisitAsync("operator", "/quotas?resource=gpu", async visitor =>
        {
            await Assertions.Expect(visitor.Main.Locator(".head")).ToContainTextAsync("edits is held back: 1 waits for its quota");
            await visitor.Page.GetByLabel("Limit of edits").FillAsync("3");
            await visitor.Page.Keyboard.PressAsync("Enter");

            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("1 change, not applied");
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("edits gpu limit13");
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("1 waiting starts now");
            await Assertions.Expect(Row(visitor, "edits").Locator("td.chg .old")).ToHaveTextAsync("1");
            Assert.Equal(1, await LimitAsync("edits"));

            await visitor.Page.Keyboard.PressAsync("Control+Enter");
            await Assertions.Expect(visitor.Page.GetByText("edits gpu limit 1 → 3")).ToBeVisibleAsync();
            await Assertions.Expect(Tray(visitor)).ToHaveCountAsync(0);
            Assert.Equal(3, await LimitAsync("edits"));
            Assert.Equal("allocated", await nexus.Server.StatusAsync("edits-2"));

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByLabel("Limit of edits")).ToHaveValueAsync("1");
            Assert.Equal(1, await LimitAsync("edits"));
        });
    }

    [Fact]
    public async Task What_binds_next_is_added_to_the_changes_and_applied_with_them()
    {
        await LimitAsync("binds", 2);
        await LimitAsync("binds/alice", 1);

        await nexus.VisitAsync("operator", "/quotas?resource=gpu&under=binds", async visitor =>
        {
            await visitor.Page.GetByLabel("Limit of alice").FillAsync("6");
            await visitor.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("binds's own ceiling of 2 stops binds/alice after 2 more gpu");

            await Tray(visitor).GetByRole(AriaRole.Button, new() { Name = "Raise the borrow of binds to 4" }).ClickAsync();
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("2 changes, not applied");
            await Assertions.Expect(Tray(visitor)).Not.ToContainTextAsync("own ceiling");
            await visitor.Page.Locator("[data-apply]").ClickAsync();
            await Assertions.Expect(Tray(visitor)).ToHaveCountAsync(0);
            await Assertions.Expect(visitor.Page.GetByLabel("Borrow of binds")).ToHaveValueAsync("4");
            Assert.Equal(6, await LimitAsync("binds/alice"));
        });
    }

    [Fact]
    public async Task The_tree_is_walked_and_edited_with_keys_alone()
    {
        await LimitAsync("keys", 8);
        await LimitAsync("keys/lab", 4);

        await nexus.VisitAsync("operator", "/quotas?resource=gpu&under=keys", async visitor =>
        {
            ILocator top = visitor.Main.Locator("tr[aria-level='1']"), lab = visitor.Main.Locator("tr[aria-level='2']");
            await top.FocusAsync();
            await visitor.Page.Keyboard.PressAsync("ArrowLeft");
            await Assertions.Expect(lab).ToHaveCountAsync(0);
            await visitor.Page.Keyboard.PressAsync("ArrowRight");
            await Assertions.Expect(lab).ToBeVisibleAsync();
            await visitor.Page.Keyboard.PressAsync("ArrowDown");
            await Assertions.Expect(lab).ToBeFocusedAsync();

            await visitor.Page.Keyboard.PressAsync("e");
            await Assertions.Expect(visitor.Page.GetByLabel("Limit of lab")).ToBeFocusedAsync();
            await visitor.Page.Keyboard.TypeAsync("6");
            await visitor.Page.Keyboard.PressAsync("Tab");
            await visitor.Page.Keyboard.TypeAsync("2");
            await visitor.Page.Keyboard.PressAsync("Tab");
            await visitor.Page.Keyboard.TypeAsync("1");
            await visitor.Page.Keyboard.PressAsync("Escape");

            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("2 changes, not applied");
            await Assertions.Expect(lab).ToBeFocusedAsync();
            await Assertions.Expect(visitor.Page.GetByLabel("Lend of lab")).ToHaveValueAsync("all");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByLabel("Limit of lab")).ToHaveValueAsync("4");
        });
    }

    [Fact]
    public async Task What_cannot_be_is_said_at_its_cell_and_cannot_be_applied()
    {
        await LimitAsync("wrongs", 2);

        await nexus.VisitAsync("operator", "/quotas?resource=gpu", async visitor =>
        {
            await visitor.Page.GetByLabel("Limit of wrongs").FillAsync("plenty");
            await visitor.Page.Keyboard.PressAsync("Enter");

            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("wrongs limit: must be a number, or none");
            await Assertions.Expect(visitor.Page.Locator("[data-apply]")).ToBeDisabledAsync();
        });
    }

    [Fact]
    public async Task What_somebody_else_changed_meanwhile_is_not_overwritten_and_said_with_who_and_what()
    {
        await LimitAsync("contested", 15);

        await nexus.VisitAsync("operator", "/quotas?resource=gpu", async visitor =>
        {
            await visitor.Page.Locator("[data-live]").ClickAsync();
            await visitor.Page.GetByLabel("Limit of contested").FillAsync("18");
            await visitor.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(visitor.Page.Locator("[data-apply]")).ToBeEnabledAsync();
            await LimitAsync("contested", 16);
            await visitor.Page.Keyboard.PressAsync("Control+Enter");

            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("contested was changed by");
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("contested gpu limit 15 → 16");
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("Yours: contested gpu limit 15 → 18");
            Assert.Equal(16, await LimitAsync("contested"));

            await visitor.Page.Locator("[data-apply]").ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("contested gpu limit 16 → 18")).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task A_limit_is_added_and_a_rule_removed()
    {
        await LimitAsync("first", 2);

        await nexus.VisitAsync("operator", "/quotas?resource=gpu", async visitor =>
        {
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Add limit" }).ClickAsync();
            await Drawer(visitor).GetByLabel("Owner").FillAsync("added");
            await Drawer(visitor).GetByLabel("Resource").SelectOptionAsync("llm.calls");
            await Drawer(visitor).GetByLabel("Counts").SelectOptionAsync("month");
            await Drawer(visitor).GetByLabel("Time zone").FillAsync("Europe/Berlin");
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("Say how much");
            await Drawer(visitor).GetByLabel("Limit", new() { Exact = true }).FillAsync("60,000");
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("added llm.calls:month@Europe/Berlin");
            await visitor.Page.Locator("[data-apply]").ClickAsync();
            await Assertions.Expect(Drawer(visitor)).ToHaveCountAsync(0);

            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "llm.calls a month" }).ClickAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync("Counted by the month of Europe/Berlin. It begins anew at");
            await Row(visitor, "added").GetByRole(AriaRole.Link).ClickAsync();
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Remove the rule for llm.calls" }).ClickAsync();
            await visitor.Page.Locator("[data-apply]").ClickAsync();

            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Button, new() { Name = "llm.calls a month" })).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task Other_values_at_certain_hours_are_set_in_the_form_of_a_rule()
    {
        await LimitAsync("nightly", 4);

        await nexus.VisitAsync("operator", "/quotas?resource=gpu&open=nightly", async visitor =>
        {
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Change the rule for gpu" }).ClickAsync();
            await Assertions.Expect(Drawer(visitor).GetByLabel("Owner")).ToBeDisabledAsync();
            await Drawer(visitor).GetByLabel("Takes back what it lent").SelectOptionAsync("never");
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Add hours" }).ClickAsync();
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("Hours 1: say what else holds then");
            await Drawer(visitor).GetByText("Mon", new() { Exact = true }).ClickAsync();
            await Drawer(visitor).GetByLabel("Limit then").FillAsync("9");
            await Drawer(visitor).GetByLabel("Time zone").FillAsync("Europe/Berlin");
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("nightly gpu hours18:00–08:00 mon: limit 9");
            await visitor.Page.Locator("[data-apply]").ClickAsync();
            await Assertions.Expect(Drawer(visitor)).ToHaveCountAsync(0);

            await Row(visitor, "nightly").GetByRole(AriaRole.Link).ClickAsync();
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("limit 4, takes nothing back; 18:00–08:00 mon: limit 9");
        });
    }

    [Fact]
    public async Task What_is_typed_is_replayed_over_the_recorded_past_until_something_else_is_typed()
    {
        await nexus.Server.PoolAsync("quota-replay", 4);
        await LimitAsync("replayed", 1);
        await nexus.Server.RequestAsync("replay-1", "replayed/alice", "quota-replay");
        await nexus.Server.RequestAsync("replay-2", "replayed/alice", "quota-replay");

        await nexus.VisitAsync("operator", "/quotas?resource=gpu", async visitor =>
        {
            await visitor.Page.GetByLabel("Limit of replayed").FillAsync("3");
            await visitor.Page.Keyboard.PressAsync("Enter");
            await Tray(visitor).GetByRole(AriaRole.Button, new() { Name = "Replay it" }).ClickAsync();

            ILocator differs = Tray(visitor).GetByRole(AriaRole.Table, new() { Name = "What would have differed" });
            await Assertions.Expect(differs).ToContainTextAsync("p95 wait replayed");
            await Assertions.Expect(differs).ToContainTextAsync("Refused");

            await visitor.Page.GetByLabel("Limit of replayed").FillAsync("2");
            await visitor.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(differs).ToHaveCountAsync(0);
            await visitor.Page.Locator("[data-discard]").ClickAsync();
        });
    }

    [Fact]
    public async Task A_request_is_checked_without_being_made()
    {
        await LimitAsync("checked", 3);

        await nexus.VisitAsync("viewer", "/quotas", async visitor =>
        {
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Check a request…" }).ClickAsync();
            await Drawer(visitor).GetByLabel("Would a request of").FillAsync("checked/alice");
            await Drawer(visitor).GetByLabel("for", new() { Exact = true }).FillAsync("4");
            await Drawer(visitor).GetByLabel("of", new() { Exact = true }).SelectOptionAsync("gpu");
            await visitor.Page.Keyboard.PressAsync("Enter");
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Would it pass?" }).ClickAsync();
            await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.Status)).ToContainTextAsync("No: checked stops 4 gpu for checked/alice");

            await Drawer(visitor).GetByLabel("for", new() { Exact = true }).FillAsync("2");
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Would it pass?" }).ClickAsync();
            await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.Status)).ToContainTextAsync("Yes: 2 gpu for checked/alice would pass now");
        });
    }

    [Fact]
    public async Task Quotas_are_copied_as_a_file_and_a_file_is_applied_after_its_differences_were_seen()
    {
        await LimitAsync("filed", 3);

        await nexus.VisitAsync("operator", "/quotas?open=~json", async visitor =>
        {
            await Assertions.Expect(Drawer(visitor).Locator("pre")).ToContainTextAsync("\"filed\"");
            await Drawer(visitor).GetByLabel("Read a file").FillAsync("{\"filed\": {\"rules\": [{\"resource\": \"gpu\", \"limit\": \"x\"}]}}");
            await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.Alert)).ToContainTextAsync("It cannot be read at line 1, $.filed.rules[0].limit");

            await Drawer(visitor).GetByLabel("Read a file").FillAsync("{\"filed\": {\"weight\": 2, \"rules\": [{\"resource\": \"gpu\", \"limit\": 5}]}}");
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("2 changes, not applied");
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("filed gpu limit35");
            await visitor.Page.Locator("[data-apply]").ClickAsync();

            await Assertions.Expect(visitor.Page.GetByText("2 changes of quotas applied")).ToBeVisibleAsync();
            Assert.Equal(5, await LimitAsync("filed"));
        });
    }

    [Fact]
    public async Task Quotas_are_saved_as_a_file()
    {
        await LimitAsync("saved", 3);

        await nexus.VisitAsync("viewer", "/quotas?open=~json", async visitor =>
        {
            IDownload file = await visitor.Page.RunAndWaitForDownloadAsync(() => Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync());
            Assert.Equal("nexus-quotas.json", file.SuggestedFilename);
            using JsonDocument saved = JsonDocument.Parse(await File.ReadAllTextAsync((await file.PathAsync())!));
            Assert.Equal(3, saved.RootElement.GetProperty("saved").GetProperty("rules")[0].GetProperty("limit").GetDecimal());
        });
    }

    [Fact]
    public async Task A_part_of_the_tree_is_looked_at_alone()
    {
        await LimitAsync("branch", 8);
        await LimitAsync("branch/lab", 4);
        await LimitAsync("beside", 2);

        await nexus.VisitAsync("viewer", "/quotas?resource=gpu&under=branch", async visitor =>
        {
            await Assertions.Expect(visitor.Main.Locator("tbody tr")).ToHaveCountAsync(2);
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Show all that you may see" }).ClickAsync();
            await Assertions.Expect(Row(visitor, "beside")).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task On_a_narrow_screen_values_are_edited_in_the_sheet_of_a_row()
    {
        await LimitAsync("narrow", 3);

        await nexus.VisitAsync(
            "operator",
            "/quotas?resource=gpu&open=narrow",
            async visitor =>
            {
                await Drawer(visitor).GetByLabel("Weight among its siblings").FillAsync("2");
                await visitor.Page.Keyboard.PressAsync("Tab");
                await Assertions.Expect(Tray(visitor)).ToContainTextAsync("narrow weight12");
                await visitor.FitsItsWindowAsync();
                await visitor.Page.Locator("[data-apply]").ClickAsync();
                await Assertions.Expect(visitor.Page.GetByText("narrow weight 1 → 2")).ToBeVisibleAsync();
            },
            new Look(Width: 390, Height: 844));
    }

    [Fact]
    public async Task Who_may_not_change_them_sees_them_and_why_not()
    {
        await LimitAsync("seen", 3);

        await nexus.VisitAsync("viewer", "/quotas?resource=gpu", async visitor =>
        {
            await Assertions.Expect(visitor.Page.GetByLabel("Limit of seen")).ToBeDisabledAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Add limit" })).ToBeDisabledAsync();
        });
    }

    [Fact]
    public async Task A_tenant_sees_its_own_tree_and_sets_what_is_below_it()
    {
        await LimitAsync("tenant", 8);
        await LimitAsync("tenant/lab", 3);

        await nexus.VisitAsync(
            "operator",
            "/quotas?resource=gpu",
            async visitor =>
            {
                await Assertions.Expect(visitor.Main.Locator("tbody tr")).ToHaveCountAsync(2);
                await Assertions.Expect(visitor.Page.GetByLabel("Limit of tenant")).ToBeDisabledAsync();
                await Assertions.Expect(visitor.Page.GetByLabel("Limit of lab")).ToBeEnabledAsync();
            },
            owner: "tenant");
    }

    private static ILocator Drawer(Visitor visitor) => visitor.Page.Locator("[data-drawer]");

    private static ILocator Tray(Visitor visitor) => visitor.Page.Locator("[data-tray]");

    private static ILocator Row(Visitor visitor, string name) => visitor.Main.Locator("tbody tr").Filter(new() { Has = visitor.Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }) });

    private Task LimitAsync(string owner, decimal gpu) => nexus.Server.CallAsync(HttpMethod.Put, $"/api/v1/quotas/{owner}", new { rules = new[] { new { resource = "gpu", limit = gpu } } });

    private async Task<decimal> LimitAsync(string owner)
    {
        JsonElement answer = await nexus.Server.CallAsync(HttpMethod.Get, $"/api/v1/quotas/{owner}");
        return answer.GetProperty("rules")[0].GetProperty("limit").GetDecimal();
    }
}
