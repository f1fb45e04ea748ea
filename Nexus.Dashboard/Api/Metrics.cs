using Nexus.Dashboard.Access;
using OpenTelemetry.Metrics;

namespace Nexus.Dashboard.Api;

/// <summary>Prometheus text at /metrics for keys with the scope <c>read</c> at the root; OTLP where the standard OTEL_* variables ask for it.</summary>
internal static class Metrics
{
    public static void AddNexusMetrics(this IServiceCollection services, IConfiguration configuration)
    {
        OpenTelemetry.OpenTelemetryBuilder telemetry = services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics.AddMeter("Nexus.*").AddRuntimeInstrumentation().AddPrometheusExporter();
            if (configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
            {
                metrics.AddOtlpExporter();
            }
        });
        _ = telemetry;
    }

    public static void MapMetrics(this WebApplication app) => app.MapPrometheusScrapingEndpoint("/metrics").AllowAnonymous().AddEndpointFilter(static async (context, next) =>
        Caller.Of(context.HttpContext)!.AllowsEverywhere(Scope.Read) ? await next(context) : Results.Empty);
}
