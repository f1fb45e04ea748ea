using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;

namespace Nexus.Dashboard.Access;

/// <summary>Asks again and again, while a page stays open, whether its person may still be here: an open page sends no requests at which the cookie would be checked.</summary>
internal sealed class SignedInState(ILoggerFactory logs, IServiceScopeFactory scopes) : RevalidatingServerAuthenticationStateProvider(logs)
{
    protected override TimeSpan RevalidationInterval { get; } = TimeSpan.FromSeconds(30);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        // A scope of its own: the page's remembers the person as it was.
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<SignInManager<Person>>().ValidateSecurityStampAsync(authenticationState.User) is not null;
    }
}
