using NetEscapades.AspNetCore.SecurityHeaders;
using Scalar.AspNetCore;

namespace Nexus.Dashboard.Api;

/// <summary>The reference page at /docs/api: drawn from the OpenAPI document, all of it served from here, so that it works without the internet.</summary>
internal static class ApiReference
{
    /// <summary>Where it is.</summary>
    public const string Address = "/docs/api";

    public static void MapApiReference(this WebApplication app) => app.MapScalarApiReference(Address, static (page, http) =>
    {
        page.Title = "Nexus API";
        page.OpenApiRoutePattern = "/openapi/v1.json";
        page.Favicon = "/favicon.svg";
        page.Nonce = http.GetNonce();
        page.DefaultFonts = false;
        page.Telemetry = false;
        page.ProxyUrl = null;
        page.HideClientButton = true;
        page.ShowDeveloperTools = DeveloperToolsVisibility.Never;
        page.Agent = new ScalarAgentOptions { Disabled = true };
        page.Mcp = new ScalarMcpOptions { Disabled = true };
    });
}
