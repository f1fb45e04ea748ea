using Nexus.Engine.Simulation;
using Xunit;

namespace Nexus.Dashboard.Tests.Engine.Simulation;

public sealed class WaitsTests
{
    [Theory]
    [InlineData(0, 15)]
    [InlineData(5, 15)]
    [InlineData(30, 20)]
    [InlineData(40, 20)]
    [InlineData(50, 35)]
    [InlineData(100, 50)]
    public void A_percentile_is_that_of_the_nearest_rank(int percent, double expected) => // the example of Wikipedia's "Percentile"
        Assert.Equal(expected, new Waits([35_000, 20_000, 15_000, 50_000, 40_000]).Percentile(percent));

    [Fact]
    public void Of_no_waits_all_figures_are_nothing()
    {
        Waits none = new([]);

        Assert.Equal((0, 0, 0), (none.Mean, none.Max, none.Percentile(95)));
    }

    [Fact]
    public void A_mean_of_very_long_waits_does_not_overflow() => Assert.Equal(long.MaxValue / 1000.0, new Waits([long.MaxValue, long.MaxValue]).Mean, 1e6);
}
