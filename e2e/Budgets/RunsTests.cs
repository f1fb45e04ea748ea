using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Budgets;

/// <summary>Runs on the page, each of an owner of its own. What they hold is storage, so that something runs under them.</summary>
[Collection(typeof(OnTheQuietSystem))]
public sealed class RunsTests(QuietSystem nexus)
{
    [Fact]
    public async Task A_run_is_shown_as_a_tree_with_what_each_branch_has_and_can_be_folded()
    {
        await OpenAsync("tree", "tree-run", null, new { storage = 10 });
        await OpenAsync("tree", "tree-branch", "tree-run", new { storage = 4 });
        await HoldAsync("tree", "tree-branch", "tree-held", 3);

        await nexus.VisitAsync("operator", "/budgets?tab=runs&owner=tree", async visitor =>
        {
            await Assertions.Expect(Row(visitor, "tree-run")).ToContainTextAsync("1 branch");
            await Assertions.Expect(Row(visitor, "tree-branch")).ToContainTextAsync("Open");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Branches of tree-run" }).ClickAsync();
            await Assertions.Expect(Row(visitor, "tree-branch")).ToHaveCountAsync(0);
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Branches of tree-run" }).ClickAsync();
            await Row(visitor, "tree-branch").GetByRole(AriaRole.Link).ClickAsync();
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("Carved out of");
            await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.List, new() { Name = "What runs and waits" })).ToContainTextAsync("tree-held");
            await visitor.IsAccessibleAsync();
        });
    }

    [Fact]
    public async Task A_branch_is_stopped_when_it_was_said_what_that_ends()
    {
        await OpenAsync("stop", "stop-run", null, new { storage = 10 });
        await OpenAsync("stop", "stop-branch", "stop-run", new { storage = 4 });
        await HoldAsync("stop", "stop-branch", "stop-held", 3);

        await nexus.VisitAsync("operator", "/budgets?tab=runs&open=stop:stop-branch", async visitor =>
        {
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Stop this branch…" }).ClickAsync();
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("Ends 1 request that runs");
            await visitor.Page.GetByLabel("Reason").FillAsync("it loops");
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Stop this branch", Exact = true }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("Branch stop-branch stopped")).ToBeVisibleAsync();
            await Assertions.Expect(Row(visitor, "stop-branch")).ToContainTextAsync("Cancelled");
            await Assertions.Expect(Row(visitor, "stop-run")).ToContainTextAsync("Open");
        });
        Assert.Equal("cancelled", (await nexus.Server.CallAsync(HttpMethod.Get, "/api/v1/requests/stop-held")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Who_may_only_look_cannot_stop_one_and_sees_why()
    {
        await OpenAsync("look", "look-run", null, new { storage = 10 });

        await nexus.VisitAsync("viewer", "/budgets?tab=runs&open=look:look-run", async visitor =>
            await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Stop this run…" })).ToBeDisabledAsync());
    }

    [Fact]
    public async Task Of_an_owner_without_runs_it_says_how_one_is_opened() =>
        await nexus.VisitAsync("operator", "/budgets?tab=runs&owner=nobody-runs", async visitor =>
        {
            await Assertions.Expect(visitor.Main).ToContainTextAsync("No runs");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("POST /api/v1/allowances");
        });

    private async Task OpenAsync(string owner, string id, string? parent, object limits)
    {
        await nexus.Server.CallAsync(HttpMethod.Put, $"/api/v1/pools/{owner}-disks", new { resources = new { storage = 10 }, allow = new[] { owner } });
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/allowances", parent is null ? new { id, owner, limits } : (object)new { id, owner, parent, limits });
    }

    private Task HoldAsync(string owner, string allowance, string id, int storage) => nexus.Server.CallAsync(
        HttpMethod.Post, "/api/v1/requests", new { id, owner = $"{owner}/w", resources = new { storage }, pools = new[] { $"{owner}-disks" }, allowance });

    private static ILocator Row(Visitor visitor, string id) => visitor.Main.GetByRole(AriaRole.Row).Filter(new() { Has = visitor.Page.GetByText(id, new() { Exact = true }) });

    private static ILocator Drawer(Visitor visitor) => visitor.Page.Locator("[data-drawer]");
}
