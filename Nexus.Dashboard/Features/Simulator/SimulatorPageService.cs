using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Prices;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Core;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Hosting;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>What the page of the simulator asks for beyond simulations: what can differ, and a variant made real.</summary>
internal sealed class SimulatorPageService(EngineHost host, EngineFeed feed, PoolPageService pools, QuotasPageService quotas, PriceService prices, BudgetService budgets)
{
    /// <summary>How busy the past was.</summary>
    public PastLoad Load() => PastLoad.Of(feed.Over, host.Now.ToDateTimeOffset());

    /// <summary>What a variant may have otherwise, now.</summary>
    public VariantFields Fields() => new(Now());

    /// <summary>What a variant would change of what holds now.</summary>
    public VariantChanges Changes(VariantBody variant)
    {
        PresentRules now = Now();
        WhatIf rules = new(variant, now.Catalogue.Currency);
        if (!rules.KeepsCatalogue)
        {
            return VariantChanges.Impossible("It changes kinds, classes or what is set for owners: make that change on the page of settings, or with policy apply.");
        }

        if (rules.Fault(now, "$") is { } fault)
        {
            return VariantChanges.Impossible(fault.Detail);
        }

        try
        {
            Dictionary<string, PoolDefinition> poolsThen = rules.Pools(now.Pools).ToDictionary(p => p.Name, StringComparer.Ordinal);
            if (now.Pools.FirstOrDefault(p => !poolsThen.ContainsKey(p.Name)) is { } gone)
            {
                return VariantChanges.Impossible($"It takes the pool {gone.Name} away: drain and delete it on its own page.");
            }

            Dictionary<OwnerPath, QuotaDefinition> quotasThen = rules.Quotas(now.Quotas).ToDictionary(q => q.Owner);
            return new VariantChanges(
                [.. poolsThen.Values.Select(p => PoolChange.Of(p, host.Read.Pools.FirstOrDefault(s => s.Name == p.Name))).OfType<PoolChange>()],
                [.. now.Quotas.Select(q => q.Owner).Union(quotasThen.Keys).Select(owner => Change(owner, quotasThen.GetValueOrDefault(owner))).OfType<QuotaChange>()])
            {
                Prices = BookChange.Of(rules.Prices(now.Catalogue.Prices), now.Catalogue.VersionOfPrices),
                Budgets = [.. rules.Budgets(now.Budgets).Select(b => BudgetChange.Of(b.Id, b.After, host.Read.Budget(b.Id), now.Catalogue.Currency)).OfType<BudgetChange>()],
            };
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

        if (Refused(caller, changes) is { } refused)
        {
            return [new Effect(Signal.Bad, refused.Detail)];
        }

        if (changes is { Pools.Count: 0, Prices: null, Budgets.Count: 0 })
        {
            return quotas.Preview(caller, changes.Quotas);
        }

        IReadOnlyList<Effect> effects = [.. PoolPageService.Effects(host.Read.Preview(CommandsOf(caller, changes)), caller)];
        return changes.Prices is not { Change: { } change } ? effects
            : [.. effects, new Effect(Signal.Info, $"{Prices(Math.Max(change.Set.Count, change.Before.Count))} otherwise from now on", "What was used stays at the price that it had. What is held is priced anew at the next full hour.")];
    }

    /// <summary>Makes them, pools first, each only where nobody changed it since; the first that is refused ends it.</summary>
    public async Task<VariantApplied> ApplyAsync(Caller caller, VariantChanges changes, CancellationToken cancellation)
    {
        VariantApplied made = new((Effect?)null);
        foreach (PoolChange change in changes.Pools)
        {
            Result<PoolState> set = await pools.ApplyAsync(caller, change.Name, change.After, change.Version, cancellation);
            if (set.Problem is { } problem)
            {
                return made with { Failed = new Effect(Signal.Bad, $"{change.Name}: {problem.Detail}") };
            }

            made = made with { UndoPools = [change with { Version = set.Value!.Version }, .. made.UndoPools] };
        }

        if (changes.Prices is { } book)
        {
            Result<PricesReply> set = await prices.ChangeAsync(caller, book.Change.Set, [.. book.Change.Removed.Select(s => s.Key)], book.Version, false, cancellation);
            if (set.Problem is { } problem)
            {
                return made with { Failed = new Effect(Signal.Bad, $"Prices: {problem.Detail}") };
            }

            made = made with { UndoPrices = set.Value };
        }

        foreach (BudgetChange change in changes.Budgets)
        {
            (long? version, Problem? problem) = await SetAsync(caller, change.Id, change.After, change.Version, cancellation);
            if (problem is not null)
            {
                return made with { Failed = new Effect(Signal.Bad, $"{change.Id}: {problem.Detail}") };
            }

            made = made with { UndoBudgets = [change with { Version = version }, .. made.UndoBudgets] };
        }

        QuotaApplied applied = await quotas.ApplyAsync(caller, changes.Quotas, cancellation);
        return made with { UndoQuotas = applied.Undo, Failed = applied.Failed };
    }

    /// <summary>Takes back what was made; what somebody else changed since is left.</summary>
    /// <returns>Why not all was taken back; null where it was.</returns>
    public async Task<string?> UndoAsync(Caller caller, VariantApplied applied, CancellationToken cancellation)
    {
        string? failed = (await quotas.ApplyAsync(caller, applied.UndoQuotas, cancellation)).Failed?.What;
        foreach (BudgetChange change in applied.UndoBudgets)
        {
            failed ??= (await SetAsync(caller, change.Id, change.Before, change.Version, cancellation)).Problem?.Detail;
        }

        if (applied.UndoPrices is { } book)
        {
            failed ??= (await prices.ChangeAsync(caller, book.Change.Before, [.. book.Change.Added.Select(s => s.Key)], book.Version, false, cancellation)).Problem?.Detail;
        }

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

    // Sets a budget, or removes it where there is nothing to set.
    private async Task<(long? Version, Problem? Problem)> SetAsync(Caller caller, string id, BudgetBody? body, long? version, CancellationToken cancellation)
    {
        if (body is null)
        {
            return (null, await budgets.DeleteAsync(caller, id, version, cancellation));
        }

        Result<BudgetAnswer> set = await budgets.PutAsync(caller, id, body, version, cancellation);
        return (set.Value?.Version, set.Problem);
    }

    private static Problem? Refused(Caller caller, VariantChanges changes) =>
        (changes.Prices is null ? null : PriceService.Refused(caller))
        ?? changes.Budgets.SelectMany(b => new[] { b.Before, b.After }).OfType<BudgetBody>()
            .Select(b => OwnerPath.TryParseOrRoot(b.Scope?.Owner ?? "/", out OwnerPath? owner, out _) ? BudgetService.Refused(caller, owner) : null).FirstOrDefault(p => p is not null);

    private static string Prices(int count) => count == 1 ? "1 price is" : $"{count} prices are";

    private List<Command> CommandsOf(Caller caller, VariantChanges changes)
    {
        List<Command> commands = [.. changes.Pools.Select(p => new SetPool(p.Wanted) { Actor = caller.Actor })];
        if (changes.Prices is { Change: { } change })
        {
            commands.Add(new SetPrices(change.Set, Replaces: false) { Actor = caller.Actor, Removes = [.. change.Removed.Select(s => s.Key)] });
        }

        foreach (BudgetChange budget in changes.Budgets)
        {
            commands.Add(budget.Wanted is not { } wanted ? new DeleteBudget(budget.Id) { Actor = caller.Actor }
                : new SetBudget(wanted) { Actor = caller.Actor, Starts = budget.GoesOn ? [] : host.Read.SpentBefore(wanted, host.Now) });
        }

        foreach (QuotaChange quota in changes.Quotas)
        {
            commands.Add(quota.After is null ? new DeleteQuota(quota.Owner) { Actor = caller.Actor } : new SetQuota(quota.After.ToDefinition(quota.Owner).Value!) { Actor = caller.Actor });
        }

        return commands;
    }

    // Sorted, as they are chosen from lists.
    private PresentRules Now()
    {
        PresentRules now = PresentRules.Of(host);
        return now with
        {
            Pools = [.. now.Pools.OrderBy(p => p.Name, StringComparer.Ordinal)],
            Quotas = [.. now.Quotas.OrderBy(q => q.Owner.ToString(), StringComparer.Ordinal)],
            Budgets = [.. now.Budgets.OrderBy(b => b.Id, StringComparer.Ordinal)],
        };
    }
}
