using System.Text.Json;
using Nexus.Dashboard.Api;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>Quotas as a file: an object with a member for each node, <c>~</c> for the root, each as <c>PUT /quotas/{path}</c> takes it.</summary>
internal static class QuotaFile
{
    /// <summary>The longest text that is read.</summary>
    public const int MostCharacters = 1_000_000;

    /// <summary>The nodes as a file.</summary>
    public static string Write(IReadOnlyList<QuotaAnswer> nodes) => JsonSerializer.Serialize(
        nodes.ToDictionary(n => n.Owner, n => new QuotaBody { Weight = n.Weight, Rules = [.. n.Rules] }, StringComparer.Ordinal), ApiJson.Indented.DictionaryStringQuotaBody);

    /// <summary>Reads a file; all that is wrong is said by its path.</summary>
    public static Result<IReadOnlyDictionary<OwnerPath, QuotaBody>> Read(string text)
    {
        if (text.Length > MostCharacters)
        {
            return Wrong($"It is longer than {MostCharacters:#,0} characters.");
        }

        Dictionary<string, QuotaBody>? nodes;
        try
        {
            nodes = JsonSerializer.Deserialize(text, ApiJson.Default.DictionaryStringQuotaBody);
        }
        catch (JsonException unreadable)
        {
            return Wrong($"It cannot be read{(unreadable.LineNumber is { } line ? $" at line {line + 1}" : "")}{(unreadable.Path is { Length: > 1 } path ? $", {path}" : "")}. It must look like {{\"acme\": {{\"rules\": [{{\"resource\": \"gpu\", \"limit\": 8}}]}}}}.");
        }

        Dictionary<OwnerPath, QuotaBody> read = [];
        foreach ((string name, QuotaBody body) in nodes ?? [])
        {
            if (!OwnerPath.TryParseOrRoot(name, out OwnerPath? owner, out string? reason))
            {
                return Wrong($"'{name}' {reason}.");
            }

            if (body is null)
            {
                return Wrong($"'{name}' must have a weight, rules or both.");
            }

            if (!read.TryAdd(owner, body))
            {
                return Wrong($"'{name}' stands in it twice.");
            }

            if (body.ToDefinition(owner).Problem is { } problem)
            {
                return Wrong($"'{name}': {problem.Detail}");
            }
        }

        return new Result<IReadOnlyDictionary<OwnerPath, QuotaBody>>(read);
    }

    private static Problem Wrong(string detail) => new("invalid-value", "Invalid input", 422, detail);

}
