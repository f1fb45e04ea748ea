using System.Globalization;
using System.Text.Json.Nodes;

namespace Nexus.Dashboard.Shared.Changes;

/// <summary>What differs between before and after, field by field.</summary>
internal static class JsonDiff
{
    /// <summary>The fields that differ, in the order in which they are written; all of them where something was created or deleted.</summary>
    public static IReadOnlyList<FieldChange> Of(JsonNode? before, JsonNode? after)
    {
        Dictionary<string, string> was = Flat(before);
        Dictionary<string, string> becomes = Flat(after);
        return [.. was.Keys.Union(becomes.Keys, StringComparer.Ordinal)
            .Select(field => new FieldChange(field, was.GetValueOrDefault(field), becomes.GetValueOrDefault(field)))
            .Where(change => change.Before != change.After)];
    }

    private static Dictionary<string, string> Flat(JsonNode? node)
    {
        Dictionary<string, string> fields = new(StringComparer.Ordinal);
        Add("", node);
        return fields;

        void Add(string path, JsonNode? at)
        {
            switch (at)
            {
                case null:
                    break;
                case JsonObject o:
                    foreach ((string name, JsonNode? value) in o)
                    {
                        Add(path.Length == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{path}.{name}"), value);
                    }

                    break;
                case JsonArray list when list.All(i => i is JsonValue):
                    fields[path] = list.Count == 0 ? "none" : string.Join(", ", list.Select(i => i!.ToString()));
                    break;
                case JsonArray list:
                    for (int i = 0; i < list.Count; i++)
                    {
                        Add(string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), list[i]);
                    }

                    break;
                default:
                    fields[path.Length == 0 ? "value" : path] = at.ToString() is { Length: > 0 } text ? text : "\"\"";
                    break;
            }
        }
    }
}
