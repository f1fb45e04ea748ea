using System.Numerics;
using System.Runtime.InteropServices;

namespace Nexus.Engine.Costs.Sizing;

/// <summary>Sizes in bounded memory: buckets as in HdrHistogram, 32 to each power of two, so that an edge lies at most 1/32 above any size below it; the older a size, the less it counts.</summary>
/// <remarks>
/// <para>Whole numbers only, so that it is the same on every machine. With every 512th size all weights are halved: it follows a change within about a thousand,
/// and of what was seen ten thousand sizes ago nothing is left. A new size weighs 1,024, so that halving takes nothing from a tail of single sizes until they are ten halvings old.</para>
/// <para>Sizes are thousandths of a unit. As long as all of them are whole units, so are the edges: a bucket then ends at the last whole unit in it.</para>
/// <para>Adding and asking take a step for each bucket that is not empty: at most 1,888, some hundred for sizes that span three powers of ten.</para>
/// </remarks>
internal sealed class SizeHistogram
{
    /// <summary>What the newest size weighs.</summary>
    public const int Newest = 1 << 10;

    /// <summary>With how many sizes all that are known lose half of their weight.</summary>
    public const int HalvedEvery = 512;

    /// <summary>All of it, in the parts that risks are given in.</summary>
    public const int Million = 1_000_000;

    private const long Whole = 1_000;
    private const int SubBits = 5;
    private const int Sub = 1 << SubBits;

    private readonly List<SizeBucket> _buckets;

    private long _weight;

    /// <summary>One that knows nothing.</summary>
    public SizeHistogram() => _buckets = [];

    /// <summary>One as a snapshot kept it.</summary>
    /// <param name="known">See <see cref="Known"/>.</param>
    /// <param name="isWhole">See <see cref="IsWhole"/>.</param>
    /// <param name="buckets">See <see cref="Buckets"/>.</param>
    public SizeHistogram(long known, bool isWhole, IReadOnlyList<SizeBucket> buckets)
    {
        (Known, IsWhole, _buckets) = (known, isWhole, [.. buckets]);
        _weight = buckets.Sum(b => (long)b.Weight);
    }

    /// <summary>How many sizes it was told, forgotten ones too.</summary>
    public long Known { get; private set; }

    /// <summary>True as long as every size was a whole number of units.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>The buckets that are not empty, the smallest sizes first.</summary>
    public IReadOnlyList<SizeBucket> Buckets => _buckets;

    /// <summary>Counts a size.</summary>
    public void Add(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        IsWhole &= size % Whole == 0;
        int number = NumberOf(size);
        int at = FirstFrom(number);
        if (at < _buckets.Count && _buckets[at].Number == number)
        {
            _buckets[at] = new(number, _buckets[at].Weight + Newest);
        }
        else
        {
            _buckets.Insert(at, new(number, Newest));
        }

        Counted();
    }

    /// <summary>Counts a size of which no more is known than that it would have been larger: spread over the larger ones, as those are (Efron, 1967).</summary>
    /// <remarks>Where none is larger it counts as what it came to.</remarks>
    public void AddLargerThan(long reached)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(reached);
        int first = FirstFrom(NumberOf(reached) + 1);
        if (first == _buckets.Count)
        {
            Add(reached);
            return;
        }

        Span<SizeBucket> larger = CollectionsMarshal.AsSpan(_buckets)[first..];
        long all = WeightFrom(first);
        long seen = 0;
        long given = 0;
        foreach (ref SizeBucket bucket in larger)
        {
            seen += bucket.Weight;
            long due = Newest * seen / all;
            bucket = bucket with { Weight = bucket.Weight + (int)(due - given) };
            given = due;
        }

        Counted();
    }

    /// <summary>A size that the next one passes with no more than a risk, if it is like those that are known.</summary>
    /// <remarks>
    /// The rank is that of conformal prediction, which counts the next size among the known ones (Vovk, Gammerman and Shafer, 2005), and of a bucket it is the upper edge:
    /// where it errs, it is too large. With too few sizes to speak of so small a risk it is the largest.
    /// </remarks>
    /// <param name="risk">In millionths.</param>
    /// <returns>Null where nothing is known.</returns>
    public long? Quantile(int risk) => QuantileFrom(0, risk);

    /// <summary>The same of those sizes alone that are larger than one.</summary>
    /// <returns>Null where none is known to be larger.</returns>
    public long? QuantileAbove(long reached, int risk) => QuantileFrom(FirstFrom(NumberOf(reached) + 1), risk);

    private long? QuantileFrom(int first, int risk)
    {
        if (first == _buckets.Count)
        {
            return null;
        }

        // In a tail of a few it is found within a few steps.
        long weight = WeightFrom(first);
        long needed = (weight + Newest) * (Million - risk);
        int at = _buckets.Count - 1;
        for (long below = weight - _buckets[at].Weight; at > first && below * Million >= needed; below -= _buckets[at].Weight)
        {
            at--;
        }

        return EdgeOf(_buckets[at].Number);
    }

    private void Counted()
    {
        _weight += Newest;
        Known++;
        if (Known % HalvedEvery == 0)
        {
            foreach (ref SizeBucket bucket in CollectionsMarshal.AsSpan(_buckets))
            {
                bucket = bucket with { Weight = bucket.Weight / 2 };
            }

            _buckets.RemoveAll(b => b.Weight == 0);
            _weight = _buckets.Sum(b => (long)b.Weight);
        }
    }

    private long WeightFrom(int first)
    {
        long weight = _weight;
        for (int i = 0; i < first; i++)
        {
            weight -= _buckets[i].Weight;
        }

        return weight;
    }

    private int FirstFrom(int number)
    {
        (int low, int high) = (0, _buckets.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _buckets[middle].Number < number ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private long EdgeOf(int number)
    {
        int shift = (number / Sub) - 1;
        long edge = shift < 0 ? number : (long)((ulong)((number % Sub) + Sub + 1) << shift) - 1;
        return IsWhole ? edge - (edge % Whole) : edge;
    }

    private static int NumberOf(long size)
    {
        if (size < Sub)
        {
            return (int)size;
        }

        int shift = BitOperations.Log2((ulong)size) - SubBits;
        return ((shift + 1) * Sub) + (int)((size >> shift) - Sub);
    }
}
