using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Hosting;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Quotas;

public sealed class QuotaRowsTests
{
    private static readonly QuotaChoice Gpu = new("gpu", QuotaPeriod.None);

    [Fact]
    public void A_node_stands_before_those_below_it_and_whoever_stands_between_is_shown_without_a_quota()
    {
        IReadOnlyList<QuotaRow> rows = Rows(Shown.Gpu("acme", 8), Shown.Gpu("acme/lab/vision", 4));

        Assert.Equal([("All owners", 1, 1, false), ("acme", 2, 1, true), ("lab", 3, 1, false), ("vision", 4, 0, true)], rows.Select(r => (r.Name, r.Level, r.Children, r.HasRule)));
    }

    [Fact]
    public void A_node_that_has_only_a_weight_is_in_every_tree() =>
        Assert.Equal("2.5", Assert.Single(Rows(Shown.Gpu("acme", 8), Shown.Weight("globex", 2_500)), r => r.Name == "globex").Texts[QuotaField.Weight]);

    [Fact]
    public void Bars_of_one_depth_end_at_the_most_that_one_of_them_may_reach()
    {
        IReadOnlyList<QuotaRow> rows = Rows(Shown.Gpu("acme", 8, borrow: 4), Shown.Gpu("globex", 6, used: 20), Shown.Gpu("globex/lab", 3));

        Assert.Equal([20, 20, 3], rows.Skip(1).Select(r => r.Scale));
    }

    [Fact]
    public void Limits_below_a_node_that_add_up_to_more_than_it_has_are_said_at_it()
    {
        IReadOnlyList<QuotaRow> rows = Rows(Shown.Gpu("acme", 30), Shown.Gpu("acme/a", 20), Shown.Gpu("acme/b", 15), Shown.Gpu("globex", 8), Shown.Gpu("globex/a", 8));

        Assert.Equal([null, 35m, null, null, null, null], rows.Select(r => r.Overcommitted));
    }

    [Fact]
    public void A_cohort_has_no_limit_but_what_those_below_it_lend()
    {
        QuotaRow cohort = Rows(Shown.Gpu("acme", limit: null, has: 12), Shown.Gpu("acme/a", 12))[1];

        Assert.Equal((true, "none", 12m, null), (cohort.IsCohort, cohort.Texts[QuotaField.Limit], cohort.Has, cohort.Overcommitted));
    }

    [Fact]
    public void Of_a_node_without_a_quota_those_below_it_are_added_up()
    {
        IReadOnlyList<QuotaRow> rows = Rows(Shown.Gpu("acme", 8, used: 3), Shown.Gpu("globex", 8, used: 4), Shown.Weight("initech", 1_000));

        Assert.Equal([7m, 3m, 4m, null], rows.Select(r => r.Used));
    }

    [Fact]
    public void Who_waits_counts_on_the_whole_path_and_who_is_held_back_at_the_node_that_stops_it()
    {
        OwnerPath acme = OwnerPath.Parse("acme");
        IReadOnlyList<QuotaRow> rows = QuotaRows.Of([Shown.Gpu("acme", 8)], Gpu, OwnerPath.Root, new QuotaWaits(new Dictionary<OwnerPath, int> { [acme] = 3, [OwnerPath.Root] = 5 }, new Dictionary<OwnerPath, int> { [acme] = 2 }));

        Assert.Equal([(5, 0), (3, 2)], rows.Select(r => (r.Waiting, r.Stopped)));
    }

    [Fact]
    public void A_choice_says_what_the_topmost_nodes_use_and_how_the_worst_of_all_stands()
    {
        QuotaChoice choice = Assert.Single(QuotaRows.Choices([Shown.Gpu("acme", 10, used: 4), Shown.Gpu("acme/a", 4, used: 4), Shown.Gpu("globex", 10, used: 1)]));

        Assert.Equal(("gpu", 0.25, Signal.Bad), (choice.Key, choice.Level, choice.State));
    }

    [Fact]
    public void A_kind_with_several_periods_is_several_choices_each_with_a_key_of_its_own()
    {
        QuotaRule[] rules = [new("tokens.input") { Limit = Quantity.Of(1), Period = QuotaPeriod.Rate(TimeSpan.FromMinutes(1)) }, new("tokens.input") { Limit = Quantity.Of(1), Period = QuotaPeriod.Calendar(QuotaPeriodKind.Day, "Europe/Berlin") }];
        QuotaShown node = new(new QuotaState(new QuotaDefinition(OwnerPath.Parse("acme"), 1_000, rules), 7, []), [default, default]);

        Assert.Equal([("tokens.input:day@Europe/Berlin", "tokens.input a day, Europe/Berlin"), ("tokens.input:rate:PT1M", "tokens.input, rate per minute")], QuotaRows.Choices([node]).Select(c => (c.Key, c.Text)));
    }

    [Fact]
    public void The_sentence_names_who_borrows_and_who_is_held_back()
    {
        QuotaView view = new([Gpu], Gpu, QuotaRows.Of([Shown.Gpu("acme", 30, used: 34, borrow: 6, borrowed: 4)], Gpu, OwnerPath.Root, new QuotaWaits(new Dictionary<OwnerPath, int>(), new Dictionary<OwnerPath, int> { [OwnerPath.Parse("acme")] = 7 })), null, null, null);

        Assert.Equal("acme borrows 4 gpu and is 2 from its ceiling. acme is held back: 7 wait for its quota. ", string.Concat(QuotaSentence.Of(view).Select(p => p.Text)));
    }

    [Fact]
    public void The_sentence_says_so_when_nothing_is_wrong() =>
        Assert.Equal("Nobody borrows gpu and nobody waits for a quota of it.", QuotaSentence.Of(new QuotaView([Gpu], Gpu, Rows(Shown.Gpu("acme", 8)), null, null, null))[0].Text);

    private static IReadOnlyList<QuotaRow> Rows(params QuotaShown[] nodes) => QuotaRows.Of(nodes, Gpu, OwnerPath.Root, QuotaWaits.None);
}
