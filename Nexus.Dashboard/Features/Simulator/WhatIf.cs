using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>The rules of one variant: what a body says differs, laid over the rules as they are.</summary>
/// <param name="body">What differs.</param>
/// <param name="currency">The installation's currency; only budgets have to do with it.</param>
internal sealed class WhatIf(VariantBody body, string currency = "USD")
{
    /// <summary>Who makes the changes of a variant.</summary>
    public static readonly Actor Author = new(ActorKind.Engine, "what-if", "simulation");

    private readonly Patches<PoolBody, PoolDefinition> _pools = new("pools", body.Pools, ApiJson.Default.PoolBody, PoolBody.Of, static (pool, name) => pool.ToDefinition(name));

    private readonly Patches<QuotaBody, QuotaDefinition> _quotas = new("quotas", body.Quotas, ApiJson.Default.QuotaBody, QuotaBody.Of, Quota);

    private readonly CatalogueWhatIf _catalogue = new(body);
    private readonly MoneyWhatIf _money = new(body, currency);

    /// <summary>True when it changes nothing: the past must come out as it was.</summary>
    public bool IsUnchanged => body.Strategy is null && !_pools.Names.Any() && !_quotas.Names.Any() && _catalogue.IsUnchanged && _money.IsUnchanged;

    /// <summary>True when it changes nothing of kinds, classes and owners.</summary>
    public bool KeepsCatalogue => _catalogue.IsUnchanged;

    /// <summary>For a recorded window: the changes are made at its beginning, and to whatever an operator sets in the course of it.</summary>
    /// <param name="spentBefore">What the ledger has of a budget's scope before a moment.</param>
    public Variant OnRecord(Func<BudgetDefinition, Instant, IReadOnlyList<BudgetStart>> spentBefore) =>
        new(body.Name!, engine => IsUnchanged ? [] : Changes(engine, spentBefore), IsUnchanged ? null : Rewrite, body.Strategy) { Learns = !IsUnchanged };

    /// <summary>For a trace: on an engine that has kinds, classes and owners as they are, and nothing else.</summary>
    /// <param name="now">The rules as they are.</param>
    public Variant OnTrace(PresentRules now)
    {
        Command[] all =
        [
            .. _catalogue.Sets(now.Catalogue),
            .. Pools(now.Pools).Select(pool => new SetPool(pool) { Actor = Author }),
            .. _catalogue.Owners(now.Catalogue),
            .. _money.All(now),
            .. Quotas(now.Quotas).Select(quota => new SetQuota(quota) { Actor = Author }),
            .. _catalogue.Removals(now.Catalogue),
        ];
        return new(body.Name!, _ => all, Strategy: body.Strategy) { Learns = true };
    }

    /// <summary>All pools as this variant has them.</summary>
    /// <exception cref="SimulationException">A patch makes a pool that cannot be.</exception>
    public IEnumerable<PoolDefinition> Pools(IReadOnlyList<PoolDefinition> pools) =>
        pools.Select(p => p.Name).Union(_pools.Names, StringComparer.Ordinal)
            .Select(name => Pool(name, pools.FirstOrDefault(p => p.Name == name)))
            .OfType<PoolDefinition>();

    /// <summary>All quotas as this variant has them.</summary>
    /// <exception cref="SimulationException">A patch makes a quota that cannot be.</exception>
    public IEnumerable<QuotaDefinition> Quotas(IReadOnlyList<QuotaDefinition> quotas) =>
        quotas.Select(q => QuotaAnswer.PathOf(q.Owner)).Union(_quotas.Names, StringComparer.Ordinal)
            .Select(name => _quotas.Apply(name, quotas.FirstOrDefault(q => QuotaAnswer.PathOf(q.Owner) == name)))
            .OfType<QuotaDefinition>();

    /// <summary>What it changes of the price book as it is; null where it leaves it.</summary>
    public PriceChange? Prices(PriceBook book) => _money.PricesFrom(book);

    /// <summary>The budgets that it has otherwise, as they are and as it has them.</summary>
    /// <exception cref="SimulationException">A patch makes a budget that cannot be.</exception>
    public IEnumerable<(string Id, BudgetDefinition? Before, BudgetDefinition? After)> Budgets(IReadOnlyList<BudgetDefinition> budgets) => _money.BudgetsFrom(budgets);

    /// <summary>What is wrong with the patches, by path below the variant; null when nothing is.</summary>
    public Problem? Fault(PresentRules now, string path) =>
        _pools.Fault(name => now.Pools.FirstOrDefault(p => p.Name == name), path)
        ?? _quotas.Fault(name => now.Quotas.FirstOrDefault(q => QuotaAnswer.PathOf(q.Owner) == name), path)
        ?? _catalogue.Fault(now.Catalogue, path) ?? _money.Fault(now, path);

    private IEnumerable<Command> Changes(Engine.Core.Engine engine, Func<BudgetDefinition, Instant, IReadOnlyList<BudgetStart>> spentBefore) =>
    [
        .. _catalogue.Sets(engine.Configuration), .. PoolChanges(engine), .. _catalogue.Owners(engine.Configuration), .. _money.Changes(engine, spentBefore), .. QuotaChanges(engine), .. _catalogue.Removals(engine.Configuration),
    ];

    private IEnumerable<Command> PoolChanges(Engine.Core.Engine engine)
    {
        PoolState[] present = [.. engine.Pools];
        foreach (string name in present.Select(p => p.Name).Union(_pools.Names, StringComparer.Ordinal))
        {
            PoolState? pool = Array.Find(present, p => p.Name == name);
            if (pool is null && _pools.Waits(name))
            {
                continue;
            }

            if (Pool(name, pool?.Definition) is { } wanted)
            {
                if (!wanted.Equals(pool?.Definition))
                {
                    yield return new SetPool(wanted) { Actor = Author };
                    if (pool?.Draining == true)
                    {
                        yield return new DrainPool(name) { Actor = Author };
                    }
                }
            }
            else if (pool is not null)
            {
                // What is held of it runs on: it grants nothing more, and goes at once only where nobody holds anything.
                yield return new DrainPool(name) { Actor = Author };
                if (!engine.Requests.Any(r => r is { Status: RequestStatus.Allocated, Lease: { } lease } && lease.Pools.Contains(name, StringComparer.Ordinal)))
                {
                    yield return new DeletePool(name) { Actor = Author };
                }
            }
        }
    }

    private IEnumerable<Command> QuotaChanges(Engine.Core.Engine engine)
    {
        QuotaDefinition[] quotas = [.. engine.Quotas.Select(q => q.Definition)];
        foreach (string name in _quotas.Names)
        {
            QuotaDefinition? quota = Array.Find(quotas, q => QuotaAnswer.PathOf(q.Owner) == name);
            if (_quotas.Apply(name, quota) is { } wanted)
            {
                yield return new SetQuota(wanted) { Actor = Author };
            }
            else if (quota is not null)
            {
                yield return new DeleteQuota(quota.Owner) { Actor = Author };
            }
        }
    }

    private Command? Rewrite(Command command) => command switch
    {
        SetPool set => Pool(set.Pool.Name, set.Pool) is { } wanted ? set with { Pool = wanted } : null,
        DrainPool drain when _pools.Remove(drain.Name) => null,
        DeletePool delete when _pools.Remove(delete.Name) => null,
        SetQuota set => _quotas.Apply(QuotaAnswer.PathOf(set.Quota.Owner), set.Quota) is { } wanted ? set with { Quota = wanted } : null,
        DeleteQuota delete when _quotas.Remove(QuotaAnswer.PathOf(delete.Owner)) => null,
        SetPrices or SetBudget or DeleteBudget => _money.Rewrite(command),
        _ => _catalogue.Rewrite(command),
    };

    private PoolDefinition? Pool(string name, PoolDefinition? pool) =>
        _pools.Apply(name, pool) is not { } patched ? null : body.Strategy is null ? patched : patched with { Strategy = body.Strategy };

    private static Result<QuotaDefinition> Quota(QuotaBody quota, string path) =>
        OwnerPath.TryParseOrRoot(path, out OwnerPath? owner, out string? reason) ? quota.ToDefinition(owner) : Problem.Field("invalid-value", 422, "$", reason);
}
