using CsCheck;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Resources;

public sealed class QuantityTests
{
    private static readonly Gen<long> Thousandths = Gen.Long[1, 1_000_000_000_000_000];

    [Fact]
    public void What_is_taken_and_given_back_in_any_order_sums_to_exactly_zero() => Gen.Long[1, 1_000_000_000_000_000 / 50].Array[1, 50].Select(Gen.Int, (amounts, seed) => (amounts, seed)).Sample(s =>
    {
        long[] back = [.. s.amounts];
        new Random(s.seed).Shuffle(back);

        Quantity taken = s.amounts.Aggregate(Quantity.Zero, (sum, a) => sum + Quantity.FromThousandths(a));

        Assert.Equal(Quantity.Zero, back.Aggregate(taken, (left, a) => left - Quantity.FromThousandths(a)));
    });

    [Fact]
    public void Whatever_a_client_may_write_is_read_back_to_the_digit() => Thousandths.Sample(t =>
    {
        Assert.True(Quantity.TryCreate(t / 1000m, out Quantity read, out string? reason), reason);
        Assert.Equal((t, t / 1000m), (read.Thousandths, read.Units));
    });

    [Theory]
    [InlineData("0", "must be greater than 0")]
    [InlineData("-0.001", "must be greater than 0")]
    [InlineData("0.0001", "must have at most three decimals")]
    [InlineData("1000000000000.001", "must be at most 10¹² units")]
    public void What_is_none_is_refused_and_not_rounded(string units, string why)
    {
        Assert.False(Quantity.TryCreate(decimal.Parse(units, System.Globalization.CultureInfo.InvariantCulture), out _, out string? reason));
        Assert.Equal(why, reason);
    }
}
