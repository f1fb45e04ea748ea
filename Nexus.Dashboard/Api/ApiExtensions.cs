using System.Globalization;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Commands;
using Nexus.Dashboard.Features.Alerts;
using Nexus.Dashboard.Features.Audit;
using Nexus.Dashboard.Features.Calibration;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Dashboard.Features.Budgets.Outlook;
using Nexus.Dashboard.Features.Budgets.Runs;
using Nexus.Dashboard.Features.Costs;
using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Dashboard.Features.Costs.Views;
using Nexus.Dashboard.Features.Costs.Otlp;
using Nexus.Dashboard.Features.Costs.Focus;
using Nexus.Dashboard.Features.Months;
using Nexus.Dashboard.Features.Months.Mail;
using Nexus.Dashboard.Features.Past;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Prices;
using Nexus.Dashboard.Features.Prices.Invoices;
using Nexus.Dashboard.Features.Queue;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Features.Quotas.Proposals;
using Nexus.Dashboard.Features.Recommendations;
using Nexus.Dashboard.Features.Settings;
using Nexus.Dashboard.Features.Simulator;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Api;

/// <summary>The HTTP API, wired up: services, routes, and what every answer under /api/v1 has in common.</summary>
internal static class ApiExtensions
{
    private const string Root = "/api/v1";

    public static void AddNexusApi(this WebApplicationBuilder builder, DataDirectory data)
    {
        IServiceCollection services = builder.Services;
        services.AddSingleton<Draining>();
        services.AddHostedService(static p => p.GetRequiredService<Draining>());
        services.AddNexusEngine(builder.Configuration, _ => data.Path);
        services.AddSingleton<QueueService>();
        services.AddSingleton<ReservationService>();
        services.AddHostedService<ReservationHorizon>();
        services.AddSingleton<PoolService>();
        services.AddSingleton<QuotaService>();
        services.AddSingleton<PriceService>();
        services.AddSingleton<BudgetOutlooks>();
        services.AddHostedService<BudgetLooking>();
        services.AddSingleton<BudgetService>();
        services.AddSingleton<AllowanceService>();
        services.AddSingleton<RerateService>();
        services.AddSingleton<InvoiceStore>();
        services.AddSingleton<InvoiceService>();
        builder.AddNexusMonths();
        services.AddSingleton<UsageService>();
        services.AddSingleton<CostsService>();
        services.AddSingleton<ViewStore>();
        services.AddSingleton<ViewService>();
        services.AddSingleton<CapacityPast>();
        services.AddSingleton<IdleCosts>();
        services.AddSingleton<IdleSharer>();
        services.AddSingleton<UnitCounting>();
        services.AddOptions<OverheadOptions>().Bind(builder.Configuration.GetSection(OverheadOptions.Section)).Validate(static o => o.IsValid, OverheadOptions.Fault).ValidateOnStart();
        services.AddOptions<FocusOptions>().Bind(builder.Configuration.GetSection(FocusOptions.Section)).Validate(static o => o.IsValid, FocusOptions.Fault).ValidateOnStart();
        services.AddSingleton<PastService>();
        services.AddSingleton<QuotaUsageService>();
        services.AddSingleton<CalibrationService>();
        services.AddSingleton<CatalogueService>();
        services.AddSingleton<AuditTrail>();
        services.AddHostedService(static p => p.GetRequiredService<AuditTrail>());
        services.AddScoped<AuditService>();
        builder.AddNexusOtlp();
        builder.AddNexusSimulator();
        builder.AddNexusProposals();
        builder.AddNexusAlerts();
        builder.AddNexusRecommendations();
        services.AddSingleton<IdempotencyKeys>();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, AccessJson.Default);
            json.SerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict;
            json.SerializerOptions.DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull;
        });
        services.AddNexusOpenApi();
        services.AddNexusMetrics(builder.Configuration);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Body.BatchLimit;
        });
        // Requests in flight finish, the engine commits what it has, and the program ends well before a service manager loses patience.
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(8));
    }

    /// <summary>Errors of the API are problem documents, whoever finds them. Before routing.</summary>
    public static void UseNexusApi(this WebApplication app)
    {
        app.UseWhen(IsOtlp, static otlp => otlp.Use(OtlpAnswer.SpeakAsync));
        app.Use(app.Services.GetRequiredService<Draining>().Pass);
        app.UseWhen(static http => http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) || IsOtlp(http), api => api.Use(ExplainAsync));
    }

    public static void MapNexusApi(this WebApplication app)
    {
        // The door has settled who asks (access, default deny); each service asks the caller for its scope.
        RouteGroupBuilder api = app.MapGroup(Root).AllowAnonymous();
        api.MapQueue();
        api.MapReservations();
        api.MapPools();
        api.MapQuotas();
        api.MapProposals();
        api.MapPrices();
        api.MapInvoices();
        api.MapMonths();
        api.MapStatementSchedules();
        api.MapBudgets();
        api.MapAllowances();
        api.MapCosts();
        api.MapViews();
        api.MapCatalogue();
        api.MapAudit();
        api.MapPast();
        api.MapCalibration();
        api.MapSimulations();
        app.MapOtlp();
        api.MapAlerts();
        api.MapRecommendations();
        app.MapNexusOpenApi();
        app.MapApiReference();
        app.MapHealth();
        app.MapMetrics();
    }

    private static bool IsOtlp(HttpContext http) => http.Request.Path.StartsWithSegments(OtlpEndpoints.Address, StringComparison.OrdinalIgnoreCase);

    private static async Task ExplainAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (EngineUnavailableException unavailable) when (!http.Response.HasStarted)
        {
            http.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(unavailable.RetryAfter?.TotalSeconds ?? 1)).ToString("0", CultureInfo.InvariantCulture);
            await Problem.Of(unavailable).WriteAsync(http);
            return;
        }
        catch (BadHttpRequestException bad) when (!http.Response.HasStarted)
        {
            Problem problem = bad.StatusCode switch
            {
                401 => Problem.Unauthenticated,
                413 => new Problem("body-too-large", "The body is too large", 413, "The body is too large: send less at once."),
                408 => new Problem("body-too-slow", "The body came too slowly", 408, "The body did not arrive in time: send it again."),
                _ => new Problem("malformed-request", "Invalid input", bad.StatusCode, "The request cannot be read: check its path, query and headers."),
            };
            await problem.WriteAsync(http);
            return;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception bug) when (!http.Response.HasStarted)
        {
            http.RequestServices.GetRequiredService<ILogger<Problem>>().LogError(bug, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
            await new Problem("internal-error", "Nexus failed", 500, "Something went wrong here, which is a fault of Nexus: its log has the rest under the traceId.").WriteAsync(http);
            return;
        }

        if (!http.Response.HasStarted && http.Response.StatusCode >= 400 && http.Response.ContentLength is null && http.Response.ContentType is null)
        {
            Problem? problem = http.Response.StatusCode switch
            {
                404 => Problem.NotFound($"There is nothing at {http.Request.Path}: look at /openapi/v1.json for what there is."),
                405 => new Problem("method-not-allowed", "Not allowed", 405, $"{http.Request.Method} does not work here; the header Allow says what does."),
                415 => new Problem("unsupported-media-type", "Not JSON", 415, "Send the body as 'Content-Type: application/json'."),
                429 => new Problem("too-many-requests", "Too many requests", 429, "Wait as long as Retry-After says."),
                _ => null,
            };
            await (problem?.WriteAsync(http) ?? Task.CompletedTask);
        }
    }
}
