using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Gallery;

/// <summary>Every component in every state, as a browser shows it. The pictures lie in <c>artifacts/gallery</c>.</summary>
[Collection(typeof(OnTheDevelopmentSystem))]
public sealed class GalleryTests(DevelopmentSystem nexus)
{
    [Theory]
    [InlineData("light", 1440)]
    [InlineData("dark", 1440)]
    [InlineData("light", 390)]
    public async Task Every_state_is_accessible_fits_its_window_and_is_pictured(string theme, int width) =>
        await nexus.VisitAsync(
            "viewer",
            $"/gallery?theme={theme}",
            async visitor =>
            {
                await Assertions.Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("data-theme", theme);
                await DrawnAsync(visitor);
                await visitor.FitsItsWindowAsync();
                await visitor.IsAccessibleAsync();
                await visitor.Page.ScreenshotAsync(new()
                {
                    Path = Path.Combine(PublishedProgram.Root, "artifacts", "gallery", $"{theme}-{width}.png"),
                    FullPage = true,
                    // A picture of some twenty screens takes a busy machine a while.
                    Timeout = 60_000,
                    // What stays in place while a person scrolls would lie over the picture.
                    Style = "header.bar,nav.side{position:static!important}",
                });
            },
            new Look(Width: width, Height: width == 390 ? 844 : 900, BypassPolicy: true));

    [Fact]
    public async Task Under_the_policy_no_state_troubles_the_browser() => await nexus.VisitAsync("viewer", "/gallery", DrawnAsync);

    [Fact]
    public async Task One_component_is_picked_and_can_be_used() =>
        await nexus.VisitAsync("viewer", "/gallery?component=Meter", async visitor =>
        {
            await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "ConfirmButton", Exact = true }).ClickAsync();
            await Assertions.Expect(visitor.Main.Locator("section:has(> .states)")).ToHaveCountAsync(1);
            await visitor.AddressIsAsync("/gallery?component=ConfirmButton");

            await visitor.Main.Locator("[data-example='ConfirmButton: at rest'] button").ClickAsync();
            await Assertions.Expect(visitor.Main.Locator("[data-example='ConfirmButton: at rest'] button")).ToHaveTextAsync(["Delete", "Keep"]);
        });

    // Charts come last: their script is loaded with the first of them.
    private static async Task DrawnAsync(Visitor visitor)
    {
        ILocator charts = visitor.Main.Locator(".plotbox:not([hidden])");
        await Assertions.Expect(charts.Locator(".apexcharts-canvas")).ToHaveCountAsync(await charts.CountAsync());
    }
}

[Collection(typeof(OnTheQuietSystem))]
public sealed class GalleryInProductionTests(QuietSystem nexus)
{
    [Fact]
    public async Task There_it_does_not_exist() =>
        await nexus.VisitAsync("admin", "/", async visitor =>
        {
            visitor.Troubles.Expect("404");
            IResponse? answer = await visitor.Page.GotoAsync(new Uri(nexus.Server.Url, "/gallery").ToString());
            Assert.Equal(404, answer!.Status);
            await Assertions.Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("Not found");
        });
}
