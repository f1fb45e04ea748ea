using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Queue;

/// <summary>In the demo work is moved to a cheaper window, whatever the hour at which it is started.</summary>
[Collection(typeof(OnTheDemoSystem))]
public sealed class DemoHeldBackTests(DemoSystem nexus)
{
    [Fact]
    public async Task Work_that_waits_for_the_cheaper_hour_stands_in_the_queue_with_its_start_and_its_saving()
    {
        await nexus.VisitAsync("operator", "/queue?q=globex/dana", async visitor =>
        {
            ILocator held = visitor.Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "may be delayed" }).First;
            await Assertions.Expect(held).ToBeVisibleAsync(new() { Timeout = 60_000 });
            await held.ClickAsync();
            await Assertions.Expect(visitor.Page.Locator("[data-drawer]")).ToContainTextAsync("later it is expected to cost");
            await Assertions.Expect(visitor.Page.Locator("[data-drawer]")).ToContainTextAsync("by starting later");
            await Assertions.Expect(visitor.Page.Locator("[data-drawer]")).ToContainTextAsync("Max delay 2 h");
        });
    }
}
