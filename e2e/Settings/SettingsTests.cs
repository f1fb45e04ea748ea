using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Settings;

[Collection(typeof(OnTheQuietSystem))]
public sealed class SettingsTests(QuietSystem nexus)
{
    private const string NewPassword = "a longer one than before";

    [Theory]
    [InlineData("installation")]
    [InlineData("people")]
    [InlineData("keys")]
    [InlineData("owners")]
    [InlineData("kinds")]
    [InlineData("classes")]
    [InlineData("data")]
    [InlineData("about")]
    public async Task Who_is_no_administrator_sees_no_section_but_the_own_profile(string section) =>
        await nexus.VisitAsync("operator", $"/settings?section={section}", async visitor =>
        {
            await Assertions.Expect(visitor.Main).ToContainTextAsync("This needs the scope 'admin'; ask an administrator for it.");
            await visitor.Main.GetByRole(AriaRole.Link, new() { Name = "Profile and appearance" }).ClickAsync();
            await Assertions.Expect(visitor.Main.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true })).ToBeVisibleAsync();
            await visitor.AddressHasAsync("section=profile");
        });

    [Fact]
    public async Task Everybody_sees_what_they_may_do() =>
        await nexus.VisitAsync(
            "engineer",
            "/settings",
            async visitor =>
            {
                await Assertions.Expect(visitor.Main).ToContainTextAsync("requests, read, benchmarks");
                await Assertions.Expect(visitor.Main).ToContainTextAsync("acme");
            },
            owner: "acme");

    [Fact]
    public async Task Theme_and_density_are_switched_and_stay_after_a_reload() =>
        await nexus.VisitAsync("viewer", "/settings?section=profile", async visitor =>
        {
            ILocator root = visitor.Page.Locator("html");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Switch theme" }).Last.ClickAsync();
            await Assertions.Expect(root).ToHaveAttributeAsync("data-theme", "dark");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Switch density" }).Last.ClickAsync();
            await Assertions.Expect(root).ToHaveAttributeAsync("data-density", "compact");

            await visitor.GoAsync("/settings?section=profile");
            await Assertions.Expect(root).ToHaveAttributeAsync("data-theme", "dark");
            await Assertions.Expect(root).ToHaveAttributeAsync("data-density", "compact");
        });

    [Fact]
    public async Task Signing_out_everywhere_ends_the_sessions_of_all_browsers()
    {
        Person mona = await nexus.Server.AddPersonAsync("mona", "viewer");

        await nexus.VisitAsStrangerAsync(async visitor =>
        {
            await visitor.GoAsync("/sign-in?returnUrl=%2Fsettings");
            await visitor.SignInAsync(mona);
            await visitor.ReadyAsync();
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out everywhere" }).ClickAsync();
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out everywhere now" }).ClickAsync();

            await visitor.AddressHasAsync("/sign-in");
        });
    }

    [Fact]
    public async Task Signing_out_ends_this_session()
    {
        Person nora = await nexus.Server.AddPersonAsync("nora", "viewer");

        await nexus.VisitAsStrangerAsync(async visitor =>
        {
            await visitor.GoAsync("/sign-in?returnUrl=%2Fsettings");
            await visitor.SignInAsync(nora);
            await visitor.ReadyAsync();
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
            await visitor.AddressHasAsync("/sign-in");

            await visitor.Page.GotoAsync(new Uri(nexus.Server.Url, "/pools").ToString());
            await visitor.AddressHasAsync("/sign-in");
        });
    }

    [Fact]
    public async Task The_own_password_is_changed_by_who_knows_the_present_one()
    {
        Person otto = await nexus.Server.AddPersonAsync("otto", "viewer");

        await nexus.VisitAsStrangerAsync(async visitor =>
        {
            await visitor.GoAsync("/sign-in?returnUrl=%2Fsettings");
            await visitor.SignInAsync(otto);
            await visitor.ReadyAsync();
            await ChangeAsync(visitor, "not the present one", NewPassword);
            await Assertions.Expect(visitor.Page.GetByText("is not your present password")).ToBeVisibleAsync();
            await ChangeAsync(visitor, otto.Password, "too short");
            await Assertions.Expect(visitor.Page.Locator(".toasts")).ToContainTextAsync("12");

            await ChangeAsync(visitor, otto.Password, NewPassword);
            await visitor.AddressHasAsync("/sign-in");
            await visitor.SignInAsync(otto with { Password = NewPassword });
            await visitor.ReadyAsync();
        });
    }

    [Fact]
    public async Task The_name_of_the_installation_is_changed_shown_at_the_sign_in_and_changed_back() =>
        await nexus.VisitAsync("admin", "/settings?section=installation", async visitor =>
        {
            ILocator name = visitor.Page.GetByLabel("Name, shown at the sign-in");
            string before = await name.InputValueAsync();
            await name.FillAsync("Test bench");
            await name.PressAsync("Tab");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("Installation saved")).ToBeVisibleAsync();
            await Assertions.Expect(visitor.Main).ToContainTextAsync("changed here by admin");
            await nexus.VisitAsStrangerAsync(async stranger =>
            {
                await stranger.GoAsync("/sign-in");
                await Assertions.Expect(stranger.Main).ToContainTextAsync("Test bench");
            });

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(name).ToHaveValueAsync(before);
        });

    [Fact]
    public async Task Data_says_how_the_engine_and_its_journal_are() =>
        await nexus.VisitAsync("admin", "/settings?section=data", async visitor =>
        {
            await nexus.Server.PoolAsync("data-pool", 1);
            foreach (string what in (string[])["Ready", "Last commit", "Last snapshot", "Engine time", nexus.Server.Data, "Events kept", "Disk free", "from appsettings.json, read only"])
            {
                await Assertions.Expect(visitor.Main).ToContainTextAsync(what);
            }
        });

    [Fact]
    public async Task About_names_the_version_the_health_and_the_limits_and_leads_to_the_reference() =>
        await nexus.VisitAsync("admin", "/settings?section=about", async visitor =>
        {
            foreach (string what in (string[])["Nexus 0.", ".NET", "Ready", "Limits in force", "Calls waiting for news"])
            {
                await Assertions.Expect(visitor.Main).ToContainTextAsync(what);
            }

            Assert.Equal("/docs/api", await visitor.Main.GetByRole(AriaRole.Link, new() { Name = "Reference" }).GetAttributeAsync("href"));
        });

    private static async Task ChangeAsync(Visitor visitor, string present, string wanted)
    {
        await visitor.Page.GetByLabel("The present one").FillAsync(present);
        await visitor.Page.GetByLabel("A new one, 12 characters or more").FillAsync(wanted);
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();
    }
}
