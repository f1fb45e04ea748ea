using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Access;

/// <summary>Leads those who are not signed in, or not any more, to the sign-in page, which says why.</summary>
internal static class SessionEnd
{
    public const string Expired = "expired";
    public const string Changed = "changed";

    /// <summary>Sends a browser to the sign-in page, and back afterwards to what it asked for.</summary>
    public static async Task RedirectAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        HttpContext http = context.HttpContext;
        AuthenticateResult result = await http.AuthenticateAsync(IdentityConstants.ApplicationScheme);
        string? because = result.Failure?.Message switch
        {
            // The handler's own words; it has no other way to tell.
            "Ticket expired" => Expired,
            "No principal." => Changed,
            _ => null,
        };
        // What was posted cannot be asked for again.
        string returnUrl = HttpMethods.IsGet(http.Request.Method) ? http.Request.Path + http.Request.QueryString : "/";
        http.Response.Redirect($"/sign-in{QueryString.Create("returnUrl", returnUrl)}{(because is null ? "" : $"&because={because}")}");
    }

    /// <summary>What the sign-in page says of it, or null.</summary>
    public static string? Sentence(string? because, string returnUrl) => because switch
    {
        Expired => $"You were signed out after 8 hours. Sign in to return to {TitleOf(returnUrl)}.",
        Changed => $"Your access was changed. Sign in to return to {TitleOf(returnUrl)}.",
        _ => null,
    };

    private static string TitleOf(string url)
    {
        string path = url.Split('?', '#')[0];
        return NavPage.All.Where(p => path == p.Href || (p.Href != "/" && path.StartsWith(p.Href + "/", StringComparison.Ordinal))).MaxBy(p => p.Href.Length)?.Title ?? "Nexus";
    }
}
