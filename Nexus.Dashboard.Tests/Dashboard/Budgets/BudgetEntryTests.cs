using Nexus.Dashboard.Features.Budgets;
using Nexus.Engine.Costs.Budgets;

namespace Nexus.Dashboard.Tests.Dashboard.Budgets;

public sealed class BudgetEntryTests
{
    [Fact]
    public void What_is_set_is_read_back_as_it_was()
    {
        BudgetAnswer set = Given.Row("b", period: "rolling:P7D", but: b => b with { Scope = new BudgetScopeBody { Owner = "acme", Labels = new() { ["stage"] = "dev" }, Resources = ["gpu", "tokens.input"] } }).Budget;
        Dictionary<string, string> faults = [];

        BudgetBody body = BudgetEntry.Of(set).Read("USD", faults);

        Assert.Empty(faults);
        Assert.Empty(BudgetEntry.Differences(BudgetEntry.BodyOf(set), body));
        Assert.Equal(("acme", "dev", "rolling:P7D"), (body.Scope!.Owner, body.Scope.Labels!["stage"], body.Period));
    }

    [Fact]
    public void What_differs_is_said_field_by_field()
    {
        BudgetEntry entry = BudgetEntry.Of(Given.Row("b").Budget);
        (entry.Amount, entry.Thresholds[1].Action, entry.CarryOver) = ("250", BudgetAction.Throttle, true);

        Assert.Equal(
            ["amount 100 → 250", "thresholds 80\u00A0% alert, 100\u00A0% halt → 80\u00A0% alert, 100\u00A0% throttle", "carries over no → yes"],
            BudgetEntry.Differences(BudgetEntry.BodyOf(entry.Before!), entry.Read("USD", [])).Select(f => f.Line));
    }

    [Fact]
    public void What_cannot_be_read_is_said_at_its_field()
    {
        BudgetEntry entry = BudgetEntry.Begin();
        (entry.Thresholds[0].Percent, entry.Thresholds[1].Percent) = ("soon", "100");
        entry.Thresholds.Add(new() { Percent = "100", Action = BudgetAction.Halt });
        Dictionary<string, string> faults = [];

        entry.Read("USD", faults);

        Assert.Equal(["$.thresholds[0].at", "$.thresholds[2].at"], faults.Keys);
    }

    [Fact]
    public void Another_like_it_has_a_name_of_its_own_and_replaces_nothing()
    {
        BudgetEntry entry = BudgetEntry.Like(Given.Row("b", amount: 42).Budget);

        Assert.Equal(("b-copy", "42", (BudgetAnswer?)null), (entry.Id, entry.Amount, entry.Before));
    }
}
