using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Xunit;

namespace Nexus.E2E.Pools;

/// <summary>In the demo a pool chooses its strategy by itself.</summary>
[Collection(typeof(OnTheDemoSystem))]
public sealed class DemoAdaptiveTests(DemoSystem nexus)
{
    private static readonly Regex Rule = new(@"Rule: requests waiting above 3 \(.* waiting, .* with a deadline, .* tenants?\)", RegexOptions.None, TimeSpan.FromSeconds(1));

    [Fact]
    public async Task A_pool_changes_its_strategy_and_says_why() =>
        await nexus.VisitAsync("viewer", "/pools/gpu-h100?tab=strategy", async visitor =>
        {
            // The first change may come before the first comparison, and has no scores then.
            ILocator change = visitor.Main.Locator("[data-switches] tbody tr").Filter(new() { HasTextRegex = Rule, Has = visitor.Page.GetByText("Evidence") }).First;
            await Assertions.Expect(change).ToBeVisibleAsync(new() { Timeout = 240_000 });
            await change.GetByText("Evidence").ClickAsync();
            await Assertions.Expect(visitor.Main.Locator("[data-switches]")).ToContainTextAsync("Scores: ");
            await Assertions.Expect(visitor.Main.Locator("[data-adaptive] .scores")).ToBeVisibleAsync();
            await Assertions.Expect(visitor.Main.Locator("[data-adaptive] .srules")).ToContainTextAsync("requests waiting above 3: Fair share");
            await Assertions.Expect(visitor.Main.Locator("[data-adaptive]")).ToContainTextAsync("wait 50 %, deadlines 50 %");
        });
}
