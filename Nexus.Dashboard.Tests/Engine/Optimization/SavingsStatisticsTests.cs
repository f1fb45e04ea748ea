using CsCheck;
using Nexus.Engine.Optimization.Statistics;

namespace Nexus.Dashboard.Tests.Engine.Optimization;

public sealed class SavingsStatisticsTests
{
    [Fact]
    public void A_percentile_lies_between_its_neighbours_as_definition_7_has_it()
    {
        // R: quantile(c(1, 2, 3, 4, 10), c(0.5, 0.9, 0.25), type = 7).
        double[] values = [1, 2, 3, 4, 10];

        Assert.Equal([3, 7.6, 2], [Percentiles.Of(values, 0.5), Math.Round(Percentiles.Of(values, 0.9), 9), Percentiles.Of(values, 0.25)]);
        Assert.Equal(2.5, Percentiles.Median([4, 1, 2, 3]));
        Assert.Equal(1.4826, Percentiles.Deviation([1, 2, 3, 4, 10]), 6);
    }

    [Fact]
    public void Wild_values_do_not_bend_a_slope() => Assert.Equal(2, TheilSen.Slope([.. Enumerable.Range(0, 30).Select(i => i % 5 == 4 ? 1_000d : 2 * i)]), 6);

    [Fact]
    public void The_range_of_a_mean_holds_its_mean_and_is_the_same_each_time() =>
        Gen.Double[0, 1_000].Array[1, 60].Sample(days =>
        {
            (double low, double high) = BlockBootstrap.Mean(days, 0.8);
            Assert.Equal((low, high), BlockBootstrap.Mean(days, 0.8));
            Assert.InRange(low, days.Min() - 1e-6, days.Max() + 1e-6);
            Assert.InRange(high, low, days.Max() + 1e-6);
        }, iter: 200);

    [Fact]
    public void Days_that_are_all_alike_leave_nothing_open()
    {
        (double low, double high) = BlockBootstrap.Mean([.. Enumerable.Repeat(5d, 30)], 0.8);

        Assert.Equal((5, 5), (low, high));
    }
}
