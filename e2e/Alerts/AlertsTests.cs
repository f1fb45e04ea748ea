using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Alerts;

/// <summary>The page of the alerts. Rules are looked at each second here, and what fires is told at once.</summary>
public sealed class AlertsTests(Chromium chromium) : IAsyncLifetime
{
    private const string Sentence = "acme uses 100.0\u00A0% of its quota of gpu (line 90.0\u00A0%)";

    private readonly NexusSystem _nexus = new(
        chromium, Workload.None, "--Nexus:Alerts:Every=00:00:01", "--Nexus:Alerts:GroupWait=00:00:00", "--Nexus:Alerts:Settle=00:00:01", "--Nexus:Outbound:AllowPrivate=true");

    public ValueTask InitializeAsync() => _nexus.InitializeAsync();

    public ValueTask DisposeAsync() => _nexus.DisposeAsync();

    [Fact]
    public async Task Where_nothing_fires_it_says_how_many_rules_watch() => await _nexus.VisitAsync("operator", "/alerts", async visitor =>
    {
        await Assertions.Expect(visitor.Main.Locator(".head")).ToContainTextAsync("Nothing fires. 19 rules watch; none has fired yet.");
        await Assertions.Expect(visitor.Main.Locator("table")).ToContainTextAsync("Nothing fires. 19 rules watch.");
    });

    [Fact]
    public async Task Whoever_cannot_see_it_can_use_it() => await _nexus.VisitAsync("operator", "/alerts", async visitor =>
    {
        await FireAsync();
        await visitor.Main.GetByRole(AriaRole.Link, new() { Name = $"Silence or open {Sentence}" }).ClickAsync();
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Complementary)).ToContainTextAsync("Silences 1 firing");
        await visitor.IsAccessibleAsync();
        foreach (string path in (string[])["/alerts?tab=rules&open=pool-full", "/alerts?tab=deliveries&open=~new"])
        {
            await visitor.GoAsync(path);
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Complementary)).ToBeVisibleAsync();
            await visitor.IsAccessibleAsync();
        }
    }, new Look(BypassPolicy: true));

    [Fact]
    public async Task What_fires_is_counted_in_the_navigation_taken_given_back_silenced_and_opened() => await _nexus.VisitAsync("operator", "/alerts", async visitor =>
    {
        await FireAsync();
        ILocator row = visitor.Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "acme-full" });
        await Assertions.Expect(row).ToContainTextAsync(["Critical"]);
        await Assertions.Expect(visitor.Main.Locator(".head")).ToContainTextAsync("acme uses 100.0\u00A0% of its quota of gpu");
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" })).ToContainTextAsync("1 firing");

        await visitor.Main.GetByRole(AriaRole.Button, new() { Name = $"Acknowledge {Sentence}" }).ClickAsync();
        await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Acknowledged 1" })).ToBeVisibleAsync();
        await visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Acknowledged 1" }).ClickAsync();
        await visitor.Main.GetByRole(AriaRole.Button, new() { Name = $"Give back {Sentence}" }).ClickAsync();
        await Assertions.Expect(visitor.Main.Locator("table")).ToContainTextAsync("Nobody has taken an alert.");

        await visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Firing 1" }).ClickAsync();
        await visitor.Main.GetByRole(AriaRole.Link, new() { Name = $"Silence or open {Sentence}" }).ClickAsync();
        ILocator drawer = visitor.Page.GetByRole(AriaRole.Complementary);
        await Assertions.Expect(drawer).ToContainTextAsync("Silences 1 firing");
        await drawer.GetByLabel("Of", new() { Exact = true }).SelectOptionAsync("owner");
        await drawer.GetByLabel("For", new() { Exact = true }).SelectOptionAsync("4");
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Silence", Exact = true }).ClickAsync();
        await Assertions.Expect(drawer.GetByRole(AriaRole.Button, new() { Name = "Tell people again" })).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" })).Not.ToContainTextAsync("1 firing");
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Tell people again" }).ClickAsync();

        await drawer.GetByLabel("Until").SelectOptionAsync("4");
        await drawer.GetByLabel("Note").FillAsync("waiting for the batch");
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Acknowledge", Exact = true }).ClickAsync();
        await Assertions.Expect(drawer).ToContainTextAsync("waiting for the batch");
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        await visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Acknowledged 1" }).ClickAsync();
        await visitor.Main.GetByRole(AriaRole.Link, new() { Name = $"Open where to look at {Sentence}" }).ClickAsync();
        await visitor.AddressHasAsync("/quotas", "open=acme");
    });

    [Fact]
    public async Task What_has_ended_is_listed_below() => await _nexus.VisitAsync("operator", "/alerts", async visitor =>
    {
        await FireAsync();
        await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Firing 1" })).ToBeVisibleAsync();
        await _nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/requests/holds/cancel");

        await Assertions.Expect(visitor.Main.GetByRole(AriaRole.List, new() { Name = "Alerts that have ended" })).ToContainTextAsync("acme-full", new() { Timeout = 20_000 });
    });

    [Fact]
    public async Task Alerts_are_filtered_by_severity_in_the_address() => await _nexus.VisitAsync("operator", "/alerts", async visitor =>
    {
        await FireAsync();
        await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Firing 1" })).ToBeVisibleAsync();
        await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Info" }).ClickAsync();
        await Assertions.Expect(visitor.Main.Locator("table")).ToContainTextAsync("Nothing fires of this severity.");
        await visitor.AddressHasAsync("severity=info");
        await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Critical" }).ClickAsync();
        await Assertions.Expect(visitor.Main.Locator("table")).ToContainTextAsync("acme-full");
    });

    [Fact]
    public async Task A_rule_is_added_with_what_it_would_have_done_changed_switched_off_and_deleted() => await _nexus.VisitAsync("operator", "/alerts?tab=rules", async visitor =>
    {
        await _nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/pools/p", new { resources = new { gpu = 4 } });
        await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Add rule" }).ClickAsync();
        ILocator drawer = visitor.Page.GetByRole(AriaRole.Complementary);
        await drawer.GetByLabel("Name", new() { Exact = true }).FillAsync("pool-half-full");
        await drawer.GetByLabel("Metric").SelectOptionAsync("pool.utilization");
        await drawer.GetByLabel("The line, %").FillAsync("x");
        await Assertions.Expect(drawer.GetByRole(AriaRole.Alert)).ToContainTextAsync("line: must be a number.");
        await drawer.GetByLabel("The line, %").FillAsync("50");
        await Assertions.Expect(drawer.GetByRole(AriaRole.Status)).ToContainTextAsync(["It holds for nothing now."]);
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Add rule" }).ClickAsync();

        ILocator row = visitor.Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "pool-half-full" });
        await Assertions.Expect(row).ToContainTextAsync(["at or above 50\u00A0%"]);
        await visitor.Main.GetByLabel("Watch pool-half-full").UncheckAsync();
        await Assertions.Expect(visitor.Main.GetByLabel("Watch pool-half-full")).Not.ToBeCheckedAsync();

        await row.GetByRole(AriaRole.Link).ClickAsync();
        await drawer.GetByLabel("Severity").SelectOptionAsync("Critical");
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync(["Critical"]);

        await row.GetByRole(AriaRole.Link).ClickAsync();
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Delete pool-half-full" }).ClickAsync();
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Delete it" }).ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).Last.ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(1);
    });

    [Fact]
    public async Task A_channel_is_added_tested_told_of_what_fires_and_what_it_refused_is_sent_again() => await _nexus.VisitAsync("operator", "/alerts?tab=deliveries", async visitor =>
    {
        using HookReceiver receiver = new();
        await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Add channel" }).ClickAsync();
        ILocator drawer = visitor.Page.GetByRole(AriaRole.Complementary);
        await drawer.GetByLabel("Name", new() { Exact = true }).FillAsync("chat");
        await drawer.GetByLabel("URL").FillAsync("http://169.254.169.254/");
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Add channel" }).ClickAsync();
        await Assertions.Expect(drawer.GetByRole(AriaRole.Alert)).ToContainTextAsync("never called");
        await drawer.GetByLabel("URL").FillAsync(receiver.Url);
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Add channel" }).ClickAsync();

        ILocator channels = visitor.Main.GetByRole(AriaRole.List, new() { Name = "Notification channels" });
        await channels.GetByRole(AriaRole.Button, new() { Name = "Test chat" }).ClickAsync();
        await Assertions.Expect(channels).ToContainTextAsync("200 OK");
        receiver.Status = 404;
        await channels.GetByRole(AriaRole.Button, new() { Name = "Test chat" }).ClickAsync();
        await Assertions.Expect(channels).ToContainTextAsync("404 Not Found");

        await FireAsync();
        ILocator row = visitor.Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "acme-full fires" });
        await Assertions.Expect(row).ToContainTextAsync(["Given up"], new() { Timeout = 20_000 });
        receiver.Status = 200;
        await row.GetByRole(AriaRole.Button, new() { Name = "Retry acme-full fires to chat" }).ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync(["Taken"]);
        Assert.Single(receiver.Taken.Where(t => t.Body.Contains("alert.firing", StringComparison.Ordinal) && t.Body.Contains("acme-full", StringComparison.Ordinal)).Select(t => t.Key).Distinct());

        await channels.GetByRole(AriaRole.Link, new() { Name = "chat" }).ClickAsync();
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Delete chat" }).ClickAsync();
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Delete it" }).ClickAsync();
        await Assertions.Expect(visitor.Main).ToContainTextAsync("No channels: what fires is shown on the page Alerts alone.");
    });

    [Fact]
    public async Task What_was_not_taken_when_the_server_was_killed_is_sent_by_the_next_with_the_same_key()
    {
        using HookReceiver receiver = new() { Status = 503 };
        await _nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/alerts/channels/chat", new { kind = "webhook", url = receiver.Url, @default = true });
        await FireAsync();
        await UntilAsync(() => receiver.Taken.Any(t => t.Body.Contains("acme-full", StringComparison.Ordinal)));

        _nexus.Server.Kill();
        receiver.Status = 200;
        await _nexus.Server.StartAgainAsync();

        await UntilAsync(() => receiver.Taken.Any(t => t.Status == 200 && t.Body.Contains("acme-full", StringComparison.Ordinal)));
        Assert.Single(receiver.Taken.Where(t => t.Body.Contains("acme-full", StringComparison.Ordinal)).Select(t => t.Key).Distinct());
    }

    [Fact]
    public async Task Who_may_only_look_sees_all_and_changes_nothing() => await _nexus.VisitAsync("viewer", "/alerts", async visitor =>
    {
        await FireAsync();
        await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Button, new() { Name = $"Acknowledge {Sentence}" })).ToBeDisabledAsync();
        await visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Rules" }).ClickAsync();
        await Assertions.Expect(visitor.Main.GetByLabel("Watch engine-down")).ToBeDisabledAsync();
        await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Add rule" })).ToBeDisabledAsync();
    });

    [Fact]
    public async Task While_it_cannot_be_read_it_says_so_and_shows_what_it_knew() => await _nexus.VisitAsync("operator", "/alerts?tab=rules", async visitor =>
    {
        await Assertions.Expect(visitor.Main.Locator("table")).ToContainTextAsync("engine-down");
        await ChangeAsync("ALTER TABLE AlertDeliveries RENAME TO Away");
        await Assertions.Expect(visitor.Page.GetByText("something went wrong here")).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Main.Locator("table")).ToContainTextAsync("engine-down");

        await ChangeAsync("ALTER TABLE Away RENAME TO AlertDeliveries");
        await Assertions.Expect(visitor.Page.GetByText("something went wrong here")).ToHaveCountAsync(0);
    });

    [Fact]
    public async Task In_a_narrow_window_rows_are_two_lines_and_nothing_is_cut() => await _nexus.VisitAsync("operator", "/alerts", async visitor =>
    {
        await FireAsync();
        await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Firing 1" })).ToBeVisibleAsync();
        foreach (string tab in (string[])["Rules", "Deliveries", "Firing 1"])
        {
            await visitor.Main.GetByRole(AriaRole.Tab, new() { Name = tab }).ClickAsync();
            await visitor.FitsItsWindowAsync();
        }
    }, Look.Telephone);

    private async Task FireAsync()
    {
        await _nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/pools/p", new { resources = new { gpu = 8 } });
        await _nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/quotas/acme", new { rules = new[] { new { resource = "gpu", limit = 4 } } });
        await _nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/alerts/rules/acme-full", new { metric = "quota.utilization", scope = new { owner = "acme" }, condition = new { atLeast = 0.9 }, severity = "critical" });
        await _nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/requests", new { id = "holds", owner = "acme/ada", resources = new { gpu = 4 }, leaseSeconds = 3600 });
    }

    private async Task ChangeAsync(string sql)
    {
        await using SqliteConnection database = new(string.Create(CultureInfo.InvariantCulture, $"Data Source={Path.Combine(_nexus.Server.Data, "access.db")};Pooling=False"));
        await database.OpenAsync();
        await using SqliteCommand command = database.CreateCommand();
#pragma warning disable CA2100 // Texts of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (int i = 0; i < 600 && !holds(); i++)
        {
            await Task.Delay(50);
        }

        Assert.True(holds(), "it did not happen");
    }
}
