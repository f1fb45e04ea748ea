using System.Net;
using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Tests.Dashboard.Access;

/// <summary>The links that the program prints once. Each test needs a program where nobody exists yet.</summary>
public sealed class SetUpTests
{
    [Fact]
    public async Task The_link_makes_the_first_administrator_once()
    {
        await using NexusServer server = new();
        await server.InitializeAsync();
        string path = $"/setup?token={server.Link(SetUpEndpoints.Purpose)}";
        using Browser first = server.Browser();
        using Browser second = server.Browser();
        HttpResponseMessage late = await second.GetAsync(path);

        HttpResponseMessage answer = await Choose(first, await first.GetAsync(path), NexusServer.Password);
        HttpResponseMessage again = await Choose(second, late, NexusServer.Password, "second");

        Assert.Equal("/setup/installation", answer.Headers.Location?.OriginalString);
        Assert.True(first.IsSignedIn);
        Assert.Equal(HttpStatusCode.Gone, again.StatusCode);
        Assert.Contains("finished by someone else", await again.Content.ReadAsStringAsync());
        Assert.False(second.IsSignedIn);
        Assert.Equal(HttpStatusCode.Gone, (await second.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await second.GetAsync($"/setup?token={server.Link(SetUpEndpoints.Purpose)}")).StatusCode);
    }

    [Fact]
    public async Task It_works_for_thirty_minutes()
    {
        await using NexusServer server = new();
        await server.InitializeAsync();
        string path = $"/setup?token={server.Link(SetUpEndpoints.Purpose)}";
        using Browser browser = server.Browser();

        server.Clock.Ahead = TimeSpan.FromMinutes(29);
        HttpResponseMessage page = await browser.GetAsync(path);
        server.Clock.Ahead = TimeSpan.FromMinutes(31);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Choose(browser, page, NexusServer.Password)).StatusCode);
        Assert.False(browser.IsSignedIn);
    }

    [Fact]
    public async Task Without_the_token_nobody_gets_in()
    {
        await using NexusServer server = new();
        await server.InitializeAsync();
        using Browser browser = server.Browser();

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/setup")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/setup?token=guess")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync($"/setup?token={server.Link("other")}")).StatusCode);
    }

    [Fact]
    public async Task A_password_has_twelve_characters_of_any_kind()
    {
        await using NexusServer server = new();
        await server.InitializeAsync();
        using Browser browser = server.Browser();
        HttpResponseMessage page = await browser.GetAsync($"/setup?token={server.Link(SetUpEndpoints.Purpose)}");

        HttpResponseMessage tooShort = await Choose(browser, page, "elevenchars");

        Assert.Contains("at least 12 characters", await Browser.MessageAsync(tooShort));
        Assert.False(browser.IsSignedIn);
        Assert.Equal("/setup/installation", (await Choose(browser, page, "aaaaaaaaaaaa")).Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task In_Development_the_developer_gets_in_once()
    {
        await using NexusServer server = new("Development");
        await server.InitializeAsync();
        string path = $"/sign-in/developer?token={server.Link(SignInEndpoints.Developer)}";
        using Browser developer = server.Browser();
        using Browser second = server.Browser();

        Assert.Equal("/sign-in", (await second.GetAsync("/sign-in/developer?token=guess")).Headers.Location?.OriginalString);
        Assert.Equal("/", (await developer.GetAsync(path)).Headers.Location?.OriginalString);
        Assert.True(developer.IsSignedIn);
        Assert.Equal("/sign-in", (await second.GetAsync(path)).Headers.Location?.OriginalString);
        Assert.False(second.IsSignedIn);
    }

    [Fact]
    public async Task Elsewhere_there_is_no_such_door()
    {
        await using NexusServer server = new();
        await server.InitializeAsync();
        using Browser browser = server.Browser();

        HttpResponseMessage answer = await browser.GetAsync($"/sign-in/developer?token={server.Link(SignInEndpoints.Developer)}");

        Assert.NotEqual("/", answer.Headers.Location?.OriginalString);
        Assert.False(browser.IsSignedIn);
    }

    private static Task<HttpResponseMessage> Choose(Browser browser, HttpResponseMessage page, string password, string name = NexusServer.Administrator) =>
        browser.PostAsync(page, "/setup", ("username", name), ("password", password), ("again", password));
}
