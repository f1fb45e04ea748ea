using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Access;

[Collection(typeof(OnTheQuietSystem))]
public sealed class SignInTests(QuietSystem nexus, Chromium chromium)
{
    [Fact]
    public async Task Who_is_not_signed_in_is_asked_to_and_then_returns_to_the_page_that_was_asked_for()
    {
        Person dana = await nexus.Server.AddPersonAsync("dana", "operator");

        await nexus.VisitAsStrangerAsync(async visitor =>
        {
            await visitor.Page.GotoAsync(new Uri(nexus.Server.Url, "/queue?status=allocated").ToString());
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Sign in to Nexus");

            await visitor.SignInAsync(dana);

            await visitor.AddressIsAsync("/queue?status=allocated");
            await visitor.ReadyAsync();
        });
    }

    [Fact]
    public async Task A_wrong_password_says_how_many_tries_are_left()
    {
        Person erin = await nexus.Server.AddPersonAsync("erin", "viewer");

        await nexus.VisitAsStrangerAsync(async visitor =>
        {
            await visitor.Page.GotoAsync(new Uri(nexus.Server.Url, "/sign-in").ToString());
            await visitor.SignInAsync(erin with { Password = "not the password" });

            await Assertions.Expect(visitor.Main).ToContainTextAsync("That name and password don't match. 4 tries left before a 5-minute pause.");
            await Assertions.Expect(visitor.Page.Locator("[name=username]")).ToHaveValueAsync("erin");
        });
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_answered_like_one_that_does() =>
        await nexus.VisitAsStrangerAsync(async visitor =>
        {
            await visitor.Page.GotoAsync(new Uri(nexus.Server.Url, "/sign-in").ToString());
            await visitor.SignInAsync(new Person("nobody-of-that-name", "not the password"));

            await Assertions.Expect(visitor.Main).ToContainTextAsync("That name and password don't match. 4 tries left before a 5-minute pause.");
        });

    [Fact]
    public async Task Sign_in_needs_no_script()
    {
        Person frank = await nexus.Server.AddPersonAsync("frank", "viewer");
        await using IBrowserContext context = await chromium.Browser.NewContextAsync(new() { JavaScriptEnabled = false });
        IPage page = await context.NewPageAsync();

        await page.GotoAsync(new Uri(nexus.Server.Url, "/sign-in").ToString());
        await page.Locator("[name=username]").FillAsync(frank.Name);
        await page.Locator("[name=password]").FillAsync(frank.Password);
        await page.Locator("form button[type=submit]").ClickAsync();

        await Assertions.Expect(page).ToHaveURLAsync(nexus.Server.Url.ToString());
    }

    [Fact]
    public async Task Only_addresses_of_this_server_are_returned_to()
    {
        Person gina = await nexus.Server.AddPersonAsync("gina", "viewer");

        await nexus.VisitAsStrangerAsync(async visitor =>
        {
            await visitor.Page.GotoAsync(new Uri(nexus.Server.Url, "/sign-in?returnUrl=https%3A%2F%2Fexample.org%2F").ToString());
            await visitor.SignInAsync(gina);

            await Assertions.Expect(visitor.Page).ToHaveURLAsync(nexus.Server.Url.ToString());
        });
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 1440)]
    [InlineData(ColorScheme.Light, 390)]
    public async Task The_sign_in_page_is_accessible_and_fits_its_window(ColorScheme scheme, int width) =>
        await nexus.VisitAsStrangerAsync(
            async visitor =>
            {
                await visitor.GoAsync("/sign-in");
                await visitor.FitsItsWindowAsync();
                await visitor.IsAccessibleAsync();
            },
            new Look(scheme, width, BypassPolicy: true));
}
