namespace Nexus.Engine.Scheduling.Strategies;

/// <summary>Whoever has least for its weight goes first, level by level along the owner tree; see <see cref="FairTree"/> and <see cref="FairQueue"/>.</summary>
/// <remarks>What changes with every start and end is the owners' order; the place orders the requests of one owner, and those of owners who stand equal.</remarks>
internal sealed class FairShareStrategy : IStrategy
{
    /// <summary>As the API writes it.</summary>
    public const string Name = "fairShare";

    /// <inheritdoc/>
    public StrategyInfo Info { get; } = new(Name, "Fair share",
        "Who has least for its weight goes first, tenant by tenant, then user by user. Who had more than its share lately stands back until that is made good.");

    /// <inheritdoc/>
    public QueuePlace Place(in Standing waiting, TimeSpan agingInterval) => new(PriorityStrategy.RankOf(waiting, agingInterval), 0, waiting.Arrival);
}
