using System.Text.Json;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Storage;

/// <summary>How what is set for owners, their rules of giving way, and what came of those look as JSON.</summary>
internal static class DegradeShapes
{
    public static void WriteOwner(this Utf8JsonWriter json, string name, OwnerSettings? owner)
    {
        if (owner is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteLabels("labels", owner.Labels);
        if (owner.DefaultPriority is not null || owner.MaxPriority is not null)
        {
            json.WriteStartObject("priority");
            json.WriteText("default", owner.DefaultPriority);
            json.WriteText("max", owner.MaxPriority);
            json.WriteEndObject();
        }

        json.WriteRules(owner.Degrade);
        json.WriteEndObject();
    }

    /// <summary>That a request must not get less than it asks for; or what it asked for, where it got less.</summary>
    public static void WriteDegrading(this Utf8JsonWriter json, RequestSpec spec)
    {
        if (!spec.MayDegrade)
        {
            json.WriteBoolean("degrade", false);
        }

        if (spec.Degraded is { } degraded)
        {
            json.WriteDegraded(degraded);
        }
    }

    public static void WriteDegraded(this Utf8JsonWriter json, Degraded degraded)
    {
        json.WriteStartObject("degraded");
        json.WriteStartObject("asked");
        json.WriteVector("resources", degraded.Resources);
        json.WriteTexts("pools", degraded.Pools);
        if (degraded.Queue)
        {
            json.WriteBoolean("queue", true);
        }

        json.WriteDuration("maxWait", degraded.MaxWait);
        if (degraded.Deadline is { } deadline)
        {
            json.WriteTime("deadline", deadline);
        }

        json.WriteEndObject();
        json.WriteString("by", degraded.By.IsRoot ? "~" : degraded.By.ToString());
        json.WriteTexts("steps", degraded.Steps.Select(s => JsonNamingPolicy.CamelCase.ConvertName(s.ToString())));
        json.WriteReason("because", degraded.Why);
        json.WriteEndObject();
    }

    private static void WriteRules(this Utf8JsonWriter json, DegradeRules? rules)
    {
        if (rules is null)
        {
            return;
        }

        json.WriteStartArray("degrade");
        foreach (DegradeStep step in rules.Steps)
        {
            json.WriteStartObject();
            json.WriteEnum("kind", step.Kind);
            switch (step)
            {
                case LowerAmounts lower:
                    json.WriteNumber("least", (decimal)lower.Least / LowerAmounts.Whole);
                    json.WriteTexts("resources", lower.Resources);
                    break;
                case MorePools more:
                    json.WriteTexts("pools", more.Pools);
                    break;
                case LaterStart later:
                    json.WriteDuration("within", later.Within);
                    break;
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
