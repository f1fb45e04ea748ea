using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Commands.Simulate;

/// <summary>Files of a policy: JSON objects keyed by name, each value in the shape that the HTTP API takes, read by the API's own rules.</summary>
internal static class PolicyFiles
{
    /// <summary>The file of the pools in a policy's folder.</summary>
    public const string Pools = "pools.json";

    /// <summary>The file of the quotas in a policy's folder.</summary>
    public const string Quotas = "quotas.json";

    // What a policy may say already although nothing is made of it yet.
    private static readonly string[] NotYet = ["objective"];

    /// <summary>Reads pools.</summary>
    /// <param name="path">The file.</param>
    /// <param name="note">Told of what the file says and nothing is made of.</param>
    /// <exception cref="CommandException">It cannot be read, or what it says is wrong; the message names file, name and field.</exception>
    public static IReadOnlyList<PoolDefinition> ReadPools(string path, Action<string> note)
    {
        List<PoolDefinition> pools = [];
        SortedSet<string> passedOver = new(StringComparer.Ordinal);
        foreach ((string name, JsonObject body) in Read(path))
        {
            foreach (string field in NotYet.Where(body.Remove))
            {
                passedOver.Add(field);
            }

            Result<PoolBody> parsed = Parse(body, ApiJson.Default.PoolBody);
            Result<PoolDefinition> pool = parsed.Problem is { } malformed ? malformed : parsed.Value!.ToDefinition(name);
            pools.Add(pool.Value ?? throw CommandException.BadInput($"{path}, pool '{name}': {pool.Problem!.Detail}"));
        }

        if (passedOver.Count > 0)
        {
            note($"{path}: {string.Join(" and ", passedOver)} of pools is passed over: this version does not use it");
        }

        return pools.Count > 0 ? pools : throw CommandException.BadInput($"{path} names no pool; write {{\"gpu-a\": {{\"resources\": {{\"gpu\": 8}}}}}}");
    }

    /// <summary>Reads quotas, keyed by owner path; the root is <c>~</c>.</summary>
    /// <exception cref="CommandException">They cannot be read, or what they say is wrong; the message names file, owner and field.</exception>
    public static IReadOnlyList<QuotaDefinition> ReadQuotas(string path)
    {
        List<QuotaDefinition> quotas = [];
        foreach ((string name, JsonObject body) in Read(path))
        {
            if (!OwnerPath.TryParseOrRoot(name, out OwnerPath? owner, out string? reason))
            {
                throw CommandException.BadInput($"{path}: owner '{name}' {reason}");
            }

            Result<QuotaBody> parsed = Parse(body, ApiJson.Default.QuotaBody);
            Result<QuotaDefinition> quota = parsed.Problem is { } malformed ? malformed : parsed.Value!.ToDefinition(owner);
            quotas.Add(quota.Value ?? throw CommandException.BadInput($"{path}, owner '{name}': {quota.Problem!.Detail}"));
        }

        return quotas;
    }

    private static IEnumerable<(string Name, JsonObject Body)> Read(string path)
    {
        JsonNode? file;
        try
        {
            file = JsonNode.Parse(File.ReadAllBytes(path), documentOptions: new JsonDocumentOptions { MaxDepth = 17, AllowDuplicateProperties = false });
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadInput($"{path} cannot be read: {fault.Message}", fault);
        }
        catch (JsonException fault)
        {
            throw CommandException.BadInput($"{path} is not JSON: {fault.Message}", fault);
        }

        if (file is not JsonObject named)
        {
            throw CommandException.BadInput($"{path} must be an object keyed by name, each value as the HTTP API takes it");
        }

        return named.Select(entry => (entry.Key, entry.Value as JsonObject ?? throw CommandException.BadInput($"{path}: '{entry.Key}' must be an object")));
    }

    private static Result<T> Parse<T>(JsonObject body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return body.Deserialize(type)!;
        }
        catch (JsonException malformed)
        {
            return BodyProblem.Of(Encoding.UTF8.GetBytes(body.ToJsonString()), malformed, type);
        }
    }
}
