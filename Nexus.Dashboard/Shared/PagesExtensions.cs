using Microsoft.AspNetCore.Diagnostics;
using MudBlazor;
using MudBlazor.Services;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Features.Alerts.Pages;
using Nexus.Dashboard.Features.Audit;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Dashboard.Features.Budgets.Past;
using Nexus.Dashboard.Features.Budgets.Runs;
using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Dashboard.Features.Months.Pages;
using Nexus.Dashboard.Features.Overview;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Prices;
using Nexus.Dashboard.Features.Prices.Invoices;
using Nexus.Dashboard.Features.Queue;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Features.Quotas.Proposals;
using Nexus.Dashboard.Features.Recommendations.Pages;
using Nexus.Dashboard.Features.Settings;
using Nexus.Dashboard.Features.Simulator;
using Nexus.Dashboard.Shared.Theme;

namespace Nexus.Dashboard.Shared;

/// <summary>The pages, wired up.</summary>
internal static class PagesExtensions
{
    private static readonly TimeSpan TooltipAfter = TimeSpan.FromMilliseconds(400);

    public static void AddNexusPages(this WebApplicationBuilder builder)
    {
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddMudServices();
        MudGlobal.TooltipDefaults.Delay = TooltipAfter;
        builder.Services.AddSingleton<ThemeSheet>();
        builder.Services.AddScoped<Live>();
        builder.Services.AddScoped<OwnerScope>();
        builder.Services.AddScoped<ViewRange>();
        builder.Services.AddScoped<Address>();
        builder.Services.AddScoped<Toasts>();
        builder.Services.AddScoped<PaletteSearch>();
        builder.Services.AddSingleton<KnownOwners>();
        builder.Services.AddSingleton<SpendToday>();
        builder.Services.AddSingleton<PoolIdle>();
        builder.Services.AddSingleton<OverviewService>();
        builder.Services.AddSingleton<PoolPageService>();
        builder.Services.AddSingleton<QueuePageService>();
        builder.Services.AddSingleton<WhyOptionService>();
        builder.Services.AddSingleton<TimelineService>();
        builder.Services.AddSingleton<ReservationPageService>();
        builder.Services.AddSingleton<QuotasPageService>();
        builder.Services.AddSingleton<QuotaHistory>();
        builder.Services.AddSingleton<ProposalsPageService>();
        builder.Services.AddSingleton<BudgetsPageService>();
        builder.Services.AddSingleton<RunsPageService>();
        builder.Services.AddSingleton<PastReader>();
        builder.Services.AddSingleton<CostsPageService>();
        builder.Services.AddTransient<PastReplay>();
        builder.Services.AddSingleton<SimulatorPageService>();
        builder.Services.AddSingleton<AlertsPageService>();
        builder.Services.AddSingleton<RecommendationsPageService>();
        builder.Services.AddTransient<AlertChannelEditing>();
        builder.Services.AddSingleton<AuditPageService>();
        builder.Services.AddSingleton<PricesPageService>();
        builder.Services.AddSingleton<InvoicesPageService>();
        builder.Services.AddSingleton<MonthsPageService>();
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
        app.MapGet("/theme.css", static async (ThemeSheet sheet, HttpContext http) =>
        {
            http.Response.Headers.CacheControl = "public,max-age=31536000,immutable";
            return Results.Text(await sheet.TextAsync(), "text/css");
        }).AllowAnonymous().ExcludeFromDescription();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = "'none'");
    }
}
