using System.Text.Json.Serialization;
using Nexus.Dashboard.Features.Alerts.Delivery;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Api;

/// <summary>Is the program alive, and does the engine decide? For load balancers and service managers: open to anybody, and saying nothing that is not theirs to know.</summary>
internal static class Health
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("alive")).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/health/ready", (HttpContext http, EngineHost host, DeliveryFigures deliveries) =>
        {
            EngineHealth health = host.Health;
            HealthAnswer answer = new(health.State.ToString().ToLowerInvariant(), health.Reason, health.Since, health.Clock.State.ToString(), deliveries.IsStuck ? "stuck" : null);
            return http.WriteAsync(answer, HealthJson.Default.HealthAnswer, health.IsReady ? 200 : 503);
        }).AllowAnonymous().ExcludeFromDescription();
    }
}

/// <summary>How the engine is.</summary>
/// <param name="State">What it is doing.</param>
/// <param name="Reason">Why it does not decide; absent while it does.</param>
/// <param name="Since">Since when.</param>
/// <param name="Clock">How engine time stands to the wall clock.</param>
/// <param name="Deliveries"><c>stuck</c> while somebody has not been told of an alert for a quarter of an hour; the engine is as ready with that as without.</param>
internal sealed record HealthAnswer(string State, string? Reason, DateTimeOffset Since, string Clock, string? Deliveries);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthAnswer))]
internal sealed partial class HealthJson : JsonSerializerContext;
