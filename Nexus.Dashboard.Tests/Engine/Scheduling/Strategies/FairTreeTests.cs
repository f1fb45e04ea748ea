using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Dashboard.Tests.Engine.Scheduling.Strategies;

public sealed class FairTreeTests
{
    [Fact]
    public void Who_holds_less_for_its_weight_goes_first()
    {
        FairScene pool = FairScene.Pool(("gpu", 12)).Weighing("acme", 3);
        pool.Charge("acme", ("gpu", 5));
        pool.Charge("globex", ("gpu", 2));
        Assert.True(pool.Compare("acme", "globex", ("gpu", 1)) < 0);

        // Six for three is two for one: it is the turn of the other.
        pool.Charge("acme", ("gpu", 1));
        Assert.True(pool.Compare("acme", "globex", ("gpu", 1)) > 0);
        pool.Charge("globex", ("gpu", 0.001));
        Assert.True(pool.Compare("acme", "globex", ("gpu", 1)) < 0);
    }

    [Fact]
    public void Owners_are_compared_where_their_paths_part()
    {
        FairScene pool = FairScene.Pool(("gpu", 12));
        pool.Charge("acme/alice/a", ("gpu", 1));
        pool.Charge("acme/bob/b", ("gpu", 4));
        pool.Charge("globex/eve/e", ("gpu", 3));

        // Alice has least, but her tenant has most.
        Assert.True(pool.Compare("acme/alice/a", "globex/eve/e", ("gpu", 1)) > 0);
        Assert.True(pool.Compare("acme/alice/a", "acme/bob/b", ("gpu", 1)) < 0);
    }

    [Fact]
    public void An_owners_own_work_competes_with_that_of_the_owners_below_as_one_child_of_weight_1()
    {
        FairScene pool = FairScene.Pool(("gpu", 12)).Weighing("acme/bob", 2);
        pool.Charge("acme", ("gpu", 2));
        pool.Charge("acme/bob", ("gpu", 3));

        Assert.True(pool.Compare("acme/bob", "acme", ("gpu", 1)) < 0);
        Assert.Equal(5, pool.Held("acme", "gpu"));
    }

    [Fact]
    public void Only_what_is_asked_for_counts()
    {
        FairScene pool = FairScene.Pool(("cpu", 10), ("gpu", 10));
        pool.Charge("acme/dev", ("gpu", 8));
        pool.Charge("acme/prod", ("cpu", 1));
        pool.Charge("globex", ("cpu", 2));

        Assert.True(pool.Compare("acme/prod", "globex", ("cpu", 1)) < 0);
        Assert.True(pool.Compare("acme/prod", "globex", ("cpu", 1), ("gpu", 1)) > 0);
    }

    [Fact]
    public void Weight_0_goes_only_when_nobody_else_wants_and_among_its_like_by_share()
    {
        FairScene pool = FairScene.Pool(("gpu", 12)).Weighing("idle", 0).Weighing("spare", 0);
        pool.Charge("acme", ("gpu", 11));
        pool.Wait("idle", ("gpu", 1));
        pool.Wait("acme", ("gpu", 1));
        pool.Charge("spare", ("gpu", 1));

        Assert.True(pool.Compare("acme", "idle", ("gpu", 1)) < 0);
        Assert.True(pool.Compare("idle", "spare", ("gpu", 1)) < 0);
        Assert.Equal("acme", pool.First()!.Owner.ToString());
    }

    [Fact]
    public void Another_weight_holds_at_once()
    {
        FairScene pool = FairScene.Pool(("gpu", 12));
        pool.Charge("acme", ("gpu", 4));
        pool.Charge("globex", ("gpu", 3));
        pool.Wait("acme", ("gpu", 1));
        pool.Wait("globex", ("gpu", 1));
        Assert.Equal("globex", pool.First()!.Owner.ToString());

        pool.Weighing("acme", 2);

        Assert.Equal("acme", pool.First()!.Owner.ToString());
    }

    [Fact]
    public void What_is_held_counts_against_the_capacity_there_is()
    {
        FairScene pool = FairScene.Pool(("cpu", 10), ("gpu", 10));
        pool.Charge("acme", ("gpu", 4));
        pool.Charge("globex", ("cpu", 5));
        Assert.True(pool.Compare("acme", "globex", ("cpu", 1), ("gpu", 1)) < 0);

        pool.Resize(("cpu", 20), ("gpu", 10));

        Assert.True(pool.Compare("acme", "globex", ("cpu", 1), ("gpu", 1)) > 0);
    }

    [Fact]
    public void A_capacity_that_is_lost_altogether_takes_nothing_from_those_who_hold_and_is_no_longer_compared()
    {
        FairScene pool = FairScene.Pool(("cpu", 10), ("gpu", 10));
        pool.Charge("acme", ("cpu", 1), ("gpu", 10));
        pool.Charge("globex", ("cpu", 2));

        pool.Resize(("cpu", 10));
        Assert.True(pool.Compare("acme", "globex", ("cpu", 1), ("gpu", 1)) < 0);
        pool.Resize(("cpu", 10), ("gpu", 20));
        Assert.True(pool.Compare("acme", "globex", ("cpu", 1), ("gpu", 1)) > 0);

        pool.Release("acme", ("cpu", 1), ("gpu", 10));
        Assert.Equal(0, pool.Held("acme", "gpu"));
    }

    [Fact]
    public void Past_use_is_the_decayed_mean_of_the_share_of_what_there_was()
    {
        FairScene pool = FairScene.Pool(("gpu", 10));
        pool.Charge("acme", ("gpu", 8));
        pool.Advance(FairScene.HalfLife);
        Assert.Equal(0.4, pool.Past("acme", "gpu"), 0.000_001);

        pool.Resize(("gpu", 20));
        pool.Advance(FairScene.HalfLife);
        Assert.Equal(0.4, pool.Past("acme", "gpu"), 0.000_001);

        pool.Release("acme", ("gpu", 8));
        pool.Advance(2 * FairScene.HalfLife);
        Assert.Equal(0.1, pool.Past("acme", "gpu"), 0.000_001);
    }

    [Fact]
    public void Past_use_is_the_same_however_often_it_was_counted()
    {
        FairScene seldom = FairScene.Pool(("gpu", 10));
        FairScene often = FairScene.Pool(("gpu", 10));
        seldom.Charge("acme", ("gpu", 3));
        often.Charge("acme", ("gpu", 3));
        seldom.Advance(TimeSpan.FromSeconds(5_000 * 37));
        for (int i = 0; i < 5_000; i++)
        {
            often.Advance(TimeSpan.FromSeconds(37));
            often.Charge("acme", ("gpu", 1));
            often.Release("acme", ("gpu", 1));
        }

        Assert.Equal(seldom.Past("acme", "gpu"), often.Past("acme", "gpu"), 0.000_000_001);
    }

    [Fact]
    public void Another_half_life_forgets_nothing_of_what_was_held()
    {
        FairScene pool = FairScene.Pool(("gpu", 10));
        pool.Charge("acme", ("gpu", 8));
        pool.Advance(FairScene.HalfLife + TimeSpan.FromSeconds(30));
        double before = pool.Past("acme", "gpu");

        pool.Tree.Configure(pool.Supplies, _ => ResourceBehaviour.Held, TimeSpan.FromHours(1), pool.Now);
        Assert.Equal(before, pool.Past("acme", "gpu"), 0.001);

        pool.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0.8 - ((0.8 - before) / 2), pool.Past("acme", "gpu"), 0.001);
    }

    [Fact]
    public void Another_half_life_forgets_nothing_of_the_last_seconds_either()
    {
        FairScene pool = FairScene.Pool(("gpu", 10));
        HalfLife day = pool.Tree.HalfLife;
        pool.Advance(TimeSpan.FromMilliseconds(day.StartOf(day.EpochOf(pool.Now) + 1) - pool.Now));
        pool.Charge("acme", ("gpu", 10));
        pool.Advance(TimeSpan.FromSeconds(80));
        pool.Release("acme", ("gpu", 10));

        pool.Tree.Configure(pool.Supplies, _ => ResourceBehaviour.Held, TimeSpan.FromHours(1), pool.Now);

        // Of 34.6 hours, which is what a day's half-life remembers.
        Assert.Equal(80 / 124_649.0, pool.Past("acme", "gpu"), 0.000_001);
    }

    [Fact]
    public void Who_used_more_than_its_share_stands_back_of_who_used_less_though_neither_holds_anything()
    {
        FairScene pool = FairScene.Pool(("gpu", 10));
        pool.Charge("acme", ("gpu", 6));
        pool.Charge("globex", ("gpu", 4));
        pool.Advance(FairScene.HalfLife);
        pool.Release("acme", ("gpu", 6));
        pool.Release("globex", ("gpu", 4));

        Assert.True(pool.Compare("globex", "acme", ("gpu", 1)) < 0);
    }

    [Fact]
    public void Past_excess_is_paid_back_with_half_of_the_mean_at_most()
    {
        // One of two had the whole pool for long: the mean is a half, so it stands back by a quarter, and the other is a quarter ahead.
        FairScene pool = FairScene.Pool(("gpu", 100));
        pool.Charge("acme", ("gpu", 99));
        pool.Charge("globex", ("gpu", 1));
        pool.Advance(30 * FairScene.HalfLife);
        pool.Release("acme", ("gpu", 99));
        pool.Release("globex", ("gpu", 1));

        pool.Charge("globex", ("gpu", 49));
        Assert.True(pool.Compare("globex", "acme", ("gpu", 1)) < 0);
        pool.Charge("globex", ("gpu", 2));
        Assert.True(pool.Compare("globex", "acme", ("gpu", 1)) > 0);
    }

    [Fact]
    public void Who_comes_back_from_wanting_nothing_starts_where_the_others_are()
    {
        FairScene tokens = FairScene.Tokens();
        tokens.Charge("lazy", ("tokens.output", 10));
        for (int i = 0; i < 50; i++)
        {
            tokens.Charge("busy", ("tokens.output", 10));
        }

        tokens.Wait("busy", ("tokens.output", 10));
        tokens.Wait("lazy", ("tokens.output", 10));

        // One request of ten ahead of the clock is all that busy is behind.
        tokens.Start(tokens.First()!);
        tokens.Wait("lazy", ("tokens.output", 10));
        Assert.Equal("busy", tokens.First()!.Owner.ToString());
    }

    [Fact]
    public void What_was_served_long_ago_no_longer_decides_which_kind_counts()
    {
        FairScene pool = new(
        [
            new Supply("llm.calls", Scene.Amount(100), Scene.Amount(100), TimeSpan.FromHours(1)),
            new Supply("tokens.output", Scene.Amount(100_000), Scene.Amount(100_000), TimeSpan.FromHours(1)),
        ]);
        for (int i = 0; i < 500; i++)
        {
            pool.Charge("acme", ("llm.calls", 5));
            pool.Charge("globex", ("llm.calls", 4));
        }

        pool.Charge("acme", ("tokens.output", 1_000));
        pool.Charge("globex", ("tokens.output", 90_000));
        Assert.True(pool.Compare("globex", "acme", ("llm.calls", 1), ("tokens.output", 1)) < 0);

        pool.Advance(20 * FairScene.HalfLife);

        Assert.True(pool.Compare("acme", "globex", ("llm.calls", 1), ("tokens.output", 1)) < 0);
    }

    [Fact]
    public void What_was_used_instead_of_the_estimate_is_what_counts()
    {
        FairScene tokens = FairScene.Tokens();
        tokens.Charge("acme", ("tokens.output", 100));
        tokens.Charge("globex", ("tokens.output", 20));
        Assert.True(tokens.Compare("globex", "acme", ("tokens.output", 1)) < 0);

        tokens.Tree.Settle(OwnerPath.Parse("acme"), "tokens.output", 100_000, 10_000, tokens.Now);

        Assert.True(tokens.Compare("acme", "globex", ("tokens.output", 1)) < 0);
    }

    [Fact]
    public void A_settlement_far_above_the_estimate_delays_its_owner_by_one_burst_at_most()
    {
        FairScene tokens = FairScene.Tokens(burst: 1_000);
        tokens.Charge("acme", ("tokens.output", 1));
        tokens.Charge("globex", ("tokens.output", 1));
        tokens.Tree.Settle(OwnerPath.Parse("acme"), "tokens.output", 1_000, 1_000_000_000, tokens.Now);
        tokens.Wait("acme", ("tokens.output", 100));
        tokens.Wait("globex", ("tokens.output", 100));
        tokens.Wait("globex", ("tokens.output", 100));

        int before = 0;
        while (tokens.First() is { } next && next.Owner != OwnerPath.Parse("acme"))
        {
            tokens.Start(next);
            tokens.Wait("globex", ("tokens.output", 100));
            before++;
        }

        Assert.Equal(10, before);
    }

    [Fact]
    public void Who_was_stopped_by_something_else_while_others_were_served_is_owed_one_burst_at_most()
    {
        FairScene tokens = FairScene.Tokens(burst: 1_000);
        Waiter stopped = tokens.Wait("stopped", ("tokens.output", 100));
        tokens.Wait("stopped", ("tokens.output", 100));
        for (int i = 0; i < 100; i++)
        {
            tokens.Start(tokens.Wait("served", ("tokens.output", 100)));
            tokens.Wait("served", ("tokens.output", 100));
        }

        int row = 0;
        for (Waiter? next = stopped; next?.Owner == stopped.Owner; next = tokens.First())
        {
            tokens.Start(next);
            tokens.Wait("stopped", ("tokens.output", 100));
            row++;
        }

        // Ten of a hundred are the burst, and one for which it stands beside the other.
        Assert.InRange(row, 10, 12);
    }

    [Fact]
    public void More_than_was_taken_cannot_come_back_and_nobody_departs_who_does_not_wait()
    {
        FairScene pool = FairScene.Pool(("gpu", 10));
        pool.Charge("acme", ("gpu", 2));

        Assert.Throws<InvalidOperationException>(() => pool.Release("acme", ("gpu", 3)));
        Assert.Throws<InvalidOperationException>(() => pool.Tree.Depart(OwnerPath.Parse("acme")));
        Assert.Throws<InvalidOperationException>(() => pool.Release("globex", ("gpu", 1)));
    }

    [Fact]
    public void Owners_whose_past_makes_no_difference_any_more_are_forgotten()
    {
        FairScene pool = FairScene.Pool(("gpu", 10));
        pool.Charge("acme/stays", ("gpu", 1));
        pool.Charge("acme/heavy", ("gpu", 5));
        pool.Advance(14 * FairScene.HalfLife);
        pool.Release("acme/heavy", ("gpu", 5));
        for (int i = 0; i < 5_000; i++)
        {
            pool.Charge($"acme/run-{i}", ("gpu", 1));
            pool.Advance(TimeSpan.FromMinutes(1));
            pool.Release($"acme/run-{i}", ("gpu", 1));
        }

        Assert.InRange(pool.Tree.Nodes, 4, 3_000);
        Assert.InRange(pool.Past("acme/heavy", "gpu"), 0.04, 0.05);
        Assert.Equal(1, pool.Held("acme/stays", "gpu"));
    }

    [Fact]
    public void An_owner_who_was_served_ahead_of_the_others_is_not_forgotten()
    {
        FairScene pool = new([new Supply("tokens.output", Scene.Amount(1_000), Scene.Amount(0.001), TimeSpan.FromHours(1))]);
        pool.Charge("ahead", ("tokens.output", 1_000));
        for (int i = 0; i < 3_000; i++)
        {
            pool.Charge($"t{i}", ("tokens.output", 0.001));
        }

        Assert.InRange(pool.Tree.Nodes, 4, 3_000);
        Assert.True(pool.Compare("t2999", "ahead", ("tokens.output", 1)) < 0);
    }

    [Fact]
    public void There_is_a_bound_to_how_many_are_remembered()
    {
        FairScene pool = new([new Supply("tokens.output", Scene.Amount(1_000), Scene.Amount(0.001), TimeSpan.FromHours(1))]);
        Waiter waits = pool.Wait("acme", ("tokens.output", 1));
        for (int i = 0; i < FairNodes.Most; i++)
        {
            pool.Charge($"t{i}", ("tokens.output", 10 + (i % 900)));
        }

        Assert.InRange(pool.Tree.Nodes, 2, FairNodes.Most);
        Assert.Equal(waits, pool.First());
    }
}
