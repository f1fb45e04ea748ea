using Nexus.Dashboard.Features.Budgets;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;

namespace Nexus.Dashboard.Tests.Dashboard.Budgets;

public sealed class BudgetRowTests
{
    [Theory]
    [InlineData(0, 0, BudgetCondition.Open, Signal.Ok, "Nothing spent")]
    [InlineData(0, 5, BudgetCondition.Open, Signal.Ok, "Within")]
    [InlineData(62, 0, BudgetCondition.Open, Signal.Ok, "62\u00A0% spent")]
    [InlineData(83, 0, BudgetCondition.Alerting, Signal.Warning, "83\u00A0% spent")]
    [InlineData(104, 0, BudgetCondition.Alerting, Signal.Bad, "104\u00A0% spent")]
    [InlineData(40, 24, BudgetCondition.Throttled, Signal.Warning, "Throttled to $0.10 an hour")]
    [InlineData(99, 1, BudgetCondition.Halted, Signal.Bad, "Halted until")]
    public void The_outcome_says_in_words_how_a_budget_stands(int spent, int reserved, BudgetCondition state, Signal signal, string text)
    {
        BudgetOutcome outcome = Given.Row("b", spent, reserved: reserved, state: state).Outcome;

        Assert.Equal((signal, text), (outcome.State, outcome.Text));
    }

    [Fact]
    public void What_is_halted_says_until_when_and_what_is_paused_why()
    {
        Assert.Equal(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero), Given.Row("b", 100, state: BudgetCondition.Halted).Outcome.At);
        DateTimeOffset until = new(2026, 11, 16, 14, 0, 0, TimeSpan.Zero);
        BudgetOutcome paused = Given.Row("b", 100, state: BudgetCondition.Paused, but: b => b with { Pause = new BudgetPauseAnswer(until, "incident") }).Outcome;
        Assert.Equal(new BudgetOutcome(Signal.Paused, "Paused until", until, ": incident"), paused);
        Assert.Null(Given.Row("b", 100, state: BudgetCondition.Halted, period: "rolling:P7D").Outcome.At);
    }

    [Fact]
    public void Rows_stand_by_risk_then_by_what_is_taken()
    {
        BudgetRow[] rows = [Given.Row("calm", 10), Given.Row("full", 60, reserved: 30), Given.Row("told", 85, state: BudgetCondition.Alerting), Given.Row("paced", 91, state: BudgetCondition.Throttled), Given.Row("over", 120, state: BudgetCondition.Alerting), Given.Row("stopped", 100, state: BudgetCondition.Halted)];

        Assert.Equal(["stopped", "over", "paced", "told", "full", "calm"], BudgetRow.Sorted(rows.Select(r => r.Budget), Given.Now).Select(r => r.Id));
        Assert.Equal(["stopped", "over", "paced", "told"], BudgetRow.Sorted(rows.Select(r => r.Budget), Given.Now).Where(r => r.IsAtRisk).Select(r => r.Id));
    }

    [Fact]
    public void Alerts_are_reached_by_what_is_spent_and_halts_by_what_is_reserved_too()
    {
        BudgetRow row = Given.Row("b", 70, reserved: 30);

        Assert.Equal([false, true], row.Budget.Thresholds.Select(row.Reaches));
    }

    [Fact]
    public void The_totals_are_those_of_the_budget_of_everything()
    {
        BudgetTotals totals = BudgetTotals.Over([Given.Row("a", 10), Given.Row("all", 30, 500, reserved: 20, owner: "/")])!;

        Assert.Equal(("all: all spending", "500", "30", "20", "450"), (totals.Of, totals.Budgeted.ToString(), totals.Spent.ToString(), totals.Reserved.ToString(), totals.Left.ToString()));
    }

    [Fact]
    public void Without_one_they_count_no_line_twice_and_no_periods_of_two_kinds()
    {
        BudgetTotals totals = BudgetTotals.Over([Given.Row("acme", 10, 300), Given.Row("within", 5, owner: "acme/research"), Given.Row("globex", 7, 200, owner: "globex"), Given.Row("daily", 1, owner: "initech", period: "day")])!;

        Assert.Equal(("2 that do not overlap, this month", "500", "17"), (totals.Of, totals.Budgeted.ToString(), totals.Spent.ToString()));
    }

    [Fact]
    public void The_sentence_names_who_is_stopped_and_counts_the_others()
    {
        Assert.Equal("stopped is halted. 1 has reached a threshold, 2 are within what they have.", Said(Given.Row("stopped", 100, state: BudgetCondition.Halted), Given.Row("told", 85, state: BudgetCondition.Alerting), Given.Row("a"), Given.Row("b")));
        Assert.Equal("All 2 budgets are within what they have.", Said(Given.Row("a"), Given.Row("b")));
        Assert.Equal("Nothing bounds what is spent.", Said());
    }

    [Theory]
    [InlineData("1234.567", "$1,234.57")]
    [InlineData("-0.5", "\u2212$0.50")]
    [InlineData("0.00214", "$0.002140")]
    [InlineData("0", "$0.00")]
    public void Money_is_rounded_to_cents_and_what_is_little_is_not_nothing(string amount, string written) => Assert.Equal(written, BudgetMoney.Full(Money.Parse(amount), "USD"));

    [Fact]
    public void Another_currency_shows_its_code() => Assert.Equal("EUR\u00A012.40", BudgetMoney.Full(Money.Parse("12.4"), "EUR"));

    private static string Said(params BudgetRow[] rows) => string.Concat(BudgetSentence.Of(rows).Select(p => p.Text));
}
