using System.Text.Json;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Queue;

/// <summary>Promised starts and reservations on the pages of the queue and of a pool.</summary>
[Collection(typeof(OnTheQuietSystem))]
public sealed class BookingTests(QuietSystem nexus)
{
    [Fact]
    public async Task A_promised_start_is_shown_with_its_deadline_and_as_a_bar()
    {
        await nexus.Server.PoolAsync("promise", 2);
        DateTimeOffset deadline = DateTimeOffset.UtcNow.AddMinutes(60);
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/requests", new { id = "promise-runs", owner = "acme/promise", pools = new[] { "promise" }, resources = new { gpu = 2 }, duration = "PT20M", leaseSeconds = 3600 });
        JsonElement booked = await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/requests", new { id = "promise-booked", owner = "acme/promise", pools = new[] { "promise" }, resources = new { gpu = 1 }, duration = "PT15M", deadline });
        Assert.Equal("reserved", booked.GetProperty("status").GetString());

        await nexus.VisitAsync("viewer", "/queue?pool=promise", async visitor =>
        {
            ILocator row = visitor.Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "promise-booked" });
            foreach (string segment in (string[])["Running", "Reservations", "Ended", "Times", "Booked"])
            {
                await visitor.Main.GetByRole(AriaRole.Link, new() { Name = segment }).ClickAsync();
                await Assertions.Expect(visitor.Main.Locator("nav.seg .on")).ToContainTextAsync(segment);
            }

            await Assertions.Expect(row).ToBeVisibleAsync();
            await visitor.GoAsync("/queue?status=reserved&pool=promise");
            await Assertions.Expect(row).ToContainTextAsync("\u00A0s slack");
            await Assertions.Expect(visitor.Bar("promise-booked")).ToHaveClassAsync(TimelineScene.Text(@"\bbk\b"));
            await Assertions.Expect(visitor.Bar("promise-runs")).ToBeVisibleAsync();

            await visitor.Bar("promise-runs").HoverAsync();
            await Assertions.Expect(visitor.Timeline().Locator(".gtip")).ToContainTextAsync("acme/promise, promise-runs");
            await Assertions.Expect(visitor.Timeline().Locator(".ll a")).ToHaveAttributeAsync("href", "/pools/promise");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "View as table" }).ClickAsync();
            ILocator table = visitor.Main.GetByRole(AriaRole.Region, new() { Name = "Time line as a table" });
            await Assertions.Expect(table.GetByRole(AriaRole.Row).Filter(new() { HasText = "promise-booked" })).ToContainTextAsync("acme/promise");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "View as bars" }).ClickAsync();

            // What is booked is hatched in the lists of pools, and said.
            await visitor.GoAsync("/pools?filter=promise");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "promise" })).ToContainTextAsync(["2 + 1 of 2 gpu"]);
            await visitor.GoAsync("/queue?status=reserved&pool=promise");
            await visitor.Bar("promise-booked").ClickAsync();
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("promise-booked");
        });
    }

    [Fact]
    public async Task Reservations_are_listed_edited_and_cancelled_from_the_list()
    {
        await nexus.Server.PoolAsync("list", 8);
        await nexus.Server.ReserveAsync("listed", "acme/list", "list", 2, 20, 30);

        await nexus.VisitAsync("operator", "/queue?status=reservations&pool=list", async visitor =>
        {
            ILocator row = visitor.Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "listed" });
            await Assertions.Expect(row).ToContainTextAsync("Ahead");
            await row.GetByRole(AriaRole.Button, new() { Name = "Edit listed" }).ClickAsync();
            await Drawer(visitor).GetByLabel("gpu", new() { Exact = true }).FillAsync("4");
            await visitor.AddressHasAsync("reserve=listed");
            await Drawer(visitor).GetByLabel("Comes again").SelectOptionAsync("daily");
            await Assertions.Expect(visitor.Page.Locator("[data-tray]")).ToContainTextAsync("times in the next 90 days");
            await visitor.Page.Locator("[data-apply]").ClickAsync();
            await Assertions.Expect(row).ToContainTextAsync("every day");
            await Assertions.Expect(row).ToContainTextAsync("4\u00A0gpu");

            await row.GetByRole(AriaRole.Button, new() { Name = "Cancel listed" }).ClickAsync();
            await row.GetByRole(AriaRole.Button, new() { Name = "Cancel it" }).ClickAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync("Nothing is reserved.");

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).Last.ClickAsync();
            await Assertions.Expect(row).ToContainTextAsync("4\u00A0gpu");
        });
    }

    [Fact]
    public async Task Book_does_all_of_it_without_a_pointer()
    {
        await nexus.Server.PoolAsync("desk", 8);

        await nexus.VisitAsync("operator", "/pools/desk", async visitor =>
        {
            await visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Bookings" }).ClickAsync();
            await Assertions.Expect(visitor.Timeline().Locator("[data-lane='desk']")).ToBeVisibleAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync("Nothing is reserved.");
            await visitor.Main.Locator("[data-book]").FocusAsync();
            await visitor.Page.Keyboard.PressAsync("Enter");
            await Drawer(visitor).GetByLabel("For whom").FillAsync("acme/desk");
            await Assertions.Expect(visitor.Page.Locator("[data-apply]")).ToBeEnabledAsync();
            await visitor.Page.Keyboard.PressAsync("Control+Enter");

            await Assertions.Expect(visitor.Page.GetByText("Reserved for acme/desk")).ToBeVisibleAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Region, new() { Name = "Reservations" })).ToContainTextAsync("acme/desk");
            Assert.Single(await nexus.Server.ReservationsOfAsync("desk"));
        });
    }

    [Fact]
    public async Task On_the_page_of_a_pool_its_bookings_are_made_moved_changed_and_given_up()
    {
        await nexus.Server.PoolAsync("own-page", 8);

        await nexus.VisitAsync("operator", "/pools/own-page?tab=bookings", async visitor =>
        {
            await visitor.DragAsync("own-page", 20, 50);
            await visitor.AddressHasAsync("open=book");
            await Drawer(visitor).GetByLabel("For whom").FillAsync("acme/own");
            await Drawer(visitor).GetByLabel("gpu", new() { Exact = true }).FillAsync("3");
            await visitor.Page.Locator("[data-apply]").ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("Reserved for acme/own")).ToBeVisibleAsync();
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync("Nothing is reserved.");

            await nexus.Server.ReserveAsync("own-bar", "acme/own", "own-page", 2, 20, 30);
            (DateTimeOffset start, _) = (await nexus.Server.ReservedAsync("own-bar"))!.Value;
            await visitor.DragBarAsync("own-bar", 30);
            await Assertions.Expect(visitor.Page.GetByText("own-bar moved")).ToBeVisibleAsync();
            Assert.InRange(((await nexus.Server.ReservedAsync("own-bar"))!.Value.Start - start).TotalMinutes, 25, 35);
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("own-bar moved")).ToHaveCountAsync(0);
            Assert.Equal(start, (await nexus.Server.ReservedAsync("own-bar"))!.Value.Start);

            ILocator row = visitor.Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "own-bar" });
            await row.GetByRole(AriaRole.Button, new() { Name = "Edit own-bar" }).ClickAsync();
            await Drawer(visitor).GetByLabel("gpu", new() { Exact = true }).FillAsync("5");
            await visitor.Page.Locator("[data-apply]").ClickAsync();
            await Assertions.Expect(row).ToContainTextAsync("5\u00A0gpu");
            await row.GetByRole(AriaRole.Button, new() { Name = "Cancel own-bar" }).ClickAsync();
            await row.GetByRole(AriaRole.Button, new() { Name = "Cancel it" }).ClickAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync("Nothing is reserved.");
            Assert.Null(await nexus.Server.ReservedAsync("own-bar"));
        });
    }

    [Fact]
    public async Task Who_may_only_look_sees_what_is_reserved_and_what_is_missing_to_change_it()
    {
        await nexus.Server.PoolAsync("look", 4);
        await nexus.Server.ReserveAsync("looked-at", "acme/look", "look", 2, 20, 30);

        await nexus.VisitAsync("viewer", "/queue?status=reservations&pool=look", async visitor =>
        {
            await Assertions.Expect(visitor.Main.Locator("[data-book]")).ToBeDisabledAsync();
            await Assertions.Expect(visitor.Main.Locator("[data-book]")).ToHaveAttributeAsync("title", "Needs the scope 'configure' at the root");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Cancel looked-at" })).ToBeDisabledAsync();
            await visitor.DragBarAsync("looked-at", 20);
            await visitor.Bar("looked-at").FocusAsync();
            await visitor.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("You see what is reserved, and may not change it.");
            await Assertions.Expect(Drawer(visitor).GetByLabel("For whom")).ToBeDisabledAsync();
        });
    }

    [Fact]
    public async Task A_reservation_that_is_gone_and_a_start_that_nobody_was_promised_say_so()
    {
        await nexus.Server.PoolAsync("none", 4);

        await nexus.VisitAsync("operator", "/queue?status=reserved&pool=none&reserve=no-such-reservation", async visitor =>
        {
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("There is no reservation of that name that you may see");
            await Assertions.Expect(visitor.Main.Locator("tbody")).ToContainTextAsync("No request matches.");
            await visitor.GoAsync("/queue?status=reserved");
            await Assertions.Expect(visitor.Main.Locator("[data-gantt]")).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task Thousands_of_bars_are_drawn_without_a_stall_and_sent_once()
    {
        await nexus.Server.PoolAsync("crowd", 5_000);
        for (int batch = 0; batch < 5; batch++)
        {
            await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/requests:batch", Enumerable.Range(0, 1_000).Select(i => new
            {
                id = $"crowd-{batch}-{i}", owner = $"crowd{i % 5}/agent", pools = new[] { "crowd" }, resources = new { gpu = 1 }, duration = $"PT{5 + (i % 90)}M", leaseSeconds = 3600,
            }));
        }

        long received = 0;
        await nexus.VisitAsync("viewer", "/", async visitor =>
        {
            visitor.Page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) => Interlocked.Add(ref received, frame.Binary?.Length ?? frame.Text?.Length ?? 0);
            await visitor.GoAsync("/queue?pool=crowd&status=allocated");
            await visitor.ShownAsync();
            await visitor.Page.WaitForTimeoutAsync(1_000);
            long first = Interlocked.Exchange(ref received, 0);
            await visitor.Page.WaitForTimeoutAsync(3_000);
            long then = Interlocked.Read(ref received);

            double slowest = await visitor.Page.EvaluateAsync<double>("""
                async () => {
                  let slowest = 0;
                  for (let i = 0; i < 20; i++) {
                    document.querySelector(`[data-gantt-act=${['in', 'later', 'out', 'earlier'][i % 4]}]`).click();
                    const began = performance.now();
                    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
                    slowest = Math.max(slowest, performance.now() - began);
                  }
                  return slowest;
                }
                """);
            Assert.True(first < 1_500_000, $"{first} bytes for the first drawing");
            Assert.True(then < 600_000, $"{then} bytes in three quiet seconds");
            Assert.True(slowest < 400, $"{slowest} ms for one step");
            TestContext.Current.SendDiagnosticMessage($"5,000 bars: {first:#,0} bytes at first, {then:#,0} in three seconds after; slowest step {slowest:0} ms");
        });

        // Whoever comes after finds the system quiet again.
        await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/requests:cancel", new { pool = "crowd" });
    }

    private static ILocator Drawer(Visitor visitor) => visitor.Page.Locator("[data-drawer]");
}
