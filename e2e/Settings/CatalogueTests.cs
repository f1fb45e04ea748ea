using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Settings;

[Collection(typeof(OnTheQuietSystem))]
public sealed class CatalogueTests(QuietSystem nexus)
{
    [Fact]
    public async Task An_own_kind_is_added_deleted_and_comes_back() =>
        await nexus.VisitAsync("admin", "/settings?section=kinds", async visitor =>
        {
            await visitor.Page.GetByLabel("Name of the new kind").FillAsync("licence");
            await visitor.Page.GetByLabel("Unit of the new kind").FillAsync("seat");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Add kind" }).ClickAsync();
            await Assertions.Expect(Row(visitor, "licence")).ToContainTextAsync("changed here by admin");
            await Assertions.Expect(Row(visitor, "gpu")).ToContainTextAsync("built in");

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Delete licence" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("Kind licence deleted")).ToBeVisibleAsync();
            await Assertions.Expect(Row(visitor, "licence")).ToHaveCountAsync(0);

            await Toast(visitor, "Kind licence deleted").GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(Row(visitor, "licence")).ToContainTextAsync("seat");
        });

    [Fact]
    public async Task A_kind_that_a_pool_supplies_stays_and_the_page_says_why()
    {
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/kinds/used.kind", new { unit = "piece", behaviour = "held" });
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/pools/uses-kind", """{"resources":{"used.kind":4}}""");

        await nexus.VisitAsync("admin", "/settings?section=kinds", async visitor =>
        {
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Delete used.kind" }).ClickAsync();
            await Assertions.Expect(visitor.Page.Locator(".toasts")).ToContainTextAsync("uses-kind");
            await Assertions.Expect(Row(visitor, "used.kind")).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task A_class_is_added_changed_and_deleted_and_each_can_be_undone() =>
        await nexus.VisitAsync("admin", "/settings?section=classes", async visitor =>
        {
            await visitor.Page.GetByLabel("Name of the new class").FillAsync("soon");
            await visitor.Page.GetByLabel("Value of the new class").FillAsync("600");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Add class" }).ClickAsync();
            ILocator value = visitor.Page.GetByLabel("Value of soon");
            await Assertions.Expect(value).ToHaveValueAsync("600");

            await value.FillAsync("650");
            await value.PressAsync("Enter");
            await Assertions.Expect(visitor.Page.GetByText("Class soon: 600 → 650")).ToBeVisibleAsync();
            await Toast(visitor, "600 → 650").GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(value).ToHaveValueAsync("600");

            await value.FillAsync("a lot");
            await value.PressAsync("Enter");
            await Assertions.Expect(visitor.Page.GetByText("The value must be a whole number.")).ToBeVisibleAsync();

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Delete soon" }).ClickAsync();
            await Assertions.Expect(value).ToHaveCountAsync(0);
            await Toast(visitor, "Class soon deleted").GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(value).ToHaveValueAsync("600");
        });

    [Fact]
    public async Task A_class_that_a_waiting_request_has_stays_and_the_page_says_why()
    {
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/priorities/awaited", new { value = 40 });
        await nexus.Server.PoolAsync("class-pool", 1);
        await nexus.Server.RequestAsync("class-1", "acme/class", "class-pool");
        await nexus.Server.RequestAsync("class-2", "acme/class", "class-pool", priority: "awaited");

        await nexus.VisitAsync("admin", "/settings?section=classes", async visitor =>
        {
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Delete awaited" }).ClickAsync();
            await Assertions.Expect(visitor.Page.Locator(".toasts .toast")).ToContainTextAsync("awaited");
            await Assertions.Expect(visitor.Page.GetByLabel("Value of awaited")).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task What_is_set_for_an_owner_is_edited_cleared_and_undone() =>
        await nexus.VisitAsync("admin", "/settings?section=owners", async visitor =>
        {
            await visitor.Page.GetByLabel("Owner path", new() { Exact = true }).FillAsync("owned/team");
            await visitor.Page.GetByLabel("Labels", new() { Exact = true }).FillAsync("costCentre=4711");
            await visitor.Page.GetByLabel("Highest class").SelectOptionAsync("high");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Set", Exact = true }).ClickAsync();
            ILocator row = visitor.Main.GetByRole(AriaRole.Row).Filter(new() { HasText = "owned/team" });
            await Assertions.Expect(row).ToContainTextAsync("4711");
            await Assertions.Expect(row).ToContainTextAsync("high");

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Edit owned/team" }).ClickAsync();
            await Assertions.Expect(visitor.Page.GetByLabel("Owner path", new() { Exact = true })).ToHaveValueAsync("owned/team");
            await visitor.Page.GetByLabel("Labels", new() { Exact = true }).FillAsync("costCentre=4712");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Set", Exact = true }).ClickAsync();
            await Assertions.Expect(row).ToContainTextAsync("4712");

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Clear owned/team" }).ClickAsync();
            await Assertions.Expect(row).ToHaveCountAsync(0);
            await Toast(visitor, "owned/team saved").Last.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(row).ToContainTextAsync("4712");
        });

    private static ILocator Row(Visitor visitor, string name) =>
        visitor.Main.GetByRole(AriaRole.Row).Filter(new() { Has = visitor.Page.GetByRole(AriaRole.Cell, new() { Name = name, Exact = true }) });

    private static ILocator Toast(Visitor visitor, string text) => visitor.Page.Locator(".toast").Filter(new() { HasText = text });
}
