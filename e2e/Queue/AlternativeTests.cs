using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Queue;

/// <summary>A request that states several configurations: the queue says which it stands in line for and what stops the others, and then which it got.</summary>
[Collection(typeof(OnTheQuietSystem))]
public sealed class AlternativeTests(QuietSystem nexus)
{
    [Fact]
    public async Task The_drawer_says_what_stops_each_configuration_and_then_which_was_granted()
    {
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/pools/alt-fast", new { resources = new { gpu = 2 } });
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/pools/alt-slow", new { resources = new { gpu = 4 } });
        await AskAsync(new { id = "alt-busy-1", owner = "acme/alt", resources = new { gpu = 2 }, pools = new[] { "alt-fast" } });
        await AskAsync(new { id = "alt-busy-2", owner = "acme/alt", resources = new { gpu = 4 }, pools = new[] { "alt-slow" } });
        await AskAsync(new
        {
            id = "alt-1", owner = "acme/alt", resources = new { gpu = 2 }, pools = new[] { "alt-fast" }, duration = "PT1H", queue = true,
            alternatives = new[] { new { resources = new { gpu = 3 }, pools = new[] { "alt-slow" }, duration = "PT2H" } },
        });

        await nexus.VisitAsync("operator", "/queue?open=alt-1&owner=acme", async visitor =>
        {
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("It stands in line for its main configuration, and starts in whichever of its 2 configurations can first.");
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("Alternative 1: Pool alt-slow has 0 gpu free; 3 needed.");

            await nexus.Server.ReleaseAsync("alt-busy-2");
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("It holds 3 gpu in alt-slow.");
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("Alternative 1 of 1: 3 gpu.");
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("alternative 1 chosen: 3 gpu for 2 h");
        });

        Assert.Equal("allocated", await nexus.Server.StatusAsync("alt-1"));
        await nexus.Server.ReleaseAsync("alt-1");
        await nexus.Server.ReleaseAsync("alt-busy-1");
    }

    private Task AskAsync(object body) => nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/requests", body);

    private static ILocator Drawer(Visitor visitor) => visitor.Page.Locator("[data-drawer]");
}
