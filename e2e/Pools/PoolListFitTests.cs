using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Pools;

/// <summary>The list of pools with prices has many columns: on a usual screen none of them is to be scrolled for.</summary>
[Collection(typeof(OnTheDemoSystem))]
public sealed class PoolListFitTests(DemoSystem nexus)
{
    [Theory]
    [InlineData(1440, "Pool", "Kinds", "Strategy", "Used", "Free now", "Next free", "Waiting", "p95 wait", "$/h", "State")]
    [InlineData(1280, "Pool", "Kinds", "Used", "Free now", "Waiting", "p95 wait", "$/h", "State")]
    public async Task All_columns_stand_in_the_window(int width, params string[] heads)
    {
        await nexus.VisitAsync("admin", "/pools", async visitor =>
        {
            foreach (string head in heads)
            {
                await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Columnheader, new() { Name = head, Exact = true })).ToBeInViewportAsync();
            }

            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Link, new() { Name = "vector-store" })).ToBeVisibleAsync();
            Assert.True(await visitor.Main.Locator(".box").First.EvaluateAsync<bool>("box => box.scrollWidth <= box.clientWidth"), "the table is wider than its card");
        }, new Look(Width: width, Height: 900));
    }
}
