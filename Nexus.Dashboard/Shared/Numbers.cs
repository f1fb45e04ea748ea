using System.Globalization;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Shared;

/// <summary>How numbers are written on pages: at most four significant digits, units, a true minus, thousands.</summary>
internal static class Numbers
{
    private const string NoBreak = "\u00A0";
    private static readonly CultureInfo Style = CultureInfo.InvariantCulture;

    /// <summary>A count: full with thousands to 99,999, then 1.24 M.</summary>
    public static string Count(decimal value) => Math.Abs(value) switch
    {
        < 100_000 => Minus(value.ToString("#,0.###", Style)),
        < 1_000_000 => Minus(Four(value / 1_000)) + NoBreak + "k",
        < 1_000_000_000 => Minus(Four(value / 1_000_000)) + NoBreak + "M",
        _ => Minus(Four(value / 1_000_000_000)) + NoBreak + "G",
    };

    /// <summary>An amount in its kind's unit.</summary>
    public static string Amount(Quantity quantity) => Count(quantity.Units);

    /// <summary>An amount with its unit, for example 512 GiB.</summary>
    public static string Amount(Quantity quantity, string unit) => Amount(quantity) + NoBreak + unit;

    /// <summary>A level as a whole percentage.</summary>
    public static string Percent(double share) => double.IsNaN(share) ? "–" : share is > 0 and < 0.001 ? "<" + NoBreak + "0.1" + NoBreak + "%" : (share * 100).ToString("0", Style) + NoBreak + "%";

    /// <summary>A share with one decimal.</summary>
    public static string Share(double share) => double.IsNaN(share) ? "–" : share is > 0 and < 0.001 ? "<" + NoBreak + "0.1" + NoBreak + "%" : (share * 100).ToString("0.0", Style) + NoBreak + "%";

    /// <summary>A duration in two units at most: 240 ms, 3.4 s, 11 m 40 s, 3 h 05 m, 4 d 2 h.</summary>
    public static string Duration(TimeSpan span)
    {
        string sign = span < TimeSpan.Zero ? "\u2212" : "";
        span = span.Duration();
        return sign + (span.TotalSeconds < 1 ? span.TotalMilliseconds.ToString("0", Style) + NoBreak + "ms"
            : span.TotalSeconds < 10 ? span.TotalSeconds.ToString("0.0", Style) + NoBreak + "s"
            : span.TotalMinutes < 1 ? span.TotalSeconds.ToString("0", Style) + NoBreak + "s"
            : span.TotalHours < 1 ? $"{span.Minutes}{NoBreak}m{NoBreak}{span.Seconds:00}{NoBreak}s"
            : span.TotalDays < 1 ? $"{span.Hours}{NoBreak}h{NoBreak}{span.Minutes:00}{NoBreak}m"
            : $"{(int)span.TotalDays}{NoBreak}d{NoBreak}{span.Hours}{NoBreak}h");
    }

    /// <summary>Milliseconds with at most three digits that matter.</summary>
    public static string Milliseconds(double value) => value < 10 ? value.ToString("0.0", Style) : value.ToString("#,0", Style);

    /// <summary>Several amounts in a line: 4 gpu, 160 memory.</summary>
    public static string Amounts(ResourceVector amounts) => string.Join(", ", amounts.Select(a => Amount(a.Quantity) + NoBreak + a.Kind));

    private static string Four(decimal value) => Math.Abs(value) switch
    {
        < 10 => value.ToString("0.##", Style),
        < 100 => value.ToString("0.#", Style),
        _ => value.ToString("0", Style),
    };

    private static string Minus(string text) => text.Replace('-', '\u2212');
}
