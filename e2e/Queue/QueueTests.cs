using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Queue;

[Collection(typeof(OnTheQuietSystem))]
public sealed class QueueTests(QuietSystem nexus)
{
    [Fact]
    public async Task A_request_is_seen_arriving_starting_and_ending_without_a_reload()
    {
        await nexus.Server.PoolAsync("live", 1);

        await nexus.VisitAsync("operator", "/queue?pool=live", async visitor =>
        {
            await nexus.Server.RequestAsync("live-1", "acme/live", "live");
            await nexus.Server.RequestAsync("live-2", "acme/live", "live");
            await Assertions.Expect(Row(visitor, "live-2")).ToBeVisibleAsync();
            await Assertions.Expect(Row(visitor, "live-2")).ToContainTextAsync("Pool live has 0 gpu free");

            await nexus.Server.ReleaseAsync("live-1");
            await Assertions.Expect(Row(visitor, "live-2")).ToHaveCountAsync(0);

            await visitor.GoAsync("/queue?status=allocated&pool=live");
            await Assertions.Expect(Row(visitor, "live-2")).ToBeVisibleAsync();
            await nexus.Server.ReleaseAsync("live-2");
            await Assertions.Expect(Row(visitor, "live-2")).ToHaveCountAsync(0);

            await visitor.GoAsync("/queue?status=ended&pool=live");
            await Assertions.Expect(Row(visitor, "live-2")).ToContainTextAsync("Released");
        });
    }

    [Fact]
    public async Task Why_a_request_waits_says_who_holds_what_it_lacks_and_what_would_start_it()
    {
        await nexus.Server.PoolAsync("why", 4);
        await nexus.Server.RequestAsync("why-holder", "acme/holder", "why", gpu: 3);
        await nexus.Server.RequestAsync("why-waits", "acme/waits", "why", gpu: 2);

        await nexus.VisitAsync("viewer", "/queue?pool=why", async visitor =>
        {
            await Row(visitor, "why-waits").GetByRole(AriaRole.Link).ClickAsync();

            ILocator drawer = Drawer(visitor);
            await Assertions.Expect(drawer.GetByRole(AriaRole.Heading, new() { Name = "Why it waits" })).ToBeVisibleAsync();
            await Assertions.Expect(drawer.Locator("table.hold")).ToContainTextAsync("acme/holder");
            await Assertions.Expect(drawer.Locator("table.hold")).ToContainTextAsync("medium");
            await Assertions.Expect(drawer).ToContainTextAsync("Ask for 1 gpu");
            await Assertions.Expect(drawer).ToContainTextAsync("needs 2, 1 there");
            await visitor.AddressHasAsync("open=why-waits");
        });

        await nexus.VisitAsync("viewer", "/queue?pool=why", async visitor =>
        {
            // On a phone a row is two lines, and the drawer a sheet over all of the page.
            await Assertions.Expect(visitor.Main.Locator("thead")).ToBeHiddenAsync();
            foreach (string cell in (string[])["td.n1", "td.n2", "td.n3", "td.n4"])
            {
                await Assertions.Expect(Row(visitor, "why-waits").Locator(cell)).ToBeVisibleAsync();
            }

            await Row(visitor, "why-waits").GetByRole(AriaRole.Link).ClickAsync();
            await Assertions.Expect(Drawer(visitor)).ToBeVisibleAsync();
            Assert.InRange((await Drawer(visitor).BoundingBoxAsync())!.Width, 388, 390);
            await visitor.FitsItsWindowAsync();
        }, Look.Telephone);
    }

    [Fact]
    public async Task The_drawer_opens_from_its_address()
    {
        await nexus.Server.PoolAsync("deep", 1);
        await nexus.Server.RequestAsync("deep-1", "acme/deep", "deep");

        await nexus.VisitAsync("viewer", "/queue?status=allocated&open=deep-1&owner=acme", async visitor =>
            await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.Heading, new() { Name = "Running" })).ToBeVisibleAsync());
    }

    [Fact]
    public async Task A_waiting_request_is_cancelled()
    {
        await nexus.Server.PoolAsync("cancel", 1);
        await nexus.Server.RequestAsync("cancel-1", "acme/cancel", "cancel");
        await nexus.Server.RequestAsync("cancel-2", "acme/cancel", "cancel");

        await nexus.VisitAsync("operator", "/queue?open=cancel-2&owner=acme", async visitor =>
        {
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Cancel request" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("cancel-2 cancelled")).ToBeVisibleAsync();
        });

        Assert.Equal("cancelled", await nexus.Server.StatusAsync("cancel-2"));
    }

    [Fact]
    public async Task A_running_request_is_cancelled_and_the_next_one_starts()
    {
        await nexus.Server.PoolAsync("stop", 1);
        await nexus.Server.RequestAsync("stop-1", "acme/stop", "stop");
        await nexus.Server.RequestAsync("stop-2", "acme/stop", "stop");

        await nexus.VisitAsync("operator", "/queue?status=allocated&open=stop-1&owner=acme", async visitor =>
        {
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Cancel request" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("stop-1 cancelled")).ToBeVisibleAsync();
        });

        Assert.Equal("cancelled", await nexus.Server.StatusAsync("stop-1"));
        Assert.Equal("allocated", await nexus.Server.StatusAsync("stop-2"));
    }

    [Fact]
    public async Task A_waiting_request_is_held_back_and_that_is_undone()
    {
        await nexus.Server.PoolAsync("hold", 1);
        await nexus.Server.RequestAsync("hold-1", "acme/hold", "hold");
        await nexus.Server.RequestAsync("hold-2", "acme/hold", "hold");

        await nexus.VisitAsync("operator", "/queue?pool=hold&open=hold-2&owner=acme", async visitor =>
        {
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Hold back" }).ClickAsync();
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("An operator holds it back");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Hold back" })).ToBeVisibleAsync();

            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Hold back" }).ClickAsync();
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Let go" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("hold-2 may start")).ToBeVisibleAsync();
            await Assertions.Expect(Row(visitor, "hold-2").Locator(".blocked .chip")).ToHaveTextAsync("capacity");
        });
    }

    [Fact]
    public async Task A_grant_is_put_back_and_an_ended_one_begins_again()
    {
        await nexus.Server.PoolAsync("back", 1);
        await nexus.Server.RequestAsync("back-1", "acme/back", "back");
        await nexus.Server.RequestAsync("back-2", "acme/back", "back");

        await nexus.VisitAsync("operator", "/queue?status=allocated&pool=back&open=back-1&owner=acme", async visitor =>
        {
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Put back" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("back-1 waits again where it stood")).ToBeVisibleAsync();
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("Attempt 2");

            await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/requests:cancel", new { pool = "back" });
            await nexus.Server.RequestAsync("back-3", "acme/back", "back");
            await nexus.Server.ReleaseAsync("back-3");
            await visitor.GoAsync("/queue?status=ended&pool=back&open=back-3&tenant=acme");
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Put back" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("back-3 waits again where it stood")).ToBeVisibleAsync();
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("Attempt 2");
        });

        await nexus.Server.ReleaseAsync("back-3");
    }

    [Fact]
    public async Task A_preemption_is_told_with_its_grace_on_both_sides()
    {
        await nexus.Server.PoolAsync("way", 1);
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/requests", """{"id":"way-low","owner":"acme/way","resources":{"gpu":1},"pools":["way"],"priority":"low","preemptible":true,"queue":true,"leaseSeconds":600}""");
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/requests", """{"id":"way-boss","owner":"acme/way","resources":{"gpu":1},"pools":["way"],"priority":"critical","queue":true,"leaseSeconds":600}""");

        await nexus.VisitAsync("operator", "/queue?status=allocated&pool=way&open=way-low&owner=acme", async visitor =>
        {
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("It was told to end, and runs on until then: a request of a higher class, acme:way-boss, needs what it holds.");
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("waits again: A request of a higher class, acme/way:way-boss, needed what it held", new() { Timeout = 20_000 });
        });

        Assert.Equal("allocated", await nexus.Server.StatusAsync("way-boss"));
        Assert.Equal("queued", await nexus.Server.StatusAsync("way-low"));
    }

    [Fact]
    public async Task A_higher_priority_overtakes_and_can_be_undone()
    {
        await nexus.Server.PoolAsync("order", 1);
        await nexus.Server.RequestAsync("order-1", "acme/order", "order");
        await nexus.Server.RequestAsync("order-2", "acme/order", "order");

        await nexus.VisitAsync("operator", "/queue?pool=order&open=order-2&owner=acme", async visitor =>
        {
            await Drawer(visitor).GetByLabel("Change priority").SelectOptionAsync("critical");
            await Assertions.Expect(visitor.Page.GetByText("order-2: medium → critical")).ToBeVisibleAsync();
            Assert.Equal("critical", (await nexus.Server.CallAsync(HttpMethod.Get, "/api/v1/requests/order-2")).GetProperty("priority").GetString());

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(Drawer(visitor).GetByLabel("Change priority")).ToHaveValueAsync("medium");
        });
    }

    [Fact]
    public async Task Several_are_picked_and_cancelled_at_once()
    {
        await nexus.Server.PoolAsync("bulk", 1);
        await nexus.Server.RequestAsync("bulk-0", "acme/bulk", "bulk");
        await nexus.Server.RequestAsync("bulk-1", "acme/bulk", "bulk");
        await nexus.Server.RequestAsync("bulk-2", "acme/bulk", "bulk");

        await nexus.VisitAsync("operator", "/queue?pool=bulk", async visitor =>
        {
            await visitor.Page.GetByLabel("Pick bulk-1").CheckAsync();
            await visitor.Page.GetByLabel("Pick bulk-2").CheckAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync("2 picked");

            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync();

            await Assertions.Expect(visitor.Page.GetByText("2 cancelled")).ToBeVisibleAsync();
            await Assertions.Expect(Row(visitor, "bulk-1")).ToHaveCountAsync(0);
        });

        Assert.Equal("cancelled", await nexus.Server.StatusAsync("bulk-1"));
        Assert.Equal("cancelled", await nexus.Server.StatusAsync("bulk-2"));
    }

    [Fact]
    public async Task More_than_ten_are_cancelled_only_after_their_number_was_typed()
    {
        await nexus.Server.PoolAsync("many", 1);
        for (int n = 0; n <= 11; n++)
        {
            await nexus.Server.RequestAsync($"many-{n}", "acme/many", "many");
        }

        await nexus.VisitAsync("operator", "/queue?pool=many", async visitor =>
        {
            for (int n = 1; n <= 11; n++)
            {
                await visitor.Page.GetByLabel($"Pick many-{n}", new() { Exact = true }).CheckAsync();
            }

            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Cancel 11…" }).ClickAsync();
            await visitor.Page.GetByLabel("Type the number of requests to confirm").FillAsync("10");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync();
            Assert.Equal("queued", await nexus.Server.StatusAsync("many-1"));

            await visitor.Page.GetByLabel("Type the number of requests to confirm").FillAsync("11");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("11 cancelled")).ToBeVisibleAsync();
        });

        Assert.Equal("cancelled", await nexus.Server.StatusAsync("many-11"));
    }

    [Fact]
    public async Task The_time_line_is_hidden_and_shown()
    {
        await nexus.Server.PoolAsync("lane", 2);
        await nexus.Server.RequestAsync("lane-1", "acme/lane", "lane");

        await nexus.VisitAsync("viewer", "/queue?pool=lane", async visitor =>
        {
            ILocator line = visitor.Main.GetByRole(AriaRole.Region, new() { Name = "Time line" });
            await Assertions.Expect(line.Locator(".lane").First).ToBeVisibleAsync();

            // Nobody knows when it ends: its bar fades out.
            await Assertions.Expect(visitor.Bar("lane-1")).ToHaveClassAsync(TimelineScene.Text(@"\bfade\b"));
            await line.GetByRole(AriaRole.Button, new() { Name = "Hide" }).ClickAsync();
            await Assertions.Expect(line.Locator(".lane")).ToHaveCountAsync(0);
            await line.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
            await Assertions.Expect(line.Locator(".lane").First).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task Several_picked_get_another_priority_at_once()
    {
        await nexus.Server.PoolAsync("raise", 1);
        await nexus.Server.RequestAsync("raise-0", "acme/raise", "raise");
        await nexus.Server.RequestAsync("raise-1", "acme/raise", "raise");

        await nexus.VisitAsync("operator", "/queue?pool=raise", async visitor =>
        {
            await visitor.Page.GetByLabel("Pick raise-1").CheckAsync();
            await visitor.Page.GetByLabel("Change priority of the picked").SelectOptionAsync("high");
            await Assertions.Expect(Row(visitor, "raise-1")).ToContainTextAsync("high");
        });
    }

    [Fact]
    public async Task Filters_are_in_the_address_and_nothing_found_says_so()
    {
        await nexus.Server.PoolAsync("filter", 1);
        await nexus.Server.RequestAsync("filter-1", "acme/filter", "filter");
        await nexus.Server.RequestAsync("filter-2", "acme/filter", "filter");
        await nexus.Server.RequestAsync("filter-3", "acme/filter", "filter", priority: "high");

        await nexus.VisitAsync("viewer", "/queue", async visitor =>
        {
            ILocator filter = visitor.Page.GetByLabel("Filter by id, owner or label");
            await filter.FillAsync("filter-2");
            await filter.PressAsync("Enter");
            await Assertions.Expect(Row(visitor, "filter-2")).ToBeVisibleAsync();
            await Assertions.Expect(visitor.Main.Locator("tbody tr")).ToHaveCountAsync(1);
            await visitor.AddressHasAsync("q=filter-2");

            await filter.FillAsync("no-such-request");
            await filter.PressAsync("Enter");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("No request matches.");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Clear filters" }).ClickAsync();
            await Assertions.Expect(Row(visitor, "filter-2")).ToBeVisibleAsync();
            await visitor.AddressLacksAsync("q=");

            await visitor.Page.GetByLabel("Filter by priority").SelectOptionAsync("high");
            await Assertions.Expect(Row(visitor, "filter-3")).ToBeVisibleAsync();
            await Assertions.Expect(Row(visitor, "filter-2")).ToHaveCountAsync(0);
            await visitor.AddressHasAsync("priority=high");
            await visitor.Page.GetByLabel("Remove the filter priority high").ClickAsync();
            await Assertions.Expect(Row(visitor, "filter-2")).ToBeVisibleAsync();

            await visitor.Page.GetByLabel("Filter by pool").SelectOptionAsync("filter");
            await visitor.AddressHasAsync("pool=filter");
            await Assertions.Expect(visitor.Main.Locator("tbody tr")).ToHaveCountAsync(2);
            await visitor.Page.GetByLabel("Remove the filter pool filter").ClickAsync();
            await visitor.AddressLacksAsync("pool=");

            // The owner that all pages show goes with the visitor.
            await nexus.Server.RequestAsync("filter-scoped", "filterowner/x", "filter");
            ILocator scope = visitor.Page.GetByLabel("Owner path that all pages show");
            await scope.FillAsync("filterowner");
            await scope.PressAsync("Tab");
            await Assertions.Expect(Row(visitor, "filter-scoped")).ToBeVisibleAsync();
            await Assertions.Expect(Row(visitor, "filter-2")).ToHaveCountAsync(0);
            await visitor.AddressHasAsync("owner=filterowner");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Show all owners" }).ClickAsync();
            await Assertions.Expect(Row(visitor, "filter-2")).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task Who_is_stopped_by_a_gate_is_shown_alone()
    {
        await nexus.Server.PoolAsync("gated", 1);
        await nexus.Server.RequestAsync("gated-1", "acme/gated", "gated");
        await nexus.Server.RequestAsync("gated-2", "acme/gated", "gated");

        await nexus.VisitAsync("viewer", "/queue?pool=gated", async visitor =>
        {
            await visitor.Page.GetByLabel("Filter by gate").SelectOptionAsync("quota");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("No request matches.");
            await visitor.AddressHasAsync("gate=quota");

            await visitor.Page.GetByLabel("Remove the filter gate quota").ClickAsync();
            await visitor.Page.GetByLabel("Filter by gate").SelectOptionAsync("capacity");
            await Assertions.Expect(Row(visitor, "gated-2")).ToBeVisibleAsync();
            await visitor.AddressHasAsync("gate=capacity");

            await visitor.GoAsync("/queue?status=rejected&gate=access&q=gated");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("No request matches.");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Clear filters" }).ClickAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync("gate any");
        });
    }

    [Fact]
    public async Task A_refused_request_stands_there_with_its_reason()
    {
        await nexus.Server.PoolAsync("refuse", 1);
        await nexus.Server.RequestAsync("refuse-1", "acme/refuse", "refuse", gpu: 5);

        await nexus.VisitAsync("viewer", "/queue?status=rejected&q=refuse-1", async visitor =>
        {
            await Row(visitor, "refuse-1").GetByRole(AriaRole.Link).ClickAsync();
            await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.Heading, new() { Name = "Why it was refused" })).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task Times_shows_percentiles_by_a_chosen_dimension()
    {
        await nexus.Server.PoolAsync("times", 1);
        await nexus.Server.RequestAsync("times-1", "timely/agent", "times");
        await nexus.Server.ReleaseAsync("times-1");

        await nexus.VisitAsync("viewer", "/queue?view=times", async visitor =>
        {
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Cell, new() { Name = "timely", Exact = true })).ToBeVisibleAsync();
            await visitor.Page.GetByLabel("by", new() { Exact = true }).SelectOptionAsync("pool");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Cell, new() { Name = "times", Exact = true })).ToBeVisibleAsync();
            await visitor.AddressHasAsync("groupby=pool");
        });
    }

    [Fact]
    public async Task Somebody_of_one_tenant_sees_nothing_of_another_and_a_viewer_may_not_act()
    {
        await nexus.Server.PoolAsync("fence", 1);
        await nexus.Server.RequestAsync("fence-mine", "globex/x", "fence");
        await nexus.Server.RequestAsync("fence-theirs", "acme/x", "fence");

        await nexus.VisitAsync(
            "viewer",
            "/queue?status=allocated&pool=fence",
            async visitor =>
            {
                await Assertions.Expect(Row(visitor, "fence-mine")).ToBeVisibleAsync();
                await visitor.GoAsync("/queue?pool=fence");
                await Assertions.Expect(Row(visitor, "fence-theirs")).ToHaveCountAsync(0);
                await visitor.GoAsync("/queue?status=allocated&open=fence-mine&owner=globex");
                await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Cancel request" })).ToBeDisabledAsync();
            },
            owner: "globex");
    }

    [Fact]
    public async Task How_many_of_others_are_ahead_is_said_without_naming_them()
    {
        await nexus.Server.PoolAsync("others", 1);
        await nexus.Server.RequestAsync("others-runs", "acme/x", "others");
        await nexus.Server.RequestAsync("others-ahead", "acme/x", "others", priority: "high");
        await nexus.Server.RequestAsync("others-mine", "behind/x", "others");

        await nexus.VisitAsync(
            "viewer",
            "/queue?pool=others",
            async visitor =>
            {
                await Assertions.Expect(Row(visitor, "others-mine")).ToBeVisibleAsync();
                await Assertions.Expect(visitor.Main).ToContainTextAsync("of others that you may not see");
                await Assertions.Expect(Row(visitor, "others-ahead")).ToHaveCountAsync(0);
                await Assertions.Expect(visitor.Main.Locator("nav.seg .n")).ToHaveTextAsync(["1", "0", "0", "0", "0", "0"]);
            },
            owner: "behind");
    }

    [Fact]
    public async Task When_nothing_waits_the_page_says_so() =>
        await nexus.VisitAsync("viewer", "/queue", async visitor =>
            await Assertions.Expect(visitor.Main.Locator("tbody")).ToContainTextAsync(TimelineScene.Text(@"Nothing waits\. .* gpu (is|are) in use, .* free\.")), owner: "empty-tenant");

    private static ILocator Row(Visitor visitor, string id) =>
        visitor.Main.GetByRole(AriaRole.Row).Filter(new() { Has = visitor.Page.GetByText(id, new() { Exact = true }) });

    private static ILocator Drawer(Visitor visitor) => visitor.Page.Locator("[data-drawer]");
}
