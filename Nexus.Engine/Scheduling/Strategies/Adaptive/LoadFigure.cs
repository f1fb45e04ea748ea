namespace Nexus.Engine.Scheduling.Strategies.Adaptive;

/// <summary>What a rule looks at, of those who wait for a pool or have a start promised in it.</summary>
public enum LoadFigure
{
    /// <summary>The share of them that has a deadline, 0 – 1.</summary>
    DeadlineShare,

    /// <summary>How many they are.</summary>
    Waiting,

    /// <summary>How many tenants they belong to.</summary>
    Tenants,
}
