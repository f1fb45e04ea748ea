using Nexus.Engine.Costs;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Decides changes of pools, kinds, classes and owners.</summary>
internal sealed class ConfigurationHandler(EngineState state)
{
    public Decision Decide(SetPool command)
    {
        Pool? before = state.Pools.GetValueOrDefault(command.Pool.Name);
        if (Stale(command.IfVersion, before?.Version) is { } stale)
        {
            return stale;
        }

        foreach (Supply supply in command.Pool.Supplies)
        {
            string path = $"$.resources['{supply.Kind}']";
            if (!state.Kinds.TryGetValue(supply.Kind, out ResourceKind? kind))
            {
                return new Fault(FaultCode.UnknownName, $"resource kind '{supply.Kind}' does not exist; create it with PUT /api/v1/kinds/{supply.Kind} first", path);
            }

            if (kind.Behaviour == ResourceBehaviour.Measured || kind.PartOf is not null)
            {
                return new Fault(FaultCode.Invalid, kind.PartOf is { } whole ? $"'{supply.Kind}' is counted with '{whole}': supply that" : $"'{supply.Kind}' is measured, no pool supplies it", path);
            }

            if (kind.Behaviour == ResourceBehaviour.Metered != (supply.Per > TimeSpan.Zero))
            {
                return new Fault(FaultCode.Invalid, kind.Behaviour == ResourceBehaviour.Metered
                    ? $"'{supply.Kind}' is metered: give {{\"rate\", \"per\", \"burst\"}}"
                    : $"'{supply.Kind}' is not metered: give an amount", path);
            }
        }

        if (Mispriced(command.Pool) is { } mispriced)
        {
            return mispriced;
        }

        return before is { Draining: false } && before.Definition.Equals(command.Pool)
            ? new PoolReply(before.ToState())
            : new PoolSet(command.Pool, before?.Definition, before?.Draining ?? false);
    }

    private Fault? Mispriced(PoolDefinition pool)
    {
        foreach (PoolPrice price in pool.Prices)
        {
            string path = $"$.price['{price.Kind}']";
            if (pool.Of(price.Kind) is null)
            {
                return new Fault(FaultCode.Invalid, $"the pool does not supply '{price.Kind}': name the kinds under resources", path);
            }

            if (state.Kinds[price.Kind].Behaviour == ResourceBehaviour.Limit)
            {
                return new Fault(FaultCode.Invalid, $"'{price.Kind}' is a ceiling, of which nothing is used that could cost", path);
            }

            if (!SkuPrice.TryCreate(price.SkuOf(pool.Name), state.Configuration.IsHeld(price.Kind), out _, out _, out string? reason))
            {
                return new Fault(FaultCode.Invalid, reason, path);
            }
        }

        return null;
    }

    public Decision Decide(DrainPool command) =>
        !state.Pools.TryGetValue(command.Name, out Pool? pool) ? NotFound("pool", command.Name)
        : pool.Draining ? new PoolReply(pool.ToState())
        : new PoolDrained(command.Name);

    public Decision Decide(DeletePool command)
    {
        if (!state.Pools.TryGetValue(command.Name, out Pool? pool))
        {
            return NotFound("pool", command.Name);
        }

        int holders = state.Requests.Values.Count(l => l.Request.Status == RequestStatus.Allocated && l.Request.Lease!.Pools.Contains(command.Name, StringComparer.Ordinal));
        return Stale(command.IfVersion, pool.Version)
            ?? (holders > 0
                ? new Fault(FaultCode.InUse, $"{holders} {(holders == 1 ? "grant holds" : "grants hold")} something of pool '{command.Name}': drain it, and delete it when {(holders == 1 ? "it has" : "they have")} ended")
                : state.Configuration.Reservations.FirstOrDefault(r => r.Pool == command.Name) is { } reserved
                    ? new Fault(FaultCode.InUse, $"reservation '{reserved.Id}' holds something of pool '{command.Name}': give it up first")
                : (Decision)new PoolDeleted(pool.Definition));
    }

    public Decision Decide(SetKind command)
    {
        ResourceKind? before = state.Configuration.Kind(command.Kind.Name);
        if (before?.BuiltIn == true)
        {
            return new Fault(FaultCode.Invalid, $"'{command.Kind.Name}' is built in and cannot be changed");
        }

        return Stale(command.IfVersion, before is null ? null : state.Configuration.VersionOfKind(command.Kind.Name))
            ?? (before == command.Kind ? new DoneReply(state.Configuration.VersionOfKind(command.Kind.Name))
                : before is not null && (before.Behaviour, before.Family) != (command.Kind.Behaviour, command.Kind.Family) && UserOf(command.Kind.Name) is { } user
                    ? new Fault(FaultCode.InUse, $"{user} uses '{command.Kind.Name}': its behaviour and family cannot change", "$.behaviour")
                    : (Decision)new KindSet(command.Kind, before));
    }

    public Decision Decide(DeleteKind command)
    {
        if (state.Configuration.Kind(command.Name) is not { } before)
        {
            return NotFound("kind", command.Name);
        }

        return Stale(command.IfVersion, state.Configuration.VersionOfKind(command.Name))
            ?? (before.BuiltIn ? new Fault(FaultCode.Invalid, $"'{command.Name}' is built in and cannot be removed")
                : UserOf(command.Name) is { } user ? new Fault(FaultCode.InUse, $"{user} uses '{command.Name}'")
                : (Decision)new KindDeleted(before));
    }

    public Decision Decide(SetPriorityClass command)
    {
        PriorityClass? before = state.Configuration.Class(command.Class.Name);
        PriorityClass after = command.Class with { BuiltIn = before?.BuiltIn ?? false };
        return Stale(command.IfVersion, before is null ? null : state.Configuration.VersionOfClass(command.Class.Name))
            ?? (before == after ? new DoneReply(state.Configuration.VersionOfClass(after.Name)) : (Decision)new PriorityClassSet(after, before));
    }

    public Decision Decide(DeletePriorityClass command)
    {
        if (state.Configuration.Class(command.Name) is not { } before)
        {
            return NotFound("priority class", command.Name);
        }

        string? user = state.Configuration.Owners.FirstOrDefault(o => o.DefaultPriority == command.Name || o.MaxPriority == command.Name) is { } owner
            ? $"owner {owner.Path}"
            : state.Requests.Values.FirstOrDefault(l => !l.Request.HasEnded && l.Request.Priority == command.Name) is { } live ? $"request {live.Request.Spec.Id}" : null;
        return Stale(command.IfVersion, state.Configuration.VersionOfClass(command.Name))
            ?? (before.BuiltIn ? new Fault(FaultCode.Invalid, $"'{command.Name}' is built in and cannot be removed")
                : user is not null ? new Fault(FaultCode.InUse, $"{user} uses '{command.Name}'")
                : (Decision)new PriorityClassDeleted(before));
    }

    public Decision Decide(SetOwner command)
    {
        OwnerSettings owner = command.Owner;
        foreach ((string? name, string field) in ((string?, string)[])[(owner.DefaultPriority, "$.priority.default"), (owner.MaxPriority, "$.priority.max")])
        {
            if (name is not null && state.Configuration.Class(name) is null)
            {
                return new Fault(FaultCode.UnknownName, $"priority '{name}' is not a class; there are {string.Join(", ", state.Configuration.Classes.Select(c => c.Name))}", field);
            }
        }

        if (owner is { DefaultPriority: { } usual, MaxPriority: { } most } && state.Configuration.Class(usual)!.Value > state.Configuration.Class(most)!.Value)
        {
            return new Fault(FaultCode.Invalid, $"the default '{usual}' is above the highest '{most}'", "$.priority.default");
        }

        OwnerSettings? before = state.Configuration.Owner(owner.Path);
        if (owner.Degrade is { } degrade && !degrade.Equals(before?.Degrade) && DegradeTerms.Misnamed(degrade, state, command.PoolsMayBeGone) is { } misnamed)
        {
            return misnamed;
        }

        OwnerSettings? after = owner.IsEmpty ? null : owner;
        return Stale(command.IfVersion, before is null ? null : state.Configuration.VersionOfOwner(owner.Path))
            ?? (before == after ? new DoneReply(state.Configuration.VersionOfOwner(owner.Path)) : (Decision)new OwnerSet(owner.Path, after, before));
    }

    private string? UserOf(string kind) =>
        state.Pools.Values.FirstOrDefault(p => p.Node(kind) is not null) is { } pool ? $"pool {pool.Name}"
        : state.Quotas.Definitions.FirstOrDefault(d => d.Rules.Any(r => r.Resource == kind)) is { } quota ? $"the quota of {QuotaRules.Name(quota.Owner)}"
        : state.Configuration.Owners.FirstOrDefault(o => DegradeTerms.Names(o.Degrade, kind)) is { } owner ? $"how requests of {QuotaRules.Name(owner.Path)} give way"
        : state.Configuration.Prices.Prices.FirstOrDefault(p => p.Sku.Resource == kind) is { } price ? $"the price '{price.Sku.Name}'"
        : state.Requests.Values.FirstOrDefault(l => !l.Request.HasEnded && l.Request.Spec.Resources.Has(kind)) is { } live ? $"request {live.Request.Spec.Id}"
        : null;

    // What was never set or changed has version 0.
    internal static Decision? Stale(long? expected, long? actual) => expected switch
    {
        null => (Decision?)null,
        Expected.ToExist when actual is not null => (Decision?)null,
        Expected.NotToExist when actual is null => (Decision?)null,
        Expected.NotToExist => new Fault(FaultCode.VersionMismatch, $"it exists already, in version {actual}: read it"),
        _ when expected == (actual ?? 0) => (Decision?)null,
        _ when actual is null => new Fault(FaultCode.VersionMismatch, "it does not exist, or not any more: read it again"),
        _ => new Fault(FaultCode.VersionMismatch, $"it was changed since: its version is {actual}, not {expected}; read it again"),
    };

    private static Fault NotFound(string what, string name) => new(FaultCode.NotFound, $"there is no {what} '{name}'");
}
