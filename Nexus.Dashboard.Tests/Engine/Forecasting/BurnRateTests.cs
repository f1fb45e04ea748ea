using CsCheck;
using Nexus.Engine.Forecasting;

namespace Nexus.Dashboard.Tests.Engine.Forecasting;

public sealed class BurnRateTests
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    [Theory]
    [InlineData(1, 720, 1)] // all of it in all of the time
    [InlineData(0.5, 360, 1)]
    [InlineData(0.02, 1, 14.4)] // the workbook's: 2 % in an hour, 5 % in six, 10 % in three days
    [InlineData(0.05, 6, 6)]
    [InlineData(0.1, 72, 1)]
    [InlineData(0, 1, 0)]
    public void One_is_the_pace_at_which_the_amount_lasts_exactly_as_long_as_the_period(double share, double hours, double rate) =>
        Assert.Equal(rate, BurnRate.Of(share * 500, TimeSpan.FromHours(hours), 500, Month), 1e-9);

    [Fact]
    public void A_rule_fires_while_both_of_its_windows_pass_its_factor()
    {
        BurnRateRule rule = BurnRateRule.Workbook[0];

        // 720 over 720 hours: 1 an hour is even.
        Assert.True(Read(rule, overLong: 15, overShort: 1.25).IsFiring);
        Assert.False(Read(rule, overLong: 15, overShort: 0).IsFiring); // It was, and has stopped.
        Assert.False(Read(rule, overLong: 14, overShort: 5).IsFiring); // It has begun, and does not matter yet.
        Assert.False(Read(rule, overLong: 14.4, overShort: 1.2).IsFiring); // At the factor it is not passed.
    }

    [Fact]
    public void The_numbers_are_there_whether_it_fires_or_not()
    {
        BurnRate rate = Read(BurnRateRule.Workbook[1], overLong: 12, overShort: 2);

        Assert.Equal((2, 4, false), (Math.Round(rate.OverLong, 9), Math.Round(rate.OverShort, 9), rate.IsFiring));
        Assert.Equal(TimeSpan.FromDays(15), rate.Lasts(Month));
        Assert.Null(Read(BurnRateRule.Workbook[1], overLong: 0, overShort: 0).Lasts(Month));
    }

    [Fact]
    public void Money_that_is_spent_on_working_days_alone_fires_no_usual_rule_and_the_workbooks_last()
    {
        // Three working days at 1.4 times the even pace: 7/5.
        double Spent(TimeSpan window) => 1.4 * window.TotalHours;

        Assert.DoesNotContain(BurnRate.Read(BurnRateRule.Usual, Spent, 720, Month), r => r.IsFiring);
        Assert.Equal(BurnRateUrgency.Ticket, Assert.Single(BurnRate.Read(BurnRateRule.Workbook, Spent, 720, Month), r => r.IsFiring).Rule.Urgency);
    }

    [Fact]
    public void What_somebody_should_look_at_first_comes_first()
    {
        BurnRateRule ticket = new(TimeSpan.FromDays(3), TimeSpan.FromHours(6), 20, BurnRateUrgency.Ticket);
        BurnRate[] rates = [new(ticket, 30, 30), new(BurnRateRule.Usual[1], 30, 30), new(BurnRateRule.Usual[0], 30, 30), new(BurnRateRule.Usual[0], 30, 1)];

        Assert.Same(rates[2], BurnRate.Worst(rates));
        Assert.Same(rates[0], BurnRate.Worst([rates[0], rates[3]]));
        Assert.Null(BurnRate.Worst([rates[3]]));
    }

    [Theory]
    [InlineData(30, "60/5 360/30 4320/360")]
    [InlineData(31, "62/5 372/31 4464/372")]
    [InlineData(28, "56/5 336/28 4032/336")]
    [InlineData(7, "14/1 84/7 1008/84")]
    [InlineData(1, "12/1 144/12")]
    [InlineData(365, "730/61 4380/365 52560/4380")]
    public void Windows_are_as_long_in_proportion_to_the_period_and_too_short_ones_are_left_out(int days, string minutes) =>
        Assert.Equal(minutes, string.Join(' ', BurnRateRule.For(TimeSpan.FromDays(days)).Select(r => $"{r.Long.TotalMinutes}/{r.Short.TotalMinutes}")));

    [Fact]
    public void Of_an_hour_no_rule_is_left() => Assert.Empty(BurnRateRule.For(TimeSpan.FromHours(1)));

    [Fact]
    public void Whatever_the_period_a_rule_can_fire_before_the_amount_is_gone() =>
        Gen.Int[1, 366 * 24].Sample(hours =>
        {
            TimeSpan period = TimeSpan.FromHours(hours);

            // Rounded to the minute, so nearly: 2 % is the first rule's share.
            Assert.All(BurnRateRule.For(period), r => Assert.InRange(r.Factor * (r.Long / period), 0.01, 0.25));
        });

    [Fact]
    public void A_rule_that_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BurnRateRule(TimeSpan.FromHours(1), TimeSpan.FromHours(1), 2, BurnRateUrgency.Page));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BurnRateRule(TimeSpan.FromHours(1), TimeSpan.Zero, 2, BurnRateUrgency.Page));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BurnRateRule(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5), double.NaN, BurnRateUrgency.Page));
        Assert.Throws<ArgumentOutOfRangeException>(() => BurnRate.Of(1, TimeSpan.Zero, 1, Month));
        Assert.Throws<ArgumentOutOfRangeException>(() => BurnRate.Of(1, Month, 0, Month));
    }

    private static BurnRate Read(BurnRateRule rule, double overLong, double overShort) =>
        Assert.Single(BurnRate.Read([rule], window => window == rule.Long ? overLong : overShort, 720, Month));
}
