using Nexus.Engine.Resources;
using Nexus.Engine.Simulation;
using Xunit;
using static Nexus.Dashboard.Tests.Engine.Simulation.Simulated;

namespace Nexus.Dashboard.Tests.Engine.Simulation;

/// <summary>Jain's index: (Σx)² ÷ (n Σx²), here of what each tenant that waited got against an equal split.</summary>
public sealed class FairnessTests
{
    [Fact]
    public void Who_get_the_same_while_they_wait_are_served_evenly() =>
        Assert.Equal(1, Jain(
            """
            time,owner,duration,gpu
            0,a/x,10,1
            0,b/x,10,1
            0,a/x,10,1
            0,b/x,10,1
            """,
            ("gpu", 2)));

    [Fact]
    public void Where_one_of_two_gets_all_while_both_wait_it_is_a_half() =>
        Assert.Equal(0.5, Jain(
            """
            time,owner,duration,gpu
            0,a/x,10,2
            0,a/x,10,2
            0,b/x,10,2
            """,
            ("gpu", 2)));

    [Fact]
    public void A_dominant_share_is_the_largest_of_a_tenants_shares() =>
        // Ghodsi et al., NSDI 2011: of 9 CPUs and 18 GB, three tasks of <1, 4> and two of <3, 1> take ⅔ of the memory and ⅔ of the CPUs.
        Assert.Equal(1, Jain(
            """
            time,owner,duration,cpu,memory
            0,a/x,10,3,12
            0,b/x,10,6,2
            0,a/x,10,1,4
            0,b/x,10,3,1
            """,
            ("cpu", 9), ("memory", 18)));

    [Fact]
    public void Who_asks_for_little_and_never_waits_is_not_poor() =>
        Assert.Equal(1, Jain(
            """
            time,owner,duration,gpu
            0,small/x,1,1
            0,a/x,10,4
            0,b/x,10,4
            0,a/x,10,4
            0,b/x,10,4
            """,
            ("gpu", 9)));

    [Fact]
    public void What_was_got_before_anybody_waited_counts_for_nothing() =>
        Assert.Equal(1, Jain(
            """
            time,owner,duration,gpu
            0,a/x,100,2
            200,a/x,10,1
            200,b/x,10,1
            200,a/x,10,1
            200,b/x,10,1
            """,
            ("gpu", 2)));

    [Fact]
    public void A_consumed_amount_counts_while_it_runs()
    {
        SimulationReport report = Of(
            """
            time,owner,duration,external.calls
            0,a/x,10,9
            0,b/x,10,1
            0,a/x,10,9
            0,b/x,10,9
            """,
            Bucket("api", ("external.calls", 1, 1, 10)));

        // Both wait until 9 s and get 9 and 1 calls in 10 s: (9 + 1)² ÷ (2 × (9² + 1²)) is 0.6098. From then on one waits alone.
        Assert.Equal(0.6098, report.Jain);
    }

    private static double Jain(string trace, params (string Kind, double Amount)[] pool) => Of(trace, Pool("p", pool)).Jain;
}
