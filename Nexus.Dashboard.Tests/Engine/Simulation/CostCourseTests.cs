using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Tests.Engine.Simulation;

public sealed class CostCourseTests
{
    private static readonly Instant Begin = Instant.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void What_is_held_is_paid_for_evenly_and_what_is_consumed_at_its_moment()
    {
        CostCourse course = new();
        course.Begin(Begin);
        course.Add(Begin, At(100), Money.Of(10));
        course.Add(At(50), At(50), Money.Of(1));

        CostOverTime over = course.Until(At(100));

        Assert.Equal((0.001, 100), (over.StepSeconds, over.Amounts.Count));
        Assert.Equal(["0.1", "5", "6.1", "11"], new[] { 0, 49, 50, 99 }.Select(i => over.Amounts[i]));
    }

    [Fact]
    public void However_long_it_lasts_it_has_at_most_two_hundred_steps_and_comes_to_the_whole()
    {
        CostCourse course = new();
        course.Begin(Begin);
        for (int hour = 0; hour < 24 * 400; hour++)
        {
            course.Add(Begin + TimeSpan.FromHours(hour), Begin + TimeSpan.FromHours(hour + 1), Money.Parse("0.333333333333"));
        }

        CostOverTime over = course.Until(Begin + TimeSpan.FromDays(400));

        Assert.InRange(over.Amounts.Count, 100, CostCourse.MostSteps);
        Assert.Equal("3199.9999999968", over.Amounts[^1]);
        Assert.Equal(over.Amounts.Select(decimal.Parse).Order(), over.Amounts.Select(decimal.Parse));
    }

    [Fact]
    public void What_was_paid_for_before_it_began_or_beyond_its_end_is_in_its_sum()
    {
        CostCourse course = new();
        course.Add(Begin, At(10), Money.Of(1));
        course.Begin(At(10));
        course.Add(At(10), At(40), Money.Of(3));

        CostOverTime over = course.Until(At(20));

        Assert.Equal(["1.1", "4"], new[] { over.Amounts[0], over.Amounts[^1] });
    }

    [Fact]
    public void Of_nothing_it_is_nothing() => Assert.Equal(["0"], new CostCourse().Until(Begin).Amounts);

    private static Instant At(int milliseconds) => Begin + TimeSpan.FromMilliseconds(milliseconds);
}
