using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Queue;

/// <summary>The time line is drawn in the browser: what is marked, moved and zoomed there, with mouse and keys.</summary>
[Collection(typeof(OnTheQuietSystem))]
public sealed class TimelineTests(QuietSystem nexus)
{
    [Fact]
    public async Task A_part_of_a_pool_is_marked_reserved_and_given_back_by_undoing_it()
    {
        await nexus.Server.PoolAsync("mark", 8);

        await nexus.VisitAsync("operator", "/queue?pool=mark", async visitor =>
        {
            await visitor.DragAsync("mark", 20, 50);

            ILocator drawer = Drawer(visitor);
            await Assertions.Expect(drawer.GetByLabel("Pool", new() { Exact = true })).ToHaveValueAsync("mark");
            await Assertions.Expect(drawer.GetByLabel("Time zone")).ToHaveValueAsync("Europe/Berlin");
            await drawer.GetByLabel("For whom").FillAsync("acme/mark");
            await drawer.GetByLabel("gpu", new() { Exact = true }).FillAsync("9");
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("it is more than the pool has");
            await Assertions.Expect(visitor.Page.Locator("[data-apply]")).ToBeDisabledAsync();

            await drawer.GetByLabel("gpu", new() { Exact = true }).FillAsync("3");
            await Assertions.Expect(Tray(visitor)).ToContainTextAsync("It can be held: once");
            await visitor.Page.Locator("[data-apply]").ClickAsync();

            await Assertions.Expect(visitor.Page.GetByText("Reserved for acme/mark")).ToBeVisibleAsync();
            System.Text.Json.JsonElement made = Assert.Single(await nexus.Server.ReservationsOfAsync("mark"));
            Assert.InRange((made.GetProperty("end").GetDateTimeOffset() - made.GetProperty("start").GetDateTimeOffset()).TotalMinutes, 25, 35);
            await Assertions.Expect(visitor.Bar(made.GetProperty("id").GetString()!)).ToContainTextAsync("acme/mark");

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(visitor.Timeline().Locator(".gb.rv")).ToHaveCountAsync(0);
            Assert.Empty(await nexus.Server.ReservationsOfAsync("mark"));
        });
    }

    [Fact]
    public async Task A_reservation_is_moved_with_the_mouse_and_moved_back_by_undoing_it()
    {
        await nexus.Server.PoolAsync("move", 4);
        await nexus.Server.ReserveAsync("moved", "acme/move", "move", 2, 20, 30);
        (DateTimeOffset start, DateTimeOffset end) = (await nexus.Server.ReservedAsync("moved"))!.Value;

        await nexus.VisitAsync("operator", "/queue?pool=move", async visitor =>
        {
            await visitor.DragBarAsync("moved", 30);

            await Assertions.Expect(visitor.Page.GetByText("moved moved")).ToBeVisibleAsync();
            (DateTimeOffset then, DateTimeOffset until) = (await nexus.Server.ReservedAsync("moved"))!.Value;
            Assert.InRange((then - start).TotalMinutes, 25, 35);
            Assert.Equal(end - start, until - then);

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" })).ToHaveCountAsync(0);
            Assert.Equal((start, end), await nexus.Server.ReservedAsync("moved"));
        });
    }

    [Fact]
    public async Task A_move_onto_what_is_promised_to_others_says_why_and_goes_back()
    {
        await nexus.Server.PoolAsync("back-to", 4);
        await nexus.Server.ReserveAsync("mine", "acme/back", "back-to", 3, 10, 15);
        await nexus.Server.ReserveAsync("theirs", "globex", "back-to", 3, 40, 30);
        (DateTimeOffset, DateTimeOffset)? before = await nexus.Server.ReservedAsync("mine");

        await nexus.VisitAsync("operator", "/queue?pool=back-to", async visitor =>
        {
            await Assertions.Expect(visitor.Bar("mine")).ToBeVisibleAsync();
            await visitor.Timeline().HoverAsync(new() { Position = new() { X = 4, Y = 4 } });
            double was = (await visitor.Bar("mine").BoundingBoxAsync())!.X;

            await visitor.DragBarAsync("mine", 40);

            await Assertions.Expect(visitor.Page.GetByText("would be promised twice")).ToBeVisibleAsync();
            await Assertions.Expect(visitor.Bar("mine")).Not.ToHaveClassAsync(TimelineScene.Text("held"));
            Assert.InRange((await visitor.Bar("mine").BoundingBoxAsync())!.X - was, -6, 6);
            Assert.Equal(before, await nexus.Server.ReservedAsync("mine"));
        });
    }

    [Fact]
    public async Task A_reservation_is_made_longer_and_moved_by_keys()
    {
        await nexus.Server.PoolAsync("keyed", 4);
        await nexus.Server.ReserveAsync("keyed", "acme/keyed", "keyed", 2, 20, 30);
        (DateTimeOffset start, DateTimeOffset end) = (await nexus.Server.ReservedAsync("keyed"))!.Value;

        await nexus.VisitAsync("operator", "/queue?pool=keyed", async visitor =>
        {
            await visitor.Bar("keyed").FocusAsync();
            await Assertions.Expect(visitor.Timeline().Locator(".gtip")).ToContainTextAsync("acme/keyed, keyed is reserved: 2 gpu");
            await visitor.Page.Keyboard.PressAsync("Shift+ArrowRight");
            await visitor.Page.Keyboard.PressAsync("Shift+ArrowRight");
            await Assertions.Expect(visitor.Page.GetByText("keyed moved")).ToBeVisibleAsync();
            (DateTimeOffset then, DateTimeOffset until) = (await nexus.Server.ReservedAsync("keyed"))!.Value;
            Assert.Equal(start, then);
            Assert.InRange((until - end).TotalMinutes, 2, 30);

            await Assertions.Expect(visitor.Bar("keyed")).ToBeFocusedAsync();
            await visitor.Page.Keyboard.PressAsync("ArrowLeft");
            await Assertions.Expect(visitor.Page.GetByText("keyed moved")).ToHaveCountAsync(2);
            (then, _) = (await nexus.Server.ReservedAsync("keyed"))!.Value;
            Assert.InRange((start - then).TotalMinutes, 1, 15);

            await visitor.Page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(Drawer(visitor).GetByLabel("For whom")).ToHaveValueAsync("acme/keyed");
        });
    }

    [Fact]
    public async Task Delete_gives_a_reservation_up_once_that_is_confirmed()
    {
        await nexus.Server.PoolAsync("del", 4);
        await nexus.Server.ReserveAsync("deleted", "acme/del", "del", 2, 20, 30);

        await nexus.VisitAsync("operator", "/queue?pool=del", async visitor =>
        {
            await visitor.Bar("deleted").FocusAsync();
            await visitor.Page.Keyboard.PressAsync("Delete");
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Keep" }).ClickAsync();
            Assert.NotNull(await nexus.Server.ReservedAsync("deleted"));

            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Cancel the reservation deleted" }).ClickAsync();
            await Drawer(visitor).GetByRole(AriaRole.Button, new() { Name = "Cancel it" }).ClickAsync();

            await Assertions.Expect(visitor.Page.GetByText("deleted cancelled")).ToBeVisibleAsync();
            await Assertions.Expect(visitor.Bar("deleted")).ToHaveCountAsync(0);
            Assert.Null(await nexus.Server.ReservedAsync("deleted"));
        });
    }

    [Fact]
    public async Task It_is_zoomed_and_panned_with_buttons_keys_and_wheel_from_minutes_to_weeks()
    {
        await nexus.Server.PoolAsync("zoom", 4);

        await nexus.VisitAsync("viewer", "/queue?pool=zoom", async visitor =>
        {
            (double from, double to) = await visitor.ShownAsync();
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Zoom in" }).ClickAsync();
            Assert.InRange(await SpanAsync(visitor, s => s < to - from), 0, (to - from) * 0.7);

            for (int i = 0; i < 22; i++)
            {
                await visitor.Page.Keyboard.PressAsync("-");
            }

            Assert.InRange(await SpanAsync(visitor, s => s > 60 * 86_400e3), 60 * 86_400e3, 93 * 86_400e3);
            for (int i = 0; i < 30; i++)
            {
                await visitor.Page.Keyboard.PressAsync("+");
            }

            Assert.Equal(120_000, await SpanAsync(visitor, s => s <= 120_000));
            await visitor.Timeline().Locator("[data-lane='zoom']").HoverAsync();
            await visitor.Page.Keyboard.DownAsync("Control");
            await visitor.Page.Mouse.WheelAsync(0, 100);
            await visitor.Page.Keyboard.UpAsync("Control");
            Assert.InRange(await SpanAsync(visitor, s => s > 120_000), 150_000, 200_000);

            (from, _) = await visitor.ShownAsync();
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Later" }).ClickAsync();
            await UntilAsync(visitor, async () => (await visitor.ShownAsync()).From > from + 60_000);
            await visitor.DragAsync("zoom", 0.5, 1.5);
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Back to now" }).ClickAsync();
            await UntilAsync(visitor, async () => (await visitor.ShownAsync()).From < DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
            Assert.Empty(await nexus.Server.ReservationsOfAsync("zoom"));
        });
    }

    [Fact]
    public async Task The_part_of_time_that_is_looked_at_is_in_the_address_and_stays_with_what_is_opened()
    {
        await nexus.Server.PoolAsync("looked", 4);
        await nexus.Server.RequestAsync("looked-1", "acme/looked", "looked");

        await nexus.VisitAsync("viewer", "/queue?pool=looked&status=allocated", async visitor =>
        {
            await visitor.ShownAsync();
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Zoom in" }).ClickAsync();
            await visitor.AddressHasAsync("&zoom=");

            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Earlier" }).ClickAsync();
            await visitor.AddressHasAsync("&from=");
            await visitor.AddressLacksAsync("zoom=");
            (double from, double to) = await visitor.ShownAsync();

            await visitor.Main.GetByRole(AriaRole.Link, new() { Name = "acme/looked" }).First.ClickAsync();
            await Assertions.Expect(Drawer(visitor)).ToBeVisibleAsync();
            await visitor.Main.GetByRole(AriaRole.Navigation, new() { Name = "Which requests" }).GetByRole(AriaRole.Link, new() { Name = "Waiting" }).ClickAsync();
            await visitor.AddressHasAsync("status=queued");
            await visitor.GoAsync(visitor.Address);
            (double fromThen, double toThen) = await visitor.ShownAsync();
            Assert.InRange(fromThen - from, -1_000, 1_000);
            Assert.InRange(toThen - to, -1_000, 1_000);

            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Back to now" }).ClickAsync();
            await visitor.AddressLacksAsync("from=");
        });
    }

    [Fact]
    public async Task While_the_page_stands_still_so_does_its_present()
    {
        await nexus.Server.PoolAsync("still", 4);

        await nexus.VisitAsync("viewer", "/queue?pool=still&zoom=2m", async visitor =>
        {
            (double from, double to) = await visitor.ShownAsync();
            Assert.Equal(120_000, to - from);
            await visitor.Page.Keyboard.PressAsync(".");
            await Assertions.Expect(visitor.Page.Locator("[data-live]")).ToHaveAttributeAsync("data-paused", TimelineScene.Text("^20"));
            double paused = DateTimeOffset.Parse((await visitor.Page.Locator("[data-live]").GetAttributeAsync("data-paused"))!, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
            await UntilAsync(visitor, async () => Math.Abs(await PresentAsync(visitor) - paused) < 400);

            // That nothing moves is what is to be seen: the drawing is renewed every second.
            await visitor.Page.WaitForTimeoutAsync(2_100);
            Assert.InRange(await PresentAsync(visitor) - paused, -400, 400);

            await visitor.Page.Keyboard.PressAsync(".");
            await UntilAsync(visitor, async () => await PresentAsync(visitor) - paused > 1_500);
        });
    }

    // The moment at which the line of the present stands.
    private static async Task<double> PresentAsync(Visitor visitor)
    {
        (double from, double to) = await visitor.ShownAsync();
        return from + ((to - from) * await visitor.Timeline().Locator("[data-lane='still'] .now").EvaluateAsync<double>("e => parseFloat(e.style.left) / e.parentElement.clientWidth"));
    }

    [Fact]
    public async Task On_a_narrow_screen_it_is_shown_when_it_is_asked_for()
    {
        await nexus.Server.PoolAsync("narrow", 4);
        await nexus.Server.ReserveAsync("thin", "acme/narrow", "narrow", 2, 20, 30);

        await nexus.VisitAsync(
            "operator",
            "/queue?pool=narrow",
            async visitor =>
            {
                await Assertions.Expect(visitor.Timeline()).ToBeHiddenAsync();
                await visitor.Main.GetByRole(AriaRole.Region, new() { Name = "Time line" }).GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
                await Assertions.Expect(visitor.Bar("thin")).ToBeVisibleAsync();
                await visitor.FitsItsWindowAsync();
            },
            new Look(Width: 390, Height: 844));
    }

    private static async Task<double> SpanAsync(Visitor visitor, Func<double, bool> until)
    {
        double span = 0;
        await UntilAsync(visitor, async () =>
        {
            (double from, double to) = await visitor.ShownAsync();
            span = to - from;
            return until(span);
        });
        return span;
    }

    private static async Task UntilAsync(Visitor visitor, Func<Task<bool>> holds)
    {
        for (int i = 0; !await holds(); i++)
        {
            Assert.True(i < 100, "It did not come to hold within five seconds.");
            await visitor.Page.WaitForTimeoutAsync(50);
        }
    }

    private static ILocator Drawer(Visitor visitor) => visitor.Page.Locator("[data-drawer]");

    private static ILocator Tray(Visitor visitor) => visitor.Page.Locator("[data-tray]");
}
