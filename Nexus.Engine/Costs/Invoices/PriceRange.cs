namespace Nexus.Engine.Costs.Invoices;

/// <summary>The prices of a token at which a rounded amount can have been billed, in 10⁻¹²: prices have no finer ones.</summary>
/// <param name="Low">The smallest.</param>
/// <param name="High">The largest; below the smallest where there is none.</param>
public readonly record struct PriceRange(Int128 Low, Int128 High)
{
    private static readonly Int128 One = 1_000_000_000_000;
    private static readonly Int128 Million = 1_000_000;

    /// <summary>No price at all.</summary>
    public static PriceRange None => new(1, 0);

    /// <summary>True where no price explains the amount.</summary>
    public bool IsEmpty => Low > High;

    /// <summary>Those of an amount for a quantity.</summary>
    /// <param name="amount">What is billed.</param>
    /// <param name="quantity">For how much; more than nothing.</param>
    /// <param name="slack">By how much the amount may be off.</param>
    public static PriceRange Of(Money amount, PricingQuantity quantity, Money slack) => new(
        Int128.Max(0, Ceiling((amount - slack).Picos * Million, quantity.Millionths)), Floor((amount + slack).Picos * Million, quantity.Millionths));

    /// <summary>The price alone.</summary>
    public static PriceRange Of(Money price) => new(price.Picos, price.Picos);

    /// <summary>Those that are in both.</summary>
    public PriceRange And(PriceRange other) => new(Int128.Max(Low, other.Low), Int128.Min(High, other.High));

    /// <summary>True for a price that is among them.</summary>
    public bool Has(Money price) => Low <= price.Picos && price.Picos <= High;

    /// <summary>The one with the fewest decimals, and of several such the one nearest to the middle: price lists are written so. Null where there is none.</summary>
    public Money? Simplest()
    {
        if (IsEmpty)
        {
            return null;
        }

        Int128 middle = Low + ((High - Low) / 2);
        for (Int128 step = One; ; step /= 10)
        {
            Int128 first = Ceiling(Low, step) * step;
            if (first <= High)
            {
                Int128 below = Floor(middle, step) * step;
                Int128 above = below + step;
                bool takesBelow = below >= first && (above > High || middle - below <= above - middle);
                return new Money(takesBelow ? below : above <= High ? Int128.Max(first, above) : first);
            }
        }
    }

    private static Int128 Floor(Int128 number, Int128 by) => number >= 0 ? number / by : -((-number + by - 1) / by);

    private static Int128 Ceiling(Int128 number, Int128 by) => -Floor(-number, by);
}
