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

            await nexus.Server.RequestAsync("r1", "acme/alice", "first", gpu: 2);
            await nexus.Server.RequestAsync("r2", "acme/bob", "first");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("acme/bob");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Meter)).ToHaveAttributeAsync("aria-valuenow", "2");
        });

        await nexus.VisitAsync("admin", "/pools", async visitor => await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Link, new() { Name = "first" })).ToBeVisibleAsync());
        await nexus.VisitAsync("admin", "/queue", async visitor => await Assertions.Expect(visitor.Main.GetByText("r2", new() { Exact = true })).ToBeVisibleAsync());
    }
}
