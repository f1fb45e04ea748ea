using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Costs.Focus;

/// <summary>Units as the specification writes them: capitalised plurals after a number, <c>1000000 Tokens</c>; of what is held a compound, <c>Device-Hours</c>.</summary>
internal static class FocusUnits
{
    /// <summary>What is priced as a whole, by a formula.</summary>
    public const string Charges = "Charges";

    /// <summary>The unit of so much of a kind.</summary>
    /// <param name="unit">The kind's unit, singular.</param>
    /// <param name="pricing">In what it is priced.</param>
    public static string Of(string unit, PricingUnit pricing) => pricing switch
    {
        PricingUnit.UnitHour => $"{Singular(unit)}-Hours",
        PricingUnit.Thousand => $"1000 {Plural(unit)}",
        PricingUnit.Million => $"1000000 {Plural(unit)}",
        _ => Plural(unit),
    };

    // An abbreviation, such as GiB, is what it is.
    private static string Singular(string unit) => unit.Length == 0 ? "Unit" : IsAbbreviation(unit) ? unit : char.ToUpperInvariant(unit[0]) + unit[1..];

    private static string Plural(string unit)
    {
        string one = Singular(unit);
        return IsAbbreviation(unit) || one.EndsWith('s') ? one
            : one.EndsWith('x') || one.EndsWith("ch", StringComparison.Ordinal) || one.EndsWith("sh", StringComparison.Ordinal) ? one + "es"
            : one.EndsWith('y') && one.Length > 1 && !"aeiou".Contains(one[^2], StringComparison.Ordinal) ? one[..^1] + "ies"
            : one + "s";
    }

    private static bool IsAbbreviation(string unit) => unit.Length > 1 && unit.AsSpan(1).ContainsAnyInRange('A', 'Z');
}
