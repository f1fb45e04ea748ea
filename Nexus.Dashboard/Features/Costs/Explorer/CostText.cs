using System.Globalization;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>Money as pages write it: rounded for the eye, with parts that add up to their total.</summary>
internal static class CostText
{
    private const string Dollars = "USD";
    private const int Cents = 2;
    private const int FourDigits = 4;
    private static readonly CultureInfo Style = CultureInfo.InvariantCulture;

    /// <summary>An amount in units of the currency.</summary>
    public static decimal Units(Money money) => (decimal)money.Picos / 1_000_000_000_000m;

    /// <summary>With which decimals a table shows amounts that come to a total: cents, and more where it is below one.</summary>
    public static int Decimals(Money total) => Math.Abs(Units(total)) switch { >= 1 or 0 => Cents, >= 0.01m => 4, _ => 6 };

    /// <summary>An amount with these decimals: $96,412.38, −$4.00, EUR 12.40.</summary>
    public static string Amount(decimal units, string currency, int decimals) =>
        Sign(units) + Symbol(currency) + Math.Abs(units).ToString("#,0." + new string('0', decimals), Style);

    /// <summary>The same, an increase with a plus.</summary>
    public static string Change(decimal units, string currency, int decimals) => units == 0 ? Amount(0, currency, decimals) : (units > 0 ? "+" : "") + Amount(units, currency, decimals);

    /// <summary>An amount by itself: whole from 1,000 on, cents below, four digits below one cent.</summary>
    public static string Hero(Money money, string currency) => Of(Units(money), currency, 1_000);

    /// <summary>An amount by itself: cents, four digits below one cent.</summary>
    public static string One(Money money, string currency) => Of(Units(money), currency, decimal.MaxValue);

    /// <summary>A price or a rate, of which no digit is cut that says something.</summary>
    public static string Rate(decimal units, string currency) => Math.Abs(units) is >= 0.01m and < 1
        ? Sign(units) + Symbol(currency) + decimal.Round(Math.Abs(units), FourDigits).ToString("0.00##", Style) : Of(units, currency, decimal.MaxValue);

    /// <summary>An amount at an axis: $2k, $1.5k, $0.02.</summary>
    public static string Axis(decimal units, string currency) => units == 0 ? "0"
        : Symbol(currency) + (units >= 1_000_000 ? (units / 1_000_000).ToString("0.##", Style) + "M" : units >= 1_000 ? (units / 1_000).ToString("0.##", Style) + "k" : units.ToString("0.######", Style));

    /// <summary>All digits, for who hovers.</summary>
    public static string Exact(Money money, string currency) => $"{money} {currency}";

    /// <summary>Rounds parts so that they add up to the total as it is shown: what is lacking goes to the largest remainders (Hamilton's method).</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="shown">The total as it is shown.</param>
    /// <param name="decimals">To how many decimals.</param>
    public static decimal[] Rounded(IReadOnlyList<Money> parts, decimal shown, int decimals)
    {
        decimal unit = 1;
        for (int i = 0; i < decimals; i++)
        {
            unit /= 10;
        }

        decimal[] rounded = [.. parts.Select(p => decimal.Floor(Units(p) / unit) * unit)];
        int lacking = (int)((shown - rounded.Sum()) / unit);
        int[] order = [.. Enumerable.Range(0, rounded.Length).OrderByDescending(i => Units(parts[i]) - rounded[i]).ThenByDescending(i => parts[i])];
        for (int i = 0; i < lacking && order.Length > 0; i++)
        {
            rounded[order[i % order.Length]] += unit;
        }

        return rounded;
    }

    /// <summary>A total as it is shown.</summary>
    public static decimal Rounded(Money total, int decimals) => decimal.Round(Units(total), decimals, MidpointRounding.ToEven);

    private static string Of(decimal units, string currency, decimal wholeFrom)
    {
        decimal size = Math.Abs(units);
        string text = size >= wholeFrom ? size.ToString("#,0", Style)
            : size is 0 or >= 0.01m ? size.ToString("#,0.00", Style)
            : decimal.Round(size, 3 + Zeros(size)).ToString("0." + new string('0', Math.Min(12, 3 + Zeros(size))), Style);
        return Sign(units) + Symbol(currency) + text;
    }

    // How many digits from the point on are zero, and the first that is not.
    private static int Zeros(decimal size)
    {
        int zeros = 1;
        for (decimal next = size * 10; next < 1 && zeros < 12 - FourDigits + 1; next *= 10)
        {
            zeros++;
        }

        return zeros;
    }

    private static string Sign(decimal units) => units < 0 ? "\u2212" : "";

    private static string Symbol(string currency) => currency == Dollars ? "$" : currency + "\u00A0";
}
