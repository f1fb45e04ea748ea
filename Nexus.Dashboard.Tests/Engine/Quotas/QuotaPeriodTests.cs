using CsCheck;
using Nexus.Engine.Quotas;
using static Nexus.Dashboard.Tests.Engine.Quotas.QuotaScene;

namespace Nexus.Dashboard.Tests.Engine.Quotas;

public sealed class QuotaPeriodTests
{
    private static readonly string[] Texts = ["minute", "hour", "day", "week", "month", "rolling:PT1S", "rolling:P30D"];
    private static readonly string[] Zones = ["Europe/Berlin", "America/Sao_Paulo", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Apia", "UTC"];

    [Theory]
    [InlineData("day", "Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")] // 23 hours
    [InlineData("day", "Europe/Berlin", "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")] // 25 hours
    [InlineData("day", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z")]
    [InlineData("day", "Africa/Cairo", "2026-04-24T10:00:00Z", "2026-04-23T22:00:00Z", "2026-04-24T21:00:00Z")] // midnight itself is skipped
    [InlineData("hour", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z")] // the hour that comes twice is two hours
    [InlineData("hour", "Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z")]
    [InlineData("hour", "Asia/Kolkata", "2026-01-01T00:10:00Z", "2025-12-31T23:30:00Z", "2026-01-01T00:30:00Z")] // half an hour off
    [InlineData("hour", "Australia/Lord_Howe", "2026-04-04T15:10:00Z", "2026-04-04T15:00:00Z", "2026-04-04T15:30:00Z")] // put back by half an hour
    [InlineData("minute", "UTC", "2026-01-01T00:00:59.999Z", "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z")]
    [InlineData("week", "Europe/Berlin", "2026-01-01T00:00:00Z", "2025-12-28T23:00:00Z", "2026-01-04T23:00:00Z")] // from Monday
    [InlineData("month", "America/New_York", "2026-03-31T12:00:00Z", "2026-03-01T05:00:00Z", "2026-04-01T04:00:00Z")]
    [InlineData("month", "UTC", "2028-02-29T12:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z")]
    [InlineData("rolling:PT1H", null, "2026-01-01T00:00:30Z", "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z")] // a sixtieth
    public void A_slot_lasts_from_its_edge_to_the_next(string text, string? zone, string at, string from, string to)
    {
        Assert.True(QuotaPeriod.TryParse(text, zone, out QuotaPeriod? period, out _));
        QuotaCalendar calendar = new(period);
        long slot = calendar.SlotOf(Moment(at));

        Assert.Equal(slot, calendar.SlotOf(Moment(from)));
        Assert.NotEqual(slot, calendar.SlotOf(Moment(from) - 1));
        Assert.Equal(Moment(to), calendar.NextAfter(slot));
    }

    [Fact]
    public void Slots_follow_on_each_other_without_gap_at_every_moment_of_a_year() =>
        Gen.Select(Gen.Int[0, Texts.Length - 1], Gen.Int[0, Zones.Length - 1],
            Gen.Long[Moment("2026-01-01T00:00:00Z"), Moment("2027-01-01T00:00:00Z")]).Sample((text, zone, at) =>
        {
            Assert.True(QuotaPeriod.TryParse(Texts[text], Zones[zone], out QuotaPeriod? period, out _));
            QuotaCalendar calendar = new(period!);
            long slot = calendar.SlotOf(at);
            long next = calendar.NextAfter(slot);

            Assert.True(next > at);
            Assert.True(calendar.SlotOf(next) > slot);
            Assert.Equal(slot, calendar.SlotOf(next - 1));
            Assert.True(calendar.Counts(slot, calendar.SlotOf(calendar.ExpiryOf(slot) - 1)));
            Assert.False(calendar.Counts(slot, calendar.SlotOf(calendar.ExpiryOf(slot))));
        }, iter: 2_000);

    [Theory]
    [InlineData("rolling:P1M")]
    [InlineData("rolling:PT0.5S")]
    [InlineData("rate:P367D")]
    [InlineData("rate:soon")]
    [InlineData("quarter")]
    [InlineData("")]
    public void What_is_no_period_is_refused_with_what_would_be(string text)
    {
        Assert.False(QuotaPeriod.TryParse(text, null, out _, out string? reason));
        Assert.StartsWith("must be minute, hour", reason);
    }

    [Fact]
    public void A_zone_goes_by_its_IANA_name()
    {
        Assert.False(QuotaPeriod.TryParse("day", "Mars/Olympus", out _, out string? reason));
        Assert.Equal("time zone 'Mars/Olympus' is not known: name one as IANA does, for example Europe/Berlin", reason);
        Assert.False(QuotaPeriod.IsZone("W. Europe Standard Time"));
        Assert.True(QuotaPeriod.IsZone("UTC"));
    }

    [Fact]
    public void A_period_is_written_as_it_is_read() => Assert.All(["minute", "month", "rolling:PT1H30M", "rate:P1D"], text =>
    {
        Assert.True(QuotaPeriod.TryParse(text, null, out QuotaPeriod? period, out _));
        Assert.Equal(text, period.ToString());
    });
}
