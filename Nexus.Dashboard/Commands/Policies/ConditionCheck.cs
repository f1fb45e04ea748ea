using System.Globalization;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>A condition, and whether a changed policy keeps to it.</summary>
/// <param name="Condition">The condition.</param>
/// <param name="Variant">The variant whose figure it is, by its name under the present policy.</param>
/// <param name="Before">The figure under the present policy.</param>
/// <param name="After">The figure under the changed one.</param>
/// <param name="Holds">False where it is worse by more than the condition allows.</param>
internal sealed record ConditionCheck(Condition Condition, string Variant, decimal Before, decimal After, bool Holds)
{
    /// <summary>What is wrong, in a sentence; null where it holds.</summary>
    public string? Broken => Holds ? null
        : string.Create(CultureInfo.InvariantCulture, $"{Variant}: {Condition.Figure} is {After} under the changed policy, {Before} under the present one: {(Condition.MayNotRise ? "more" : "less")} by more than {Condition.By * (Condition.Relative ? 100 : 1):0.###}{(Condition.Relative ? " %" : "")}");
}
