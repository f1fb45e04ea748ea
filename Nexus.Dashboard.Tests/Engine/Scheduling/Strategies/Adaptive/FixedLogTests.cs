using CsCheck;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Dashboard.Tests.Engine.Scheduling.Strategies.Adaptive;

public sealed class FixedLogTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(1_024, 10)]
    public void Powers_of_two_are_exact(long value, int log) => Assert.Equal(log * FixedLog.One, FixedLog.Of(value));

    [Fact]
    public void The_largest_number_has_one() => Assert.Equal((127 * FixedLog.One) - 1, FixedLog.Of(Int128.MaxValue));

    [Fact]
    public void It_is_the_logarithm_rounded_down_to_its_last_digit() =>
        Gen.Long[1, long.MaxValue].Sample(value =>
        {
            double exact = Math.Log2(value) * FixedLog.One;
            Assert.InRange(FixedLog.Of(value), exact - 1.01, exact + 0.01);
        });

    [Fact]
    public void A_larger_number_never_has_a_smaller_one() =>
        Gen.Select(Gen.Long[1, long.MaxValue], Gen.Long[1, long.MaxValue]).Sample((a, b) => Assert.True(a <= b == FixedLog.Of(a) <= FixedLog.Of(b) || FixedLog.Of(a) == FixedLog.Of(b)));
}
