using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Nexus.Dashboard.Access;

/// <summary>The request that is being answered, for what serves people: sign-in, and the address behind a page.</summary>
/// <remarks>The framework's own accessor would be carried along with every call, those of machines too, and would keep the server from using a context again. Here only calls without an API key have one.</remarks>
internal sealed class PersonsHttpContext : IHttpContextAccessor
{
    private readonly HttpContextAccessor _inner = new();

    public HttpContext? HttpContext
    {
        get => _inner.HttpContext;
        set => _inner.HttpContext = value;
    }

    /// <summary>Carries a person's request along until it is answered.</summary>
    public Task CarryAsync(HttpContext http, RequestDelegate next) => http.Request.Headers.Authorization.Count > 0 ? next(http) : CarryPersonAsync(http, next);

    private async Task CarryPersonAsync(HttpContext http, RequestDelegate next)
    {
        _inner.HttpContext = http;
        try
        {
            await next(http);
        }
        finally
        {
            // Whatever was started and still runs must not see who comes next.
            _inner.HttpContext = null;
        }
    }
}

internal static class PersonsHttpContextServices
{
    /// <summary>Puts it in the place of the framework's accessor, after everything that registers that.</summary>
    public static void AddPersonsHttpContext(this IServiceCollection services)
    {
        services.RemoveAll<IHttpContextAccessor>();
        services.AddSingleton<PersonsHttpContext>();
        services.Replace(ServiceDescriptor.Scoped(static p => ActivatorUtilities.CreateInstance<SignInManager<Person>>(p, p.GetRequiredService<PersonsHttpContext>())));
    }
}
