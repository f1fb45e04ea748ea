using Nexus.Engine.Resources;

namespace Nexus.Engine.Optimization;

/// <summary>Something that could be saved.</summary>
/// <param name="Detector">The name of the detector that found it.</param>
/// <param name="Cause">What causes the cost: the same each time it is found, and no other's.</param>
/// <param name="Type">What kind of saving it is.</param>
/// <param name="Within">The owner path whose it is; the root for what is the whole installation's.</param>
/// <param name="Title">What was found, as a sentence.</param>
/// <param name="Saving">What it would save.</param>
/// <param name="Change">The exact change.</param>
/// <param name="Evidence">What was seen.</param>
/// <param name="Measure">By what is told later what it really saved.</param>
public sealed record Finding(
    string Detector, string Cause, FindingType Type, OwnerPath Within, string Title, Saving Saving, ProposedChange Change, Evidence Evidence, Measure Measure)
{
    /// <summary>How much could go wrong.</summary>
    public SavingsLevel Risk { get; init; }

    /// <summary>What that would be, as a sentence.</summary>
    public string RiskReason { get; init; } = "";

    /// <summary>How much work it is.</summary>
    public SavingsLevel Effort { get; init; }

    /// <summary>Of several findings about one thing at most one can be acted upon: what they are about.</summary>
    public string About { get; init; } = Cause;
}
