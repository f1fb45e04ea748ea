namespace Nexus.Engine.Scheduling.Strategies.Adaptive;

/// <summary>The strategy that chooses among the others. Pools that have it follow one of them at each moment.</summary>
internal static class AdaptiveStrategy
{
    /// <summary>As the API writes it.</summary>
    public const string Name = "adaptive";

    /// <summary>What people read of it.</summary>
    public static StrategyInfo Info { get; } = new(Name, "Adaptive",
        "Replays the pool's recent past under each of the others and follows the one that serves the pool's objective best. Rules go before what it learned.");
}
