using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Dashboard.Tests.Engine.Scheduling.Strategies.Adaptive;

public sealed class LoadPatternTests
{
    [Theory]
    [InlineData("2026-01-05T00:00:00Z", 0)] // a Monday
    [InlineData("2026-01-05T09:59:59Z", 9)]
    [InlineData("2026-01-11T23:00:00Z", 167)]
    [InlineData("1970-01-01T00:00:00Z", 72)]
    public void The_hour_is_that_of_the_week_from_monday_on(string at, int hour) =>
        Assert.Equal(hour, LoadPattern.Of(default, Instant.From(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture))).Hour);

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(0.9, 0, 0, 0)]
    [InlineData(1, 0.04, 1, 0)]
    [InlineData(10, 1, 2, 1)]
    [InlineData(10, 4, 2, 2)]
    [InlineData(100, 100, 3, 2)]
    public void The_depth_is_by_tens_and_the_deadlines_by_their_share(double waiting, double deadlines, int depth, int share)
    {
        LoadPattern pattern = LoadPattern.Of(new PoolLoad((long)(waiting * 1_000), (long)(deadlines * 1_000), 1), default);

        Assert.Equal((depth, share), (pattern.Depth, pattern.Deadlines));
    }

    [Fact]
    public void Each_pattern_has_a_number_of_its_own()
    {
        LoadPattern[] all = [.. from hour in Enumerable.Range(0, 169) from depth in Enumerable.Range(0, 4) from share in Enumerable.Range(0, 3) select new LoadPattern(hour == 168 ? null : hour, depth, share)];

        Assert.Equal(all.Length, all.Select(p => p.Key).Distinct().Count());
        Assert.All(all, p => Assert.Equal(p, LoadPattern.Of(p.Key)));
    }
}
