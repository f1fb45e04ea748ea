using System.Numerics;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Prices.Invoices;

/// <summary>Amounts of an invoice in the installation's currency.</summary>
internal static class ExchangeRate
{
    private static readonly BigInteger One = 1_000_000_000_000;

    /// <summary>An amount at a rate, to twelve decimals, half to even.</summary>
    /// <param name="amount">The amount.</param>
    /// <param name="rate">What one unit of its currency is in the installation's.</param>
    public static Money Apply(Money amount, Money rate)
    {
        BigInteger product = (BigInteger)amount.Picos * rate.Picos;
        BigInteger whole = BigInteger.DivRem(product, One, out BigInteger rest);
        BigInteger twice = BigInteger.Abs(rest) * 2;
        return new Money((Int128)(twice > One || (twice == One && !whole.IsEven) ? whole + product.Sign : whole));
    }
}
