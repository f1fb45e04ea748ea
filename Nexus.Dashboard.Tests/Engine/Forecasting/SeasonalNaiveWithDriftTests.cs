using CsCheck;
using Nexus.Engine.Forecasting;

namespace Nexus.Dashboard.Tests.Engine.Forecasting;

public sealed class SeasonalNaiveWithDriftTests
{
    private const double Missing = double.NaN;

    private static readonly Gen<double[]> Series = Gen.Frequency((9, Gen.Double[-1_000, 1_000]), (1, Gen.Const(Missing))).Array[0, 100];

    [Fact]
    public void Without_a_trend_the_last_season_repeats() =>
        Assert.Equal([1, 5, 2, 1, 5, 2, 1], Continue(3, [1, 5, 2, 1, 5, 2], 7));

    [Fact]
    public void A_trend_over_whole_seasons_is_added_for_each_season_ahead() =>

        // Every season 3 more than the one before, over two changes of season.
        Assert.Equal([10, 11, 13, 14], Continue(2, [1, 2, 4, 5, 7, 8], 4));

    [Fact]
    public void A_trend_is_carried_as_far_as_it_was_seen_and_then_stays() =>
        Assert.Equal([7, 8, 7, 8, 7, 8], Continue(2, [1, 2, 4, 5], 6));

    [Fact]
    public void With_a_season_of_one_value_it_is_the_drift_method()
    {
        // From 2 to 8 in three steps.
        Assert.Equal([10, 12, 14, 14], Continue(1, [2, 5, 3, 8], 4));
        Assert.Equal("drift", new SeasonalNaiveWithDrift(1).Name);
    }

    [Fact]
    public void With_less_than_a_season_and_one_value_it_does_what_it_can()
    {
        Assert.Equal([4, 5, 6, 6], Continue(24, [1, 1, 2, 3], 4).Select(v => Math.Round((v - 3) * 1.5, 9) + 3)); // drift ⅔
        Assert.Equal([7, 7], Continue(24, [7], 2));
        Assert.Equal([0, 0], Continue(24, [], 2));
        Assert.Equal([0, 0], Continue(24, [Missing, Missing], 2));
    }

    [Fact]
    public void With_the_first_value_of_a_second_season_it_sees_the_season_but_no_trend() =>
        Assert.Equal([5, 2, 9, 5], Continue(3, [1, 5, 2, 9], 4));

    [Fact]
    public void What_is_missing_is_taken_from_the_season_before_it_moved_by_the_trend()
    {
        Assert.Equal([1, 5, 2], Continue(3, [1, 5, 2, 1, Missing, 2], 3));
        Assert.Equal([9, 10, 11], Continue(2, [1, 2, 3, 4, 5, 6, Missing, 8], 3));
        Assert.Equal([2, 7, 2], Continue(2, [Missing, 7, Missing, 7, 2, 7, 2, 7], 3));
        Assert.Equal(9, Continue(2, [Missing, 4, Missing, 9], 1)[0]); // No season has the first of two: the newest value.
    }

    [Fact]
    public void Whatever_the_past_every_median_is_finite_and_the_same_again() =>
        Gen.Select(Series, Gen.Int[1, 40]).Sample((past, season) =>
        {
            double[] medians = Continue(season, past, 90);

            Assert.All(medians, m => Assert.True(double.IsFinite(m)));
            Assert.Equal(medians, Continue(season, past, 90));
        });

    [Fact]
    public void In_other_units_it_says_the_same() =>
        Gen.Select(Series, Gen.Int[1, 40], Gen.OneOf(Gen.Const(0.001), Gen.Const(0.5), Gen.Const(8.0), Gen.Const(1_000.0))).Sample((past, season, factor) =>
            Assert.All(Continue(season, past, 30).Zip(Continue(season, [.. past.Select(v => v * factor)], 30)), m => Assert.Equal(m.First * factor, m.Second, 1e-6 * Math.Max(1, factor))));

    [Fact]
    public void Of_what_only_grows_each_season_is_forecast_above_the_last() =>
        Gen.Select(Gen.Double[0.01, 10].Array[2, 200], Gen.Int[1, 20]).Sample((steps, season) =>
        {
            double[] past = [.. steps.Select((_, i) => steps.Take(i + 1).Sum())];

            double[] medians = Continue(season, past, 60);

            Assert.All(Enumerable.Range(season, 60 - season), h => Assert.True(medians[h] >= medians[h - season] - 1e-9));
        });

    [Fact]
    public void A_season_has_at_least_one_value() => Assert.Throws<ArgumentOutOfRangeException>(() => new SeasonalNaiveWithDrift(0));

    // The published figures are those of the seasonal naive method without drift: with it they differ by little where no trend lasts.
    [Theory]
    [InlineData("nyc_taxi", 48, 2.302)]
    [InlineData("Twitter_volume_AMZN", 288, 1.432)]
    [InlineData("elb_request_count_8c0756", 288, 0.890)]
    [InlineData("ec2_cpu_utilization_5f5533", 288, 0.460)]
    public void On_real_series_it_errs_as_published(string series, int season, double published)
    {
        double[] values = Nab.Read(series);
        int fitted = (int)(values.Length * 0.6);
        double scale = Enumerable.Range(1, fitted - 1).Average(i => Math.Abs(values[i] - values[i - 1]));
        SeasonalNaiveWithDrift model = new(season);
        List<double> errors = [];
        double[] medians = new double[12];
        for (int origin = fitted; origin + medians.Length <= values.Length; origin += 24)
        {
            model.Continue(values.AsSpan(0, origin), medians);
            errors.AddRange(medians.Select((m, h) => Math.Abs(values[origin + h] - m)));
        }

        Assert.InRange(errors.Average() / scale, published * 0.95, published * 1.05);
    }

    private static double[] Continue(int season, double[] past, int horizon)
    {
        double[] medians = new double[horizon];
        new SeasonalNaiveWithDrift(season).Continue(past, medians);
        return medians;
    }
}
