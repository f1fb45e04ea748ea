using Microsoft.AspNetCore.Components.Authorization;

namespace Nexus.Dashboard.Access;

/// <summary>Who sits in front of a page.</summary>
internal sealed class CallerAccessor(AuthenticationStateProvider authentication, IHttpContextAccessor http)
{
    private Caller? _caller;

    /// <summary>The caller, or null when nobody is signed in.</summary>
    public async ValueTask<Caller?> GetAsync() =>
        _caller ??= Door.CallerOf((await authentication.GetAuthenticationStateAsync()).User, "page", http.HttpContext?.Connection.RemoteIpAddress?.ToString());

    /// <summary>The caller of a page that only those who are signed in reach.</summary>
    public async ValueTask<Caller> RequireAsync() => await GetAsync() ?? throw new InvalidOperationException("nobody is signed in");
}
