using System.Globalization;

namespace Nexus.Dashboard.Tests.Dashboard.Shared.Theme;

/// <summary>A colour of the screen, as <c>#RRGGBB</c>.</summary>
internal readonly record struct Colour(double Red, double Green, double Blue)
{
    public static Colour Parse(string hex) => new(Part(hex, 1), Part(hex, 3), Part(hex, 5));

    /// <summary>Relative luminance (WCAG 2.2).</summary>
    private double Luminance => (0.2126 * Linear(Red)) + (0.7152 * Linear(Green)) + (0.0722 * Linear(Blue));

    /// <summary>The contrast ratio of two colours, 1 to 21 (WCAG 2.2).</summary>
    public static double Contrast(Colour a, Colour b)
    {
        (double light, double dark) = a.Luminance > b.Luminance ? (a.Luminance, b.Luminance) : (b.Luminance, a.Luminance);
        return (light + 0.05) / (dark + 0.05);
    }

    /// <summary>A hundred times their distance in OKLab (Ottosson, 2020), as somebody sees them.</summary>
    public static double Difference(Colour a, Colour b, Sight sight)
    {
        (double la, double aa, double ba) = a.In(sight);
        (double lb, double ab, double bb) = b.In(sight);
        return 100 * Math.Sqrt(((la - lb) * (la - lb)) + ((aa - ab) * (aa - ab)) + ((ba - bb) * (ba - bb)));
    }

    private (double L, double A, double B) In(Sight sight)
    {
        (double r, double g, double b) = sight.See(Linear(Red), Linear(Green), Linear(Blue));
        double l = Math.Cbrt((0.4122214708 * r) + (0.5363325363 * g) + (0.0514459929 * b));
        double m = Math.Cbrt((0.2119034982 * r) + (0.6806995451 * g) + (0.1073969566 * b));
        double s = Math.Cbrt((0.0883024619 * r) + (0.2817188376 * g) + (0.6299787005 * b));
        return (
            (0.2104542553 * l) + (0.7936177850 * m) - (0.0040720468 * s),
            (1.9779984951 * l) - (2.4285922050 * m) + (0.4505937099 * s),
            (0.0259040371 * l) + (0.7827717662 * m) - (0.8086757660 * s));
    }

    private static double Part(string hex, int at) => int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;

    private static double Linear(double part) => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4);
}

/// <summary>How somebody sees colours: a matrix over linear light, at full severity (Machado, Oliveira and Fernandes, 2009).</summary>
internal sealed record Sight(string Name, double[] Matrix)
{
    public static Sight[] All { get; } =
    [
        new("normal", [1, 0, 0, 0, 1, 0, 0, 0, 1]),
        new("protan", [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998]),
        new("deutan", [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881]),
        new("tritan", [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900]),
    ];

    public (double Red, double Green, double Blue) See(double r, double g, double b) => (Row(0, r, g, b), Row(3, r, g, b), Row(6, r, g, b));

    // A screen shows no more than all and no less than nothing.
    private double Row(int at, double r, double g, double b) => Math.Clamp((Matrix[at] * r) + (Matrix[at + 1] * g) + (Matrix[at + 2] * b), 0, 1);
}
