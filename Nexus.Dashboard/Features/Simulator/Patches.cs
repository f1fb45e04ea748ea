using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Nexus.Dashboard.Api;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>Merge patches on things of one sort that have names, through the bodies that the API takes for them.</summary>
/// <typeparam name="TBody">The body.</typeparam>
/// <typeparam name="TThing">What it defines.</typeparam>
/// <param name="field">The field of a variant that they stand in.</param>
/// <param name="patches">The patches by name, or null.</param>
/// <param name="type">How a body is written.</param>
/// <param name="bodyOf">The body of a thing as it is.</param>
/// <param name="define">What a body with a name defines.</param>
internal sealed class Patches<TBody, TThing>(
    string field, Dictionary<string, JsonElement>? patches, JsonTypeInfo<TBody> type, Func<TThing, TBody> bodyOf, Func<TBody, string, Result<TThing>> define)
    where TBody : class
    where TThing : class
{
    /// <summary>The names that are patched.</summary>
    public IEnumerable<string> Names => patches?.Keys ?? Enumerable.Empty<string>();

    /// <summary>True where a patch removes what has that name.</summary>
    public bool Remove(string name) => patches?.TryGetValue(name, out JsonElement patch) == true && patch.ValueKind == JsonValueKind.Null;

    /// <summary>True where a patch says too little to make what is not there: it waits until somebody makes it.</summary>
    public bool Waits(string name) =>
        patches?.TryGetValue(name, out JsonElement patch) == true && patch.ValueKind == JsonValueKind.Object && Patched(name, null, patch).Problem is not null;

    /// <summary>A thing as a variant has it; null where it has none.</summary>
    /// <exception cref="SimulationException">The patch makes something that cannot be.</exception>
    public TThing? Apply(string name, TThing? thing)
    {
        if (patches?.TryGetValue(name, out JsonElement patch) != true)
        {
            return thing;
        }

        return patch.ValueKind == JsonValueKind.Null ? null
            : Patched(name, thing, patch) is { Value: { } patched } ? patched
            : throw new SimulationException($"{field} '{name}': {Patched(name, thing, patch).Problem!.Detail}");
    }

    /// <summary>What is wrong with a patch, by path below the variant; null when nothing is.</summary>
    public Problem? Fault(Func<string, TThing?> present, string path)
    {
        foreach ((string name, JsonElement patch) in patches ?? [])
        {
            string at = $"{path}.{field}['{name}']";
            if (patch.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
            {
                return Problem.Field("invalid-value", 422, at, "must be a merge patch: an object, or null to remove it");
            }

            if (patch.ValueKind == JsonValueKind.Object && Patched(name, present(name), patch).Problem is { Errors: { } errors })
            {
                (string fault, string[] sentences) = errors.First();
                return Problem.Field("invalid-value", 422, at + fault.TrimStart('$'), sentences[0]);
            }
        }

        return null;
    }

    private Result<TThing> Patched(string name, TThing? thing, JsonElement patch)
    {
        JsonNode patched = MergePatch.Apply(thing is null ? null : JsonSerializer.SerializeToNode(bodyOf(thing), type), patch)!;
        try
        {
            return define(patched.Deserialize(type)!, name);
        }
        catch (JsonException malformed)
        {
            return BodyProblem.Of(Encoding.UTF8.GetBytes(patched.ToJsonString()), malformed, type);
        }
    }
}
