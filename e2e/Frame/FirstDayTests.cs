using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Xunit;

namespace Nexus.E2E.Frame;

public sealed class FirstDayTests(Chromium chromium)
{
    [Fact]
    public async Task Where_there_is_nothing_yet_pages_say_what_they_are_for_and_how_to_begin()
    {
        await using NexusSystem nexus = await NexusSystem.StartAsync(chromium);

        await nexus.VisitAsync("admin", "/pools", async visitor =>
        {
            await Assertions.Expect(visitor.Main).ToContainTextAsync("A pool is capacity that Nexus may hand out");
            await visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Add a pool" }).ClickAsync();
            await Assertions.Expect(visitor.Page.Locator("[data-drawer]").GetByRole(AriaRole.Heading, new() { Name = "New pool" })).ToBeVisibleAsync();

            await visitor.GoAsync("/queue");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("Nothing waits.");
            foreach (string segment in (string[])["reserved", "allocated", "ended", "rejected", "reservations"])
            {
                await visitor.GoAsync($"/queue?status={segment}");
                await Assertions.Expect(visitor.Main).ToContainTextAsync(Empty(segment));
            }

            await visitor.GoAsync("/simulator");
            await Assertions.Expect(visitor.Main.Locator(".empty")).ToContainTextAsync("Choose a part of the past");
            await Assertions.Expect(visitor.Main.Locator("[data-busiest]")).ToHaveCountAsync(0);
        });
    }

    private static string Empty(string segment) => segment switch
    {
        "reserved" => "Nobody was promised a start.",
        "allocated" => "Nothing runs.",
        "rejected" => "Nothing was refused.",
        "reservations" => "Nothing is reserved",
        _ => "Nothing has ended yet.",
    };
}
