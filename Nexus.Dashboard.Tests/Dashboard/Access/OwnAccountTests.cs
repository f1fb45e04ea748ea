using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Access;

/// <summary>What everybody may do with their own sessions and password.</summary>
public sealed class OwnAccountTests(NexusServer server) : IClassFixture<NexusServer>
{
    private const string Another = "another long password";

    [Fact]
    public async Task Signing_out_everywhere_ends_all_sessions_within_a_minute()
    {
        using Browser here = await server.PersonAsync("ivy", "viewer");
        using Browser there = server.Browser();
        await there.SignInAsync("ivy", NexusServer.Password);

        Assert.Null(await ActAsync(a => a.SignOutEverywhereAsync(Own("ivy"), CancellationToken.None)));
        server.Clock.Ahead += TimeSpan.FromSeconds(61);

        Assert.Equal(HttpStatusCode.Unauthorized, (await here.GetAsync("/api/v1/pools")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await there.GetAsync("/api/v1/pools")).StatusCode);
    }

    [Fact]
    public async Task A_password_is_changed_by_who_knows_the_present_one()
    {
        (await server.PersonAsync("jo", "viewer")).Dispose();

        Assert.Equal("$.present", Field(await ActAsync(a => a.ChangeOwnPasswordAsync(Own("jo"), "not the present one", Another, CancellationToken.None))));
        Assert.Equal("$.password", Field(await ActAsync(a => a.ChangeOwnPasswordAsync(Own("jo"), NexusServer.Password, "short", CancellationToken.None))));
        Assert.Null(await ActAsync(a => a.ChangeOwnPasswordAsync(Own("jo"), NexusServer.Password, Another, CancellationToken.None)));

        using Browser browser = server.Browser();
        await browser.SignInAsync("jo", NexusServer.Password);
        Assert.False(browser.IsSignedIn);
        await browser.SignInAsync("jo", Another);
        Assert.True(browser.IsSignedIn);
    }

    [Fact]
    public async Task Guessing_the_present_password_ends_like_guessing_at_the_sign_in()
    {
        (await server.PersonAsync("kai", "viewer")).Dispose();
        for (int i = 0; i < 5; i++)
        {
            await ActAsync(a => a.ChangeOwnPasswordAsync(Own("kai"), "a guess of mine", Another, CancellationToken.None));
        }

        Assert.Equal("locked-out", (await ActAsync(a => a.ChangeOwnPasswordAsync(Own("kai"), NexusServer.Password, Another, CancellationToken.None)))?.Type);
    }

    [Fact]
    public async Task A_key_has_neither_sessions_nor_a_password()
    {
        Caller key = Own("key-1") with { Kind = ActorKind.Key };

        Assert.Equal("not-a-person", (await ActAsync(a => a.SignOutEverywhereAsync(key, CancellationToken.None)))?.Type);
        Assert.Equal("not-a-person", (await ActAsync(a => a.ChangeOwnPasswordAsync(key, "x", Another, CancellationToken.None)))?.Type);
    }

    private static string? Field(Problem? problem) => problem?.Errors?.Keys.Single();

    private static Caller Own(string name) => new(ActorKind.Person, name, OwnerPath.Root, Scope.Read, null, "page", null);

    private async Task<Problem?> ActAsync(Func<AccessService, Task<Problem?>> act)
    {
        await using AsyncServiceScope scope = server.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<AccessService>());
    }
}
