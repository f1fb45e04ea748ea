using CsCheck;
using Nexus.Engine.Costs.Sizing;

namespace Nexus.Dashboard.Tests.Engine.Costs.Sizing;

public sealed class SizeHistogramTests
{
    private const int FivePercent = 50_000;

    private static readonly Gen<long> Sizes = Gen.OneOf(Gen.Long[0, 100], Gen.Long[0, 100_000], Gen.Long[0, 1_000_000_000_000_000]);
    private static readonly Gen<int> Risks = Gen.OneOf(Gen.Int[1, 999_999], Gen.OneOf(Gen.Const(1), Gen.Const(1_000), Gen.Const(10_000), Gen.Const(FivePercent), Gen.Const(500_000), Gen.Const(999_999)));

    [Theory]
    [InlineData(FivePercent, 96)] // the 95 % of 101, the next among them, are 95.95
    [InlineData(10_000, 100)]
    [InlineData(500_000, 51)]
    [InlineData(999_999, 1)]
    public void Of_a_hundred_sizes_it_is_the_one_that_leaves_the_risk_above_it(int risk, long units)
    {
        SizeHistogram sizes = Of(Enumerable.Range(1, 100).Select(i => i * 1_000L));

        // Above 64 units a bucket holds more than one whole unit: it ends at the last of them.
        Assert.InRange(sizes.Quantile(risk)!.Value, units * 1_000, units * 1_000 * 33 / 32);
        Assert.Equal(0, sizes.Quantile(risk) % 1_000);
    }

    [Fact]
    public void Small_sizes_are_exact()
    {
        SizeHistogram sizes = Of([1, .. Enumerable.Range(0, 32).Select(i => (long)i)]);

        Assert.Equal((31L, 15L, 1L), (sizes.Quantile(1), sizes.Quantile(500_000), sizes.Quantile(940_000)));
        Assert.Equal(0, Of([0, 0]).Quantile(FivePercent));
    }

    [Fact]
    public void Of_whole_units_the_answer_is_whole_and_of_parts_it_is_as_fine_as_the_buckets()
    {
        Assert.Equal(45_000, Of([45_000]).Quantile(FivePercent));
        Assert.Equal(45_055, Of([45_001]).Quantile(FivePercent));
        Assert.Equal((true, false), (Of([44_000]).IsWhole, Of([44_000, 1]).IsWhole));
    }

    [Fact]
    public void Without_a_size_nothing_is_said()
    {
        Assert.Null(new SizeHistogram().Quantile(FivePercent));
        Assert.Null(Of([1_000]).QuantileAbove(1_000, FivePercent));
        Assert.Throws<ArgumentOutOfRangeException>(() => Of([-1]));
    }

    [Fact]
    public void It_is_never_below_the_exact_quantile_and_at_most_a_thirty_second_above_it() =>
        Gen.Select(Sizes.Array[1, SizeHistogram.HalvedEvery - 1], Risks).Sample((sizes, risk) =>
        {
            long exact = Exact(sizes, risk);

            long learned = Of(sizes).Quantile(risk)!.Value;

            Assert.InRange(learned, exact, exact + (exact / 32));
        });

    [Fact]
    public void Above_a_size_only_the_larger_ones_count() =>
        Gen.Select(Sizes.Array[1, SizeHistogram.HalvedEvery - 1], Risks).Sample((sizes, risk) =>
        {
            SizeHistogram histogram = Of(sizes);
            long reached = histogram.Quantile(500_000)!.Value;
            long[] larger = [.. sizes.Where(s => s > reached)];

            long? learned = histogram.QuantileAbove(reached, risk);

            Assert.Equal(larger.Length == 0, learned is null);
            Assert.True(learned is null || learned >= Exact(larger, risk));
        });

    [Fact]
    public void A_greater_risk_never_reserves_more() =>
        Gen.Select(Sizes.Array[1, 2_000], Risks, Risks).Sample((sizes, a, b) =>
        {
            SizeHistogram histogram = Of(sizes);

            Assert.True(histogram.Quantile(Math.Min(a, b)) >= histogram.Quantile(Math.Max(a, b)));
        });

    [Fact]
    public void It_follows_a_change_within_a_thousand_sizes()
    {
        SizeHistogram sizes = Of(Enumerable.Repeat(1_000_000L, 20_000));
        Add(sizes, Enumerable.Repeat(10_000L, 1_024));

        Assert.True(sizes.Quantile(500_000) <= 11_000);
        Add(sizes, Enumerable.Repeat(10_000L, 24 * SizeHistogram.HalvedEvery));
        Assert.Equal((1, 10_000L), (sizes.Buckets.Count, sizes.Quantile(1)!.Value));
    }

    [Fact]
    public void Halving_takes_nothing_from_the_tail()
    {
        SizeHistogram sizes = Of(Enumerable.Range(1, 4 * SizeHistogram.HalvedEvery).Select(i => i % 20 == 0 ? 1_000_000L * (i % 17 + 1) : 10_000));

        // One in twenty is large: 4 % risk needs them, 6 % does not.
        Assert.True(sizes.Quantile(40_000) >= 1_000_000);
        Assert.Equal(10_000, sizes.Quantile(60_000));
    }

    [Fact]
    public void Whatever_comes_its_memory_is_bounded() =>
        Gen.Long[0, long.MaxValue].Array[1, 4_000].Sample(sizes =>
        {
            SizeHistogram histogram = Of(sizes);

            Assert.True(histogram.Buckets.Count <= 1_888);
            Assert.All(histogram.Buckets, b => Assert.InRange(b.Weight, 1, 2 * SizeHistogram.HalvedEvery * SizeHistogram.Newest));
            Assert.Equal(histogram.Buckets.OrderBy(b => b.Number), histogram.Buckets);
        }, iter: 50);

    [Fact]
    public void One_that_would_have_been_larger_counts_as_the_larger_ones_do()
    {
        // Nine of 10 and one of 100: of those that were stopped at 20 all would have come to 100.
        SizeHistogram sizes = Of([.. Enumerable.Repeat(10_000L, 90), .. Enumerable.Repeat(100_000L, 10)]);
        for (int i = 0; i < 100; i++)
        {
            sizes.AddLargerThan(20_000);
        }

        Assert.Equal(110L * SizeHistogram.Newest, sizes.Buckets[^1].Weight);
        Assert.Equal((200L, 2), (sizes.Known, sizes.Buckets.Count));
        sizes.AddLargerThan(200_000); // Nobody came further.
        Assert.Equal(3, sizes.Buckets.Count);
    }

    [Fact]
    public void Spread_over_the_larger_ones_it_weighs_as_much_as_any() =>
        Gen.Select(Sizes.Array[1, 400], Sizes).Sample((sizes, reached) =>
        {
            SizeHistogram histogram = Of(sizes);
            histogram.AddLargerThan(reached);

            Assert.Equal((sizes.Length + 1L) * SizeHistogram.Newest, histogram.Buckets.Sum(b => (long)b.Weight));
        });

    private static SizeHistogram Of(IEnumerable<long> sizes)
    {
        SizeHistogram histogram = new();
        Add(histogram, sizes);
        return histogram;
    }

    private static void Add(SizeHistogram histogram, IEnumerable<long> sizes)
    {
        foreach (long size in sizes)
        {
            histogram.Add(size);
        }
    }

    // The smallest that has 1 − risk of all, the next among them, at or below it; the largest where none has.
    private static long Exact(long[] sizes, int risk)
    {
        long[] sorted = [.. sizes.Order()];
        long rank = (((sorted.Length + 1L) * (SizeHistogram.Million - risk)) + SizeHistogram.Million - 1) / SizeHistogram.Million;
        return sorted[Math.Min(sorted.Length, Math.Max(1, rank)) - 1];
    }
}
