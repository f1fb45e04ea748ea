using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Strategies;

/// <summary>The queue of <see cref="PriorityStrategy"/>, without its right to take from lower classes; what differs is which pool serves: see <see cref="Core.PoolCosts"/>.</summary>
internal sealed class CostOptimizedStrategy : IStrategy
{
    /// <summary>As the API writes it.</summary>
    public const string Name = "costOptimized";

    /// <inheritdoc/>
    public StrategyInfo Info { get; } = new(Name, "Cost optimized",
        "The cheapest pool serves that has room, spot where work may be interrupted. Work that may be delayed waits for a cheaper hour. Who waits stands by class, then by arrival.");

    /// <inheritdoc/>
    public QueuePlace Place(in Standing waiting, TimeSpan agingInterval) => new(PriorityStrategy.RankOf(waiting, agingInterval), 0, waiting.Arrival);

    /// <summary>True where a pool takes of all who may use it those alone who tolerate that it is taken away: spot capacity that is set to this strategy, unless a request names the pool.</summary>
    /// <remarks>Not where the pool chose the strategy by itself: who waits there, or was promised a start, would be refused for good by a change that passes.</remarks>
    public static bool IsForTheTolerantOnly(PoolDefinition pool) => pool.PurchaseOption == PurchaseOption.Spot && pool.Strategy == Name;
}
