using System.Globalization;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Reservations;

namespace Nexus.Dashboard.Tests.Engine.Scheduling.Reservations;

/// <summary>When a reservation comes again.</summary>
public sealed class ReservationTests
{
    [Fact]
    public void One_that_does_not_recur_comes_once()
    {
        Reservation once = Reserve("2026-03-02T09:00+01:00", "2026-03-02T17:00+01:00");

        Assert.Equal(["2026-03-02T08:00 8 h"], Times(once, "2026-03-01T00:00Z", "2026-04-01T00:00Z"));
        Assert.Equal(["2026-03-02T08:00 8 h"], Times(once, "2026-03-02T15:59Z", "2026-04-01T00:00Z"));
        Assert.Empty(Times(once, "2026-03-02T16:00Z", "2026-04-01T00:00Z"));
        Assert.Empty(Times(once, "2026-03-01T00:00Z", "2026-03-02T08:00Z"));
    }

    [Fact]
    public void Daily_at_nine_stays_at_nine_when_clocks_are_set_forward() => Assert.Equal(
        ["2026-03-28T08:00 8 h", "2026-03-29T07:00 8 h", "2026-03-30T07:00 8 h"],
        Times(Reserve("2026-03-28T09:00+01:00", "2026-03-28T17:00+01:00", "FREQ=DAILY"), "2026-03-28T00:00Z", "2026-03-31T00:00Z"));

    [Fact]
    public void Daily_at_nine_stays_at_nine_when_clocks_are_set_back() => Assert.Equal(
        ["2026-10-24T07:00 8 h", "2026-10-25T08:00 8 h", "2026-10-26T08:00 8 h"],
        Times(Reserve("2026-10-24T09:00+02:00", "2026-10-24T17:00+02:00", "FREQ=DAILY"), "2026-10-24T00:00Z", "2026-10-27T00:00Z"));

    // RFC 5545, 3.3.5: a local time that does not occur is reckoned with the offset before the gap.
    [Fact]
    public void A_time_that_the_clocks_leave_out_comes_an_hour_later_on_them() => Assert.Equal(
        ["2026-03-28T01:30 1 h", "2026-03-29T01:30 1 h", "2026-03-30T00:30 1 h"],
        Times(Reserve("2026-03-28T02:30+01:00", "2026-03-28T03:30+01:00", "FREQ=DAILY"), "2026-03-28T00:00Z", "2026-03-31T00:00Z"));

    // RFC 5545, 3.3.5: of a local time that occurs twice, the first.
    [Fact]
    public void A_time_that_the_clocks_show_twice_comes_at_the_first() => Assert.Equal(
        ["2026-10-24T00:30 1 h", "2026-10-25T00:30 1 h", "2026-10-26T01:30 1 h"],
        Times(Reserve("2026-10-24T02:30+02:00", "2026-10-24T03:30+02:00", "FREQ=DAILY"), "2026-10-24T00:00Z", "2026-10-27T00:00Z"));

    // RFC 5545, 3.8.5.3: every time is exactly as long as the first; but where a day has only 23 hours, the next one begins.
    [Fact]
    public void Times_are_as_long_as_the_first_and_do_not_overlap()
    {
        Assert.Equal(
            ["2026-03-27T23:00 24 h", "2026-03-28T23:00 23 h", "2026-03-29T22:00 24 h"],
            Times(Reserve("2026-03-28T00:00+01:00", "2026-03-29T00:00+01:00", "FREQ=DAILY"), "2026-03-28T00:00Z", "2026-03-30T20:00Z"));
        Assert.Equal(
            ["2026-03-28T21:00 8 h"], Times(Reserve("2026-03-27T22:00+01:00", "2026-03-28T06:00+01:00", "FREQ=DAILY"), "2026-03-28T20:00Z", "2026-03-29T10:00Z"));
    }

    // After the first example with WEEKLY and BYDAY in RFC 5545, 3.8.5.3: New York, Tuesday 2 September 1997 09:00.
    [Fact]
    public void Weekly_on_two_days_for_five_weeks() => Assert.Equal(
        ["09-02", "09-04", "09-09", "09-11", "09-16", "09-18", "09-23", "09-25", "09-30", "10-02"],
        Days(Reserve("1997-09-02T09:00-04:00", "1997-09-02T10:00-04:00", "FREQ=WEEKLY;COUNT=10;BYDAY=TU,TH", "America/New_York")));

    // RFC 5545, 3.8.5.3: every other week on Monday, Wednesday and Friday until 24 December 1997, from Monday 1 September; over the end of summer time.
    [Fact]
    public void Every_other_week_on_three_days_until_a_day()
    {
        Reservation rule = Reserve("1997-09-01T09:00-04:00", "1997-09-01T10:00-04:00", "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;BYDAY=MO,WE,FR", "America/New_York");

        Assert.Equal(
            ["09-01", "09-03", "09-05", "09-15", "09-17", "09-19", "09-29", "10-01", "10-03", "10-13", "10-15", "10-17", "10-27", "10-29", "10-31",
                "11-10", "11-12", "11-14", "11-24", "11-26", "11-28", "12-08", "12-10", "12-12", "12-22"],
            Days(rule));
        Assert.Equal(["1997-10-17T13:00 1 h", "1997-10-27T14:00 1 h"], Times(rule, "1997-10-17T00:00Z", "1997-10-28T00:00Z"));
    }

    // RFC 5545, 3.8.5.3: every ten days, five times.
    [Fact]
    public void Every_ten_days_five_times() => Assert.Equal(
        ["09-02", "09-12", "09-22", "10-02", "10-12"], Days(Reserve("1997-09-02T09:00-04:00", "1997-09-02T10:00-04:00", "FREQ=DAILY;INTERVAL=10;COUNT=5", "America/New_York")));

    [Fact]
    public void The_last_time_of_a_rule_is_not_cut_by_one_that_never_comes() => Assert.Equal(
        ["2026-03-28T23:00 24 h"],
        Times(Reserve("2026-03-28T00:00+01:00", "2026-03-29T00:00+01:00", "FREQ=DAILY;COUNT=2"), "2026-03-28T23:00Z", "2026-04-01T00:00Z"));

    [Theory]
    [InlineData("FREQ=DAILY;INTERVAL=3")]
    [InlineData("FREQ=WEEKLY;BYDAY=MO,TH,SU")]
    [InlineData("FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,WE;COUNT=500")]
    public void Whatever_span_is_asked_for_it_is_a_part_of_the_whole(string rule)
    {
        Reservation reservation = Reserve("2026-01-05T22:00+01:00", "2026-01-06T07:00+01:00", rule);
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        (Instant from, Instant to) = (At("2026-01-01T00:00Z"), At("2029-01-01T00:00Z"));
        Occurrence[] all = [.. reservation.Occurrences(zone, from, to)];
        Assert.InRange(all.Length, 100, 500);

        for (Instant begin = from; begin < to; begin += TimeSpan.FromHours(209))
        {
            Instant end = begin + TimeSpan.FromDays(11);
            Assert.Equal(all.Where(o => o.End > begin && o.Start < end), reservation.Occurrences(zone, begin, end).Where(o => o.Start < to));
        }
    }

    [Theory]
    [InlineData("2026-03-02T09:00Z", "2026-03-02T09:00Z", null, "must end after it begins")]
    [InlineData("2026-03-02T09:00Z", "2026-03-03T10:00Z", "FREQ=DAILY", "must end before it begins again")]
    [InlineData("2026-03-02T09:00Z", "2026-03-04T10:00Z", "FREQ=WEEKLY;BYDAY=MO,WE", "must end before it begins again")]
    [InlineData("2026-03-02T09:00Z", "2026-03-02T10:00Z", "FREQ=WEEKLY;BYDAY=TU", "must begin on one of the days on which it recurs")]
    [InlineData("2026-03-02T09:00Z", "2026-03-02T10:00Z", "FREQ=DAILY;UNTIL=20260301T000000Z", "must not recur until a time before its begin")]
    [InlineData("2026-03-02T09:00Z", "2026-03-09T09:00Z", "FREQ=WEEKLY", null)]
    [InlineData("2026-03-02T09:00Z", "2026-03-03T09:00Z", "FREQ=DAILY", null)]
    public void What_is_wrong_with_it_is_said(string start, string end, string? rule, string? fault) =>
        Assert.Equal(fault, Reserve(start, end, rule).Fault(TimeZoneInfo.Utc));

    [Fact]
    public void It_must_reserve_something() =>
        Assert.Equal("must reserve something", (Reserve("2026-03-02T09:00Z", "2026-03-02T10:00Z") with { Resources = ResourceVector.Empty }).Fault(null));

    [Theory]
    [InlineData("freq=weekly; byday=we,mo", "FREQ=WEEKLY;BYDAY=MO,WE")]
    [InlineData("FREQ=DAILY;INTERVAL=2;COUNT=7", "FREQ=DAILY;INTERVAL=2;COUNT=7")]
    [InlineData("FREQ=DAILY;INTERVAL=1;UNTIL=20261231T230000Z", "FREQ=DAILY;UNTIL=20261231T230000Z")]
    public void A_rule_is_read_and_written(string text, string written)
    {
        Assert.True(RecurrenceText.TryParse(text, "Europe/Berlin", out Recurrence? read, out _));
        Assert.Equal(written, read.ToString());
        Assert.True(RecurrenceText.TryParse(written, "Europe/Berlin", out Recurrence? again, out _));
        Assert.Equal(read, again);
    }

    [Theory]
    [InlineData("", "such as FREQ=WEEKLY")]
    [InlineData("FREQ=DAILY;FREQ=DAILY", "each part once")]
    [InlineData("INTERVAL=2", "FREQ=DAILY or FREQ=WEEKLY")]
    [InlineData("FREQ=MONTHLY", "FREQ=DAILY or FREQ=WEEKLY")]
    [InlineData("FREQ=DAILY;INTERVAL=0", "INTERVAL of 1 to 1000")]
    [InlineData("FREQ=DAILY;BYDAY=MO", "BYDAY only with FREQ=WEEKLY")]
    [InlineData("FREQ=WEEKLY;BYDAY=1MO", "BYDAY such as MO,WE")]
    [InlineData("FREQ=WEEKLY;BYDAY=MO,MO", "BYDAY such as MO,WE")]
    [InlineData("FREQ=DAILY;COUNT=0", "COUNT of 1 to 100000")]
    [InlineData("FREQ=DAILY;UNTIL=20261231", "UNTIL in UTC")]
    [InlineData("FREQ=DAILY;COUNT=2;UNTIL=20261231T000000Z", "not both")]
    [InlineData("FREQ=DAILY;BYHOUR=9", "must not have BYHOUR")]
    public void A_rule_that_is_not_known_is_refused_with_the_reason(string text, string reason)
    {
        Assert.False(RecurrenceText.TryParse(text, "Europe/Berlin", out _, out string? why));
        Assert.Contains(reason, why, StringComparison.Ordinal);
    }

    private static Reservation Reserve(string start, string end, string? rule = null, string zone = "Europe/Berlin")
    {
        Recurrence? recurrence = null;
        Assert.True(rule is null || RecurrenceText.TryParse(rule, zone, out recurrence, out _));
        return new Reservation("nightly", OwnerPath.Parse("acme"), "gpus", Scene.Vector(("gpu", 2)), At(start), At(end), recurrence);
    }

    private static IEnumerable<string> Times(Reservation reservation, string from, string to) => reservation
        .Occurrences(Zone(reservation), At(from), At(to))
        .Select(o => string.Create(CultureInfo.InvariantCulture, $"{o.Start.ToDateTimeOffset():yyyy-MM-ddTHH:mm} {(o.End - o.Start).TotalHours} h"));

    private static IEnumerable<string> Days(Reservation reservation) => reservation
        .Occurrences(Zone(reservation), At("1997-01-01T00:00Z"), At("1999-01-01T00:00Z"))
        .Select(o => o.Start.ToDateTimeOffset().ToString("MM-dd", CultureInfo.InvariantCulture));

    private static TimeZoneInfo? Zone(Reservation reservation) => reservation.Recurrence is { } rule ? TimeZoneInfo.FindSystemTimeZoneById(rule.TimeZone) : null;

    private static Instant At(string time) => Instant.From(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture));
}
