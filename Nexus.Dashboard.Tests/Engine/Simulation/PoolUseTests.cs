using Nexus.Engine.Resources;
using Nexus.Engine.Simulation;
using Xunit;
using static Nexus.Dashboard.Tests.Engine.Simulation.Simulated;

namespace Nexus.Dashboard.Tests.Engine.Simulation;

public sealed class PoolUseTests
{
    [Fact]
    public void Use_over_time_is_told_in_equal_steps()
    {
        UseOverTime use = Of("time,duration,gpu\n0,60,2\n60,60,1\n120,8,2\n", Pool("p", ("gpu", 2))).UtilizationOverTime;

        IReadOnlyList<double> steps = use.Pools["p"]["gpu"];
        Assert.Equal(1.024, use.StepSeconds); // 128 s in the fewest doublings of a millisecond that make at most 200
        Assert.Equal(125, steps.Count);
        Assert.All(steps.Take(58), share => Assert.Equal(1, share));
        Assert.All(steps.Skip(59).Take(58), share => Assert.Equal(0.5, share));
        Assert.Equal(1, steps[^1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3_600)]
    [InlineData(100_000_000)]
    public void However_long_it_takes_there_are_at_most_200_steps_and_their_mean_is_the_whole(int seconds)
    {
        SimulationReport report = Of($"time,duration,gpu\n0,{seconds},1\n{seconds / 2.0},{seconds},1\n", Pool("p", ("gpu", 2)));

        IReadOnlyList<double> steps = report.UtilizationOverTime.Pools["p"]["gpu"];
        Assert.InRange(steps.Count, 100, 200);
        Assert.InRange(steps.Average(), report.Utilization["p"]["gpu"] - 0.01, report.Utilization["p"]["gpu"] + 0.01);
        Assert.Equal(0.6667, report.Utilization["p"]["gpu"]);
    }

    [Fact]
    public void A_pool_that_nobody_uses_is_idle() =>
        Assert.Equal(0, Of("time,duration,gpu\n0,10,1\n", Pool("p", ("gpu", 1)), Pool("q", ("cpu", 4))).Utilization["q"]["cpu"]);
}
