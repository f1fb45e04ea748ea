using Nexus.Engine.Costs;

namespace Nexus.Engine.Scheduling;

/// <summary>What work costs that begins anew after each interruption, until one attempt comes to its end.</summary>
/// <remarks>
/// With interruptions at a rate λ and work of the length d, x = λd: there are eˣ attempts, and the time held in all is d · (eˣ − 1) ÷ x (Daly, FGCS 2006, for work without checkpoints).
/// What is consumed is paid for in each attempt, what is held for as long as it is. In fixed point, so that every machine comes to the same.
/// </remarks>
internal static class ExpectedCost
{
    /// <summary>How many bits are behind the point.</summary>
    public const int Bits = 32;

    /// <summary>No more interruptions are reckoned with: by then work costs hundreds of times as much.</summary>
    public const long MostExpected = 8L << Bits;

    private const int Terms = 40;

    /// <summary>What is held costs so much in all.</summary>
    /// <param name="once">For one attempt that is not interrupted.</param>
    /// <param name="expected">The interruptions to be expected in that, in units of 2⁻³².</param>
    public static Money OfHeld(Money once, long expected) => Times(once, Series(expected, first: 2));

    /// <summary>What is consumed costs so much in all; see <see cref="OfHeld"/>.</summary>
    public static Money OfConsumed(Money once, long expected) => Times(once, Series(expected, first: 1));

    // Σ xⁿ ÷ (n + first − 1)! with the first term 1: eˣ, or (eˣ − 1) ÷ x.
    private static Int128 Series(long expected, int first)
    {
        Int128 term = (Int128)1 << Bits;
        Int128 sum = term;
        for (int n = first; term > 0 && n < Terms; n++)
        {
            term = (term * expected >> Bits) / n;
            sum += term;
        }

        return sum;
    }

    private static Money Times(Money once, Int128 factor)
    {
        // Whole units and picos apart: the product of both as they are could be too large.
        Int128 whole = once.Picos >> Bits;
        Int128 rest = once.Picos & (((Int128)1 << Bits) - 1);
        return new Money((whole * factor) + (rest * factor >> Bits));
    }
}
