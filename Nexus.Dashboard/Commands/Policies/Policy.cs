using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>The rules that a trace is simulated under.</summary>
/// <param name="Pools">What there is.</param>
/// <param name="Quotas">Who may use how much of it.</param>
internal sealed record Policy(IReadOnlyList<PoolDefinition> Pools, IReadOnlyList<QuotaDefinition> Quotas)
{
    private static readonly Actor Author = new(ActorKind.Local, "simulate", "cli");

    /// <summary>Own kinds.</summary>
    public IReadOnlyList<ResourceKind> Kinds { get; init; } = [];

    /// <summary>Classes beside those that every installation has, or with other values.</summary>
    public IReadOnlyList<PriorityClass> Classes { get; init; } = [];

    /// <summary>What is set for owners.</summary>
    public IReadOnlyList<OwnerSettings> Owners { get; init; } = [];

    /// <summary>What things cost.</summary>
    public IReadOnlyList<Sku> Prices { get; init; } = [];

    /// <summary>What may be spent.</summary>
    public IReadOnlyList<BudgetDefinition> Budgets { get; init; } = [];

    /// <summary>Reads the files of a folder, as <c>policy export</c> writes them; of what has no file there is none.</summary>
    /// <param name="folder">The folder; it names at least one pool.</param>
    /// <param name="currency">The currency of its budgets.</param>
    /// <param name="note">Told of what the files say and nothing is made of.</param>
    /// <exception cref="CommandException">A file cannot be read, or what it says is wrong; the message names file, name and field.</exception>
    public static Policy ReadFolder(string folder, string currency, Action<string> note)
    {
        PolicyFiles.NoteUnused(folder, note);
        return new Policy(PolicyFiles.ReadSomePools(Path.Combine(folder, PolicyFiles.Pools)), Of(PolicyFiles.Quotas, PolicyFiles.ReadQuotas))
        {
            Kinds = Of(PolicyFiles.Kinds, PolicyFiles.ReadKinds),
            Classes = Of(PolicyFiles.Priorities, PolicyFiles.ReadClasses),
            Owners = Of(PolicyFiles.Owners, PolicyFiles.ReadOwners),
            Prices = Of(PolicyFiles.Prices, file => PolicyFiles.ReadPrices(file, note)),
            Budgets = Of(PolicyFiles.Budgets, file => PolicyFiles.ReadBudgets(file, currency)),
        };

        IReadOnlyList<T> Of<T>(string name, Func<string, IReadOnlyList<T>> read) => Path.Combine(folder, name) is var file && File.Exists(file) ? read(file) : [];
    }

    /// <summary>As a variant.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="strategy">The strategy that every pool follows; null: its own.</param>
    public Variant As(string name, string? strategy) => new(
        name,
        _ =>
        [
            .. Kinds.Select(kind => new SetKind(kind) { Actor = Author }),
            .. Classes.Select(priority => new SetPriorityClass(priority) { Actor = Author }),
            .. Pools.Select(pool => new SetPool(strategy is null ? pool : pool with { Strategy = strategy }) { Actor = Author }),
            .. Owners.Select(owner => new SetOwner(owner, PoolsMayBeGone: true) { Actor = Author }),
            .. Prices.Count == 0 ? Array.Empty<Command>() : [new SetPrices(Prices, Replaces: true) { Actor = Author }],
            .. Quotas.OrderBy(quota => quota.Owner.Segments.Count).Select(quota => new SetQuota(quota) { Actor = Author }),
            .. Budgets.Select(budget => new SetBudget(budget) { Actor = Author }),
        ],
        Strategy: strategy)
    {
        Learns = true,
    };

    /// <summary>As a policy of files, to be compared with another.</summary>
    public PolicyContent ToContent(string currency) => new(
        [
            PolicyParts.Kinds.Of(Kinds, currency), PolicyParts.Priorities.Of(Classes.Concat(PriorityClass.All).DistinctBy(c => c.Name, StringComparer.Ordinal), currency), PolicyParts.Pools.Of(Pools, currency), PolicyParts.Owners.Of(Owners, currency),
            PolicyParts.Prices.Of(Prices), PolicyParts.Quotas.Of(Quotas, currency), PolicyParts.Budgets.Of(Budgets, currency),
        ],
        currency);
}
