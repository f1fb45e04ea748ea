using System.Text;
using System.Text.Json;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Storage.Ledgers;

/// <summary>Labels as the ledger's text: a JSON object, or nothing where there are none.</summary>
internal static class LabelText
{
    /// <summary>All of them.</summary>
    public static string? Of(Labels labels)
    {
        using LabelWriter writer = new();
        return labels.Count == 0 ? null : Encoding.UTF8.GetString(writer.Of(labels));
    }

    /// <summary>Writes all of them.</summary>
    public static void Write(Utf8JsonWriter json, Labels labels)
    {
        json.WriteStartObject();
        for (int i = 0; i < labels.Count; i++)
        {
            json.WriteString(labels[i].Key, labels[i].Value);
        }

        json.WriteEndObject();
    }

    /// <summary>Those of some names.</summary>
    public static Labels Only(Labels labels, IReadOnlyList<string> names)
    {
        if (labels.Count == 0 || names.Count == 0)
        {
            return Labels.None;
        }

        List<KeyValuePair<string, string>>? kept = null;
        for (int i = 0; i < names.Count; i++)
        {
            if (labels[names[i]] is { } value)
            {
                (kept ??= []).Add(new(names[i], value));
            }
        }

        return kept is null ? Labels.None : kept.Count == labels.Count ? labels : Labels.Of(kept);
    }

    /// <summary>Reads what <see cref="Of(Labels)"/> wrote.</summary>
    public static Labels Read(string? text) => text is null ? Labels.None : Labels.Of(JsonSerializer.Deserialize<Dictionary<string, string>>(text)!);
}
