namespace Nexus.Engine.Optimization;

/// <summary>How detectors look.</summary>
public sealed record SavingsSettings
{
    /// <summary>The least that is worth recommending, in the currency's unit a month.</summary>
    public double Minimum { get; init; } = 1;

    /// <summary>What is kept above the 99th percentile of use, as a share of it.</summary>
    public double Headroom { get; init; } = 0.15;

    /// <summary>With fewer days of history nothing is recommended.</summary>
    public int FewestDays { get; init; } = 3;

    /// <summary>What a unit-hour of committed capacity costs of one on demand, where no pool of the same flavour tells; null: not known.</summary>
    public double? ReservedShare { get; init; }

    /// <summary>The same of capacity that may be taken away.</summary>
    public double? SpotShare { get; init; }

    /// <summary>Those that are usual.</summary>
    public static SavingsSettings Usual { get; } = new();
}
