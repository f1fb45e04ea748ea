using System.Text.Json;
using Nexus.Engine.Core;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Storage;

/// <summary>The health of pools as JSON, see <see cref="EventJson"/>.</summary>
internal static class HealthShapes
{
    public static void WriteHealthChanged(this Utf8JsonWriter json, PoolHealthChanged happened)
    {
        json.WriteString("name", happened.Pool);
        json.WriteEnum("before", happened.From);
        json.WriteEnum("after", happened.To);
        json.WriteNumber("failed", happened.Failed);
        json.WriteNumber("settled", happened.Settled);
        if (happened.RetryAt is { } retryAt)
        {
            json.WriteTime("retryAt", retryAt);
        }
    }

    public static void WriteHealth(this Utf8JsonWriter json, HealthSettings? health)
    {
        if (health is null)
        {
            return;
        }

        json.WriteStartObject("health");
        json.WriteDuration("window", health.Window);
        json.WriteNumber("minimumSamples", health.MinimumSamples);
        json.WriteNumber("failureRate", (decimal)health.FailureMillionths / HealthSettings.Million);
        json.WriteDuration("probeAfter", health.ProbeAfter);
        json.WriteNumber("probes", health.Probes);
        json.WriteEndObject();
    }

    public static void WriteFailing(this Utf8JsonWriter json, PoolFailing? failing)
    {
        if (failing is null)
        {
            return;
        }

        json.WriteStartObject("health");
        json.WriteNumber("failed", failing.Failed);
        json.WriteNumber("settled", failing.Settled);
        json.WriteDuration("window", failing.Window);
        json.WriteNumber("atOnce", failing.AtOnce);
        json.WriteEndObject();
    }
}
