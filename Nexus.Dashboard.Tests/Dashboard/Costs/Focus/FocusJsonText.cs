using System.Text.Json;

namespace Nexus.Dashboard.Tests.Dashboard.Costs.Focus;

/// <summary>JSON in cells.</summary>
internal static class FocusJsonText
{
    public static bool IsJson(string cell)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(cell);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The pairs of a key-value cell; null where it is none: not an object, a key twice, or a value that holds others.</summary>
    public static IReadOnlyList<KeyValuePair<string, JsonElement>>? Pairs(string cell)
    {
        if (!IsJson(cell))
        {
            return null;
        }

        using JsonDocument document = JsonDocument.Parse(cell);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        KeyValuePair<string, JsonElement>[] pairs = [.. document.RootElement.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.Clone()))];
        return pairs.Select(p => p.Key).Distinct(StringComparer.Ordinal).Count() != pairs.Length || pairs.Any(p => p.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array) ? null : pairs;
    }
}
