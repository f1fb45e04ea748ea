using Nexus.Engine.Costs;

namespace Nexus.Engine.Optimization;

/// <summary>Money to and from the floating point that statistics are made in: of what is estimated, never of what is added up.</summary>
public static class SavingsMoney
{
    private const double Picos = 1e12;

    // Above it there is no money.
    private const double Most = 1e14;

    /// <summary>In units of the currency.</summary>
    public static double Units(Money money) => (double)money.Picos / Picos;

    /// <summary>An estimate as money, to a millionth of the currency's unit.</summary>
    public static Money Of(double units) => Money.TryRound(decimal.Round((decimal)Math.Clamp(double.IsNaN(units) ? 0 : units, -Most, Most), 6), out Money money) ? money : Money.Zero;
}
