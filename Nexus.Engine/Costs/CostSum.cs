namespace Nexus.Engine.Costs;

/// <summary>What lines add up to.</summary>
/// <param name="Lines">How many hold: one that takes another back counts it off.</param>
/// <param name="Consumed">How much was consumed, in the kind's unit, of what was held in unit-hours; meaningless over several kinds.</param>
/// <param name="Cost">What it cost.</param>
public readonly record struct CostSum(long Lines, PricingQuantity Consumed, Money Cost)
{
    /// <summary>The sum of one line.</summary>
    public static CostSum Of(CostLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return new CostSum(line.TakesBack ? -1 : 1, line.Kind is LineKind.Usage or LineKind.Adjustment ? line.Consumed : default, line.Cost);
    }

    /// <summary>The same taken away.</summary>
    public static CostSum operator -(CostSum a) => new(-a.Lines, new PricingQuantity(-a.Consumed.Millionths), -a.Cost);

    /// <summary>The sum of both.</summary>
    public static CostSum operator +(CostSum a, CostSum b) => new(a.Lines + b.Lines, new PricingQuantity(a.Consumed.Millionths + b.Consumed.Millionths), a.Cost + b.Cost);
}
