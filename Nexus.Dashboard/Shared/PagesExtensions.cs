using Microsoft.AspNetCore.Diagnostics;
using MudBlazor.Services;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Features.Audit;
using Nexus.Dashboard.Features.Overview;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Queue;
using Nexus.Dashboard.Features.Settings;

namespace Nexus.Dashboard.Shared;

/// <summary>The pages, wired up.</summary>
internal static class PagesExtensions
{
    public static void AddNexusPages(this WebApplicationBuilder builder)
    {
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddMudServices();
        builder.Services.AddScoped<Live>();
        builder.Services.AddScoped<OwnerScope>();
        builder.Services.AddScoped<Toasts>();
        builder.Services.AddScoped<PaletteSearch>();
        builder.Services.AddSingleton<KnownOwners>();
        builder.Services.AddSingleton<OverviewService>();
        builder.Services.AddSingleton<PoolPageService>();
        builder.Services.AddSingleton<QueuePageService>();
        builder.Services.AddSingleton<AuditPageService>();
        builder.Services.AddSingleton<SettingsService>();
    }

    public static void MapNexusPages(this WebApplication app)
    {
        // What is not found is asked for again as /not-found: that too must pass the antiforgery middleware. A machine gets its problem document instead.
        app.UseStatusCodePagesWithReExecute("/not-found");
        app.Use(static (http, next) =>
        {
            if (Door.Guards(http.Request.Path) && http.Features.Get<IStatusCodePagesFeature>() is { } pages)
            {
                pages.Enabled = false;
            }

            return next(http);
        });
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = "'none'");
    }
}
