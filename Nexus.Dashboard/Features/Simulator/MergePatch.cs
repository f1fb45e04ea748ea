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
}
