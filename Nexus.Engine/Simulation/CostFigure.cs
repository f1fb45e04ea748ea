using Nexus.Engine.Costs;

namespace Nexus.Engine.Simulation;

/// <summary>An amount of money in a report.</summary>
/// <param name="Amount">The exact amount, a decimal text of up to twelve decimals.</param>
/// <param name="Currency">The currency, by its ISO 4217 code.</param>
public sealed record CostFigure(string Amount, string Currency)
{
    /// <summary>An amount, as it is reported.</summary>
    public static CostFigure Of(Money money, string currency) => new(money.ToString(), currency);

    /// <summary>The amount to reckon with.</summary>
    public Money ToMoney() => Money.Parse(Amount);
}
