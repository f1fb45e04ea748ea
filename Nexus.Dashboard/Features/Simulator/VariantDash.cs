namespace Nexus.Dashboard.Features.Simulator;

/// <summary>By what the lines of variants are told apart where colours are not.</summary>
internal static class VariantDash
{
    private static readonly string[] All = ["none", "6 3", "2 3", "8 3 2 3", "12 4", "1 2"];

    /// <summary>The dashes of a variant's line.</summary>
    public static string Of(int variant) => All[variant % All.Length];
}
