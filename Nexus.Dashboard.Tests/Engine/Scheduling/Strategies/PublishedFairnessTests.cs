namespace Nexus.Dashboard.Tests.Engine.Scheduling.Strategies;

/// <summary>Published examples of fair shares, with literal values and their source.</summary>
public sealed class PublishedFairnessTests
{
    private const int Unbounded = int.MaxValue;

    // E01: Ghodsi et al., Dominant Resource Fairness, NSDI 2011, 4.1.
    [Fact]
    public void Two_users_with_different_dominant_resources_get_equal_dominant_shares()
    {
        FairScene pool = FairScene.Pool(("cpu", 9), ("memory", 18));

        Dictionary<string, int> tasks = pool.Fill(("A", [("cpu", 1), ("memory", 4)], Unbounded), ("B", [("cpu", 3), ("memory", 1)], Unbounded));

        Assert.Equal((3, 2), (tasks["A"], tasks["B"]));
        Assert.Equal((12, 6), (pool.Held("A", "memory"), pool.Held("B", "cpu")));
    }

    // E03: derived from 4.3 of the same paper: A weighs 2, tasks are divisible. 54 ÷ 13 and 18 ÷ 13, here in thousandths of a task.
    [Fact]
    public void A_user_of_twice_the_weight_gets_twice_the_dominant_share()
    {
        FairScene pool = FairScene.Pool(("cpu", 9), ("memory", 18)).Weighing("A", 2);

        Dictionary<string, int> tasks = pool.Fill(("A", [("cpu", 0.001), ("memory", 0.004)], Unbounded), ("B", [("cpu", 0.003), ("memory", 0.001)], Unbounded));

        // What is left when the next thousandth of A's task no longer fits goes to B.
        Assert.Equal(4_153.846, tasks["A"], 1.0);
        Assert.Equal(1_384.615, tasks["B"], 4.0);
    }

    // E05: section 5 of the same paper, a negative control: the market equilibrium would give 45 ÷ 11 and 18 ÷ 11 tasks.
    [Fact]
    public void It_is_not_the_market_equilibrium()
    {
        FairScene pool = FairScene.Pool(("cpu", 9), ("memory", 18));

        Dictionary<string, int> tasks = pool.Fill(("A", [("cpu", 0.001), ("memory", 0.004)], Unbounded), ("B", [("cpu", 0.003), ("memory", 0.001)], Unbounded));

        Assert.Equal((3_000, 2_000), (tasks["A"], tasks["B"]));
        Assert.NotEqual(4_090.9, tasks["A"], 900.0);
    }

    // E07: Volcano's hdrf_test.go, "rescaling test"; Bhattacharya et al., Hierarchical Scheduling for Diverse Datacenter Workloads, SoCC 2013, section 3.
    [Fact]
    public void Children_with_complementary_resources_do_not_starve_each_other()
    {
        Dictionary<string, int> tasks = FairScene.Pool(("cpu", 10), ("memory", 10)).Fill(
            ("sci", [("cpu", 1), ("memory", 1)], 10), ("eng/dev", [("cpu", 1)], 10), ("eng/prod", [("memory", 1)], 10));

        Assert.Equal((5, 5, 5), (tasks["sci"], tasks["eng/dev"], tasks["eng/prod"]));
    }

    // Volcano's hdrf_test.go, "blocking nodes test", after figure 5 of the same paper: CPUs are shared by three, memory by two.
    [Fact]
    public void A_sibling_that_grows_in_another_resource_does_not_hold_a_child_back()
    {
        Dictionary<string, int> tasks = FairScene.Pool(("cpu", 30), ("memory", 30)).Fill(
            ("n1", [("cpu", 1)], 30), ("n2", [("cpu", 1)], 30), ("n3/a", [("cpu", 1)], 30), ("n3/b", [("memory", 1)], 30), ("n4", [("memory", 1)], 30));

        Assert.Equal((10, 10, 10), (tasks["n1"], tasks["n2"], tasks["n3/a"]));
        Assert.Equal((15, 15), (tasks["n3/b"], tasks["n4"]));
    }

    // F01: Keshav, An Engineering Approach to Computer Networking: demands 2, 2.6, 4, 5 on 10. Here in tenths.
    [Fact]
    public void Nobody_gets_more_than_asked_and_the_rest_is_shared_evenly()
    {
        (string, double)[] tenth = [("cpu", 0.1)];
        Dictionary<string, int> tenths = FairScene.Pool(("cpu", 10)).Fill(("a", tenth, 20), ("b", tenth, 26), ("c", tenth, 40), ("d", tenth, 50));

        Assert.Equal((20, 26, 27, 27), (tenths["a"], tenths["b"], tenths["c"], tenths["d"]));
    }

    // F03: doorman's algorithm_test.go, TestFairShare.
    [Fact]
    public void A_hundred_and_twenty_calls_among_wants_of_1000_60_and_10()
    {
        (string, double)[] call = [("cpu", 1)];
        Dictionary<string, int> calls = FairScene.Pool(("cpu", 120)).Fill(("c0", call, 1000), ("c1", call, 60), ("c2", call, 10));

        Assert.Equal((55, 55, 10), (calls["c0"], calls["c1"], calls["c2"]));
    }

    // F05: doorman's algorithm_test.go, TestFairShareWithMultipleSubclients (1): weights 6, 4, 2.
    [Fact]
    public void A_hundred_and_twenty_calls_by_weights_of_6_4_and_2()
    {
        (string, double)[] call = [("cpu", 1)];
        FairScene pool = FairScene.Pool(("cpu", 120)).Weighing("c0", 6).Weighing("c1", 4).Weighing("c2", 2);
        Dictionary<string, int> calls = pool.Fill(("c0", call, 1000), ("c1", call, 500), ("c2", call, 200));

        Assert.Equal((60, 40, 20), (calls["c0"], calls["c1"], calls["c2"]));
    }

    // F07 and F09: the HTB user guide's link-sharing hierarchy, its rates taken as weights: 100 tokens, A 40 (www 30, smtp 10), B 60; then B idle.
    [Theory]
    [InlineData(1000, 30, 10, 60)]
    [InlineData(0, 75, 25, 0)]
    public void What_a_sibling_does_not_want_goes_to_the_others_by_their_weights(int wantedByB, int www, int smtp, int b)
    {
        (string, double)[] token = [("cpu", 1)];
        FairScene pool = FairScene.Pool(("cpu", 100)).Weighing("A", 40).Weighing("B", 60).Weighing("A/www", 30).Weighing("A/smtp", 10);
        (string, (string, double)[], int)[] users = [("A/www", token, 1000), ("A/smtp", token, 1000), ("B", token, wantedByB)];

        Dictionary<string, int> tokens = pool.Fill([.. users.Where(u => u.Item3 > 0)]);

        Assert.Equal((www, smtp, b), (tokens["A/www"], tokens["A/smtp"], tokens.GetValueOrDefault("B")));
    }

    // G01: Slurm's classic_fair_share example, asserted by its test24.1: shares A 40 {B 30, C 10}, D 60 {E 25, F 35}, past use 0.20, 0.25, 0, 0.25, 0.
    [Fact]
    public void Past_use_orders_users_as_slurm_orders_them()
    {
        FairScene pool = FairScene.Pool(("cpu", 100)).Weighing("A", 40).Weighing("D", 60).Weighing("A/B", 30).Weighing("A/C", 10).Weighing("D/E", 25).Weighing("D/F", 35);
        (string User, double Used)[] users = [("A/B/u1", 20), ("A/C/u2", 25), ("A/C/u3", 0), ("D/E/u4", 25), ("D/F/u5", 0)];
        foreach ((string user, double used) in users.Where(u => u.Used > 0))
        {
            pool.Charge(user, ("cpu", used));
        }

        pool.Advance(60 * FairScene.HalfLife);
        foreach ((string user, double used) in users.Where(u => u.Used > 0))
        {
            pool.Release(user, ("cpu", used));
        }

        foreach ((string user, _) in users)
        {
            pool.Wait(user, ("cpu", 1));
        }

        List<string> order = [];
        while (pool.First() is { } next)
        {
            order.Add(next.Owner.ToString());
            pool.Leave(next);
        }

        Assert.Equal(["D/F/u5", "D/E/u4", "A/B/u1", "A/C/u3", "A/C/u2"], order);
        Assert.Equal(0.45, pool.Past("A", "cpu"), 0.000_001);
    }
}
