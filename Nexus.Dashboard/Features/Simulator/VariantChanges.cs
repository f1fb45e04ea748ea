using System.Text.Json;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>What a variant would change of what holds now.</summary>
/// <param name="Pools">Pool by pool.</param>
/// <param name="Quotas">Node by node.</param>
/// <param name="Fault">Why it cannot be made real; null where it can.</param>
internal sealed record VariantChanges(IReadOnlyList<PoolChange> Pools, IReadOnlyList<QuotaChange> Quotas, string? Fault = null)
{
    /// <summary>Of the price book; null where it stays.</summary>
    public BookChange? Prices { get; init; }

    /// <summary>Budget by budget.</summary>
    public IReadOnlyList<BudgetChange> Budgets { get; init; } = [];

    /// <summary>True where it changes nothing.</summary>
    public bool IsEmpty => Pools.Count == 0 && Prices is null && Budgets.Count == 0 && Quotas.Count == 0;

    /// <summary>All fields.</summary>
    public IReadOnlyList<FieldChange> Fields => [.. Pools.SelectMany(p => p.Fields), .. Prices?.Fields ?? [], .. Budgets.SelectMany(b => b.Fields), .. Quotas.SelectMany(q => q.Fields)];

    /// <summary>What cannot be.</summary>
    public static VariantChanges Impossible(string why) => new([], [], why);
}

/// <summary>A pool's change.</summary>
/// <param name="Name">The pool.</param>
/// <param name="Before">As it is; null where there is none.</param>
/// <param name="After">As it would be.</param>
/// <param name="Wanted">The same, checked.</param>
/// <param name="Version">Of the pool as it is; null where there is none.</param>
/// <param name="Fields">What differs.</param>
internal sealed record PoolChange(string Name, PoolBody? Before, PoolBody After, PoolDefinition Wanted, long? Version, IReadOnlyList<FieldChange> Fields)
{
    /// <summary>What makes of a pool another; null where nothing differs.</summary>
    public static PoolChange? Of(PoolDefinition wanted, PoolState? now)
    {
        (PoolBody? before, PoolBody after) = (now is null ? null : PoolBody.Of(now.Definition), PoolBody.Of(wanted));
        FieldChange[] fields = [.. JsonDiff.Of(before is null ? null : JsonSerializer.SerializeToNode(before, ApiJson.Default.PoolBody), JsonSerializer.SerializeToNode(after, ApiJson.Default.PoolBody))
            .Select(f => f with { Field = $"{wanted.Name} {f.Field}" })];
        return fields.Length == 0 ? null : new PoolChange(wanted.Name, before, after, wanted, now?.Version, fields);
    }
}

/// <summary>What became of a variant that was made real.</summary>
/// <param name="Failed">Why the rest was not made; null where all was.</param>
internal sealed record VariantApplied(Effect? Failed)
{
    /// <summary>The pools that were changed, the last first, with the version they got.</summary>
    public IReadOnlyList<PoolChange> UndoPools { get; init; } = [];

    /// <summary>What was changed of the price book; null where nothing was.</summary>
    public PricesReply? UndoPrices { get; init; }

    /// <summary>The budgets that were changed, the last first, with the version they got.</summary>
    public IReadOnlyList<BudgetChange> UndoBudgets { get; init; } = [];

    /// <summary>What would take the quotas back.</summary>
    public IReadOnlyList<QuotaChange> UndoQuotas { get; init; } = [];

    /// <summary>How many pools, prices, budgets and nodes were changed.</summary>
    public int Made => UndoPools.Count + (UndoPrices is null ? 0 : Math.Max(UndoPrices.Change.Set.Count, UndoPrices.Change.Before.Count)) + UndoBudgets.Count + UndoQuotas.Count;
}
