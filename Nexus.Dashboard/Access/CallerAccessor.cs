using Microsoft.AspNetCore.Components.Authorization;

namespace Nexus.Dashboard.Access;

/// <summary>Who sits in front of a page. When that changes, while the page stays open, the answer changes too.</summary>
internal sealed class CallerAccessor : IDisposable
{
    private readonly AuthenticationStateProvider _authentication;
    private readonly string? _address;
    private Caller? _caller;

    public CallerAccessor(AuthenticationStateProvider authentication, PersonsHttpContext http)
    {
        _authentication = authentication;
        _address = http.HttpContext?.Connection.RemoteIpAddress?.ToString();
        authentication.AuthenticationStateChanged += Forget;
    }

    /// <summary>The caller, or null when nobody is signed in.</summary>
    public async ValueTask<Caller?> GetAsync() => _caller ??= Door.CallerOf((await _authentication.GetAuthenticationStateAsync()).User, "page", _address);

    /// <summary>The caller of a page that only those who are signed in reach.</summary>
    public async ValueTask<Caller> RequireAsync() => await GetAsync() ?? throw new InvalidOperationException("nobody is signed in");

    public void Dispose() => _authentication.AuthenticationStateChanged -= Forget;

    private void Forget(Task<AuthenticationState> state) => _caller = null;
}
