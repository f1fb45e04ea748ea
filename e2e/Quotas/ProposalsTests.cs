using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Quotas;

/// <summary>Limits that follow their use, and what was set before. The window is ten seconds here.</summary>
public sealed class ProposalsTests(Chromium chromium)
{
    [Fact]
    public async Task Proposals_are_accepted_set_back_and_declined()
    {
        await using NexusSystem nexus = new(chromium, Workload.None, "--Nexus:Quotas:Adjust:Every=00:00:01", "--Nexus:Quotas:Adjust:Window=00:00:10");
        await nexus.InitializeAsync();
        await nexus.VisitAsync("operator", "/quotas?tab=proposals", async visitor =>
        {
            // While the page is open, so that it is seen before the first ten seconds are over.
            foreach (string owner in (string[])["acme", "globex"])
            {
                await nexus.Server.CallAsync(HttpMethod.Put, $"/api/v1/quotas/{owner}", new { rules = new[] { new { resource = "gpu", limit = 16, adjust = new { mode = "offer", min = 4, max = 32 } } } });
            }

            await Assertions.Expect(visitor.Main).ToContainTextAsync("2 limits follow their use. A proposal needs 10 seconds");
            await Assertions.Expect(Offered(visitor).GetByRole(AriaRole.Listitem)).ToHaveCountAsync(2, new() { Timeout = 40_000 });
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Tab, new() { Name = "Proposals 2" })).ToBeVisibleAsync();
            await Assertions.Expect(Offered(visitor)).ToContainTextAsync("In the last 10 seconds none of 16 gpu was used");

            await Offered(visitor).GetByRole(AriaRole.Button, new() { Name = "Accept acme gpu 16 → 12" }).ClickAsync();
            await Assertions.Expect(Decided(visitor)).ToContainTextAsync("Applied by");
            Assert.Equal(12, await LimitAsync(nexus.Server, "acme"));

            await Decided(visitor).GetByRole(AriaRole.Button, new() { Name = "Revert acme gpu 16 → 12" }).ClickAsync();
            await Assertions.Expect(Decided(visitor)).ToContainTextAsync("Set back by");
            Assert.Equal(16, await LimitAsync(nexus.Server, "acme"));

            await Offered(visitor).GetByRole(AriaRole.Button, new() { Name = "Decline globex gpu 16 → 12" }).ClickAsync();
            await Assertions.Expect(Decided(visitor)).ToContainTextAsync("Declined by");
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Decline globex gpu 16 → 12" })).ToHaveCountAsync(0);
            Assert.Equal(16, await LimitAsync(nexus.Server, "globex"));
            await visitor.FitsItsWindowAsync();
        });
    }

    internal static async Task<decimal> LimitAsync(NexusServer server, string owner) =>
        (await server.CallAsync(HttpMethod.Get, $"/api/v1/quotas/{owner}")).GetProperty("rules")[0].GetProperty("limit").GetDecimal();

    private static ILocator Offered(Visitor visitor) => visitor.Main.GetByRole(AriaRole.List, new() { Name = "Proposals to decide" });

    private static ILocator Decided(Visitor visitor) => visitor.Main.GetByRole(AriaRole.List, new() { Name = "Decided proposals" });
}
