using System.Globalization;

namespace Nexus.Engine.Optimization.Detectors;

/// <summary>Numbers in the sentences of findings.</summary>
internal static class SavingsText
{
    /// <summary>Whole percents.</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(share * 100)} %");

    /// <summary>A number as short as it can be told.</summary>
    public static string Number(double value) => Math.Abs(value) >= 100 ? value.ToString("#,0", CultureInfo.InvariantCulture) : value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>A name for people, or "everybody".</summary>
    public static string Owner(Resources.OwnerPath owner) => owner.IsRoot ? "everybody" : owner.ToString();
}
