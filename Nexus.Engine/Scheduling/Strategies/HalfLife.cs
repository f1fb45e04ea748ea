namespace Nexus.Engine.Scheduling.Strategies;

/// <summary>Exponential decay in whole numbers: what is remembered counts half after a half-life (as Slurm's PriorityDecayHalfLife).</summary>
/// <remarks>
/// Time is cut into epochs, 1,024 to the half-life, and what is remembered decays from epoch to epoch. So the order of those who wait changes at
/// known moments, and a value that decayed once over many epochs needs one multiplication. Whole half-lives are exact; the rest is rounded down.
/// </remarks>
/// <param name="Milliseconds">The half-life, 1 minute – 366 days.</param>
internal readonly record struct HalfLife(long Milliseconds)
{
    /// <summary>The epochs in one half-life.</summary>
    public const int Epochs = 1 << Bits;

    private const int Bits = 10;

    // 1 ÷ ln 2, in 10⁻¹⁸: what flows evenly for ever, decaying so, amounts to the flow of this many half-lives.
    private const long LifeOfAll = 1_442_695_040_888_963_407;
    private const long LifeUnit = 1_000_000_000_000_000_000;

    // 2^−½, 2^−¼, … 2^−1/1024 in units of 2⁻⁶⁴: the product of those whose bits are set is any power 2^−n/1024.
    private static ReadOnlySpan<ulong> Roots =>
    [
        0xb504f333f9de6484, 0xd744fccad69d6af4, 0xeac0c6e7dd24392f, 0xf5257d152486cc2c, 0xfa83b2db722a033a,
        0xfd3e0c0cf486c175, 0xfe9e115c7b8f884c, 0xff4ecb59511ec8a5, 0xffa756521c8daed2, 0xffd3a751c0f7e10c,
    ];

    /// <summary>The time over which a pool supplies as much as all that is remembered of a pool in full use: the half-life ÷ ln 2, in milliseconds.</summary>
    public long Window => (long)((Int128)Milliseconds * LifeOfAll / LifeUnit);

    /// <summary>The epoch in which a moment lies.</summary>
    public long EpochOf(long now) => now * Epochs / Milliseconds;

    /// <summary>The first millisecond of an epoch.</summary>
    public long StartOf(long epoch) => ((epoch * Milliseconds) + Epochs - 1) / Epochs;

    /// <summary>What is left of a value, not negative, after some epochs.</summary>
    public static long Decayed(long value, long epochs) => (long)Decayed((Int128)value, epochs);

    /// <summary>What is left of a value, not negative, after some epochs.</summary>
    public static Int128 Decayed(Int128 value, long epochs)
    {
        long halves = epochs >> Bits;
        if (halves > 126)
        {
            return 0;
        }

        int part = (int)(epochs & (Epochs - 1));
        if (part == 0)
        {
            return value >> (int)halves;
        }

        ulong factor = ulong.MaxValue;
        for (int i = 0; i < Bits; i++)
        {
            if ((part & (1 << (Bits - 1 - i))) != 0)
            {
                factor = factor == ulong.MaxValue ? Roots[i] : Math.BigMul(factor, Roots[i], out _);
            }
        }

        // value × factor ÷ 2⁶⁴ without an intermediate of more than 128 bits.
        return (((value >> 64) * factor) + Math.BigMul((ulong)(value & ulong.MaxValue), factor, out _)) >> (int)halves;
    }
}
