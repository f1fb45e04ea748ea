using CsCheck;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Costs;

public sealed class BudgetPeriodTests
{
    private static readonly string[] Kinds = ["day", "week", "month", "quarter", "year"];
    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "America/New_York", "America/Santiago", "America/Havana", "Asia/Kolkata", "Pacific/Apia", "Pacific/Auckland", "Australia/Lord_Howe", "Africa/Cairo"];

    [Fact]
    public void Periods_of_the_calendar_follow_one_another_without_overlap_or_gap() =>
        Gen.Select(Gen.Int[0, Kinds.Length - 1], Gen.Int[0, Zones.Length - 1], Gen.Long[0, 4_102_444_800_000]).Sample((kind, zone, at) =>
        {
            BudgetPeriod period = Read(Kinds[kind], Zones[zone]);

            (Instant start, Instant end) = period.Around(new Instant(at));

            Assert.True(start.Milliseconds <= at && at < end.Milliseconds, $"{start}–{end} is not around {new Instant(at)}");
            Assert.Equal((start, end), period.Around(start));
            Assert.Equal((start, end), period.Around(end - TimeSpan.FromMilliseconds(1)));
            Assert.Equal(end, period.Around(end).Start);
            Assert.Equal(start, period.Around(start - TimeSpan.FromMilliseconds(1)).End);
        });

    [Fact]
    public void A_rolling_period_reaches_back_from_the_moment()
    {
        Instant now = new(1_800_000_000_000);

        Assert.Equal((now - TimeSpan.FromDays(30), now), Read("rolling:P30D", null).Around(now));
    }

    [Theory]
    [InlineData("day")]
    [InlineData("quarter")]
    [InlineData("rolling:P30D")]
    [InlineData("rolling:PT1H")]
    public void What_is_written_reads_as_the_same(string text) => Assert.Equal(text, Read(text, "Europe/Berlin").ToString());

    [Theory]
    [InlineData("hour", null, "period")]
    [InlineData("rolling:PT59M", null, "period")]
    [InlineData("rolling:P367D", null, "period")]
    [InlineData("rolling:P1M", null, "period")]
    [InlineData("", null, "period")]
    [InlineData("day", "Europe/Atlantis", "timeZone")]
    [InlineData("day", "W. Europe Standard Time", "timeZone")]
    public void What_is_no_period_is_refused_with_the_field(string text, string? zone, string field)
    {
        Assert.False(BudgetPeriod.TryParse(text, zone, out _, out string wrong, out string? reason));
        Assert.Equal(field, wrong);
        Assert.NotEmpty(reason);
    }

    private static BudgetPeriod Read(string text, string? zone) => BudgetPeriod.TryParse(text, zone, out BudgetPeriod? period, out _, out string? reason) ? period : throw new InvalidOperationException(reason);
}
