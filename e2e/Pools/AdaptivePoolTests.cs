using System.Text.Json;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Pools;

/// <summary>A pool that chooses its strategy by itself, as its page shows and sets it.</summary>
[Collection(typeof(OnTheQuietSystem))]
public sealed class AdaptivePoolTests(QuietSystem nexus)
{
    [Fact]
    public async Task Objective_settings_and_rules_are_set_on_its_page()
    {
        await nexus.Server.PoolAsync("chooses", 2);
        await nexus.VisitAsync("operator", "/pools/chooses?open=edit", async visitor =>
        {
            await visitor.Page.GetByLabel("Strategy", new() { Exact = true }).SelectOptionAsync("adaptive");
            await visitor.Page.GetByLabel("Wait", new() { Exact = true }).FillAsync("1");
            await visitor.Page.GetByLabel("Deadlines", new() { Exact = true }).FillAsync("2.5");
            await visitor.Page.GetByLabel("Fairness", new() { Exact = true }).FillAsync("0.5");
            await visitor.Page.GetByLabel("Cost", new() { Exact = true }).FillAsync("1");
            await visitor.Page.GetByLabel("Times in a row").FillAsync("3");
            await visitor.Page.GetByLabel("Changes a day").FillAsync("6");
            await visitor.Page.GetByLabel("Margin", new() { Exact = true }).FillAsync("0.1");
            await visitor.Page.GetByLabel("Stays at least", new() { Exact = true }).FillAsync("PT5M");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Add a rule" }).ClickAsync();
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Add a rule" }).ClickAsync();
            await visitor.Page.GetByLabel("Figure of rule 2").SelectOptionAsync("Waiting");
            await visitor.Page.GetByLabel("Bound of rule 2").FillAsync("50");
            await visitor.Page.GetByLabel("Strategy of rule 2").SelectOptionAsync("fairShare");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Move rule 2 up" }).ClickAsync();
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Add a rule" }).ClickAsync();
            await visitor.Page.GetByLabel("Above or below, rule 3").SelectOptionAsync("below");
            await visitor.Page.GetByLabel("Bound of rule 3").FillAsync("0.1");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Add a rule" }).ClickAsync();
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Remove rule 4" }).ClickAsync();
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("Pool chooses changed")).ToBeVisibleAsync();

            await visitor.GoAsync("/pools/chooses?tab=strategy");
            ILocator panel = visitor.Main.Locator("[data-adaptive]");
            await Assertions.Expect(panel).ToContainTextAsync("Priority is in force as the pool had it before.");
            await Assertions.Expect(panel).ToContainTextAsync("wait 20 %, deadlines 50 %, fairness 10 %, cost 20 %");
            await Assertions.Expect(panel.Locator(".srules li")).ToHaveTextAsync(["requests waiting above 50: Fair share", "share with a deadline above 40 %: Deadline", "share with a deadline below 10 %: Deadline"]);
            await Assertions.Expect(panel).ToContainTextAsync("3 times in a row");
            await Assertions.Expect(panel).ToContainTextAsync("6, rules apart");
            await Assertions.Expect(panel).ToContainTextAsync("Nothing was compared yet");
            await Assertions.Expect(visitor.Main.Locator("[data-switches]")).ToContainTextAsync("It has not changed its strategy yet.");
        });

        JsonElement pool = await nexus.Server.CallAsync(HttpMethod.Get, "/api/v1/pools/chooses");
        Assert.Equal((1m, 2.5m), (pool.GetProperty("objective").GetProperty("wait").GetDecimal(), pool.GetProperty("objective").GetProperty("deadlines").GetDecimal()));
        Assert.Equal(("priority", 0.1m, "waiting"), (pool.GetProperty("adaptive").GetProperty("follows").GetString(), pool.GetProperty("adaptive").GetProperty("margin").GetDecimal(), pool.GetProperty("adaptive").GetProperty("rules")[0].GetProperty("figure").GetString()));
    }

    [Fact]
    public async Task What_cannot_be_is_said_before_it_is_applied()
    {
        await nexus.Server.PoolAsync("chooses-wrong", 2);
        await nexus.VisitAsync("operator", "/pools/chooses-wrong?open=edit", async visitor =>
        {
            await visitor.Page.GetByLabel("Strategy", new() { Exact = true }).SelectOptionAsync("adaptive");
            await visitor.Page.GetByLabel("Margin", new() { Exact = true }).FillAsync("2");
            await Assertions.Expect(visitor.Page.Locator(".tray")).ToContainTextAsync("must be a share from 0 to 0.9");
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Apply" })).ToBeDisabledAsync();
        });
    }

    [Fact]
    public async Task A_rule_changes_the_strategy_at_the_full_minute_and_says_why()
    {
        await AdaptiveAsync("ruled", new { wins = 1, dwell = "PT0S", rules = new[] { new { figure = "waiting", above = 0, strategy = "deadline" } } });
        await nexus.Server.RequestAsync("ruled-runs", "acme/ruled", "ruled");
        await nexus.Server.RequestAsync("ruled-waits", "acme/ruled", "ruled");

        await nexus.VisitAsync("viewer", "/pools/ruled?tab=strategy", async visitor =>
        {
            await Assertions.Expect(visitor.Main.Locator("[data-adaptive]")).ToContainTextAsync("by a rule: requests waiting above 0.", new() { Timeout = 75_000 });
            await Assertions.Expect(visitor.Main.Locator("[data-adaptive] .srules")).ToContainTextAsync("holds now");
            await Assertions.Expect(visitor.Main.Locator("[data-switches] tbody tr")).ToContainTextAsync(["Rule: requests waiting above 0 (1 waiting, 0 % with a deadline, 1 tenant)"]);
            await Assertions.Expect(visitor.Main.Locator(".ch").First).ToContainTextAsync("Adaptive: Deadline");
            Assert.Equal("allocated", await nexus.Server.StatusAsync("ruled-runs"));
        });

        await EndAsync("ruled-runs", "ruled-waits");
    }

    [Fact]
    public async Task It_learns_from_its_replayed_past_and_shows_scores_and_evidence()
    {
        await AdaptiveAsync("learns", new { wins = 1, dwell = "PT0S" }, gpu: 2);

        // One tenant holds both devices and waits with long work of a high class, another with short work of a low one.
        await SubmitAsync("learns-runs", "acme/learns", "medium", "PT10M");
        await SubmitAsync("learns-ends", "acme/learns", "medium", "PT1M");
        await SubmitAsync("learns-long", "acme/learns", "high", "PT10M");
        string[] brief = [.. Enumerable.Range(1, 4).Select(i => $"learns-{i}")];
        foreach (string id in brief)
        {
            await SubmitAsync(id, "globex/learns", "low", "PT5S");
        }

        await nexus.VisitAsync("viewer", "/pools/learns?tab=strategy", async visitor =>
        {
            await Assertions.Expect(visitor.Main.Locator("[data-adaptive]")).ToContainTextAsync("Fair share is in force", new() { Timeout = 75_000 });
            await Assertions.Expect(visitor.Main.Locator("[data-trial] tbody tr")).ToHaveCountAsync(4);
            await Assertions.Expect(visitor.Main.Locator("[data-adaptive] .scores")).ToBeVisibleAsync();
            ILocator change = visitor.Main.Locator("[data-switches] tbody tr").Last;
            await Assertions.Expect(change).ToContainTextAsync("better in 1 comparison");
            await change.GetByText("Evidence").ClickAsync();
            await Assertions.Expect(change).ToContainTextAsync("Scores: Priority 100, Fair share");
            await visitor.Main.GetByText("Chart as table").Last.ClickAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Region, new() { Name = "Scores over time as a table" })).ToContainTextAsync("In force");
        });

        await EndAsync(["learns-runs", "learns-ends", "learns-long", .. brief]);
    }

    [Fact]
    public async Task The_exported_journal_says_of_a_change_what_it_rests_on()
    {
        await AdaptiveAsync("told", new { margin = 0.9, dwell = "PT0S", rules = new[] { new { figure = "waiting", above = 3, strategy = "deadline" } } });
        foreach (string id in (string[])["told-1", "told-2", "told-3"])
        {
            await nexus.Server.RequestAsync(id, "acme/told", "told");
        }

        await nexus.VisitAsync("viewer", "/pools/told?tab=strategy", async visitor =>
        {
            await Assertions.Expect(visitor.Main.Locator("[data-trial] tbody tr").First).ToBeVisibleAsync(new() { Timeout = 40_000 });
            foreach (string id in (string[])["told-4", "told-5"])
            {
                await nexus.Server.RequestAsync(id, "acme/told", "told");
            }

            await Assertions.Expect(visitor.Main.Locator("[data-adaptive]")).ToContainTextAsync("by a rule: requests waiting above 3.", new() { Timeout = 75_000 });
        });

        JsonElement change = await ExportedSwitchAsync("told");
        Assert.Equal("rule", change.GetProperty("cause").GetString());
        JsonElement rule = change.GetProperty("rule");
        Assert.Equal(("waiting", 3m, "deadline"), (rule.GetProperty("figure").GetString(), rule.GetProperty("above").GetDecimal(), rule.GetProperty("strategy").GetString()));
        Assert.True(change.GetProperty("window").GetProperty("from").GetDateTimeOffset() < change.GetProperty("window").GetProperty("to").GetDateTimeOffset());
        Assert.Equal(100m, change.GetProperty("scores").GetProperty("priority").GetDecimal());
        Assert.Equal(4m, change.GetProperty("load").GetProperty("waiting").GetDecimal());
        await EndAsync("told-1", "told-2", "told-3", "told-4", "told-5");
    }

    // Beside the running server, which the command only reads from.
    private async Task<JsonElement> ExportedSwitchAsync(string pool)
    {
        string file = Path.Combine(nexus.Server.Data, "switches.jsonl");
        await NexusServer.RunAsync("journal", "export", "--data", nexus.Server.Data, "--out", file);
        JsonElement[] switches = [.. File.ReadLines(file).Select(line => JsonDocument.Parse(line).RootElement).Where(e => e.GetProperty("type").GetString() == "strategySwitched" && e.GetProperty("name").GetString() == pool)];
        File.Delete(file);
        return Assert.Single(switches);
    }

    private Task AdaptiveAsync(string pool, object adaptive, int gpu = 1) =>
        nexus.Server.CallAsync(HttpMethod.Put, $"/api/v1/pools/{pool}", new { resources = new { gpu }, strategy = "adaptive", objective = new { wait = 1 }, adaptive });

    private Task SubmitAsync(string id, string owner, string priority, string duration) =>
        nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/requests", new { id, owner, pools = new[] { "learns" }, resources = new { gpu = 1 }, priority, duration, leaseSeconds = 600, queue = true });

    private async Task EndAsync(params string[] ids)
    {
        foreach (string id in ids)
        {
            await nexus.Server.CallAsync(HttpMethod.Post, $"/api/v1/requests/{id}/cancel");
        }
    }
}
