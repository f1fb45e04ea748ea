using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Xunit;

namespace Nexus.E2E.Frame;

/// <summary>What holds for every page, looked at while the demo workload runs.</summary>
[Collection(typeof(OnTheDemoSystem))]
public sealed class EveryPageTests(DemoSystem nexus)
{
    private static readonly string[] Routes = ["/", "/pools", "/queue", "/quotas", "/budgets", "/costs", "/prices", "/simulator", "/audit", "/settings"];

    private static readonly string[] Parts =
    [
        "/pools/gpu-h100", "/pools/gpu-h100?tab=waiting", "/pools/gpu-h100?tab=strategy", "/pools/gpu-h100?tab=bookings", "/pools/gpu-h100?open=edit", "/pools/gpu-h100?open=strategy", "/pools/llm-frontier",
        "/queue?status=allocated", "/queue?status=reservations", "/queue?view=times", "/queue?reserve=new",
    ];

    public static TheoryData<string, string, int> Looks() =>
        [.. Routes.SelectMany(route => new[] { (route, "light", 1440), (route, "dark", 1440), (route, "light", 390) })];

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task It_is_accessible_fits_its_window_and_has_one_heading(string route, string theme, int width) =>
        await nexus.VisitAsync(
            "admin",
            $"{route}?theme={theme}",
            async visitor =>
            {
                await Assertions.Expect(visitor.Page.Locator("h1")).ToHaveCountAsync(1);
                await Assertions.Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("data-theme", theme);
                // Charts and sparklines arrive with the first frames.
                await visitor.Page.WaitForTimeoutAsync(1200);
                await visitor.FitsItsWindowAsync();
                await visitor.IsAccessibleAsync();
            },
            new Look(Width: width, Height: width == 390 ? 844 : 900, BypassPolicy: true));

    [Theory]
    [InlineData("dark", 1440)]
    [InlineData("light", 390)]
    public async Task So_are_the_parts_of_pools_and_queue_that_have_addresses_of_their_own(string theme, int width) =>
        await nexus.VisitAsync(
            "admin",
            "/",
            async visitor =>
            {
                foreach (string route in Parts)
                {
                    await visitor.GoAsync($"{route}{(route.Contains('?', StringComparison.Ordinal) ? '&' : '?')}theme={theme}");
                    await Assertions.Expect(visitor.Page.Locator("h1")).ToHaveCountAsync(1);
                    await visitor.Page.WaitForTimeoutAsync(800);
                    await visitor.FitsItsWindowAsync();
                    await visitor.IsAccessibleAsync();
                }
            },
            new Look(Width: width, Height: width == 390 ? 844 : 900, BypassPolicy: true));

    [Fact]
    public async Task Going_through_all_pages_under_the_policy_troubles_no_browser() =>
        await nexus.VisitAsync("admin", "/", async visitor =>
        {
            foreach (string route in Routes)
            {
                await visitor.GoAsync(route);
                await visitor.Page.WaitForTimeoutAsync(1500);
            }
        });

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Without_a_choice_the_theme_is_the_operating_systems(ColorScheme scheme) =>
        await nexus.VisitAsync(
            "viewer",
            "/",
            async visitor => Assert.Equal(
                scheme is ColorScheme.Dark ? "rgb(11, 13, 17)" : "rgb(245, 246, 248)",
                await visitor.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor")),
            new Look(scheme));

    [Fact]
    public async Task A_page_that_does_not_exist_says_so() =>
        await nexus.VisitAsync("viewer", "/", async visitor =>
        {
            visitor.Troubles.Expect("404");
            IResponse? answer = await visitor.Page.GotoAsync(new Uri(nexus.Server.Url, "/no-such-page").ToString());
            Assert.Equal(404, answer!.Status);
            await Assertions.Expect(visitor.Page.Locator("h1")).ToHaveCountAsync(1);
        });
}
