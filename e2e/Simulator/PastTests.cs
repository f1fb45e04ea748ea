using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Simulator;

/// <summary>The part of the past that is simulated, chosen by its load: with the pointer, with keys, by what is offered. The server is young: an hour is drawn, in steps of a minute.</summary>
[Collection(typeof(OnTheQuietSystem))]
public sealed class PastTests(QuietSystem nexus)
{
    [Fact]
    public async Task A_window_is_marked_moved_and_made_longer_with_the_mouse() =>
        await VisitAsync("operator", "/simulator", async visitor =>
        {
            await DragAsync(visitor, 0.2, 0.5);
            await Assertions.Expect(visitor.Main.GetByLabel("From (UTC)")).ToBeVisibleAsync();
            await IsChosenAsync(visitor, 12, 18);

            await DragAsync(visitor, 0.35, 0.6);
            await IsChosenAsync(visitor, 27, 18);

            await DragAsync(visitor, 0.75, 0.85);
            await IsChosenAsync(visitor, 27, 24);

            await visitor.GoAsync(visitor.Address);
            await IsChosenAsync(visitor, 27, 24);
        });

    [Fact]
    public async Task A_drag_that_is_broken_off_leaves_the_window_as_it_was() =>
        await VisitAsync("operator", "/simulator", async visitor =>
        {
            await DragAsync(visitor, 0.2, 0.5);
            await IsChosenAsync(visitor, 12, 18);

            await DragAsync(visitor, 0.6, 0.9, dropped: false);
            await visitor.Page.Keyboard.PressAsync("Escape");
            await visitor.Page.Mouse.UpAsync();

            await Assertions.Expect(Strip(visitor)).ToHaveAttributeAsync("style", Text(@"--a: ?(20|18\.333)(\.000)?%; ?--b: ?(50|48\.333)(\.000)?%"));
            await IsChosenAsync(visitor, 12, 18);
        });

    [Fact]
    public async Task Its_ends_and_the_whole_of_it_are_moved_with_keys() =>
        await VisitAsync("viewer", "/simulator?last=15m", async visitor =>
        {
            ILocator begins = visitor.Main.GetByRole(AriaRole.Slider, new() { Name = "Where the window begins" });
            await begins.FocusAsync();
            for (int i = 0; i < 5; i++)
            {
                await visitor.Page.Keyboard.PressAsync("ArrowRight");
            }

            await IsChosenAsync(visitor, 50, 10);
            await visitor.Page.Keyboard.PressAsync("Tab");
            await visitor.Page.Keyboard.PressAsync("ArrowLeft");
            await IsChosenAsync(visitor, 50, 9);

            await visitor.Main.GetByRole(AriaRole.Slider, new() { Name = "The window", Exact = true }).FocusAsync();
            await visitor.Page.Keyboard.PressAsync("PageDown");
            await IsChosenAsync(visitor, 40, 9);
        });

    [Fact]
    public async Task A_simulation_that_is_not_kept_any_more_says_so() =>
        await nexus.VisitAsync("viewer", "/simulator?run=sim-gone", async visitor =>
            await Assertions.Expect(visitor.Main.Locator(".empty")).ToContainTextAsync("There is no simulation sim-gone: only the newest are kept"));

    // There is a strip once something was measured, and something is measured once something happened.
    private async Task VisitAsync(string role, string path, Func<Visitor, Task> visit)
    {
        await nexus.Server.PoolAsync("past", 1);
        await nexus.VisitAsync(role, path, visit);
    }

    private static ILocator Strip(Visitor visitor) => visitor.Main.Locator("[data-strip]");

    // From and to as parts of its width.
    private static async Task DragAsync(Visitor visitor, double from, double to, bool dropped = true)
    {
        await Assertions.Expect(Strip(visitor)).ToBeVisibleAsync();
        LocatorBoundingBoxResult box = (await Strip(visitor).BoundingBoxAsync())!;
        await visitor.Page.Mouse.MoveAsync((float)(box.X + (from * box.Width)), box.Y + 20);
        await visitor.Page.Mouse.DownAsync();
        await visitor.Page.Mouse.MoveAsync((float)(box.X + (to * box.Width)), box.Y + 20, new() { Steps = 6 });
        if (dropped)
        {
            await visitor.Page.Mouse.UpAsync();
        }
    }

    // Where the window begins, in minutes from the left edge, which goes on with the minutes; and how long it is.
    private static async Task IsChosenAsync(Visitor visitor, int begins, int length)
    {
        ILocator begin = visitor.Main.GetByRole(AriaRole.Slider, new() { Name = "Where the window begins" }), end = visitor.Main.GetByRole(AriaRole.Slider, new() { Name = "Where the window ends" });
        await Assertions.Expect(begin).ToHaveAttributeAsync("aria-valuenow", Text($"^({begins}|{begins - 1})$"));
        await Assertions.Expect(end).ToHaveAttributeAsync("aria-valuenow", Text($"^({begins + length}|{begins + length - 1})$"));
    }

    private static Regex Text(string pattern) => new(pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
}
