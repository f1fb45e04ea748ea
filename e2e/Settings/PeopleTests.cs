using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Settings;

[Collection(typeof(OnTheQuietSystem))]
public sealed class PeopleTests(QuietSystem nexus)
{
    [Fact]
    public async Task A_person_is_added_with_a_password_that_is_shown_once_and_works()
    {
        string password = "";
        await nexus.VisitAsync("admin", "/settings?section=people", async visitor =>
        {
            await visitor.Page.GetByLabel("Name of the new person").FillAsync("hanna");
            await visitor.Page.GetByLabel("Role of the new person").SelectOptionAsync("Operator");
            await visitor.Page.GetByLabel("Owner path of the new person").FillAsync("acme");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Add person" }).ClickAsync();

            await Assertions.Expect(visitor.Page.GetByText("hanna added")).ToBeVisibleAsync();
            ILocator shown = visitor.Main.Locator("p.note");
            await Assertions.Expect(shown).ToContainTextAsync("hanna's password, shown once:");
            await shown.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
            password = await shown.Locator(".mono").InnerTextAsync();
            Assert.Equal(password, await visitor.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
            await Assertions.Expect(Row(visitor, "hanna")).ToContainTextAsync("acme");

            await visitor.GoAsync("/settings?section=people");
            await Assertions.Expect(Row(visitor, "hanna")).ToBeVisibleAsync();
            await Assertions.Expect(visitor.Main).Not.ToContainTextAsync(password);
        });

        await nexus.VisitAsStrangerAsync(async visitor =>
        {
            await visitor.GoAsync("/sign-in");
            await visitor.SignInAsync(new Person("hanna", password));
            await visitor.ReadyAsync();
        });
    }

    [Fact]
    public async Task Adding_somebody_is_undone()
    {
        await nexus.VisitAsync("admin", "/settings?section=people", async visitor =>
        {
            await visitor.Page.GetByLabel("Name of the new person").FillAsync("mistake");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Add person" }).ClickAsync();
            await Assertions.Expect(Row(visitor, "mistake")).ToBeVisibleAsync();

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(Row(visitor, "mistake")).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task A_role_is_changed_and_changed_back()
    {
        await nexus.Server.AddPersonAsync("ines", "viewer");

        await nexus.VisitAsync("admin", "/settings?section=people", async visitor =>
        {
            await visitor.Page.GetByLabel("Role of ines").SelectOptionAsync("Engineer");
            await Assertions.Expect(visitor.Page.GetByText("ines: viewer → engineer")).ToBeVisibleAsync();
            Assert.Equal("engineer", await RoleAsync("ines"));

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByLabel("Role of ines")).ToHaveValueAsync("Viewer");
            Assert.Equal("viewer", await RoleAsync("ines"));
        });
    }

    [Fact]
    public async Task Somebody_is_removed_after_a_second_click_and_cannot_sign_in_any_more()
    {
        Person jan = await nexus.Server.AddPersonAsync("jan", "viewer");

        await nexus.VisitAsync("admin", "/settings?section=people", async visitor =>
        {
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Remove jan" }).ClickAsync();
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Keep" }).ClickAsync();
            await Assertions.Expect(Row(visitor, "jan")).ToBeVisibleAsync();

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Remove jan" }).ClickAsync();
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Remove now" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("jan removed")).ToBeVisibleAsync();
            await Assertions.Expect(Row(visitor, "jan")).ToHaveCountAsync(0);
        });

        await nexus.VisitAsStrangerAsync(async visitor =>
        {
            await visitor.GoAsync("/sign-in");
            await visitor.SignInAsync(jan);
            await Assertions.Expect(visitor.Main).ToContainTextAsync("don't match");
        });
    }

    [Fact]
    public async Task What_cannot_be_is_said_and_changes_nothing()
    {
        await nexus.Server.AddPersonAsync("kim", "viewer");

        await nexus.VisitAsync("admin", "/settings?section=people", async visitor =>
        {
            ILocator add = visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Add person" });
            await Assertions.Expect(add).ToBeDisabledAsync();
            await visitor.Page.GetByLabel("Name of the new person").FillAsync("kim");
            await add.ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("There is a person 'kim' already")).ToBeVisibleAsync();

            await visitor.Page.GetByLabel("Name of the new person").FillAsync("lena");
            await visitor.Page.GetByLabel("Owner path of the new person").FillAsync("acme//x");
            await add.ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("The owner path must not have an empty segment")).ToBeVisibleAsync();
            await Assertions.Expect(Row(visitor, "lena")).ToHaveCountAsync(0);
        });
    }

    private static ILocator Row(Visitor visitor, string name) =>
        visitor.Main.GetByRole(AriaRole.Row).Filter(new() { Has = visitor.Page.GetByRole(AriaRole.Cell, new() { Name = name, Exact = true }) });

    private async Task<string?> RoleAsync(string name) => (await nexus.Server.CallAsync(HttpMethod.Get, $"/api/v1/users/{name}")).GetProperty("role").GetString();
}
