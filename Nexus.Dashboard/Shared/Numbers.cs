using System.Globalization;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Shared;

/// <summary>How numbers are written on pages: at most four significant digits, units, a true minus, thousands.</summary>
internal static class Numbers
{
    private const string NoBreak = "\u00A0";
    private const string NotApplicable = "–";
    private const decimal MostInFull = 99_999;
    private const double Close = 0.1;
    private static readonly CultureInfo Style = CultureInfo.InvariantCulture;
    private static readonly string[] Prefixes = ["k", "M", "G", "T"];

    /// <summary>A count: full with thousands to 99,999, then 1.24 M. A fraction is kept as far as four digits reach.</summary>
    public static string Count(decimal value)
    {
        decimal whole = Significant(value, 4);
        if (Math.Abs(whole) <= MostInFull)
        {
            return Minus(whole.ToString("#,0.###", Style));
        }

        // Rounded before the prefix is chosen: 999,999 is 1 M and not 1,000 k.
        int at = 0;
        decimal scaled = Significant(value / 1_000, 3);
        while (Math.Abs(scaled) >= 1_000 && at < Prefixes.Length - 1)
        {
            at++;
            scaled = Significant(value / Power(at + 1), 3);
        }

        return Minus(scaled.ToString("#,0.##", Style)) + NoBreak + Prefixes[at];
    }

    /// <summary>An amount in its kind's unit.</summary>
    public static string Amount(Quantity quantity) => Count(quantity.Units);

    /// <summary>An amount with its unit, for example 512 GiB.</summary>
    public static string Amount(Quantity quantity, string unit) => Amount(quantity) + NoBreak + unit;

    /// <summary>A level as a whole percentage; with one decimal within ten points of its line.</summary>
    public static string Percent(double level, double? line = null) =>
        line is { } near && Math.Abs(level - near) <= Close ? Share(level) : Percentage(level, decimals: 0);

    /// <summary>A share with one decimal.</summary>
    public static string Share(double share) => Percentage(share, decimals: 1);

    /// <summary>A duration in two units at most: 240 ms, 3.4 s, 11 m 40 s, 3 h 05 m, 4 d 2 h. From ten seconds on, what is not whole yet does not count.</summary>
    public static string Duration(TimeSpan span)
    {
        string sign = span < TimeSpan.Zero ? "\u2212" : "";
        span = span.Duration();
        double milliseconds = Math.Round(span.TotalMilliseconds);
        double tenths = Math.Round(span.TotalSeconds, 1);
        return milliseconds == 0 ? "0" + NoBreak + "ms"
            : sign + (milliseconds < 1_000 ? milliseconds.ToString("0", Style) + NoBreak + "ms"
            : tenths < 10 ? tenths.ToString("0.0", Style) + NoBreak + "s"
            : span.TotalMinutes < 1 ? Math.Max(10, span.Seconds).ToString("0", Style) + NoBreak + "s"
            : span.TotalHours < 1 ? $"{span.Minutes}{NoBreak}m{NoBreak}{span.Seconds:00}{NoBreak}s"
            : span.TotalDays < 1 ? $"{span.Hours}{NoBreak}h{NoBreak}{span.Minutes:00}{NoBreak}m"
            : $"{(int)span.TotalDays}{NoBreak}d{NoBreak}{span.Hours}{NoBreak}h");
    }

    /// <summary>Milliseconds with one decimal below ten, else whole.</summary>
    public static string Milliseconds(double value) => Math.Round(value, 1) < 10 ? value.ToString("0.0", Style) : value.ToString("#,0", Style);

    /// <summary>Several amounts in a line: 4 gpu, 160 memory.</summary>
    public static string Amounts(ResourceVector amounts) => string.Join(", ", amounts.Select(a => Amount(a.Quantity) + NoBreak + a.Kind));

    private static string Percentage(double share, int decimals)
    {
        if (!double.IsFinite(share))
        {
            return NotApplicable;
        }

        double percent = Math.Round(share * 100, decimals, MidpointRounding.AwayFromZero);
        return share is > 0 and < 0.001 ? "<" + NoBreak + "0.1" + NoBreak + "%"
            : percent == 0 ? "0" + NoBreak + "%"
            : Minus(percent.ToString(decimals == 0 ? "0" : "0.0", Style)) + NoBreak + "%";
    }

    // Digits before the point are never given up.
    private static decimal Significant(decimal value, int digits)
    {
        decimal size = Math.Abs(value);
        int before = size < 10 ? 1 : size < 100 ? 2 : size < 1_000 ? 3 : digits;
        return Math.Round(value, Math.Max(0, digits - before), MidpointRounding.AwayFromZero);
    }

    private static decimal Power(int thousands) => thousands <= 1 ? 1_000 : 1_000 * Power(thousands - 1);

    private static string Minus(string text) => text.Replace('-', '\u2212');
}
