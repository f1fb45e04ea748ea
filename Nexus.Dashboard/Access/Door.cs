using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Access;

/// <summary>
/// Settles who asks, before anything else looks at the request. Machine calls skip the policy chain of the framework, which costs a fifth more
/// (docs/decisions/0005): a key is looked up here, and the services ask the <see cref="Caller"/>.
/// </summary>
internal sealed class Door(RequestDelegate next, KeyRing ring, LocalSocket socket)
{
    private const string Bearer = "Bearer ";
    private const string Pages = "/_blazor";
    private static readonly Problem CrossSite = new("cross-site", "Not allowed", 403, "A page of another site may not act with your sign-in; use an API key.");
    private static readonly string[] Guarded = ["/api", "/metrics", "/hubs", "/openapi", "/v1"];

    public Task InvokeAsync(HttpContext http)
    {
        if (socket.Carries(http))
        {
            http.Features.Set(LocalSocket.Administrator);
            return next(http);
        }

        if (http.Request.Headers.Authorization.ToString() is not { Length: > 0 } authorization)
        {
            return http.Request.Headers.Authorization.Count > 0 ? UnknownAsync(http) : AdmitPersonAsync(http);
        }

        // A key that was checked just now is known at once.
        ValueTask<Caller?> checking = authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? ring.CheckAsync(authorization[Bearer.Length..].Trim(), http.Connection.RemoteIpAddress?.ToString(), http.RequestAborted)
            : default;
        return checking.IsCompletedSuccessfully ? AdmitKeyAsync(http, checking.Result) : AdmitKeyAsync(http, checking);
    }

    private async Task AdmitKeyAsync(HttpContext http, ValueTask<Caller?> checking) => await AdmitKeyAsync(http, await checking);

    private Task AdmitKeyAsync(HttpContext http, Caller? caller)
    {
        if (caller is null)
        {
            return UnknownAsync(http);
        }

        http.Features.Set(caller);
        return next(http);
    }

    private static Task UnknownAsync(HttpContext http) =>
        (Problem.Unauthenticated with { Detail = "The API key is unknown, expired or revoked; create one with 'keys create'." }).WriteAsync(http);

    private async Task AdmitPersonAsync(HttpContext http)
    {
        // An open page acts with its person's rights over this connection: another site must not open it.
        if (http.Request.Path.StartsWithSegments(Pages, StringComparison.OrdinalIgnoreCase) && IsCrossSite(http.Request))
        {
            await CrossSite.WriteAsync(http);
            return;
        }

        bool guarded = Guards(http.Request.Path);
        if (guarded && http.Request.Headers.Cookie.Count > 0
            && await http.AuthenticateAsync(IdentityConstants.ApplicationScheme) is { Succeeded: true, Principal: { } principal })
        {
            if (IsCrossSite(http.Request))
            {
                await CrossSite.WriteAsync(http);
                return;
            }

            http.User = principal;
            http.Features.Set(CallerOf(principal, "api", http.Connection.RemoteIpAddress?.ToString()));
        }

        if (guarded && Caller.Of(http) is null)
        {
            await Problem.Unauthenticated.WriteAsync(http);
            return;
        }

        await next(http);
    }

    /// <summary>The caller that somebody signed in is.</summary>
    public static Caller? CallerOf(ClaimsPrincipal principal, string source, string? address) =>
        principal.Identity is { IsAuthenticated: true, Name: { } name } && Roles.TryParse(principal.FindFirstValue(AccessClaims.Role), out Role role)
            ? new Caller(ActorKind.Person, name, OwnerPath.Parse(principal.FindFirstValue(AccessClaims.Path) ?? ""), role.Scopes(), null, source, address)
            : null;

    /// <summary>True for the paths behind which nobody gets without a caller.</summary>
    public static bool Guards(PathString path) => Array.Exists(Guarded, p => path.StartsWithSegments(p, StringComparison.OrdinalIgnoreCase));

    // Browsers say where a request comes from; who sends neither header is no browser and carries no foreign cookie.
    private static bool IsCrossSite(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) && !request.HttpContext.WebSockets.IsWebSocketRequest)
        {
            return false;
        }

        string? site = request.Headers["Sec-Fetch-Site"];
        string? origin = request.Headers.Origin;
        return site is not (null or "same-origin" or "none")
            || (origin is not null && !(Uri.TryCreate(origin, UriKind.Absolute, out Uri? from) && from.Authority == request.Host.Value));
    }
}

/// <summary>What a sign-in carries beside the name.</summary>
internal static class AccessClaims
{
    public const string Role = "nexus:role";
    public const string Path = "nexus:path";
}
