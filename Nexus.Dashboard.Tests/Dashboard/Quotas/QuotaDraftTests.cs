using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Quotas;

public sealed class QuotaDraftTests
{
    private static readonly OwnerPath Acme = OwnerPath.Parse("acme");

    private readonly QuotaDraft _draft = new();

    [Theory]
    [InlineData(QuotaField.Limit, "15", "acme gpu limit 8 → 15")]
    [InlineData(QuotaField.Limit, " 1,500.5 ", "acme gpu limit 8 → 1500.5")]
    [InlineData(QuotaField.Limit, "none", "acme gpu limit 8 → –, acme gpu extra 0")]
    [InlineData(QuotaField.Borrow, "4", "acme gpu borrow 0 → 4")]
    [InlineData(QuotaField.Borrow, "unlimited", "acme gpu borrow 0 → unlimited")]
    [InlineData(QuotaField.Lend, "3", "acme gpu lend all → 3")]
    [InlineData(QuotaField.Mode, "soft", "acme gpu mode hard → soft")]
    [InlineData(QuotaField.LendTo, "all", "acme gpu lendTo all")]
    [InlineData(QuotaField.Reclaim, "lowerPriority", "acme gpu reclaim any → lowerPriority")]
    [InlineData(QuotaField.Reclaim, "never", "acme gpu reclaim any → never")]
    public void What_is_typed_into_a_cell_is_said_as_what_was_and_what_becomes(QuotaField field, string text, string said) => Assert.Equal(said, Said(Edit(field, text)));

    [Fact]
    public void A_weight_is_one_for_all_kinds()
    {
        _draft.Edit(new QuotaEdit(new QuotaPlace(Acme, "", QuotaField.Weight), "2.5"), "1");

        Assert.Equal("acme weight 1 → 2.5", Said(_draft.Over(Set)));
    }

    [Theory]
    [InlineData(QuotaField.Limit, "a lot", "must be a number, or none")]
    [InlineData(QuotaField.Borrow, "all", "must be a number, or unlimited")]
    [InlineData(QuotaField.Lend, "0.0001", "must have at most three decimals, or all")]
    public void What_cannot_be_is_said_at_its_cell_and_changes_nothing(QuotaField field, string text, string fault)
    {
        QuotaChanges changes = Edit(field, text);

        Assert.Equal(fault, Assert.Single(changes.Faults).Value);
        Assert.Empty(changes.Nodes);
    }

    [Fact]
    public void What_is_typed_back_is_no_change()
    {
        Edit(QuotaField.Limit, "15");

        Assert.Empty(Edit(QuotaField.Limit, "8").Nodes);
        Assert.True(_draft.IsEmpty);
    }

    [Fact]
    public void A_node_without_rules_and_with_the_usual_weight_is_removed()
    {
        _draft.ToggleRemoved(Acme, "gpu");

        QuotaChange change = Assert.Single(_draft.Over(Set).Nodes);

        Assert.Equal(("acme gpu limit 8 → –", null, 7L), (change.Fields[0].Line, change.After, change.Version));
        _draft.ToggleRemoved(Acme, "gpu");
        Assert.True(_draft.IsEmpty);
    }

    [Fact]
    public void A_rule_is_added_where_nothing_was_and_takes_the_place_of_one_for_the_same_kind_and_period()
    {
        _draft.Added = (OwnerPath.Parse("globex"), new QuotaRuleBody { Resource = "gpu", Limit = new Amount(4) });
        Assert.Equal((null, "globex gpu limit 4"), (_draft.Over(Set).Nodes[0].Version, Said(_draft.Over(Set))));

        _draft.Added = (Acme, new QuotaRuleBody { Resource = "gpu", Limit = new Amount(4) });
        Assert.Equal("acme gpu limit 8 → 4", Said(_draft.Over(Set)));
    }

    [Fact]
    public void What_was_set_beside_what_is_edited_is_kept()
    {
        QuotaAnswer answer = Set[0] with { Rules = [Set[0].Rules[0] with { Windows = [new QuotaWindowBody { From = "18:00", To = "08:00", Limit = new Amount(16) }], TimeZone = "Europe/Berlin" }] };
        _draft.Edit(new QuotaEdit(new QuotaPlace(Acme, "gpu", QuotaField.Limit), "9"), "8");

        QuotaRuleBody rule = Assert.Single(_draft.Over([answer]).Nodes[0].After!.Rules!);

        Assert.Equal(("Europe/Berlin", 1, 9m), (rule.TimeZone, rule.Windows!.Count, rule.Limit!.Value.Value));
    }

    [Fact]
    public void Other_values_at_certain_hours_are_said_as_a_whole()
    {
        QuotaRuleBody rule = new() { Resource = "gpu", Limit = new Amount(8), Windows = [new QuotaWindowBody { Days = ["mon", "tue"], From = "18:00", To = "08:00", Limit = new Amount(16), Borrow = new BorrowBody(null) }, new QuotaWindowBody { Dates = new QuotaDatesBody("2026-12-24", "2026-12-26"), Lend = new LendBody(new Amount(0)) }] };

        _draft.Added = (Acme, rule);
        Assert.Equal("acme gpu hours 18:00–08:00 mon, tue: limit 16, borrow unlimited; 2026-12-24 – 2026-12-26: lend 0", Said(_draft.Over(Set)));

        _draft.Added = (OwnerPath.Parse("globex"), rule with { Windows = [rule.Windows[0]] });
        Assert.Equal("globex gpu limit 8, 18:00–08:00 mon, tue: limit 16, borrow unlimited", Said(_draft.Over(Set)));
    }

    [Fact]
    public void Once_a_change_is_what_is_set_nothing_is_left_of_it()
    {
        Edit(QuotaField.Limit, "15");

        Assert.Empty(_draft.Over([QuotaAnswer.Of(Shown.Gpu("acme", 15))]).Nodes);
    }

    [Fact]
    public void A_file_replaces_the_nodes_in_it_and_leaves_the_others()
    {
        Result<IReadOnlyDictionary<OwnerPath, QuotaBody>> read = QuotaFile.Read("""{"acme": {"weight": 2, "rules": [{"resource": "gpu", "limit": 8}]}, "~": {"rules": [{"resource": "cpu", "extra": 0}]}}""");
        _draft.Replace(read.Value!);

        QuotaChanges changes = _draft.Over([.. Set, QuotaAnswer.Of(Shown.Gpu("globex", 3))]);

        Assert.Equal("all owners cpu extra 0, acme weight 1 → 2", Said(changes));
    }

    [Fact]
    public void What_is_written_is_read_as_the_same() => Assert.Empty(Replaced(QuotaFile.Write(Set)).Nodes);

    [Theory]
    [InlineData("{", "It cannot be read at line 1")]
    [InlineData("""{"acme": {"rules": [{"resource": "gpu", "limit": "x"}]}}""", "It cannot be read at line 1, $.acme.rules[0].limit")]
    [InlineData("""{"acme": null}""", "'acme' must have")]
    [InlineData("""{"acme//a": {}}""", "'acme//a' ")]
    [InlineData("""{"~": {}, "/": {}}""", "'/' stands in it twice.")]
    [InlineData("""{"acme": {"rules": [{"resource": "gpu", "limit": 1, "period": "fortnight"}]}}""", "'acme': $.rules[0].period: must be minute")]
    public void A_file_that_cannot_be_read_says_where(string text, string said) => Assert.StartsWith(said, QuotaFile.Read(text).Problem!.Detail, StringComparison.Ordinal);

    private static QuotaAnswer[] Set => [QuotaAnswer.Of(Shown.Gpu("acme", 8))];

    private static string Said(QuotaChanges changes) => string.Join(", ", changes.Fields.Select(f => f.Line));

    private QuotaChanges Edit(QuotaField field, string text)
    {
        QuotaRuleBody rule = Set[0].Rules[0];
        _draft.Edit(new QuotaEdit(new QuotaPlace(Acme, "gpu", field), text), QuotaText.Of(rule, field));
        return _draft.Over(Set);
    }

    private QuotaChanges Replaced(string file)
    {
        Result<IReadOnlyDictionary<OwnerPath, QuotaBody>> read = QuotaFile.Read(file);
        Assert.Null(read.Problem?.Detail);
        _draft.Replace(read.Value!);
        return _draft.Over(Set);
    }
}
