using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Access;

public sealed partial class SetupTests(Chromium chromium)
{
    [Fact]
    public async Task The_printed_link_creates_the_first_administrator_once()
    {
        await using NexusSystem nexus = await NexusSystem.StartAsync(chromium);
        string link = SetupLink().Match(nexus.Server.Log).Value;
        Assert.NotEmpty(link);

        await nexus.VisitAsStrangerAsync(async visitor =>
        {
            await visitor.Page.GotoAsync(link);
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await visitor.Page.Locator("[name=username]").FillAsync("root");
            await visitor.Page.Locator("[name=password]").FillAsync("correct horse battery staple");
            await visitor.Page.Locator("[name=again]").FillAsync("correct horse battery staple");
            await visitor.Page.Locator("form button[type=submit]").ClickAsync();
            await visitor.AddressLacksAsync("token=");
        });

        await nexus.VisitAsStrangerAsync(async visitor =>
        {
            visitor.Troubles.Expect("/setup");
            await visitor.Page.GotoAsync(link);
            await Assertions.Expect(visitor.Page.Locator("[name=again]")).ToHaveCountAsync(0);
            await Assertions.Expect(visitor.Page.GetByText("sign in").Or(visitor.Page.GetByText("Sign in")).First).ToBeVisibleAsync();
        });

        await nexus.VisitAsStrangerAsync(async visitor =>
        {
            await visitor.Page.GotoAsync(new Uri(nexus.Server.Url, "/sign-in").ToString());
            await visitor.SignInAsync(new Person("root", "correct horse battery staple"));
            await Assertions.Expect(visitor.Page).ToHaveURLAsync(nexus.Server.Url.ToString());
        });
    }

    [GeneratedRegex(@"http://\S+/setup\?token=[A-Za-z0-9_-]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SetupLink();
}
