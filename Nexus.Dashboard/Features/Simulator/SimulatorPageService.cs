using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>What the page of the simulator asks for beyond simulations: what can differ, and a variant made real.</summary>
internal sealed class SimulatorPageService(EngineHost host, EngineFeed feed, PoolPageService pools, QuotasPageService quotas)
{
    /// <summary>How busy the past was.</summary>
    public PastLoad Load() => PastLoad.Of(feed.Over, host.Now.ToDateTimeOffset());

    /// <summary>What a variant may have otherwise, now.</summary>
    public VariantFields Fields() => new(PoolsNow(), QuotasNow());

    /// <summary>What a variant would change of what holds now.</summary>
    public VariantChanges Changes(VariantBody variant)
    {
        (PoolDefinition[] poolsNow, QuotaDefinition[] quotasNow) = (PoolsNow(), QuotasNow());
        WhatIf rules = new(variant);
        if (!rules.IsUnchangedBeside)
        {
            return VariantChanges.Impossible("It changes more than pools and quotas: make that change on the pages of prices, budgets and settings, or with policy apply.");
        }

        try
        {
            Dictionary<string, PoolDefinition> poolsThen = rules.Pools(poolsNow).ToDictionary(p => p.Name, StringComparer.Ordinal);
            if (poolsNow.FirstOrDefault(p => !poolsThen.ContainsKey(p.Name)) is { } gone)
            {
                return VariantChanges.Impossible($"It takes the pool {gone.Name} away: drain and delete it on its own page.");
            }

            Dictionary<OwnerPath, QuotaDefinition> quotasThen = rules.Quotas(quotasNow).ToDictionary(q => q.Owner);
            return new VariantChanges(
                [.. poolsThen.Values.Select(p => PoolChange.Of(p, host.Read.Pools.FirstOrDefault(s => s.Name == p.Name))).OfType<PoolChange>()],
                [.. quotasNow.Select(q => q.Owner).Union(quotasThen.Keys).Select(owner => Change(owner, quotasThen.GetValueOrDefault(owner))).OfType<QuotaChange>()]);
        }
        catch (SimulationException impossible)
        {
            return VariantChanges.Impossible(impossible.Message);
        }
    }

    /// <summary>What the changes would do to what waits and runs now, by the engine's own rules over the committed state.</summary>
    public IReadOnlyList<Effect> Preview(Caller caller, VariantChanges changes)
    {
        if (changes.Fault is { } fault)
        {
            return [new Effect(Signal.Bad, fault)];
        }

        if (changes.IsEmpty)
        {
            return [new Effect(Signal.Neutral, "Nothing would change", "What holds now is what this variant has.")];
        }

        if (changes.Pools.Count == 0)
        {
            return quotas.Preview(caller, changes.Quotas);
        }

        List<Command> commands = [.. changes.Pools.Select(p => new SetPool(p.Wanted) { Actor = caller.Actor })];
        foreach (QuotaChange quota in changes.Quotas)
        {
            commands.Add(quota.After is null ? new DeleteQuota(quota.Owner) { Actor = caller.Actor } : new SetQuota(quota.After.ToDefinition(quota.Owner).Value!) { Actor = caller.Actor });
        }

        return [.. PoolPageService.Effects(host.Read.Preview(commands), caller)];
    }

    /// <summary>Makes them, pools first, each only where nobody changed it since; the first that is refused ends it.</summary>
    public async Task<VariantApplied> ApplyAsync(Caller caller, VariantChanges changes, CancellationToken cancellation)
    {
        List<PoolChange> undoPools = [];
        foreach (PoolChange change in changes.Pools)
        {
            Result<PoolState> set = await pools.ApplyAsync(caller, change.Name, change.After, change.Version, cancellation);
            if (set.Problem is { } problem)
            {
                return new VariantApplied(undoPools, [], new Effect(Signal.Bad, $"{change.Name}: {problem.Detail}"));
            }

            undoPools.Insert(0, change with { Version = set.Value!.Version });
        }

        QuotaApplied applied = await quotas.ApplyAsync(caller, changes.Quotas, cancellation);
        return new VariantApplied(undoPools, applied.Undo, applied.Failed);
    }

    /// <summary>Takes back what was made; what somebody else changed since is left.</summary>
    /// <returns>Why not all was taken back; null where it was.</returns>
    public async Task<string?> UndoAsync(Caller caller, VariantApplied applied, CancellationToken cancellation)
    {
        string? failed = (await quotas.ApplyAsync(caller, applied.UndoQuotas, cancellation)).Failed?.What;
        foreach (PoolChange change in applied.UndoPools)
        {
            Problem? problem = change.Before is { } before
                ? (await pools.ApplyAsync(caller, change.Name, before, change.Version, cancellation)).Problem
                : await pools.DeleteAsync(caller, change.Name, change.Version, cancellation);
            failed ??= problem?.Detail;
        }

        return failed;
    }

    private QuotaChange? Change(OwnerPath owner, QuotaDefinition? wanted)
    {
        QuotaState? now = host.Read.Quotas.FirstOrDefault(q => q.Owner == owner);
        (QuotaBody? before, QuotaBody? after) = (now is null ? null : QuotaBody.Of(now.Definition), wanted is null ? null : QuotaBody.Of(wanted));
        IReadOnlyList<FieldChange> fields = QuotaDiff.Of(owner, before, after);
        return fields.Count == 0 ? null : new QuotaChange(owner, before, after, now?.Version, fields);
    }

    private PoolDefinition[] PoolsNow() => [.. host.Read.Pools.Where(p => !p.Draining).Select(p => p.Definition).OrderBy(p => p.Name, StringComparer.Ordinal)];

    private QuotaDefinition[] QuotasNow() => [.. host.Read.Quotas.Select(q => q.Definition).OrderBy(q => q.Owner.ToString(), StringComparer.Ordinal)];
}
