using System.Globalization;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Budgets;

/// <summary>How amounts of money are written on the page of the budgets: rounded to cents, with the currency.</summary>
internal static class BudgetMoney
{
    private const string Dollars = "USD";
    private const decimal Picos = 1_000_000_000_000m;
    private const decimal Cent = 0.01m;
    private static readonly CultureInfo Style = CultureInfo.InvariantCulture;

    /// <summary>To the cent; below a cent with four significant digits, so that what is little is not nothing.</summary>
    public static string Full(Money money, string currency)
    {
        decimal units = (decimal)money.Picos / Picos;
        return Written(units, units != 0 && Math.Abs(units) < Cent ? "0." + new string('0', 3 - Magnitude(Math.Abs(units))) : "#,0.00", currency);
    }

    /// <summary>As a person types an amount: without cents where there are none.</summary>
    public static string Short(Money money, string currency) => money.Picos % (long)Picos == 0 ? Written((decimal)money.Picos / Picos, "#,0", currency) : Full(money, currency);

    /// <summary>A large figure that one reads from afar: without cents from a hundred on.</summary>
    public static string Hero(Money money, string currency) => money.Picos is var picos && Int128.Abs(picos) < 100 * (Int128)Picos ? Full(money, currency) : Written((decimal)picos / Picos, "#,0", currency);

    /// <summary>Which part one amount is of another; 0 where that is nothing.</summary>
    public static decimal Part(Money of, Money whole) => whole <= Money.Zero ? of > Money.Zero ? 1 : 0 : (decimal)of.Picos / (decimal)whole.Picos;

    // How many digits before the first that counts: -3 for 0.0021.
    private static int Magnitude(decimal units) => (int)Math.Floor(Math.Log10((double)units)) is var power ? Math.Max(-12, power) : 0;

    private static string Written(decimal units, string format, string currency)
    {
        string text = Math.Abs(units).ToString(format, Style);
        return (units < 0 ? "\u2212" : "") + (currency == Dollars ? "$" : currency + "\u00A0") + text;
    }
}
