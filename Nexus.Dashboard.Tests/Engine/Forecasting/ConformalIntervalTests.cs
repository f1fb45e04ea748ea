using CsCheck;
using Nexus.Engine.Forecasting;

namespace Nexus.Dashboard.Tests.Engine.Forecasting;

public sealed class ConformalIntervalTests
{
    [Theory]
    [InlineData(0.5, 3)]
    [InlineData(0.8, 9)]
    [InlineData(0.9, 19)]
    [InlineData(0.95, 39)]
    public void A_coverage_takes_as_many_errors_as_can_speak_for_it(double coverage, int fewest)
    {
        Assert.Equal(fewest, ConformalInterval.FewestErrors(coverage));
        Assert.Null(ConformalInterval.Of(Errors(fewest - 1), coverage));
        Assert.Equal(fewest, ConformalInterval.Of(Errors(fewest), coverage)!.Value.Errors);
    }

    [Fact]
    public void Of_ninety_nine_errors_a_tenth_lies_beyond_either_end_for_four_fifths() =>

        // −49 … 49: rank ⌊0.1 × 100⌋ from either end.
        Assert.Equal(new ConformalInterval(-40, 40, 99), ConformalInterval.Of([.. Errors(99).OrderDescending()], 0.8));

    [Fact]
    public void What_errs_to_one_side_has_its_interval_there_and_still_holds_the_forecast()
    {
        Assert.Equal(new ConformalInterval(0, 95, 99), ConformalInterval.Of([.. Enumerable.Range(1, 99).Select(e => e + 5.0)], 0.8));
        Assert.Equal(new ConformalInterval(-95, 0, 99), ConformalInterval.Of([.. Enumerable.Range(1, 99).Select(e => -e - 5.0)], 0.8));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_coverage_lies_between_nothing_and_all(double coverage) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ConformalInterval.Of(Errors(99), coverage));

    [Fact]
    public void A_new_error_like_the_others_lies_in_it_at_least_as_often_as_promised() =>
        Gen.Select(Gen.Double[-1, 1].Array[20, 200], Gen.OneOf(Gen.Const(0.5), Gen.Const(0.8), Gen.Const(0.9))).Sample((errors, coverage) =>
        {
            // Each in turn is the new one: exchangeable by construction, so that this is the theorem itself.
            int held = errors.Where((e, i) =>
            {
                double[] others = [.. errors.Where((_, j) => j != i)];
                return ConformalInterval.Of(others, coverage) is not { } interval || (e >= interval.Low && e <= interval.High);
            }).Count();

            Assert.True(held >= coverage * errors.Length - 1e-9, $"{held} of {errors.Length}");
        });

    [Fact]
    public void A_greater_coverage_is_never_shorter() =>
        Gen.Double[-1_000, 1_000].Array[40, 300].Sample(errors =>
        {
            ConformalInterval half = ConformalInterval.Of([.. errors], 0.5)!.Value;
            ConformalInterval most = ConformalInterval.Of([.. errors], 0.95)!.Value;

            Assert.True(most.Low <= half.Low && half.Low <= 0 && half.High >= 0 && most.High >= half.High);
        });

    private static double[] Errors(int count) => [.. Enumerable.Range(0, count).Select(i => i - ((count - 1) / 2.0))];
}
