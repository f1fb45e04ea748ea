using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Xunit;

namespace Nexus.E2E.Simulator;

[Collection(typeof(OnTheDemoSystem))]
public sealed class BusiestHourTests(DemoSystem nexus)
{
    [Fact]
    public async Task The_busiest_hour_of_the_last_week_is_offered_and_taken() =>
        await nexus.VisitAsync("operator", "/simulator", async visitor =>
        {
            // Measured every ten seconds.
            await Assertions.Expect(visitor.Main.Locator(".empty")).ToContainTextAsync("The busiest hour of the last week was", new() { Timeout = 20_000 });
            await visitor.Main.Locator("[data-busiest]").ClickAsync();
            await Assertions.Expect(visitor.Main.GetByLabel("From (UTC)")).ToHaveValueAsync(new Regex(":00$", RegexOptions.None, TimeSpan.FromSeconds(1)));
            await visitor.AddressHasAsync("from=");
        });
}
