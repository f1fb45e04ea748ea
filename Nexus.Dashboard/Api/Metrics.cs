using Nexus.Dashboard.Access;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Nexus.Dashboard.Api;

/// <summary>Prometheus text at /metrics for keys with the scope <c>read</c> at the root; OTLP where the standard OTEL_* variables ask for it.</summary>
internal static class Metrics
{
    private static readonly string[] Endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

    public static void AddNexusMetrics(this IServiceCollection services, IConfiguration configuration)
    {
        bool exports = Array.Exists(Endpoints, name => configuration[name] is { Length: > 0 });
        OpenTelemetryBuilder telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("nexus"))
            .WithMetrics(metrics =>
            {
                // Not the meters of the HTTP server: they cost a third more CPU a request, and the engine counts what matters.
                metrics.AddMeter("Nexus.*", "Microsoft.AspNetCore.Components.Server.Circuits").AddRuntimeInstrumentation().AddPrometheusExporter();
                if (exports)
                {
                    metrics.AddOtlpExporter();
                }
            });
        if (exports)
        {
            // Where somebody collects traces, the sampler of OTEL_TRACES_SAMPLER decides how many.
            telemetry.WithTracing(traces => traces.AddAspNetCoreInstrumentation().AddOtlpExporter());
        }
    }

    public static void MapMetrics(this WebApplication app) => app.MapPrometheusScrapingEndpoint("/metrics").AllowAnonymous().Add(static endpoint =>
    {
        // Not an endpoint filter: those are for route handlers alone and would be passed over here.
        RequestDelegate scrape = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = http =>
            Caller.Of(http) is not { } caller ? Problem.Unauthenticated.WriteAsync(http)
            : !caller.AllowsEverywhere(Scope.Read) ? Problem.MissingScope(Scope.Read, caller).WriteAsync(http)
            : scrape(http);
    });
}
