using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Overview;

public sealed class OverviewTests(Chromium chromium)
{
    [Fact]
    public async Task An_empty_system_says_what_to_do_first_and_then_fills_by_itself()
    {
        await using NexusSystem nexus = await NexusSystem.StartAsync(chromium);

        await nexus.VisitAsync("admin", "/", async visitor =>
        {
            await Assertions.Expect(visitor.Main).ToContainTextAsync("No pools yet");
            Assert.Equal("/pools?open=new", await visitor.Main.GetByRole(AriaRole.Link, new() { Name = "Add a pool" }).GetAttributeAsync("href"));

            await nexus.Server.PoolAsync("first", 2);
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Link, new() { Name = "first" })).ToBeVisibleAsync();
            await Assertions.Expect(Needs(visitor)).ToContainTextAsync("Nothing needs you.");

            await nexus.Server.RequestAsync("r1", "acme/alice", "first", gpu: 2);
            await nexus.Server.RequestAsync("r2", "acme/bob", "first");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("acme/bob");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Meter)).ToHaveAttributeAsync("aria-valuenow", "2");
        });

        await nexus.VisitAsync("admin", "/pools", async visitor => await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Link, new() { Name = "first" })).ToBeVisibleAsync());
        await nexus.VisitAsync("admin", "/queue", async visitor => await Assertions.Expect(visitor.Main.GetByText("r2", new() { Exact = true })).ToBeVisibleAsync());
    }

    [Fact]
    public async Task What_needs_somebody_leads_to_why_and_every_figure_to_its_page()
    {
        await using NexusSystem nexus = await NexusSystem.StartAsync(chromium);
        await nexus.Server.PoolAsync("tight", 1);
        await nexus.Server.PoolAsync("leaving", 4);
        await nexus.Server.RequestAsync("t1", "acme/alice", "tight");
        await nexus.Server.RequestAsync("t2", "acme/bob", "tight");
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/pools/leaving/drain");

        await nexus.VisitAsync("viewer", "/", async visitor =>
        {
            await Assertions.Expect(visitor.Main.Locator(".head")).ToContainTextAsync("tight is full: 1 request waits");
            ILocator full = Needs(visitor).GetByRole(AriaRole.Listitem).Filter(new() { HasText = "tight is full" });
            await Assertions.Expect(full).ToContainTextAsync("1 wait");
            await Assertions.Expect(Needs(visitor)).ToContainTextAsync("leaving is being drained");

            await full.GetByRole(AriaRole.Link, new() { Name = "Why" }).ClickAsync();
            await Assertions.Expect(visitor.Main.GetByText("t2", new() { Exact = true })).ToBeVisibleAsync();
            await visitor.AddressHasAsync("pool=tight");

            foreach ((string figure, string page) in ((string, string)[])[("gpu utilisation", "/pools"), ("Waiting", "/queue?status=queued"), ("Admission p99", "/queue?view=times"), ("Refused", "/queue?status=rejected"), ("Spend today", "/costs")])
            {
                await visitor.GoAsync("/");
                await visitor.Main.Locator(".ov-strip a").Filter(new() { HasText = figure }).ClickAsync();
                await visitor.AddressIsAsync(page);
                await visitor.ReadyAsync();
            }
        });
    }

    [Fact]
    public async Task Decisions_are_seen_arriving_and_lead_to_their_requests()
    {
        await using NexusSystem nexus = await NexusSystem.StartAsync(chromium);
        await nexus.Server.PoolAsync("deciding", 1);

        await nexus.VisitAsync("viewer", "/", async visitor =>
        {
            ILocator decisions = visitor.Main.Locator("ul.decs li");
            await nexus.Server.RequestAsync("d1", "acme/alice/writer", "deciding");
            await Assertions.Expect(decisions.First).ToContainTextAsync("Granted");
            await nexus.Server.RequestAsync("d2", "acme/bob/reader", "deciding");
            await Assertions.Expect(decisions.First).ToContainTextAsync("Queued");
            await nexus.Server.RequestAsync("d3", "acme/carol/critic", "deciding", gpu: 3);
            await Assertions.Expect(decisions.First).ToContainTextAsync("Refused");
            await Assertions.Expect(decisions).ToHaveCountAsync(3);

            await decisions.First.GetByRole(AriaRole.Link).ClickAsync();
            await Assertions.Expect(visitor.Page.Locator("[data-drawer]")).ToContainTextAsync("Why it was refused");
        });
    }

    [Fact]
    public async Task While_the_engine_cannot_write_every_page_says_so_shows_what_was_committed_and_then_goes_on_by_itself()
    {
        await using NexusSystem nexus = await NexusSystem.StartAsync(chromium);
        await nexus.Server.PoolAsync("held", 2);
        await nexus.Server.RequestAsync("before", "acme/alice", "held");

        await nexus.VisitAsync("operator", "/", async visitor =>
        {
            await using SqliteConnection other = new($"Data Source={Path.Combine(nexus.Server.Data, "engine.db")};Pooling=False");
            await other.OpenAsync();
            await RunAsync(other, "BEGIN IMMEDIATE");
            using StringContent body = new("""{"id":"during","owner":"acme/bob","pools":["held"],"resources":{"gpu":1}}""", System.Text.Encoding.UTF8, "application/json");
            using HttpResponseMessage refused = await nexus.Server.Http.PostAsync("/api/v1/requests", body);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await nexus.Server.Http.GetAsync("/health/ready")).StatusCode);

            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The engine does not decide");
            await Assertions.Expect(visitor.Main.Locator(".head")).ToContainTextAsync("The engine does not decide:");
            await Assertions.Expect(Needs(visitor)).ToContainTextAsync("The engine does not decide");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Meter)).ToHaveAttributeAsync("aria-valuenow", "1");
            await nexus.VisitAsync("viewer", "/queue?status=allocated", async somebody =>
            {
                await Assertions.Expect(somebody.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Another program holds a lock on the journal");
                await Assertions.Expect(somebody.Main.GetByText("before", new() { Exact = true })).ToBeVisibleAsync();
            });

            await RunAsync(other, "ROLLBACK");
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0, new() { Timeout = 20_000 });
            await nexus.Server.RequestAsync("after", "acme/carol", "held");
            await Assertions.Expect(visitor.Main.Locator("ul.decs li").First).ToContainTextAsync("acme/carol");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Meter)).ToHaveAttributeAsync("aria-valuenow", "2");
        });
    }

    private static ILocator Needs(Visitor visitor) => visitor.Main.Locator("[aria-labelledby=needs-h]");

    private static async Task RunAsync(SqliteConnection connection, string sql)
    {
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
