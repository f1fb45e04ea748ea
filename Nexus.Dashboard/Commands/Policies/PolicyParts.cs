using System.Text.Json.Nodes;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Features.Settings;
using Nexus.Engine.Core;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>What a policy consists of, in the order in which it can be set: what others name comes before them.</summary>
internal static class PolicyParts
{
    private static readonly Actor Author = new(ActorKind.Local, "policy", "cli");

    /// <summary>Own kinds.</summary>
    public static NamedPart<KindBody, ResourceKind> Kinds { get; } = new(
        PolicyFiles.Kinds, "kind", "kinds",
        new("name", ApiJson.Default.KindBody, static (body, name, _) => body.ToKind(name), static (kind, _) => KindBody.Of(kind), static kind => kind.Name,
            static kind => new SetKind(kind) { Actor = Author }, static kind => new DeleteKind(kind.Name) { Actor = Author }),
        static (path, _, _) => PolicyFiles.ReadKinds(path)) { Counts = static answer => (bool?)answer["builtIn"] != true };

    /// <summary>Priority classes, those included that every installation has: their values may be changed.</summary>
    public static NamedPart<ClassBody, PriorityClass> Priorities { get; } = new(
        PolicyFiles.Priorities, "class", "priorities",
        new("name", ApiJson.Default.ClassBody, static (body, name, _) => body.ToClass(name), static (priority, _) => ClassBody.Of(priority), static priority => priority.Name,
            static priority => new SetPriorityClass(priority) { Actor = Author }, static priority => new DeletePriorityClass(priority.Name) { Actor = Author }),
        static (path, _, _) => PolicyFiles.ReadClasses(path));

    /// <summary>What is set for owners.</summary>
    public static NamedPart<OwnerBody, OwnerSettings> Owners { get; } = new(
        PolicyFiles.Owners, "owner", "owners",
        new("path", ApiJson.Default.OwnerBody, static (body, path, _) => Owner(path) is { Value: { } owner } ? body.ToSettings(owner) : Owner(path).Problem!,
            static (owner, _) => OwnerBody.Of(owner), static owner => QuotaAnswer.PathOf(owner.Path),
            static owner => new SetOwner(owner) { Actor = Author }, static owner => new SetOwner(new OwnerSettings(owner.Path, Labels.None, null, null)) { Actor = Author }),
        static (path, _, _) => PolicyFiles.ReadOwners(path));

    /// <summary>Pools.</summary>
    public static NamedPart<PoolBody, PoolDefinition> Pools { get; } = new(
        PolicyFiles.Pools, "pool", "pools",
        new("name", ApiJson.Default.PoolBody, static (body, name, _) => body.ToDefinition(name), static (pool, _) => PoolBody.Of(pool), static pool => pool.Name,
            static pool => new SetPool(pool) { Actor = Author }, static pool => new DeletePool(pool.Name) { Actor = Author }),
        static (path, _, _) => PolicyFiles.ReadPools(path));

    /// <summary>The price book.</summary>
    public static PricePart Prices { get; } = new();

    /// <summary>Quotas.</summary>
    public static NamedPart<QuotaBody, QuotaDefinition> Quotas { get; } = new(
        PolicyFiles.Quotas, "quota", "quotas",
        new("owner", ApiJson.Default.QuotaBody, static (body, path, _) => Owner(path) is { Value: { } owner } ? body.ToDefinition(owner) : Owner(path).Problem!,
            static (quota, _) => QuotaBody.Of(quota), static quota => QuotaAnswer.PathOf(quota.Owner),
            static quota => new SetQuota(quota) { Actor = Author }, static quota => new DeleteQuota(quota.Owner) { Actor = Author }),
        static (path, _, _) => PolicyFiles.ReadQuotas(path));

    /// <summary>Budgets.</summary>
    public static NamedPart<BudgetBody, BudgetDefinition> Budgets { get; } = new(
        PolicyFiles.Budgets, "budget", "budgets",
        new("id", ApiJson.Default.BudgetBody, static (body, id, currency) => body.ToDefinition(id, currency), BudgetBody.Of, static budget => budget.Id,
            static budget => new SetBudget(budget) { Actor = Author }, static budget => new DeleteBudget(budget.Id) { Actor = Author }),
        static (path, currency, _) => PolicyFiles.ReadBudgets(path, currency));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PolicyPart> All { get; } = [Kinds, Priorities, Pools, Owners, Prices, Quotas, Budgets];

    private static Result<OwnerPath> Owner(string path) => OwnerPath.TryParseOrRoot(path, out OwnerPath? owner, out string? reason) ? owner : Problem.Field("invalid-value", 422, "the path", reason);
}
