namespace Nexus.Engine.Charges;

/// <summary>The arithmetic of a token bucket that refills continuously, exact in whole numbers.</summary>
/// <remarks>
/// What flows in is kept as whole thousandths and a remainder in units of 1 ÷ period, so that looking often or seldom gives the same level.
/// The bucket never holds more than its burst, and owes at most one burst.
/// </remarks>
internal static class Bucket
{
    /// <summary>What a bucket would hold only beyond this, in milliseconds from now, it never will, as far as anybody who waits is concerned: 100 years.</summary>
    public const long Horizon = 100L * 366 * 86_400_000;

    /// <summary>The level at a later moment.</summary>
    /// <param name="level">Thousandths at <paramref name="at"/>.</param>
    /// <param name="remainder">What had flowed in beyond whole thousandths, in thousandths × milliseconds of the period.</param>
    /// <param name="at">The moment of the level, in milliseconds.</param>
    /// <param name="burst">The most it holds, in thousandths.</param>
    /// <param name="rate">Thousandths that flow in per <paramref name="per"/>.</param>
    /// <param name="per">The period in milliseconds; 0: nothing flows in.</param>
    /// <param name="now">The later moment.</param>
    public static long LevelAt(long level, long remainder, long at, long burst, long rate, long per, long now) =>
        Refill(ref remainder, level, at, burst, rate, per, now);

    /// <summary>The level at a later moment, and the remainder there.</summary>
    public static long Refill(ref long remainder, long level, long at, long burst, long rate, long per, long now)
    {
        if (per <= 0 || rate == 0 || now <= at || level >= burst)
        {
            if (level >= burst)
            {
                remainder = 0;
            }

            return Math.Min(level, burst);
        }

        Int128 flowed = ((Int128)rate * (now - at)) + remainder;
        Int128 filled = level + (flowed / per);
        if (filled >= burst)
        {
            remainder = 0;
            return burst;
        }

        remainder = (long)(flowed % per);
        return (long)filled;
    }

    /// <summary>The first moment at which the bucket holds <paramref name="wanted"/>; null when it never will, or not within the <see cref="Horizon"/>.</summary>
    public static long? TimeOf(long wanted, long level, long remainder, long at, long burst, long rate, long per)
    {
        if (level >= wanted)
        {
            return at;
        }

        if (wanted > burst || per <= 0 || rate == 0)
        {
            return null;
        }

        Int128 missing = ((Int128)(wanted - level) * per) - remainder;
        Int128 wait = (missing + rate - 1) / rate;
        return wait > Horizon ? null : at + (long)wait;
    }
}
