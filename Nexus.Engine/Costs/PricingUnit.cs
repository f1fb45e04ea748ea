using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs;

/// <summary>In what a quantity is priced.</summary>
public enum PricingUnit
{
    /// <summary>The unit of the kind.</summary>
    One = 0,

    /// <summary>A thousand units.</summary>
    Thousand = 1,

    /// <summary>A million units.</summary>
    Million = 2,

    /// <summary>A unit for an hour, of what is held.</summary>
    UnitHour = 3,
}

/// <summary>A quantity in a <see cref="PricingUnit"/>, in millionths: rounded once, half to even, from what was used.</summary>
/// <param name="Millionths">In 10⁻⁶ of the pricing unit.</param>
public readonly record struct PricingQuantity(Int128 Millionths)
{
    /// <summary>How many decimals it has at most.</summary>
    public const int Decimals = 6;

    private const long OneMillion = 1_000_000;
    private const long TicksAThousandthMillionth = TimeSpan.TicksPerHour / 1_000;

    /// <summary>One.</summary>
    public static PricingQuantity One { get; } = new(OneMillion);

    /// <summary>Units of a Metered kind.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The unit is one for what is held.</exception>
    public static PricingQuantity Of(Quantity used, PricingUnit unit) => new(unit switch
    {
        PricingUnit.One => (Int128)used.Thousandths * 1_000,
        PricingUnit.Thousand => used.Thousandths,
        PricingUnit.Million => Divided(used.Thousandths, 1_000),
        _ => throw new ArgumentOutOfRangeException(nameof(unit), "what is held is priced by the hour"),
    });

    /// <summary>Units of a Held kind for a time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public static PricingQuantity Of(Quantity held, TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        return new(Divided((Int128)held.Thousandths * time.Ticks, TicksAThousandthMillionth));
    }

    /// <summary>What this much costs at a price of the pricing unit: exact where the price has at most six decimals, or the quantity is whole.</summary>
    public Money At(Money price)
    {
        (Int128 high, Int128 low) = Int128.DivRem(price.Picos, OneMillion);
        return new(checked((Millionths * high) + (Millionths * low / OneMillion)));
    }

    /// <summary>All of its digits, with no trailing zeros.</summary>
    public override string ToString() => DecimalText.Of(Millionths, Decimals);

    // Half to even. Neither number is negative.
    private static Int128 Divided(Int128 number, Int128 by)
    {
        (Int128 whole, Int128 rest) = Int128.DivRem(number, by);
        Int128 twice = rest * 2;
        return twice > by || (twice == by && Int128.IsOddInteger(whole)) ? whole + 1 : whole;
    }
}
