using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Api;

/// <summary>An exact amount of money.</summary>
/// <param name="Amount">A decimal text of up to twelve decimals.</param>
/// <param name="Currency">The installation's currency, by its ISO 4217 code.</param>
internal sealed record MoneyAnswer(string Amount, string Currency)
{
    public static MoneyAnswer Of(Money money, string currency) => new(money.ToString(), currency);
}
