using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Commands.Simulate;

/// <summary>The rules that a trace is simulated under.</summary>
/// <param name="Pools">What there is.</param>
/// <param name="Quotas">Who may use how much of it.</param>
internal sealed record Policy(IReadOnlyList<PoolDefinition> Pools, IReadOnlyList<QuotaDefinition> Quotas)
{
    private static readonly Actor Author = new(ActorKind.Local, "simulate", "cli");

    /// <summary>As a variant.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="strategy">The strategy that every pool follows; null: its own.</param>
    public Variant As(string name, string? strategy) => new(
        name,
        _ =>
        [
            .. Pools.Select(pool => new SetPool(strategy is null ? pool : pool with { Strategy = strategy }) { Actor = Author }),
            .. Quotas.Select(quota => new SetQuota(quota) { Actor = Author }),
        ],
        Strategy: strategy);
}
