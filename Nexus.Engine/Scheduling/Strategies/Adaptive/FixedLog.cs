namespace Nexus.Engine.Scheduling.Strategies.Adaptive;

/// <summary>Logarithms to the base 2 in whole numbers: the same on every machine, as decisions hang on them.</summary>
internal static class FixedLog
{
    /// <summary>What 1 is written as.</summary>
    public const long One = 1L << Bits;

    private const int Bits = 20;

    /// <summary>The logarithm of a number above zero, rounded down to 2⁻²⁰: its whole part is the place of the highest bit, and each digit behind the point is told by squaring what is left.</summary>
    public static long Of(Int128 value)
    {
        int whole = 127 - (int)Int128.LeadingZeroCount(value);
        ulong left = whole >= 63 ? (ulong)(value >> (whole - 63)) : (ulong)value << (63 - whole);
        long log = whole;
        for (int i = 0; i < Bits; i++)
        {
            ulong high = Math.BigMul(left, left, out ulong low);
            log <<= 1;
            if ((high >> 63) != 0)
            {
                (left, log) = (high, log | 1);
            }
            else
            {
                left = (high << 1) | (low >> 63);
            }
        }

        return log;
    }
}
