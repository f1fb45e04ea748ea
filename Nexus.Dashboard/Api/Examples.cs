using System.Text.Json;
using System.Text.Json.Nodes;

namespace Nexus.Dashboard.Api;

/// <summary>The examples of the OpenAPI document, from Examples.json: bodies and answers by operation, and one problem document of each type.</summary>
/// <remarks>The tests send every body to the real program and hold every answer against its schema, so that none can grow old.</remarks>
internal static class Examples
{
    /// <summary>The key under which an operation's request bodies stand; its answers stand under their status.</summary>
    public const string Body = "body";

    private static readonly JsonObject All = Load();

    /// <summary>The examples of an operation's bodies, or of its answers with a status, by name.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> Of(string? operation, string part) =>
        operation is not null && All["operations"]![operation]?[part] is JsonObject named ? named : [];

    /// <summary>The problem documents with a status: the named ones where there are such, else the first.</summary>
    public static IEnumerable<JsonNode> Problems(int status, IReadOnlyCollection<string> types)
    {
        JsonNode[] all = [.. All["problems"]!.AsArray().Where(p => (int)p!["status"]! == status).Select(p => p!)];
        JsonNode[] named = [.. all.Where(p => types.Contains((string)p["type"]!))];
        return named.Length > 0 ? named : all.Take(1);
    }

    private static JsonObject Load()
    {
        using Stream file = typeof(Examples).Assembly.GetManifestResourceStream("Examples.json")!;
        return JsonSerializer.Deserialize<JsonObject>(file)!;
    }
}
