using System.Text.Json;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Queue;

/// <summary>An owner says on the page how its requests give way; one that would be refused gets less, and the queue says what it asked for and why.</summary>
[Collection(typeof(OnTheQuietSystem))]
public sealed class GiveWayTests(QuietSystem nexus)
{
    [Fact]
    public async Task What_an_owner_lets_go_is_set_on_the_page_and_the_queue_says_what_came_of_it()
    {
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/pools/bend-own", new { resources = new { gpu = 4 } });
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/pools/bend-spare", new { resources = new { gpu = 2 } });
        await AskAsync(new { id = "bend-busy", owner = "bend/a", resources = new { gpu = 1 }, pools = new[] { "bend-own" } });
        Assert.Equal("rejected", (await AskAsync(new { id = "bend-0", owner = "bend/a", resources = new { gpu = 4 }, pools = new[] { "bend-own" } })).GetProperty("status").GetString());

        await nexus.VisitAsync("admin", "/settings?section=owners", async visitor =>
        {
            await visitor.Page.GetByLabel("Owner path", new() { Exact = true }).FillAsync("bend");
            await visitor.Page.GetByLabel("Whether requests give way").SelectOptionAsync("ways");
            await visitor.Page.GetByLabel("Kinds of way 1").FillAsync("gpu");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Add a way" }).ClickAsync();
            await visitor.Page.GetByLabel("Way 2", new() { Exact = true }).SelectOptionAsync("a later start");
            await visitor.Page.GetByLabel("How much later of way 2").FillAsync("PT20M");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Set", Exact = true }).ClickAsync();
            ILocator row = visitor.Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "bend" });
            await Assertions.Expect(row).ToContainTextAsync("50 % or more of gpu, then up to 20 m 00 s later");

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Edit bend" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByLabel("Least per cent of way 1")).ToHaveValueAsync("50");
            await visitor.Page.GetByLabel("Way 2", new() { Exact = true }).SelectOptionAsync("more pools");
            await visitor.Page.GetByLabel("Pools of way 2").FillAsync("bend-nowhere");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Set", Exact = true }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("pool 'bend-nowhere' does not exist")).ToBeVisibleAsync();
            await visitor.Page.GetByLabel("Pools of way 2").FillAsync("bend-spare");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Set", Exact = true }).ClickAsync();
            await Assertions.Expect(row).ToContainTextAsync("then also in bend-spare");
        });

        JsonElement less = await AskAsync(new { id = "bend-1", owner = "bend/a", resources = new { gpu = 4 }, pools = new[] { "bend-own" } });
        Assert.Equal(("allocated", 3, 4), (less.GetProperty("status").GetString(), less.GetProperty("resources").GetProperty("gpu").GetInt32(), less.GetProperty("degraded").GetProperty("asked").GetProperty("resources").GetProperty("gpu").GetInt32()));
        await AskAsync(new { id = "bend-2", owner = "bend/a", resources = new { gpu = 2 }, pools = new[] { "bend-own" } });

        await nexus.VisitAsync("operator", "/queue?open=bend-1&owner=bend", async visitor =>
        {
            await Assertions.Expect(GaveWay(visitor)).ToContainTextAsync("Asked for 4 gpu, gets 3 gpu: bend gives way before a refusal. As it was asked it would have been refused: Pool bend-own has 3 gpu free; 4 needed.");
            await Assertions.Expect(Drawer(visitor)).ToContainTextAsync("submitted and gave way (asked for 4 gpu, gets 3 gpu), running");
        });
        await nexus.VisitAsync("operator", "/queue?open=bend-2&owner=bend", async visitor =>
            await Assertions.Expect(GaveWay(visitor)).ToContainTextAsync("Accepts bend-spare beside the pools that it named: bend gives way before a refusal."));

        foreach (string id in (string[])["bend-1", "bend-2", "bend-busy"])
        {
            await nexus.Server.ReleaseAsync(id);
        }
    }

    private Task<JsonElement> AskAsync(object body) => nexus.Server.CallAsync(HttpMethod.Post, "/api/v1/requests", body);

    private static ILocator GaveWay(Visitor visitor) => Drawer(visitor).Locator("[data-gave-way]");

    private static ILocator Drawer(Visitor visitor) => visitor.Page.Locator("[data-drawer]");
}
