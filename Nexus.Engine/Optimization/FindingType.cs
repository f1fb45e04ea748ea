namespace Nexus.Engine.Optimization;

/// <summary>What kind of saving something is.</summary>
public enum FindingType
{
    /// <summary>Less of something that is there and not used.</summary>
    ResourceReduction = 0,

    /// <summary>Something cheaper in place of something.</summary>
    ResourceSubstitution = 1,

    /// <summary>Another way to use something.</summary>
    UsagePattern = 2,

    /// <summary>Spending that departs from its own season.</summary>
    Anomaly = 3,
}
