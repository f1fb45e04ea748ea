using Nexus.Dashboard.Shared;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Settings;

/// <summary>How an owner's requests give way, in words.</summary>
internal static class DegradeStepText
{
    private const decimal PerCent = LowerAmounts.Whole / 100m;

    /// <summary>All ways in their order; null where none are stated.</summary>
    public static string? Of(DegradeRules? rules) => rules is null ? null : rules.Steps.Count == 0 ? "not at all" : string.Join(", then ", rules.Steps.Select(Of));

    private static string Of(DegradeStep step) => step switch
    {
        LowerAmounts lower => $"{Numbers.Count(lower.Least / PerCent)}\u00A0% or more of {(lower.Resources is null ? "what they ask" : string.Join(", ", lower.Resources))}",
        MorePools more => $"also in {string.Join(", ", more.Pools)}",
        LaterStart later => $"up to {Numbers.Duration(later.Within)} later",
        _ => throw new ArgumentOutOfRangeException(nameof(step), $"a way {step.GetType().Name} has no words"),
    };
}
