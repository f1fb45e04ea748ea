using Nexus.Engine.Resources;

namespace Nexus.Engine.Optimization;

/// <summary>By what volume a cost is divided before it is compared with what it was.</summary>
public enum MeasureVolume
{
    /// <summary>By time alone.</summary>
    Days = 0,

    /// <summary>By what was consumed, in the kind's unit or unit-hours.</summary>
    Consumed = 1,

    /// <summary>By calls.</summary>
    Calls = 2,

    /// <summary>By the tokens of calls, input and output.</summary>
    Tokens = 3,

    /// <summary>By different prompts.</summary>
    Prompts = 4,

    /// <summary>By runs.</summary>
    Runs = 5,

    /// <summary>By calls that did not fail.</summary>
    Successes = 6,

    /// <summary>Not divided: what is provisioned is compared, at its price.</summary>
    Capacity = 7,

    /// <summary>Not divided: what a limit sets aside is compared, at its price.</summary>
    SetAside = 8,
}

/// <summary>What is measured before and after a change.</summary>
/// <param name="Volume">By what the cost is divided.</param>
/// <param name="Within">Of which owners.</param>
public sealed record Measure(MeasureVolume Volume, OwnerPath Within)
{
    /// <summary>Of which models; empty: of all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Of which pools; empty: of all.</summary>
    public IReadOnlyList<string> Pools { get; init; } = [];

    /// <summary>Of which kind; null: of all.</summary>
    public string? Resource { get; init; }

    /// <summary>True where calls tell the volume, not sums.</summary>
    public bool IsOfCalls => Volume is MeasureVolume.Calls or MeasureVolume.Tokens or MeasureVolume.Prompts or MeasureVolume.Runs or MeasureVolume.Successes;
}
