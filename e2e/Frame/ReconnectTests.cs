using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Frame;

public sealed class ReconnectTests(Chromium chromium)
{
    [Fact]
    public async Task After_a_cut_line_the_page_goes_on_by_itself_with_what_it_missed()
    {
        await using NexusSystem nexus = await NexusSystem.StartAsync(chromium);
        await using CuttableLine line = new(nexus.Server.Url);
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/pools/gpu", new { resources = new { gpu = 1 } });

        await nexus.VisitAsStrangerAsync(
            async visitor =>
            {
                visitor.Troubles.ExpectAnything();
                await visitor.Page.GotoAsync(new Uri(line.Url, "/queue?status=allocated").ToString());
                await visitor.SignInAsync(await nexus.Server.AddPersonAsync("dana", "operator"));
                await visitor.ReadyAsync();
                await visitor.Page.EvaluateAsync("window.sameDocument = true");

                line.Cut();
                await Assertions.Expect(visitor.Page.GetByText("Reconnecting").First).ToBeVisibleAsync();
                await nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/requests", new { id = "missed", owner = "acme/night", resources = new { gpu = 1 } });
                line.Mend();

                await Assertions.Expect(visitor.Main.GetByText("missed", new() { Exact = true }).First).ToBeVisibleAsync(new() { Timeout = 20_000 });
                Assert.True(await visitor.Page.EvaluateAsync<bool>("window.sameDocument === true"));
            },
            line: line.Url);
    }

    [Fact]
    public async Task After_a_restart_of_the_server_the_page_comes_back_by_itself()
    {
        await using NexusSystem nexus = await NexusSystem.StartAsync(chromium);

        await nexus.VisitAsync("operator", "/pools", async visitor =>
        {
            visitor.Troubles.ExpectAnything();
            Assert.Equal(0, await nexus.Server.StopAsync());
            await Assertions.Expect(visitor.Page.GetByText("Reconnecting").First).ToBeVisibleAsync();

            await nexus.Server.StartAgainAsync();
            await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/pools/late", new { resources = new { gpu = 1 } });

            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Link, new() { Name = "late" }).First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        });
    }
}
