using System.Numerics;
using CsCheck;
using Nexus.Engine.Charges;

namespace Nexus.Dashboard.Tests.Engine.Charges;

/// <summary>The laws of a token bucket that refills continuously, for every rate, period, burst and moment.</summary>
public sealed class BucketTests
{
    private static readonly Gen<(long Burst, long Rate, long Per, long Level, long[] Waits)> Buckets = Gen.Select(
        Gen.Long[1, 1_000_000_000_000_000], Gen.Long[1, 1_000_000_000_000_000], Gen.Long[1, 31_622_400_000], Gen.Long[-1_000, 1_000], Gen.Long[0, 1_000_000].Array[1, 8],
        (burst, rate, per, level, waits) => (burst, rate, per, (long)((Int128)burst * level / 1_000), waits));

    [Fact]
    public void Looking_often_or_seldom_gives_the_same_level() => Buckets.Sample(b =>
    {
        (long level, long remainder, long at) = (b.Level, 0, 0);
        foreach (long wait in b.Waits)
        {
            level = Bucket.Refill(ref remainder, level, at, b.Burst, b.Rate, b.Per, at + wait);
            at += wait;
        }

        Assert.Equal(Bucket.LevelAt(b.Level, 0, 0, b.Burst, b.Rate, b.Per, at), level);
    });

    [Fact]
    public void What_flows_in_is_rate_by_time_rounded_down_and_never_more_than_the_burst() => Buckets.Sample(b =>
    {
        long now = b.Waits.Sum();
        BigInteger exact = b.Level + ((BigInteger)b.Rate * now / b.Per);

        Assert.Equal(BigInteger.Min(exact, b.Burst), Bucket.LevelAt(b.Level, 0, 0, b.Burst, b.Rate, b.Per, now));
    });

    [Fact]
    public void The_time_of_an_amount_is_the_first_moment_that_has_it() => Buckets.Sample(b =>
    {
        long wanted = 1 + (b.Waits[0] * (b.Burst - 1) / 1_000_000);
        if (Bucket.TimeOf(wanted, b.Level, 0, 0, b.Burst, b.Rate, b.Per) is not { } at)
        {
            return;
        }

        Assert.True(Bucket.LevelAt(b.Level, 0, 0, b.Burst, b.Rate, b.Per, at) >= wanted);
        Assert.True(at == 0 || Bucket.LevelAt(b.Level, 0, 0, b.Burst, b.Rate, b.Per, at - 1) < wanted);
    });
}
