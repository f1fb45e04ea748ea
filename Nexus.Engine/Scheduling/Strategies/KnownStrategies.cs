namespace Nexus.Engine.Scheduling.Strategies;

/// <summary>All strategies. A new one is its file and a line here.</summary>
public static class KnownStrategies
{
    private static readonly IStrategy[] Known = [new PriorityStrategy(), new FairShareStrategy(), new DeadlineStrategy(), new CostOptimizedStrategy()];

    /// <summary>The strategies, the usual one first.</summary>
    public static IReadOnlyList<StrategyInfo> All { get; } = [.. Known.Select(s => s.Info)];

    /// <summary>The name of the strategy of a pool that names none.</summary>
    public const string Default = PriorityStrategy.Name;

    /// <summary>True where a pool that has this strategy may place work by what it costs.</summary>
    internal static bool MayPlaceByCost(string name) => name == CostOptimizedStrategy.Name;

    /// <summary>A strategy by its name in the API, or null.</summary>
    internal static IStrategy? Find(string name) => Array.Find(Known, s => s.Info.Name == name);
}
