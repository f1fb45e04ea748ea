using System.Globalization;
using System.Text.Json.Nodes;

namespace Nexus.Dashboard.Features.Audit;

/// <summary>A field that a change concerned.</summary>
/// <param name="Field">Its path.</param>
/// <param name="Before">What it was; null where there was nothing.</param>
/// <param name="After">What it is; null where nothing is left.</param>
internal sealed record FieldChange(string Field, string? Before, string? After)
{
    /// <summary>On one line.</summary>
    public string Line => (Before, After) switch
    {
        (null, { } after) => $"{Field} {after}",
        ({ } before, null) => $"{Field} {before} → –",
        ({ } before, { } after) => $"{Field} {before} → {after}",
        _ => Field,
    };
}

/// <summary>What differs between before and after, field by field.</summary>
internal static class AuditDiff
{
    /// <summary>The fields that differ, in the order in which they are written; all of them where something was created or deleted.</summary>
    public static IReadOnlyList<FieldChange> Of(AuditEntry entry)
    {
        Dictionary<string, string> before = Flat(entry.Before);
        Dictionary<string, string> after = Flat(entry.After);
        return [.. before.Keys.Union(after.Keys, StringComparer.Ordinal)
            .Select(field => new FieldChange(field, before.GetValueOrDefault(field), after.GetValueOrDefault(field)))
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
