using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Xunit;

namespace Nexus.E2E.Pools;

/// <summary>In the demo a pool chooses its strategy by itself.</summary>
[Collection(typeof(OnTheDemoSystem))]
public sealed class DemoAdaptiveTests(DemoSystem nexus)
{
    [Fact]
    public async Task A_pool_changes_its_strategy_and_says_why() =>
        await nexus.VisitAsync("viewer", "/pools/gpu-h100?tab=strategy", async visitor =>
        {
            await Assertions.Expect(visitor.Main.Locator("[data-switches]")).ToContainTextAsync("requests waiting above 3", new() { Timeout = 180_000 });
            await Assertions.Expect(visitor.Main.Locator("[data-adaptive] .srules")).ToContainTextAsync("requests waiting above 3: Fair share");
            await Assertions.Expect(visitor.Main.Locator("[data-adaptive]")).ToContainTextAsync("wait 50 %, deadlines 50 %");
        });
}
