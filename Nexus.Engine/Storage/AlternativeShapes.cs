using System.Text.Json;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Storage;

/// <summary>How the configurations of a request look as JSON.</summary>
internal static class AlternativeShapes
{
    /// <summary>The others beside the main one; and where one of them is chosen, which, and what the main one is.</summary>
    public static void WriteAlternatives(this Utf8JsonWriter json, Alternatives? alternatives)
    {
        if (alternatives is null)
        {
            return;
        }

        if (alternatives.Chosen > 0)
        {
            json.WriteNumber("alternative", alternatives.Chosen);
            json.WritePropertyName("main");
            json.WriteAlternative(alternatives.All[0]);
        }

        json.WriteStartArray("alternatives");
        foreach (Alternative alternative in alternatives.All.Skip(1))
        {
            json.WriteAlternative(alternative);
        }

        json.WriteEndArray();
    }

    private static void WriteAlternative(this Utf8JsonWriter json, Alternative alternative)
    {
        json.WriteStartObject();
        json.WriteVector("resources", alternative.Resources);
        json.WriteTexts("pools", alternative.Pools);
        json.WriteLabels("poolLabels", alternative.PoolLabels);
        json.WriteDuration("duration", alternative.Duration);
        json.WriteEndObject();
    }
}
