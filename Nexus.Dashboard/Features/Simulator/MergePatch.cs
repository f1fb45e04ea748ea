using System.Text.Json;
using System.Text.Json.Nodes;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>JSON Merge Patch, RFC 7396: what a patch names is set, a null removes, objects are gone into.</summary>
internal static class MergePatch
{
    /// <summary>The target with a patch laid over it; neither is changed.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
        {
            return patch.ValueKind == JsonValueKind.Null ? null : JsonNode.Parse(patch.GetRawText());
        }

        JsonObject result = (target as JsonObject)?.DeepClone().AsObject() ?? [];
        foreach (JsonProperty member in patch.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                result.Remove(member.Name);
            }
            else
            {
                result[member.Name] = Apply(result[member.Name], member.Value);
            }
        }

        return result;
    }

    /// <summary>The patch that makes one object of another; of what is not there the other as it is.</summary>
    public static JsonObject Of(JsonObject? before, JsonObject after)
    {
        ArgumentNullException.ThrowIfNull(after);
        JsonObject patch = [];
        foreach (string gone in before?.Select(m => m.Key).Where(name => !after.ContainsKey(name)) ?? [])
        {
            patch[gone] = null;
        }

        foreach ((string name, JsonNode? value) in after)
        {
            if (before?.TryGetPropertyValue(name, out JsonNode? was) != true || !JsonNode.DeepEquals(was, value))
            {
                patch[name] = before?[name] is JsonObject from && value is JsonObject to ? Of(from, to) : value?.DeepClone();
            }
        }

        return patch;
    }
}
