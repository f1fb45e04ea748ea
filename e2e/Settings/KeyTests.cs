using System.Net;
using System.Net.Http.Headers;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Xunit;

namespace Nexus.E2E.Settings;

[Collection(typeof(OnTheQuietSystem))]
public sealed class KeyTests(QuietSystem nexus)
{
    [Fact]
    public async Task A_key_is_created_shown_once_copied_used_and_revoked() =>
        await nexus.VisitAsync("admin", "/settings?section=keys", async visitor =>
        {
            await visitor.Page.GetByLabel("What the new key is for").FillAsync("agents of globex");
            await visitor.Page.GetByLabel("Owner path of the new key").FillAsync("globex");
            await visitor.Page.GetByLabel("When the new key expires").SelectOptionAsync("90");
            await visitor.Page.GetByLabel("Highest class of the new key").SelectOptionAsync("high");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Create key" }).ClickAsync();

            ILocator shown = visitor.Main.Locator("p.note");
            await Assertions.Expect(shown).ToContainTextAsync("Shown once: nxs_");
            await shown.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
            string key = await visitor.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
            Assert.Equal(await shown.Locator(".mono").InnerTextAsync(), key);
            Assert.Equal(HttpStatusCode.OK, await CallAsync(key, "/api/v1/requests"));
            Assert.Equal(HttpStatusCode.Forbidden, await CallAsync(key, "/api/v1/users"));

            await visitor.GoAsync("/settings?section=keys");
            await Assertions.Expect(Row(visitor, "agents of globex")).ToContainTextAsync("requests, read");
            await Assertions.Expect(visitor.Main).Not.ToContainTextAsync(key);

            await Row(visitor, "agents of globex").GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Revoke now" }).ClickAsync();
            await Assertions.Expect(Row(visitor, "agents of globex")).ToHaveCountAsync(0);
            Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(key, "/api/v1/requests"));
        });

    [Fact]
    public async Task Creating_a_key_is_undone_and_the_key_is_good_for_nothing() =>
        await nexus.VisitAsync("admin", "/settings?section=keys", async visitor =>
        {
            await visitor.Page.GetByLabel("What the new key is for").FillAsync("made in error");
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Create key" }).ClickAsync();
            string key = await visitor.Main.Locator("p.note .mono").InnerTextAsync();

            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

            await Assertions.Expect(Row(visitor, "made in error")).ToHaveCountAsync(0);
            await Assertions.Expect(visitor.Main.Locator("p.note")).ToHaveCountAsync(0);
            Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(key, "/api/v1/requests"));
        });

    [Fact]
    public async Task A_key_needs_a_scope_and_an_owner_path_that_can_be() =>
        await nexus.VisitAsync("admin", "/settings?section=keys", async visitor =>
        {
            ILocator create = visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Create key" });
            await visitor.Page.GetByLabel("requests", new() { Exact = true }).UncheckAsync();
            await visitor.Page.GetByLabel("read", new() { Exact = true }).UncheckAsync();
            await Assertions.Expect(create).ToBeDisabledAsync();

            await visitor.Page.GetByLabel("usage", new() { Exact = true }).CheckAsync();
            await visitor.Page.GetByLabel("Owner path of the new key").FillAsync("../etc");
            await create.ClickAsync();
            await Assertions.Expect(visitor.Page.GetByText("The owner path must not")).ToBeVisibleAsync();
        });

    private static ILocator Row(Visitor visitor, string text) => visitor.Main.GetByRole(AriaRole.Row).Filter(new() { HasText = text });

    private async Task<HttpStatusCode> CallAsync(string key, string path)
    {
        using HttpClient client = new() { BaseAddress = nexus.Server.Url, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
        using HttpResponseMessage answer = await client.GetAsync(path);
        return answer.StatusCode;
    }
}
