using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Recommendations;

/// <summary>The page of the recommendations, over sixteen days of use that was reported: a limit far above it, and questions that are asked again.</summary>
public sealed class RecommendationsTests(Chromium chromium) : IAsyncLifetime
{
    private const int Days = 16;
    private const string Limit = "acme may hold 10 gpu";
    private const string Repeats = "acme/ada/chat makes of gpt-4o repeat one";

    private readonly NexusSystem _nexus = new(chromium, Workload.None);

    public ValueTask InitializeAsync() => _nexus.InitializeAsync();

    public ValueTask DisposeAsync() => _nexus.DisposeAsync();

    [Fact]
    public async Task Where_nothing_was_looked_for_it_says_when_it_will_be_and_a_review_says_what_it_found() => await _nexus.VisitAsync("finance", "/recommendations", async visitor =>
    {
        await Assertions.Expect(visitor.Main.Locator(".head")).ToContainTextAsync("Nothing was looked for yet.");
        await Assertions.Expect(visitor.Main.Locator("table")).ToContainTextAsync("No review has run yet. The next review is on");

        await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Review now" }).ClickAsync();

        await Assertions.Expect(visitor.Main.Locator("table")).ToContainTextAsync("Nothing to save found in 0 days of data. Detectors ran");
        await Assertions.Expect(visitor.Main.Locator(".head")).ToContainTextAsync("Nothing is open.");
    });

    [Fact]
    public async Task What_was_found_is_counted_in_the_navigation_opened_by_key_applied_with_its_preview_and_reverted()
    {
        await SceneAsync();
        await _nexus.VisitAsync("operator", "/", async visitor =>
        {
            await visitor.Page.Keyboard.PressAsync("g");
            await visitor.Page.Keyboard.PressAsync("r");
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Recommendations");
            await visitor.ReadyAsync();
            await Assertions.Expect(visitor.Main.Locator(".head")).ToContainTextAsync("2 open, ≈ $");
            await Assertions.Expect(visitor.Page.Locator("nav.side a.on .n")).ToContainTextAsync("2");

            await Row(visitor, Limit).FocusAsync();
            await visitor.Page.Keyboard.PressAsync("Enter");
            await visitor.AddressHasAsync("open=");
            await Assertions.Expect(Drawer(visitor).Locator("[aria-label='What it would do now']")).ToContainTextAsync("Nothing that waits starts now");
            await Assertions.Expect(Drawer(visitor).Locator(".rec-ch")).ToContainTextAsync("acme: limit 3 gpu");
            await visitor.Page.Keyboard.PressAsync("Control+Enter");

            await Assertions.Expect(visitor.Page.GetByText("Applied: acme: limit 10 gpu → acme: limit 3 gpu")).ToBeVisibleAsync();
            await Assertions.Expect(Row(visitor, Limit)).ToHaveCountAsync(0);
            Assert.Equal(3, await LimitAsync());

            await visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Applied" }).ClickAsync();
            await visitor.AddressHasAsync("tab=applied");
            await Row(visitor, Limit).GetByRole(AriaRole.Link, new() { Name = Limit }).ClickAsync();
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("What it saves is known a day after it was applied.");
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Revert" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("Taken back: acme: limit 3 gpu → acme: limit 10 gpu")).ToBeVisibleAsync();
            Assert.Equal(10, await LimitAsync());
        });
    }

    [Fact]
    public async Task One_is_snoozed_from_its_row_and_undone_and_one_is_dismissed_with_a_reason_and_opened_again()
    {
        await SceneAsync();
        await _nexus.VisitAsync("finance", "/recommendations", async visitor =>
        {
            await Row(visitor, Repeats).GetByRole(AriaRole.Button, new() { Name = "Snooze for a week" }).ClickAsync();
            await Assertions.Expect(Row(visitor, Repeats)).ToHaveCountAsync(0);
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(Row(visitor, Repeats)).ToHaveCountAsync(1);

            await Row(visitor, Repeats).GetByRole(AriaRole.Link, new() { Name = "Apply…" }).ClickAsync();
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("There is no command for it in Nexus");
            await Drawer(visitor).GetByLabel("Reason").FillAsync("Each must be asked anew.");
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();
            await Assertions.Expect(Row(visitor, Repeats)).ToHaveCountAsync(0);

            await visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Dismissed" }).ClickAsync();
            await Assertions.Expect(Row(visitor, Repeats)).ToContainTextAsync("Each must be asked anew.");
            await Row(visitor, Repeats).GetByRole(AriaRole.Button, new() { Name = "Open again" }).ClickAsync();
            await Assertions.Expect(Row(visitor, Repeats)).ToHaveCountAsync(0);
            await visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Open" }).ClickAsync();
            await Assertions.Expect(Row(visitor, Repeats)).ToHaveCountAsync(1);

            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Another use" }).ClickAsync();
            await visitor.AddressHasAsync("type=usage_pattern");
            await Assertions.Expect(Row(visitor, Limit)).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task Finance_may_not_set_a_limit_by_applying_and_a_viewer_decides_nothing()
    {
        await SceneAsync();
        await _nexus.VisitAsync("finance", "/recommendations", async visitor =>
        {
            await Row(visitor, Limit).GetByRole(AriaRole.Link, new() { Name = "Apply…" }).ClickAsync();
            await Assertions.Expect(Drawer(visitor).Locator("[data-apply]")).ToBeDisabledAsync();
            await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Snooze" })).ToBeEnabledAsync();
        });
        await _nexus.VisitAsync("viewer", "/recommendations", async visitor =>
            await Assertions.Expect(Row(visitor, Limit).GetByRole(AriaRole.Button, new() { Name = "Snooze for a week" })).ToBeDisabledAsync());
    }

    [Fact]
    public async Task A_review_that_failed_says_so_and_is_tried_again()
    {
        await SceneAsync();
        await _nexus.Server.StopAsync();
        await ChangeAsync("""INSERT INTO SavingsReviews ("At", "From", "To", Days, Found, Added, Closed, Milliseconds, Failed) VALUES (1795000000000, 1795000000000, 1795000000000, 16, 0, 0, 0, 1, 'The review failed, which is a fault of Nexus; its log says more.')""");
        await _nexus.Server.StartAgainAsync();

        await _nexus.VisitAsync("finance", "/recommendations", async visitor =>
        {
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Alert)).ToContainTextAsync("The last review failed");
            await Assertions.Expect(Row(visitor, Limit)).ToHaveCountAsync(1);
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task What_was_applied_shows_what_it_saved_week_by_week_how_that_is_known_and_what_all_saved_so_far()
    {
        await SceneAsync();
        JsonElement open = await _nexus.Server.CallAsync(HttpMethod.Get, "/api/v1/recommendations?state=open");
        string id = open.GetProperty("items").EnumerateArray().Single(r => r.GetProperty("title").GetString()!.Contains(Limit, StringComparison.Ordinal)).GetProperty("id").GetString()!;
        await _nexus.Server.CallAsync(HttpMethod.Post, $"/api/v1/recommendations/{id}/apply");
        await _nexus.Server.StopAsync();
        await ChangeAsync("UPDATE Recommendations SET DecidedAt = DecidedAt - 10 * 86400000 WHERE State = 'Applied'");
        await _nexus.Server.StartAgainAsync();
        await _nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/recommendations:review");

        await _nexus.VisitAsync("finance", "/recommendations?tab=applied", async visitor =>
        {
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Region, new() { Name = "Cumulative savings" })).ToContainTextAsync("Saved so far");
            await Row(visitor, Limit).GetByRole(AriaRole.Link, new() { Name = Limit }).ClickAsync();
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("By what is provisioned, against what it would be without the change.");
            await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.Figure, new() { Name = "Estimate and realised by week" })).ToBeVisibleAsync();
            await Drawer(visitor).Locator("[data-as-table]").Last.ClickAsync();
            await Assertions.Expect(Drawer(visitor).GetByRole(AriaRole.Region, new() { Name = "Realised by week as a table" }).Locator("tbody tr")).ToHaveCountAsync(2);
            await visitor.IsAccessibleAsync();
        }, new Look(BypassPolicy: true));
    }

    [Fact]
    public async Task On_a_telephone_and_for_who_cannot_see_it_is_the_same()
    {
        await SceneAsync();
        await _nexus.VisitAsync("operator", "/recommendations", async visitor =>
        {
            await visitor.FitsItsWindowAsync();
            await Row(visitor, Limit).GetByRole(AriaRole.Link, new() { Name = Limit }).ClickAsync();
            await Assertions.Expect(Drawer(visitor)).ToBeVisibleAsync();
            await visitor.FitsItsWindowAsync();
            await visitor.IsAccessibleAsync();
            await visitor.Page.Keyboard.PressAsync("Escape");
            await visitor.AddressLacksAsync("open=");
            await visitor.IsAccessibleAsync();
        }, new Look(Width: 390, Height: 844, BypassPolicy: true));
    }

    private async Task SceneAsync()
    {
        await _nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/prices", new
        {
            items = new object[] { new { sku = "gpu-hour", resource = "gpu", unitPrice = "2" }, new { sku = "gpt-4o", resource = "tokens.input", model = "gpt-4o", unitPrice = "0.001" } },
        });
        await _nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/quotas/acme", new { rules = new[] { new { resource = "gpu", limit = 10 } } });
        object[] held = [.. Enumerable.Range(0, Days * 24).Select(h => new { id = $"h{h}", time = At(h), owner = "acme/ada", resource = "gpu", quantity = 2.5 })];
        object[] asked = [.. Enumerable.Range(0, Days * 10).Select(i => new { id = $"c{i}", time = At(i / 10 * 24).AddMinutes(i % 10), owner = "acme/ada/chat", resource = "tokens.input", quantity = 1_000, model = "gpt-4o", labels = new { prompt = $"{i / 10} {i % 10 / 2}" } })];
        await _nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/usage", held);
        await _nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/usage", asked);
        JsonElement review = await _nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/recommendations:review");
        Assert.Equal(2, review.GetProperty("added").GetInt32());
    }

    private async Task<int> LimitAsync() => (await _nexus.Server.CallAsync(HttpMethod.Get, "/api/v1/quotas/acme")).GetProperty("rules")[0].GetProperty("limit").GetInt32();

    private async Task ChangeAsync(string sql)
    {
        await using SqliteConnection database = new(string.Create(CultureInfo.InvariantCulture, $"Data Source={Path.Combine(_nexus.Server.Data, "access.db")};Pooling=False"));
        await database.OpenAsync();
        await using SqliteCommand command = database.CreateCommand();
#pragma warning disable CA2100 // A text of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private static DateTimeOffset At(int hour) => DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 3_600 * 3_600).AddDays(-Days).AddHours(hour);

    private static ILocator Row(Visitor visitor, string title) => visitor.Main.Locator(".rec tbody tr").Filter(new() { HasText = title });

    private static ILocator Drawer(Visitor visitor) => visitor.Page.Locator("[data-drawer]");
}
