using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Prices;
using Nexus.Dashboard.Features.Settings;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>Files of a policy: JSON objects keyed by name, each value in the shape that the HTTP API takes, read by the API's own rules.</summary>
internal static class PolicyFiles
{
    /// <summary>The file of the pools in a policy's folder.</summary>
    public const string Pools = "pools.json";

    /// <summary>The file of the quotas in a policy's folder.</summary>
    public const string Quotas = "quotas.json";

    /// <summary>The file of the budgets in a policy's folder.</summary>
    public const string Budgets = "budgets.json";

    /// <summary>The file of the price book in a policy's folder.</summary>
    public const string Prices = "prices.json";

    /// <summary>The file of own kinds in a policy's folder.</summary>
    public const string Kinds = "kinds.json";

    /// <summary>The file of the priority classes in a policy's folder.</summary>
    public const string Priorities = "priorities.json";

    /// <summary>The file of what is set for owners in a policy's folder.</summary>
    public const string Owners = "owners.json";

    // Scaling groups are read by versions that have them.
    private const string Groups = "groups.json";

    /// <summary>Reads pools.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CommandException">It cannot be read, or what it says is wrong; the message names file, name and field.</exception>
    public static IReadOnlyList<PoolDefinition> ReadPools(string path)
    {
        List<PoolDefinition> pools = [];
        foreach ((string name, JsonObject body) in Read(path))
        {
            Result<PoolBody> parsed = Parse(body, ApiJson.Default.PoolBody);
            Result<PoolDefinition> pool = parsed.Problem is { } malformed ? malformed : parsed.Value!.ToDefinition(name);
            pools.Add(pool.Value ?? throw CommandException.BadInput($"{path}, pool '{name}': {pool.Problem!.Detail}"));
        }

        return pools;
    }

    /// <summary>Reads pools of which there must be one.</summary>
    /// <exception cref="CommandException">As <see cref="ReadPools"/>; or there is none.</exception>
    public static IReadOnlyList<PoolDefinition> ReadSomePools(string path) =>
        ReadPools(path) is { Count: > 0 } pools ? pools : throw CommandException.BadInput($"{path} names no pool; write {{\"gpu-a\": {{\"resources\": {{\"gpu\": 8}}}}}}");

    /// <summary>Reads quotas, keyed by owner path; the root is <c>~</c>.</summary>
    /// <exception cref="CommandException">They cannot be read, or what they say is wrong; the message names file, owner and field.</exception>
    public static IReadOnlyList<QuotaDefinition> ReadQuotas(string path) =>
        Read(path, "owner", ApiJson.Default.QuotaBody, (body, name) => Owner(name) is { Problem: { } problem } ? problem : body.ToDefinition(Owner(name).Value!));

    /// <summary>Reads budgets, keyed by id.</summary>
    /// <param name="path">The file.</param>
    /// <param name="currency">The installation's currency.</param>
    /// <exception cref="CommandException">They cannot be read, or what they say is wrong; the message names file, budget and field.</exception>
    public static IReadOnlyList<BudgetDefinition> ReadBudgets(string path, string currency) => Read(path, "budget", ApiJson.Default.BudgetBody, (body, id) => body.ToDefinition(id, currency));

    /// <summary>The currency in which the amounts of budgets are stated; null where none of them says.</summary>
    /// <exception cref="CommandException">The file cannot be read.</exception>
    public static string? CurrencyOf(string path) =>
        Read(path).Select(b => b.Body["amount"] is JsonObject amount && amount["currency"] is JsonValue currency && currency.TryGetValue(out string? stated) ? stated : null).FirstOrDefault(stated => stated is not null);

    /// <summary>Reads own kinds, keyed by name.</summary>
    /// <exception cref="CommandException">They cannot be read, or what they say is wrong; the message names file, kind and field.</exception>
    public static IReadOnlyList<ResourceKind> ReadKinds(string path) => Read(path, "kind", ApiJson.Default.KindBody, static (body, name) => body.ToKind(name));

    /// <summary>Reads priority classes, keyed by name.</summary>
    /// <exception cref="CommandException">They cannot be read, or what they say is wrong; the message names file, class and field.</exception>
    public static IReadOnlyList<PriorityClass> ReadClasses(string path) => Read(path, "class", ApiJson.Default.ClassBody, static (body, name) => body.ToClass(name));

    /// <summary>Reads what is set for owners, keyed by path; the root is <c>~</c>.</summary>
    /// <exception cref="CommandException">It cannot be read, or what it says is wrong; the message names file, owner and field.</exception>
    public static IReadOnlyList<OwnerSettings> ReadOwners(string path) =>
        Read(path, "owner", ApiJson.Default.OwnerBody, (body, name) => Owner(name) is { Problem: { } problem } ? problem : body.ToSettings(Owner(name).Value!));

    /// <summary>Reads a price book in any layout that <c>prices import</c> takes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="note">Told of what cannot be priced.</param>
    /// <exception cref="CommandException">It cannot be read, or a price is wrong; the message names file and field.</exception>
    public static IReadOnlyList<Sku> ReadPrices(string path, Action<string> note)
    {
        Result<PriceImport> read = PriceImport.Read(Bytes(path), Configuration.Initial);
        PriceImport import = read.Value ?? throw CommandException.BadInput($"{path}: {read.Problem!.Detail}");
        if (import.Skipped.Count > 0)
        {
            note($"{path}: {import.Skipped.Count} cannot be priced and {(import.Skipped.Count == 1 ? "is" : "are")} left out, the first is {import.Skipped[0].Name}: {import.Skipped[0].Reason}");
        }

        return import.Skus.GroupBy(sku => sku.Key).FirstOrDefault(g => g.Skip(1).Any()) is { Key: var twice }
            ? throw CommandException.BadInput($"{path}: the SKU '{twice.Name}' is given twice for the same time; give one of them another name or another effectiveFrom")
            : import.Skus;
    }

    /// <summary>Says of files of a policy's folder that this version makes nothing of them.</summary>
    public static void NoteUnused(string folder, Action<string> note)
    {
        string groups = Path.Combine(folder, Groups);
        if (File.Exists(groups) && Read(groups).Any())
        {
            note($"{groups} is passed over: this version has no scaling groups");
        }
    }

    private static IReadOnlyList<TThing> Read<TBody, TThing>(string path, string noun, JsonTypeInfo<TBody> type, Func<TBody, string, Result<TThing>> define)
        where TBody : class
        where TThing : class
    {
        List<TThing> things = [];
        foreach ((string name, JsonObject body) in Read(path))
        {
            Result<TBody> parsed = Parse(body, type);
            Result<TThing> thing = parsed.Problem is { } malformed ? malformed : define(parsed.Value!, name);
            things.Add(thing.Value ?? throw CommandException.BadInput($"{path}, {noun} '{name}': {thing.Problem!.Detail}"));
        }

        return things;
    }

    private static Result<OwnerPath> Owner(string name) => OwnerPath.TryParseOrRoot(name, out OwnerPath? owner, out string? reason) ? owner : Problem.Field("invalid-value", 422, "the path", reason);

    private static IEnumerable<(string Name, JsonObject Body)> Read(string path)
    {
        JsonNode? file;
        try
        {
            file = JsonNode.Parse(Bytes(path), documentOptions: new JsonDocumentOptions { MaxDepth = 17, AllowDuplicateProperties = false });
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

    private static byte[] Bytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadInput($"{path} cannot be read: {fault.Message}", fault);
        }
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
