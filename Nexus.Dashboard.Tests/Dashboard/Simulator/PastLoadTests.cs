using Nexus.Dashboard.Features.Simulator;
using Nexus.Dashboard.Gallery;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Simulator;

/// <summary>The past by its load. It is 14:32:07 on Tuesday, 24 November 2026.</summary>
public sealed class PastLoadTests
{
    private static readonly DateTimeOffset Now = Story.Noted;

    [Theory]
    [InlineData(0.5, 1, 60, 1)]
    [InlineData(4, 6, 72, 5)]
    [InlineData(20, 24, 72, 10)]
    [InlineData(100, 168, 84, 60)]
    [InlineData(500, 720, 90, 60)]
    [InlineData(2_000, 720, 90, 60)]
    public void So_much_of_the_past_is_drawn_as_was_measured_up_to_thirty_days(double hoursMeasured, double hours, int bars, double stepMinutes)
    {
        PastLoad load = Of(Measured(TimeSpan.FromHours(hoursMeasured)));

        Assert.Equal((TimeSpan.FromHours(hours), bars, TimeSpan.FromMinutes(stepMinutes)), (load.To - load.From, load.Bars.Count, load.Step));
        Assert.InRange(load.To - Now, TimeSpan.Zero, load.Step);
    }

    [Fact]
    public void After_a_long_rest_what_was_measured_before_it_is_drawn_too()
    {
        PastLoad load = Of([Point(TimeSpan.FromDays(4), 1), .. Measured(TimeSpan.FromMinutes(5))]);

        Assert.Equal(TimeSpan.FromDays(7), load.To - load.From);
    }

    [Fact]
    public void A_bar_is_the_mean_of_what_ran_and_waited_in_it_and_not_known_where_nothing_was_measured()
    {
        PastLoad load = Of([Point(TimeSpan.FromMinutes(10), 3, 2), Point(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(5), 5, 0)]);

        Assert.Equal(new LoadBar(4, 1), Assert.Single(load.Bars, b => b.IsKnown));
        Assert.Equal(5, load.Most);
    }

    [Fact]
    public void Where_nothing_was_measured_the_last_hour_is_empty()
    {
        PastLoad load = Of([]);

        Assert.Equal((TimeSpan.FromHours(1), 0, null), (load.To - load.From, load.Most, load.Busiest));
        Assert.DoesNotContain(load.Bars, b => b.IsKnown);
    }

    [Fact]
    public void The_busiest_hour_is_that_of_the_last_week_in_which_most_ran_and_waited()
    {
        SeriesPoint[] points = [Point(TimeSpan.FromDays(9), 90), Point(TimeSpan.FromDays(3), 20, 10), Point(TimeSpan.FromDays(2), 25), Point(TimeSpan.FromMinutes(1), 1)];

        Assert.Equal(new BusiestHour(new DateTimeOffset(2026, 11, 21, 14, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 11, 21, 15, 0, 0, TimeSpan.Zero), 30), Of(points).Busiest);
    }

    [Fact]
    public void The_hour_that_has_not_ended_ends_now_and_each_five_minutes_of_an_hour_weigh_the_same()
    {
        SeriesPoint[] points = [Point(TimeSpan.FromMinutes(20), 2), .. Enumerable.Range(0, 12).Select(i => Point(TimeSpan.FromSeconds(10 * i), 8))];

        Assert.Equal(new BusiestHour(new DateTimeOffset(2026, 11, 24, 14, 0, 0, TimeSpan.Zero), Now, 5), Of(points).Busiest);
    }

    [Fact]
    public void Of_a_young_installation_the_busiest_hour_is_known_as_soon_as_it_is_drawn()
    {
        SeriesPoint[] hour = [Point(TimeSpan.FromMinutes(1), 3)];

        // The series of a week is told anew every twenty-five minutes.
        Assert.Equal(3, PastLoad.Of(span => span > TimeSpan.FromHours(1) ? [] : hour, Now).Busiest?.Load);
    }

    [Fact]
    public void What_is_chosen_lies_at_whole_steps_within_it()
    {
        PastLoad load = Of(Measured(TimeSpan.FromHours(4)));

        Assert.Equal(new DateTimeOffset(2026, 11, 24, 12, 5, 0, TimeSpan.Zero), load.Snap(new DateTimeOffset(2026, 11, 24, 12, 6, 30, TimeSpan.Zero)));
        Assert.Equal((load.From, load.To), (load.Snap(Now.AddDays(-2)), load.Snap(Now.AddDays(2))));
        Assert.Equal((0, 0.5, 1), (load.Place(Now.AddDays(-1)), load.Place(load.From + TimeSpan.FromHours(3)), load.Place(Now.AddDays(1))));
    }

    private static PastLoad Of(IEnumerable<SeriesPoint> points) => PastLoad.Of(span => [.. points.Where(p => p.At >= Instant.From(Now - span)).OrderBy(p => p.At.Milliseconds)], Now);

    private static IEnumerable<SeriesPoint> Measured(TimeSpan span) => Enumerable.Range(0, 200).Select(i => Point(span * i / 199, 1));

    private static SeriesPoint Point(TimeSpan ago, int running, int waiting = 0) => new(Instant.From(Now - ago), waiting, running, 0, 0, 0, null, [], []);
}
