using CsCheck;
using Nexus.Engine.Forecasting;

namespace Nexus.Dashboard.Tests.Engine.Forecasting;

public sealed class ForecastTests
{
    private static readonly SeasonalNaiveWithDrift Hours = new(24);

    [Fact]
    public void With_too_few_errors_for_the_coverage_there_is_none()
    {
        double[] past = new Chance(1).Hours(3);

        Assert.Null(Forecast.Of(Hours, past.AsSpan(0, 10), 1, 0.8)); // from two values on, eight errors
        Assert.Equal(9, Forecast.Of(Hours, past.AsSpan(0, 11), 1, 0.8)!.Errors);
        Assert.Null(Forecast.Of(Hours, [], 1, 0.8));
    }

    [Fact]
    public void It_rests_on_the_models_own_errors_as_soon_as_those_are_enough()
    {
        double[] past = new Chance(1).Hours(5);

        Assert.Equal(31, Forecast.Of(Hours, past.AsSpan(0, 33), 1, 0.8)!.Errors); // eight of its own, so all
        Assert.Equal(9, Forecast.Of(Hours, past.AsSpan(0, 34), 1, 0.8)!.Errors);
    }

    [Fact]
    public void A_series_that_repeats_exactly_leaves_no_doubt()
    {
        double[] past = [.. Enumerable.Range(0, 240).Select(h => (double)(h % 24))];

        Forecast forecast = Forecast.Of(Hours, past, 48, 0.9)!;

        Assert.Equal(Enumerable.Range(0, 48).Select(h => new ForecastPoint(h % 24, h % 24, h % 24)), forecast.Points);
    }

    [Theory]
    [InlineData(0.8)]
    [InlineData(0.9)]
    public void Of_seasonal_series_about_the_promised_share_lies_in_the_interval(double coverage)
    {
        (int held, int all) = (0, 0);
        for (int seed = 0; seed < 150; seed++)
        {
            double[] series = new Chance(seed).Hours(24);
            Forecast forecast = Forecast.Of(Hours, series.AsSpan(0, 480), 48, coverage, least: 0)!;
            held += forecast.Points.Where((p, h) => series[480 + h] >= p.Lower && series[480 + h] <= p.Upper).Count();
            all += 48;
        }

        Assert.InRange((double)held / all, coverage - 0.03, coverage + 0.06);
    }

    [Fact]
    public void Of_a_walk_with_a_drift_the_medians_move_with_it_and_the_intervals_widen() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.OneOf(Gen.Const(-2.0), Gen.Const(2.0))).Sample((seed, drift) =>
        {
            Forecast forecast = Forecast.Of(new SeasonalNaiveWithDrift(1), new Chance(seed).Walk(200, drift), 100, 0.8)!;

            Assert.All(forecast.Points.Zip(forecast.Points.Skip(1)), p =>
            {
                Assert.True((p.Second.Median - p.First.Median) * drift > 0);
                Assert.True(Width(p.Second) >= Width(p.First) - 1e-9);
                Assert.InRange(p.First.Median, p.First.Lower, p.First.Upper);
            });
        }, iter: 50);

    [Fact]
    public void Beyond_what_can_be_judged_the_interval_grows_in_proportion()
    {
        // 100 values: from the second on, horizons up to 49 have as many errors as steps.
        Forecast forecast = Forecast.Of(new SeasonalNaiveWithDrift(1), new Chance(3).Walk(100, 0), 196, 0.8)!;

        Assert.Equal(4 * Width(forecast.Points[48]), Width(forecast.Points[195]), 1e-6);
    }

    [Fact]
    public void In_other_units_it_says_the_same() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.OneOf(Gen.Const(0.25), Gen.Const(8.0), Gen.Const(1_024.0))).Sample((seed, factor) =>
        {
            double[] past = new Chance(seed).Hours(6);
            Forecast one = Forecast.Of(Hours, past, 30, 0.8, least: 0)!;
            Forecast other = Forecast.Of(Hours, [.. past.Select(v => v * factor)], 30, 0.8, least: 0)!;

            Assert.All(one.Points.Zip(other.Points), p =>
            {
                Assert.Equal(p.First.Median * factor, p.Second.Median, 1e-6);
                Assert.Equal(p.First.Lower * factor, p.Second.Lower, 1e-6);
                Assert.Equal(p.First.Upper * factor, p.Second.Upper, 1e-6);
            });
        }, iter: 50);

    [Fact]
    public void Nothing_of_it_is_below_what_a_value_can_be()
    {
        double[] falling = [.. Enumerable.Range(0, 60).Select(i => 60.0 - i)];

        Assert.All(Forecast.Of(new SeasonalNaiveWithDrift(1), falling, 30, 0.8, least: 0)!.Points, p => Assert.True(p is { Median: >= 0, Lower: >= 0, Upper: >= 0 }));
    }

    [Fact]
    public void Missing_values_cost_errors_and_nothing_else()
    {
        double[] past = [.. Enumerable.Range(0, 240).Select(h => h % 7 == 3 ? double.NaN : h % 24)];

        Forecast forecast = Forecast.Of(Hours, past, 24, 0.8)!;

        Assert.All(forecast.Points, p => Assert.True(double.IsFinite(p.Upper - p.Lower)));
        Assert.InRange(forecast.Errors, 100, 215 - 24);
    }

    // The taxis' last part has Thanksgiving, Christmas and a blizzard, which none of the errors before it know.
    [Theory]
    [InlineData("nyc_taxi", 48, 0.7)]
    [InlineData("Twitter_volume_AMZN", 288, 0.83)]
    [InlineData("elb_request_count_8c0756", 288, 0.85)]
    [InlineData("ec2_cpu_utilization_5f5533", 288, 0.9)]
    public void Of_real_series_about_nine_tenths_lie_in_their_intervals_as_far_as_they_go_on_as_before(string series, int season, double least)
    {
        double[] values = Nab.Read(series);
        (int held, int all) = (0, 0);
        for (int origin = (int)(values.Length * 0.6); origin + 12 <= values.Length; origin += 102)
        {
            Forecast forecast = Forecast.Of(new SeasonalNaiveWithDrift(season), values.AsSpan(0, origin), 12, 0.9)!;
            held += forecast.Points.Where((p, h) => values[origin + h] >= p.Lower && values[origin + h] <= p.Upper).Count();
            all += 12;
        }

        Assert.InRange((double)held / all, least, 1);
    }

    private static double Width(ForecastPoint point) => point.Upper - point.Lower;
}
