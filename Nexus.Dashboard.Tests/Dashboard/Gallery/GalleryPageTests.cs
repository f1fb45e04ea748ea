using System.Net;
using Nexus.Dashboard.Gallery;

namespace Nexus.Dashboard.Tests.Dashboard.Gallery;

public sealed class GalleryInDevelopment : IAsyncLifetime
{
    public NexusServer Server { get; } = new("Development");

    public ValueTask InitializeAsync() => Server.InitializeAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

public sealed class GalleryPageTests(GalleryInDevelopment development, NexusServer production) : IClassFixture<GalleryInDevelopment>, IClassFixture<NexusServer>
{
    [Fact]
    public async Task In_development_whoever_is_signed_in_sees_every_state()
    {
        using Browser viewer = await development.Server.PersonAsync("vera", "viewer");

        string page = WebUtility.HtmlDecode(await (await viewer.GetAsync("/gallery")).Content.ReadAsStringAsync());

        Assert.All(Examples.All, e => Assert.Contains($"data-example=\"{e}\"", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_address_can_ask_for_one_component_alone()
    {
        using Browser viewer = await development.Server.PersonAsync("vito", "viewer");

        string page = WebUtility.HtmlDecode(await (await viewer.GetAsync("/gallery?component=meter")).Content.ReadAsStringAsync());

        Assert.All(Examples.All, e => Assert.Equal(e.Name == "Meter", page.Contains($"data-example=\"{e}\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_component_that_does_not_exist_is_said_not_to()
    {
        using Browser viewer = await development.Server.PersonAsync("viola", "viewer");

        Assert.Contains("There is no component 'Speedometer' here.", WebUtility.HtmlDecode(await (await viewer.GetAsync("/gallery?component=Speedometer")).Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strangers_sign_in_first()
    {
        using Browser stranger = development.Server.Browser();

        HttpResponseMessage answer = await stranger.GetAsync("/gallery");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith("/sign-in", answer.Headers.Location!.IsAbsoluteUri ? answer.Headers.Location.PathAndQuery : answer.Headers.Location.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_production_it_does_not_exist()
    {
        using Browser administrator = await production.AdministratorAsync();

        HttpResponseMessage answer = await administrator.GetAsync("/gallery");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.DoesNotContain("data-example", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_page_leads_to_it()
    {
        using Browser viewer = await development.Server.PersonAsync("vic", "viewer");

        Assert.DoesNotContain("/gallery", await (await viewer.GetAsync("/")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
