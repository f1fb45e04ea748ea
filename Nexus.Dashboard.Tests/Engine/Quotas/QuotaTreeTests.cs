using Nexus.Engine.Quotas;
using static Nexus.Dashboard.Tests.Engine.Quotas.QuotaScene;

namespace Nexus.Dashboard.Tests.Engine.Quotas;

public sealed class QuotaTreeTests
{
    // Kueue's cohorts: an inner node brings what its children lend and its own extra; a missing borrowing limit is unlimited, a missing lending limit all.
    // kubernetes-sigs/kueue@ff69552e79ad pkg/cache/scheduler/resource_test.go, TestAvailable.
    [Fact]
    public void An_overused_quota_has_nothing_left() // "base cqs"
    {
        Assert.Equal(0, new QuotaScene().Limit("q1", 0).Use("q1", 1).Available("q1"));
        Assert.Equal(2.5m, new QuotaScene().Limit("q2", 5).Use("q2", 2.5).Available("q2"));
    }

    [Fact]
    public void A_node_above_its_limit_still_sees_the_rest_of_its_cohort() // "cq borrows from cohort"
    {
        QuotaScene quota = new QuotaScene().Cohort("pool", 10).Limit("pool/q1", 10, borrow: null);

        Assert.Equal(20, quota.Available("pool/q1"));
        Assert.Equal(9, quota.Use("pool/q1", 11).Available("pool/q1"));
    }

    [Fact]
    public void Lending_and_borrowing_go_as_far_as_their_limits() // "lending and borrowing limits respected"
    {
        QuotaScene quota = new QuotaScene().Cohort("pool", 10)
            .Limit("pool/q1", 10, borrow: null).Limit("pool/q2", 10, borrow: 2).Limit("pool/q3", 10, borrow: null, lend: 5);
        Assert.Equal((35, 12, 40), (quota.Available("pool/q1"), quota.Available("pool/q2"), quota.Available("pool/q3")));

        quota.Use("pool/q1", 20).Use("pool/q2", 10).Use("pool/q3", 6);

        Assert.Equal((4, 2, 4), (quota.Available("pool/q1"), quota.Available("pool/q2"), quota.Available("pool/q3")));
    }

    [Fact]
    public void A_borrowing_limit_on_an_inner_node_caps_everything_below_it() // "hierarchical cohort respects borrowing limit"
    {
        QuotaScene quota = new QuotaScene().Cohort("root", 0).Cohort("root/left", 10, borrow: 5).Cohort("root/right", 10, borrow: null)
            .Limit("root/left/l1", 10, borrow: null).Limit("root/left/l2", 10, borrow: 5).Limit("root/right/r1", 10, borrow: null);

        Assert.Equal((35, 15, 50), (quota.Available("root/left/l1"), quota.Available("root/left/l2"), quota.Available("root/right/r1")));
    }

    [Fact]
    public void A_user_lends_only_what_it_does_not_keep_to_others() // tokens of a day: 20,000 of the system, A lends 30,000 of 50,000, B borrows 10,000
    {
        QuotaScene quota = new QuotaScene().Cohort("system", 20_000)
            .Cohort("system/a", 0, borrow: null, lend: 30_000).Limit("system/a/w1", 30_000, borrow: null).Limit("system/a/w2", 20_000, borrow: 5_000)
            .Cohort("system/b", 30_000, borrow: 10_000).Limit("system/b/w1", 0, borrow: null);
        Assert.Equal((100_000, 25_000, 40_000), (quota.Available("system/a/w1"), quota.Available("system/a/w2"), quota.Available("system/b/w1")));

        quota.Use("system/a/w1", 25_000).Use("system/b/w1", 35_000);

        Assert.Equal((40_000, 25_000, 5_000), (quota.Available("system/a/w1"), quota.Available("system/a/w2"), quota.Available("system/b/w1")));
    }

    [Fact]
    public void What_preemptible_grants_give_back_was_theirs_and_never_what_others_used()
    {
        QuotaScene quota = new QuotaScene(QuotaPeriod.Rolling(TimeSpan.FromMinutes(1))).Limit("acme", 10).Use("acme", 3, preemptible: false).Use("acme", 2);

        quota.Use("acme", -4);
        Assert.Equal(3, quota.Used("acme"));

        quota.Use("acme", 2).Use("acme", -4, preemptible: false);
        Assert.Equal((2, 0), (quota.Used("acme"), quota.Node("acme").Firm.Total));
    }

    // Slurm's Grp limits, YARN's maximum capacity: a limit bounds its whole subtree (SchedMD/slurm@284c3b95f08a doc/html/resource_limits.shtml).
    [Fact]
    public void A_limit_caps_its_subtree_and_the_lowest_that_blocks_is_named_with_what_is_missing()
    {
        QuotaScene quota = new QuotaScene().Limit("s", 1000).Limit("s/alice", 700).Limit("s/bob", 600).Limit("s/alice/a", 400, borrow: 100).Limit("s/alice/a2", 400).Limit("s/bob/b", 600);

        Assert.True(quota.Take("s/alice/a", 400));
        Assert.True(quota.Take("s/alice/a", 100));
        Assert.Equal(("s/alice/a", 1), Refusal("s/alice/a", 1));
        Assert.Equal(("s/alice", 50), Refusal("s/alice/a2", 250));
        Assert.Equal(("s", 100), Refusal("s/bob/b", 600));
        Assert.True(quota.Take("s/bob/b", 500));
        Assert.Equal(("s", 1), Refusal("s/alice/a2", 1));
        quota.Use("s/alice/a", -100);
        Assert.True(quota.Take("s/alice/a2", 100));

        Assert.Equal((1000, 500, 500, 400, 100, 500), (quota.Used("s"), quota.Used("s/alice"), quota.Used("s/bob"), quota.Used("s/alice/a"), quota.Used("s/alice/a2"), quota.Used("s/bob/b")));
        Assert.Equal((1000, 500, 500, 500, 100, 500), (quota.Peak("s"), quota.Peak("s/alice"), quota.Peak("s/bob"), quota.Peak("s/alice/a"), quota.Peak("s/alice/a2"), quota.Peak("s/bob/b")));

        (string, long) Refusal(string owner, double amount) => quota.Blocks(owner, amount) is { } block ? (block.Node.Owner.ToString(), block.Missing / 1000) : default;
    }

    [Fact]
    public void Lent_quota_is_for_preemptible_grants_unless_it_is_lent_to_all()
    {
        QuotaScene quota = new QuotaScene().Cohort("org", 0).Limit("org/a", 10, borrow: 6).Limit("org/b", 10, borrow: 10, lend: 4);
        Assert.Equal((14, 10), (quota.Available("org/a"), quota.Available("org/a", preemptible: false)));

        QuotaScene toAll = new QuotaScene().Cohort("org", 0).Limit("org/a", 10, borrow: 6).Limit("org/b", 10, borrow: 10, lend: 4, r => r with { LendTo = QuotaLendTo.All });
        Assert.Equal((14, 14), (toAll.Available("org/a"), toAll.Available("org/a", preemptible: false)));
    }

    [Fact]
    public void What_cannot_be_preempted_may_use_an_extra_that_nobody_lent() =>
        Assert.Equal(13, new QuotaScene().Cohort("org", 3).Limit("org/a", 10, borrow: null).Limit("org/b", 10).Available("org/a", preemptible: false));

    [Fact]
    public void An_owner_finds_its_own_free_of_firm_grants_of_others()
    {
        QuotaScene quota = new QuotaScene().Cohort("org", 0).Limit("org/a", 10, borrow: null).Limit("org/b", 10, borrow: null);
        Assert.True(quota.Take("org/a", 10, preemptible: false));
        Assert.True(quota.Take("org/a", 10, preemptible: true));

        Assert.Equal((0, 0), (quota.Available("org/b"), quota.Available("org/b", preemptible: false)));
        quota.Use("org/a", -10, preemptible: true);
        Assert.True(quota.Take("org/b", 10, preemptible: false));
    }

    [Fact]
    public void A_node_without_a_rule_is_passed_over()
    {
        QuotaScene quota = new QuotaScene().Limit("org", 10).Limit("org/a/x", 4);

        Assert.Equal((4, 10, 10), (quota.Available("org/a/x/agent"), quota.Available("org/a/y"), quota.Available("org")));
        Assert.Null(quota.Tree.Nearest(Nexus.Engine.Resources.OwnerPath.Parse("other/org")));
    }

    [Fact]
    public void A_soft_rule_counts_and_never_refuses()
    {
        QuotaScene quota = new QuotaScene().Limit("org", 10).Limit("org/a", 4, more: r => r with { Mode = QuotaMode.Soft });

        Assert.True(quota.Take("org/a", 9));
        Assert.Equal(9, quota.Used("org/a"));
        Assert.Equal("org", quota.Blocks("org/a", 2)!.Value.Node.Owner.ToString());
    }

    [Fact]
    public void A_day_begins_anew_at_midnight_in_its_zone()
    {
        QuotaScene quota = new QuotaScene(QuotaPeriod.Calendar(QuotaPeriodKind.Day, "Europe/Berlin")) { Now = Moment("2026-03-28T22:00:00Z") };
        quota.Limit("org", 10);

        Assert.True(quota.Take("org", 10));
        Assert.Equal(Moment("2026-03-28T23:00:00Z"), quota.Earliest("org", 1));
        quota.Now = Moment("2026-03-28T22:59:59.999Z");
        Assert.False(quota.Take("org", 1));
        quota.Now = Moment("2026-03-28T23:00:00Z");
        Assert.True(quota.Take("org", 10));
        Assert.Equal(Moment("2026-03-29T22:00:00Z"), quota.Earliest("org", 1));
        Assert.Equal(10, quota.Peak("org"));
    }

    [Fact] // an hour of a fixed window: the boundary belongs to the new one
    public void Periods_are_anchored_and_do_not_begin_with_the_first_use()
    {
        long start = Moment("2026-01-01T00:00:00Z");
        QuotaScene quota = new QuotaScene(QuotaPeriod.Calendar(QuotaPeriodKind.Hour)).Limit("org", 1000);

        Assert.Equal([true, true, false, true, true], new (int At, int Amount)[] { (3500, 900), (3700, 200), (7100, 900), (7199, 800), (7200, 1000) }.Select(u =>
        {
            quota.Now = start + (u.At * 1000L);
            return quota.Take("org", u.Amount);
        }));
        Assert.Equal(1000, quota.Used("org"));
    }

    [Fact] // ten a minute at 59 s and again at 60 s: a calendar minute admits both, a rolling one the first ten
    public void A_rolling_window_admits_no_second_helping_at_the_edge_of_the_minute()
    {
        QuotaScene calendar = new QuotaScene(QuotaPeriod.Calendar(QuotaPeriodKind.Minute)) { Now = Moment("2026-01-01T00:00:59Z") }.Limit("org", 10);
        QuotaScene rolling = new QuotaScene(QuotaPeriod.Rolling(TimeSpan.FromMinutes(1))) { Now = Moment("2026-01-01T00:00:59Z") }.Limit("org", 10);
        Assert.True(calendar.Take("org", 10) && rolling.Take("org", 10));

        calendar.Now = rolling.Now = Moment("2026-01-01T00:01:00Z");

        Assert.True(calendar.Take("org", 10));
        Assert.False(rolling.Take("org", 1));
        Assert.Equal(Moment("2026-01-01T00:02:00Z"), rolling.Earliest("org", 1));
    }

    [Fact]
    public void A_rolling_window_frees_slot_by_slot_and_names_the_first_that_is_enough()
    {
        QuotaScene quota = new QuotaScene(QuotaPeriod.Rolling(TimeSpan.FromHours(1))).Limit("org", 10).Limit("org/a", 10);
        quota.Use("org/a", 3);
        quota.Now += TimeSpan.FromMinutes(10).Ticks / TimeSpan.TicksPerMillisecond;
        quota.Use("org/a", 7);

        Assert.Equal(Moment("2026-01-01T01:01:00Z"), quota.Earliest("org/a", 3));
        Assert.Equal(Moment("2026-01-01T01:11:00Z"), quota.Earliest("org/a", 4));
        quota.Now = Moment("2026-01-01T01:01:00Z");
        Assert.Equal((3, 7), (quota.Available("org/a"), quota.Used("org")));
    }

    [Fact]
    public void Every_bucket_on_the_path_must_hold_the_whole_amount()
    {
        QuotaScene quota = new QuotaScene(QuotaPeriod.Rate(TimeSpan.FromMinutes(1))).Limit("org", 60).Limit("org/a", 6, more: r => r with { Burst = Scene.Amount(12) });
        Assert.True(quota.Take("org/a", 12));

        Assert.Equal(("org/a", 1_000L), quota.Blocks("org/a", 1) is { } block ? (block.Node.Owner.ToString(), block.Missing) : default);
        Assert.Equal(quota.Now + 10_000, quota.Earliest("org/a", 1));
        quota.Now += 10_000;
        Assert.True(quota.Take("org/a", 1));
        Assert.Null(quota.Earliest("org/a", 12.001));
    }

    [Fact]
    public void Other_values_hold_within_a_window()
    {
        QuotaWindow nights = new(null, new TimeOnly(18, 0), new TimeOnly(8, 0), null, null) { Limit = Scene.Amount(40) };
        QuotaScene quota = new QuotaScene { Now = Moment("2026-01-05T16:59:00Z") }.Limit("org", 10, more: r => r with { TimeZone = "Europe/Berlin", Windows = [nights] });

        Assert.Equal((10, Moment("2026-01-05T17:00:00Z")), (quota.Available("org"), quota.Earliest("org", 40)));
        quota.Now = Moment("2026-01-05T17:00:00Z");
        Assert.Equal(40, quota.Available("org"));
        quota.Now = Moment("2026-01-06T07:00:00Z");
        Assert.Equal(10, quota.Available("org"));
    }
}
