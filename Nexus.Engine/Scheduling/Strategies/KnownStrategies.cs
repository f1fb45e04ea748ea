using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Engine.Scheduling.Strategies;

/// <summary>All strategies. A new one is its file and a line here.</summary>
public static class KnownStrategies
{
    private static readonly IStrategy[] Known = [new PriorityStrategy(), new FairShareStrategy(), new DeadlineStrategy(), new CostOptimizedStrategy()];

    /// <summary>The strategies, the usual one first.</summary>
    public static IReadOnlyList<StrategyInfo> All { get; } = [.. Known.Select(s => s.Info), AdaptiveStrategy.Info];

    /// <summary>The names of those that order by themselves: what an adaptive pool chooses from.</summary>
    public static IReadOnlyList<string> Fixed { get; } = [.. Known.Select(s => s.Info.Name)];

    /// <summary>The name of the strategy of a pool that names none.</summary>
    public const string Default = PriorityStrategy.Name;

    /// <summary>True where a pool that has this strategy may place work by what it costs, now or later.</summary>
    internal static bool MayPlaceByCost(string name) => name is CostOptimizedStrategy.Name or AdaptiveStrategy.Name;

    /// <summary>A strategy that orders by itself, by its name in the API, or null.</summary>
    internal static IStrategy? Find(string name) => Array.Find(Known, s => s.Info.Name == name);
}
