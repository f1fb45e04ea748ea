using System.Text.Json.Serialization;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Api;

/// <summary>Is the program alive, and does the engine decide? For load balancers and service managers: open to anybody, and saying nothing that is not theirs to know.</summary>
internal static class Health
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("alive")).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/health/ready", (HttpContext http, EngineHost host) =>
        {
            EngineHealth health = host.Health;
            HealthAnswer answer = new(health.State.ToString().ToLowerInvariant(), health.Reason, health.Since, health.Clock.State.ToString());
            return http.WriteAsync(answer, HealthJson.Default.HealthAnswer, health.IsReady ? 200 : 503);
        }).AllowAnonymous().ExcludeFromDescription();
    }
}

/// <summary>How the engine is.</summary>
internal sealed record HealthAnswer(string State, string? Reason, DateTimeOffset Since, string Clock);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthAnswer))]
internal sealed partial class HealthJson : JsonSerializerContext;
