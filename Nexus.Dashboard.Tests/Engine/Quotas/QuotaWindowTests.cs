using Nexus.Engine.Quotas;
using static Nexus.Dashboard.Tests.Engine.Quotas.QuotaScene;

namespace Nexus.Dashboard.Tests.Engine.Quotas;

public sealed class QuotaWindowTests
{
    private static readonly DayOfWeek[] WorkingDays = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];

    [Fact]
    public void A_window_over_midnight_belongs_to_the_day_on_which_it_starts()
    {
        QuotaWindows windows = Of(Window("18:00", "08:00", WorkingDays, 40));

        Assert.Equal(40, LimitAt(windows, "2026-01-09T18:00:00Z")); // Friday evening
        Assert.Equal(40, LimitAt(windows, "2026-01-10T07:59:59Z")); // and Saturday morning
        Assert.Equal(10, LimitAt(windows, "2026-01-10T18:00:00Z")); // not Saturday evening
        Assert.Equal(10, LimitAt(windows, "2026-01-12T07:00:00Z")); // nor Monday morning
        Assert.Equal(Moment("2026-01-12T18:00:00Z"), windows.NextChange(Moment("2026-01-10T08:00:00Z")));
    }

    [Fact]
    public void A_window_with_dates_goes_before_one_without()
    {
        QuotaWindows windows = Of(Window("08:00", "18:00", WorkingDays, 5), Window(null, null, null, 0, "2026-12-24", "2026-12-26"));

        Assert.Equal(5, LimitAt(windows, "2026-12-23T12:00:00Z"));
        Assert.Equal(0, LimitAt(windows, "2026-12-24T12:00:00Z"));
        Assert.Equal(0, LimitAt(windows, "2026-12-26T23:59:59Z"));
        Assert.Equal(10, LimitAt(windows, "2026-12-27T12:00:00Z"));
        Assert.Equal(Moment("2026-12-24T00:00:00Z"), windows.NextChange(Moment("2026-12-23T18:00:00Z")));
    }

    [Fact]
    public void The_hours_of_a_window_are_those_of_the_clock_on_the_wall()
    {
        QuotaWindows windows = Of("Europe/Berlin", Window("02:30", "05:00", null, 40));

        Assert.Equal(Moment("2026-03-29T01:00:00Z"), windows.NextChange(Moment("2026-03-29T00:00:00Z"))); // 02:30 does not come: the clock is put forward over it
        Assert.Equal(40, LimitAt(windows, "2026-03-29T01:00:00Z"));
        Assert.Equal(10, LimitAt(windows, "2026-03-29T03:00:00Z"));
        Assert.Equal(Moment("2026-03-30T00:30:00Z"), windows.NextChange(Moment("2026-03-29T03:00:00Z")));
    }

    [Theory]
    [InlineData("18:00", "08:00", "07:00", "09:00", true)]
    [InlineData("18:00", "08:00", "08:00", "18:00", false)]
    [InlineData(null, null, "12:00", "13:00", true)]
    public void Windows_meet_where_both_hold_at_one_time(string? a, string? b, string? c, string? d, bool meet) =>
        Assert.Equal(meet, Window(a, b, null, 1).Meets(Window(c, d, null, 2)));

    [Fact]
    public void Windows_of_other_days_or_dates_do_not_meet()
    {
        Assert.False(Window("08:00", "18:00", [DayOfWeek.Monday], 1).Meets(Window("08:00", "18:00", [DayOfWeek.Tuesday], 2)));
        Assert.True(Window("18:00", "08:00", [DayOfWeek.Monday], 1).Meets(Window("07:00", "18:00", [DayOfWeek.Tuesday], 2)));
        Assert.False(Window(null, null, null, 1, "2026-01-01", "2026-01-05").Meets(Window(null, null, null, 2, "2026-01-06", "2026-01-07")));
        Assert.True(Window(null, null, null, 1, "2026-01-01", "2026-01-06").Meets(Window(null, null, null, 2, "2026-01-06", "2026-01-07")));
    }

    private static QuotaWindow Window(string? from, string? to, DayOfWeek[]? days, double limit, string? first = null, string? last = null) =>
        new(days, Time(from), Time(to), Date(first), Date(last)) { Limit = Scene.Amount(limit) };

    private static TimeOnly? Time(string? text) => text is null ? null : TimeOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static DateOnly? Date(string? text) => text is null ? null : DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static QuotaWindows Of(params QuotaWindow[] windows) => Of("UTC", windows);

    private static QuotaWindows Of(string zone, params QuotaWindow[] windows) => new(new QuotaRule("cpu") { Limit = Scene.Amount(10), TimeZone = zone, Windows = windows });

    private static decimal LimitAt(QuotaWindows windows, string at) => windows.At(Moment(at)).Limit!.Value.Units;
}
