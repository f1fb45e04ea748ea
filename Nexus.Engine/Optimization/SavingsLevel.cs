namespace Nexus.Engine.Optimization;

/// <summary>How much there is of a risk, an effort or a confidence.</summary>
public enum SavingsLevel
{
    /// <summary>Little.</summary>
    Low = 0,

    /// <summary>Some.</summary>
    Medium = 1,

    /// <summary>Much.</summary>
    High = 2,
}
