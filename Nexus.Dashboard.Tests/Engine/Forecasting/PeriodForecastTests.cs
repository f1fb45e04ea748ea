using CsCheck;
using Nexus.Engine.Forecasting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Forecasting;

/// <summary>What a budget will have spent when its period ends.</summary>
public sealed class PeriodForecastTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    // A Thursday.
    private static readonly Instant Start = new(1_769_990_400_000 / 86_400_000 * 86_400_000);

    [Fact]
    public void Under_three_days_after_the_first_spending_there_is_too_little_history()
    {
        double[] hours = new Chance(1).Hours(4);

        Assert.Null(At(hours, 71));
        Assert.NotNull(At(hours, 72));
        Assert.Null(At([.. new double[500], .. hours], 571)); // What was nought before says nothing.
        Assert.Null(At(new double[200], 200));
        Assert.Null(At([], 200));
    }

    [Fact]
    public void What_is_spent_evenly_goes_on_so()
    {
        // 2 an hour for four days, ten hours and a half are left: the half is that of the hour that has begun.
        PeriodForecast forecast = PeriodForecast.Of(new(Start, Hour, [.. Enumerable.Repeat(2.0, 96), 0.7]), Later(107), Later(96.5), spent: 100)!;

        Assert.Equal(121, forecast.End.Expected, 1e-9);
        Assert.Equal((forecast.End.Expected, forecast.End.Expected), (forecast.End.Lower, forecast.End.Upper));
        Assert.Equal((Later(96.5), 100.0, Later(107)), (forecast.Path[0].At, forecast.Path[0].Expected, forecast.End.At));
        Assert.Equal(101, forecast.Path[1].Expected, 1e-9);
        Assert.Equal(Later(97), forecast.Path[1].At);
    }

    [Fact]
    public void The_moment_of_an_amount_is_found_between_the_steps()
    {
        PeriodForecast forecast = PeriodForecast.Of(new(Start, Hour, [.. Enumerable.Repeat(2.0, 96)]), Later(106), Later(96), spent: 100)!;

        Assert.Equal(Later(99.5), forecast.ExceedsAt(107));
        Assert.Equal(Later(96), forecast.ExceedsAt(99));
        Assert.Null(forecast.ExceedsAt(120));
        Assert.Equal(Later(96), forecast.ExceedsAt(100)); // The next cent passes it.
    }

    [Fact]
    public void At_the_earliest_is_never_later_than_expected() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Double[0, 500]).Sample((seed, amount) =>
        {
            PeriodForecast forecast = At(new Chance(seed).Hours(10), 240, left: 200)!;

            Assert.True(forecast.ExceedsAt(amount) is not { } at || forecast.ExceedsAtTheEarliest(amount) <= at);
        }, iter: 50);

    [Fact]
    public void Weekends_are_seen_as_soon_as_the_second_one_comes()
    {
        double[] hours = new Chance(7).Hours(21, weekend: 0.2);

        // Twelve days are known: five working days, a weekend, five working days.
        PeriodForecast forecast = At(hours, 288, left: 48)!;

        Assert.Contains("168", forecast.Model, StringComparison.Ordinal);
        Assert.InRange(forecast.End.Expected, 5, 15); // a working day comes to 26
    }

    [Fact]
    public void Whatever_was_spent_the_sum_never_falls_and_its_interval_holds_it() =>
        Gen.Select(Gen.Frequency((3, Gen.Double[0, 100]), (1, Gen.Const(0.0)), (1, Gen.Const(double.NaN)), (1, Gen.Double[-20, 0])).Array[80, 400], Gen.Double[0, 800], Gen.Double[0, 1_000]).Sample((hours, left, spent) =>
        {
            Instant now = Later(hours.Length + 0.25);
            if (PeriodForecast.Of(new(Start, Hour, hours), now + TimeSpan.FromHours(left), now, spent) is not { } forecast)
            {
                return;
            }

            Assert.Equal(new PeriodPoint(now, spent, spent, spent), forecast.Path[0]);
            Assert.All(forecast.Path, p => Assert.True(p.Lower >= spent && p.Expected >= p.Lower - 1e-9 && p.Upper >= p.Expected, p.ToString()));
            Assert.All(forecast.Path.Zip(forecast.Path.Skip(1)), p =>
            {
                Assert.True(p.Second.At > p.First.At);
                Assert.True(p.Second.Expected >= p.First.Expected && p.Second.Lower >= p.First.Lower && p.Second.Upper >= p.First.Upper - 1e-9);
            });
        });

    [Fact]
    public void In_another_currency_it_says_the_same() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.OneOf(Gen.Const(0.25), Gen.Const(128.0))).Sample((seed, factor) =>
        {
            double[] hours = new Chance(seed).Hours(12, weekend: 0.5);
            PeriodPoint one = At(hours, 280, left: 100, spent: 3)!.End;
            PeriodPoint other = At([.. hours.Select(h => h * factor)], 280, left: 100, spent: 3 * factor)!.End;

            Assert.Equal((one.Expected * factor, one.Lower * factor, one.Upper * factor), (other.Expected, other.Lower, other.Upper));
        }, iter: 30);

    [Theory]
    [InlineData(3, 27, 1, 0.72, 1)]
    [InlineData(5, 7, 1, 0.7, 0.97)]
    [InlineData(12, 7, 0.3, 0.8, 1)]
    [InlineData(25, 7, 0.3, 0.78, 1)]
    [InlineData(40, 27, 0.3, 0.72, 0.98)]
    [InlineData(70, 27, 1, 0.72, 0.96)]
    public void About_four_of_five_periods_end_in_their_interval_from_the_first_forecast_on(int known, int left, double weekend, double least, double most)
    {
        int held = 0;
        const int Periods = 100;
        for (int seed = 0; seed < Periods; seed++)
        {
            double[] hours = new Chance(seed).Hours(known + left, weekend);
            PeriodPoint end = At(hours, known * 24, left * 24)!.End;
            double came = hours.Skip(known * 24).Sum();
            held += came >= end.Lower && came <= end.Upper ? 1 : 0;
        }

        Assert.InRange((double)held / Periods, least, most);
    }

    [Fact]
    public void The_nearer_the_end_the_less_is_in_doubt()
    {
        double[] hours = new Chance(5).Hours(30);
        double[] widths = [.. new[] { 0, 200, 400, 479.5 }.Select(h => Width(PeriodForecast.Of(new(Start, Hour, hours), Later(720), Later(240 + h), 0)!.End))];

        Assert.Equal(widths.OrderDescending(), widths);
        Assert.True(widths[3] < widths[0] / 100);
    }

    [Fact]
    public void When_the_period_is_over_what_is_spent_is_all()
    {
        PeriodForecast forecast = At(new Chance(5).Hours(10), 240, left: 0, spent: 42)!;

        Assert.Equal((new PeriodPoint(Later(240), 42, 42, 42), 1, 0), (forecast.End, forecast.Path.Count, forecast.Errors));
    }

    [Fact]
    public void Steps_that_are_not_over_and_those_after_now_are_left_out()
    {
        double[] hours = new Chance(9).Hours(8);

        PeriodForecast known = PeriodForecast.Of(new(Start, Hour, hours[..150]), Later(192), Later(150.5), 10)!;
        PeriodForecast more = PeriodForecast.Of(new(Start, Hour, hours), Later(192), Later(150.5), 10)!;

        Assert.Equal(known.Path, more.Path);
    }

    [Fact]
    public void Whole_days_serve_too_from_the_eleventh_on()
    {
        SpendSeries days = new(Start, TimeSpan.FromDays(1), [.. Enumerable.Range(0, 60).Select(d => 10.0 + (d % 2))]);

        Assert.Null(PeriodForecast.Of(days, Later(24 * 40), Later(24 * 10), 0));
        Assert.InRange(PeriodForecast.Of(days, Later(24 * 40), Later(24 * 11), 0)!.End.Expected, 250, 350);
    }

    [Fact]
    public void A_step_divides_the_day_and_the_end_is_within_reach()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpendSeries(Start, TimeSpan.FromHours(7), []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpendSeries(Start, TimeSpan.FromDays(2), []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpendSeries(Start, TimeSpan.Zero, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => At(new Chance(1).Hours(4), 96, left: 10_001));
    }

    [Fact]
    public void The_same_past_gives_the_same_forecast()
    {
        double[] hours = new Chance(11).Hours(40, weekend: 0.4);

        Assert.Equal(At(hours, 900, left: 300)!.Path, At([.. hours], 900, left: 300)!.Path);
    }

    private static PeriodForecast? At(double[] hours, int known, int left = 24, double spent = 0) =>
        PeriodForecast.Of(new(Start, Hour, [.. hours.Take(known)]), Later(known + left), Later(known), spent);

    private static double Width(PeriodPoint point) => point.Upper - point.Lower;

    private static Instant Later(double hours) => Start + TimeSpan.FromHours(hours);
}
