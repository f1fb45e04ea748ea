using System.Text.Json;
using System.Text.Json.Nodes;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Pools;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>The rules of one variant: what a body says differs, laid over the pools as they are.</summary>
internal sealed class WhatIf(VariantBody body)
{
    private static readonly Actor Author = new(ActorKind.Engine, "what-if", "simulation");

    /// <summary>True when it changes nothing: the past must come out as it was.</summary>
    public bool IsUnchanged => body.Strategy is null && body.Pools is not { Count: > 0 };

    /// <summary>For a recorded window: the changes are made at its beginning, and to whatever an operator sets in the course of it.</summary>
    public Variant OnRecord() => new(body.Name!, Changes, IsUnchanged ? null : Rewrite, body.Strategy);

    /// <summary>For a trace: on an engine without pools.</summary>
    /// <param name="pools">The pools as they are.</param>
    public Variant OnTrace(IReadOnlyList<PoolDefinition> pools)
    {
        PoolDefinition[] all = [.. Pools(pools)];
        return new(body.Name!, _ => all.Select(pool => new SetPool(pool) { Actor = Author }), Strategy: body.Strategy);
    }

    /// <summary>All pools as this variant has them.</summary>
    /// <exception cref="SimulationException">A patch makes a pool that cannot be.</exception>
    public IEnumerable<PoolDefinition> Pools(IReadOnlyList<PoolDefinition> pools) =>
        pools.Select(p => p.Name).Concat(body.Pools?.Keys ?? Enumerable.Empty<string>()).Distinct(StringComparer.Ordinal)
            .Select(name => Patched(name, pools.FirstOrDefault(p => p.Name == name)))
            .OfType<PoolDefinition>();

    /// <summary>What is wrong with the patches, by path below the variant; null when nothing is.</summary>
    public Problem? Fault(IReadOnlyList<PoolDefinition> pools, string path)
    {
        foreach ((string name, JsonElement patch) in body.Pools ?? [])
        {
            if (patch.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
            {
                return Problem.Field("invalid-value", 422, $"{path}.pools['{name}']", "must be a merge patch: an object, or null to remove the pool");
            }

            if (patch.ValueKind == JsonValueKind.Object && Patch(name, pools.FirstOrDefault(p => p.Name == name), patch).Problem is { Errors: { } errors })
            {
                (string field, string[] faults) = errors.First();
                return Problem.Field("invalid-value", 422, $"{path}.pools['{name}']{field.TrimStart('$')}", faults[0]);
            }
        }

        return null;
    }

    private IEnumerable<Command> Changes(Engine.Core.Engine engine)
    {
        if (IsUnchanged)
        {
            yield break;
        }

        PoolState[] present = [.. engine.Pools];
        foreach (PoolState pool in present)
        {
            if (Patched(pool.Name, pool.Definition) is not { } wanted)
            {
                // What is held of it runs on: it grants nothing more, and goes at once only where nobody holds anything.
                yield return new DrainPool(pool.Name) { Actor = Author };
                if (!engine.Requests.Any(r => r is { Status: RequestStatus.Allocated, Lease: { } lease } && lease.Pools.Contains(pool.Name, StringComparer.Ordinal)))
                {
                    yield return new DeletePool(pool.Name) { Actor = Author };
                }
            }
            else if (!wanted.Equals(pool.Definition))
            {
                yield return new SetPool(wanted) { Actor = Author };
                if (pool.Draining)
                {
                    yield return new DrainPool(pool.Name) { Actor = Author };
                }
            }
        }

        foreach (string name in (body.Pools?.Keys ?? Enumerable.Empty<string>()).Where(name => !Array.Exists(present, p => p.Name == name)))
        {
            if (Patched(name, null) is { } added)
            {
                yield return new SetPool(added) { Actor = Author };
            }
        }
    }

    private Command? Rewrite(Command command) => command switch
    {
        SetPool set => Patched(set.Pool.Name, set.Pool) is { } wanted ? set with { Pool = wanted } : null,
        DrainPool or DeletePool when IsRemoved(command is DrainPool drain ? drain.Name : ((DeletePool)command).Name) => null,
        _ => command,
    };

    private bool IsRemoved(string name) => body.Pools?.TryGetValue(name, out JsonElement patch) == true && patch.ValueKind == JsonValueKind.Null;

    private PoolDefinition? Patched(string name, PoolDefinition? pool)
    {
        if (IsRemoved(name))
        {
            return null;
        }

        if (body.Pools?.TryGetValue(name, out JsonElement patch) == true)
        {
            Result<PoolDefinition> patched = Patch(name, pool, patch);
            pool = patched.Value ?? throw new SimulationException($"variant '{body.Name}', pool '{name}': {patched.Problem!.Detail}");
        }

        return pool is null || body.Strategy is null ? pool : pool with { Strategy = body.Strategy };
    }

    private static Result<PoolDefinition> Patch(string name, PoolDefinition? pool, JsonElement patch)
    {
        JsonNode? target = pool is null ? null : JsonSerializer.SerializeToNode(PoolBody.Of(pool), ApiJson.Default.PoolBody);
        JsonNode patched = MergePatch.Apply(target, patch)!;
        try
        {
            return patched.Deserialize(ApiJson.Default.PoolBody)!.ToDefinition(name);
        }
        catch (JsonException malformed)
        {
            return BodyProblem.Of(System.Text.Encoding.UTF8.GetBytes(patched.ToJsonString()), malformed, ApiJson.Default.PoolBody);
        }
    }
}
