using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Scheduling;

/// <summary>
/// How often work that tolerates it is interrupted in a pool, learned from its grants: the posterior mean of a Poisson rate under a Gamma prior, where what is past counts half after a week.
/// </summary>
/// <remarks>Whole numbers throughout: it is a part of the state. Only pools that place work by cost learn it, so that old journals lead to the states they led to.</remarks>
internal sealed class Interruptions(PurchaseOption option)
{
    /// <summary>One interruption, as it is counted.</summary>
    public const long One = 1_000;

    /// <summary>Until something is known, spot capacity is taken to be interrupted once in so long a time held: the weight of what is taken for granted, too.</summary>
    public static TimeSpan PriorTime { get; } = TimeSpan.FromHours(24);

    private static readonly HalfLife Memory = new((long)TimeSpan.FromDays(7).TotalMilliseconds);

    private long _epoch;

    /// <summary>How many there were, in thousandths, decayed.</summary>
    public long Count { get; private set; }

    /// <summary>For how long grants were held that tolerate it, in milliseconds, decayed.</summary>
    public long Held { get; private set; }

    /// <summary>The epoch of the decay up to which both are counted.</summary>
    public long Epoch => _epoch;

    /// <summary>A grant that tolerates it ended.</summary>
    /// <param name="held">For how long it was held.</param>
    /// <param name="interrupted">Whether somebody or something else ended it.</param>
    /// <param name="now">When, in milliseconds.</param>
    public void Ended(TimeSpan held, bool interrupted, long now)
    {
        Decay(now);
        Held += (long)held.TotalMilliseconds;
        Count += interrupted ? One : 0;
    }

    /// <summary>How many interruptions are to be expected in a time, in units of 2⁻³²; it may be above one.</summary>
    /// <param name="time">How long.</param>
    /// <param name="now">The moment, in milliseconds: what was learned fades, also where nothing is placed any more that could teach otherwise.</param>
    public long Expected(TimeSpan time, long now)
    {
        long passed = Math.Max(0, Memory.EpochOf(now) - _epoch);
        Int128 count = HalfLife.Decayed(Count, passed) + (option == PurchaseOption.Spot ? One : 0);
        Int128 held = HalfLife.Decayed(Held, passed) + (long)PriorTime.TotalMilliseconds;
        return (long)Int128.Min(ExpectedCost.MostExpected, (count << ExpectedCost.Bits) * (long)time.TotalMilliseconds / (held * One));
    }

    /// <summary>Puts back what a snapshot kept.</summary>
    public void Restore(long count, long held, long epoch) => (Count, Held, _epoch) = (count, held, epoch);

    private void Decay(long now)
    {
        long epoch = Memory.EpochOf(now);
        if (epoch > _epoch)
        {
            (Count, Held) = (HalfLife.Decayed(Count, epoch - _epoch), HalfLife.Decayed(Held, epoch - _epoch));
            _epoch = epoch;
        }
    }
}
