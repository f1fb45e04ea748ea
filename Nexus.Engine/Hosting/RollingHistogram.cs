using System.Numerics;

namespace Nexus.Engine.Hosting;

/// <summary>Times of the last while in bounded memory: buckets as in HdrHistogram (16 to each power of two, so at most 6 % too high), one set for each slice of the while.</summary>
/// <remarks>One thread records, any may read. A reader that meets a recording may miss it: it is a figure to look at, not to settle by.</remarks>
internal sealed class RollingHistogram(TimeSpan slice, int slices)
{
    private const int SubBits = 4;
    private const int Sub = 1 << SubBits;

    // Microseconds up to 2³⁵, that is nine hours.
    private const int Buckets = (35 - SubBits + 1) * Sub;

    private readonly Slice?[] _slices = new Slice?[slices];

    /// <summary>Records a time. One of so long ago that its slice is in use again is left out.</summary>
    /// <param name="value">The time.</param>
    /// <param name="now">When.</param>
    public void Record(TimeSpan value, TimeSpan now)
    {
        long number = now.Ticks / slice.Ticks;
        Slice? current = _slices[number % slices];
        if (current is null || current.Number != number)
        {
            if (current?.Number > number)
            {
                return;
            }

            current = new Slice(number);
            Volatile.Write(ref _slices[number % slices], current);
        }

        current.Counts[BucketOf(value.Ticks / TimeSpan.TicksPerMicrosecond)]++;
    }

    /// <summary>The time that a share of those recorded did not pass; null when none were.</summary>
    /// <param name="share">0 – 1.</param>
    /// <param name="now">The present moment.</param>
    public TimeSpan? Percentile(double share, TimeSpan now)
    {
        Span<long> sums = stackalloc long[Buckets];
        sums.Clear();
        long count = 0;
        long oldest = (now.Ticks / slice.Ticks) - slices + 1;
        for (int i = 0; i < slices; i++)
        {
            if (Volatile.Read(ref _slices[i]) is not { } there || there.Number < oldest)
            {
                continue;
            }

            for (int b = 0; b < Buckets; b++)
            {
                sums[b] += there.Counts[b];
                count += there.Counts[b];
            }
        }

        if (count == 0)
        {
            return null;
        }

        long rank = Math.Max(1, (long)Math.Ceiling(count * share));
        int bucket = 0;
        for (long seen = sums[0]; seen < rank; seen += sums[bucket])
        {
            bucket++;
        }

        return TimeSpan.FromMicroseconds(HighestOf(bucket));
    }

    private static int BucketOf(long microseconds)
    {
        if (microseconds < Sub)
        {
            return (int)Math.Max(0, microseconds);
        }

        int shift = BitOperations.Log2((ulong)microseconds) - SubBits;
        return Math.Min(Buckets - 1, ((shift + 1) * Sub) + (int)((microseconds >> shift) - Sub));
    }

    private static long HighestOf(int bucket)
    {
        int shift = (bucket / Sub) - 1;
        return shift < 0 ? bucket : ((long)((bucket % Sub) + Sub + 1) << shift) - 1;
    }

    private sealed class Slice(long number)
    {
        public long Number { get; } = number;

        public int[] Counts { get; } = new int[Buckets];
    }
}
