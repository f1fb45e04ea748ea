using Nexus.Dashboard.Features.Budgets.Past;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Budgets;

/// <summary>What a budget would have done to a past: here ten hours in each of which 10 were spent in 20 charges.</summary>
public sealed class PastOutcomeTests
{
    private static readonly Instant Start = Instant.From(new DateTimeOffset(2026, 10, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly PastPeriod Even = Period(10, 10, 10, 10, 10, 10, 10, 10, 10, 10);

    [Fact]
    public void A_halt_stops_all_that_comes_after_its_amount_was_spent()
    {
        PastOutcome outcome = PastOutcome.Of(Budget(75, (1, BudgetAction.Halt)), Even);

        Assert.Equal((At(7.5), 25d, 50L), (outcome.HaltedAt!.Value, outcome.Refused, outcome.RefusedCharges));
        Assert.Null(outcome.PacedAt);
    }

    [Fact]
    public void A_budget_that_is_wide_enough_does_nothing()
    {
        PastOutcome outcome = PastOutcome.Of(Budget(100, (1, BudgetAction.Halt)), Even);

        Assert.Null(outcome.HaltedAt);
        Assert.Null(outcome.PacedAt);
        Assert.Equal(0, outcome.Refused);
        Assert.Empty(outcome.Told);
    }

    [Fact]
    public void An_alert_tells_when_its_part_was_spent_and_refuses_nothing()
    {
        PastOutcome outcome = PastOutcome.Of(Budget(100, (0.35, BudgetAction.Alert), (0.9, BudgetAction.Alert)), Even);

        Assert.Equal([At(3.5), At(9)], outcome.Told.Select(t => t.At));
        Assert.Equal(0, outcome.Refused);
    }

    [Fact]
    public void A_throttle_spreads_what_is_left_over_the_time_that_is_left()
    {
        // 40 are spent when it begins to pace; the 40 left are spread over six hours, each of which asks for 10.
        PastOutcome outcome = PastOutcome.Of(Budget(80, (0.5, BudgetAction.Throttle), (1, BudgetAction.Halt)), Even);

        Assert.Equal(At(4), outcome.PacedAt);
        Assert.Null(outcome.HaltedAt);
        Assert.Equal(20, outcome.HeldBack, 6);
    }

    [Fact]
    public void An_alert_that_a_halt_comes_before_is_not_told() =>
        Assert.Empty(PastOutcome.Of(Budget(50, (1, BudgetAction.Halt), (1.5, BudgetAction.Alert)), Even).Told);

    [Fact]
    public void Of_a_rolling_budget_what_left_the_window_counts_no_more()
    {
        // Four hours fit into the window: 30 of 40 are admitted in each.
        PastOutcome outcome = PastOutcome.Of(Budget(30, (1, BudgetAction.Halt)), Even, TimeSpan.FromHours(4));

        Assert.Equal(At(3), outcome.HaltedAt);
        Assert.Equal(20, outcome.Refused, 6);
    }

    [Fact]
    public void The_words_say_when_it_halted_and_what_that_refused()
    {
        BudgetDefinition budget = Budget(75, (1, BudgetAction.Halt));
        PastSpending past = new([Even]);

        Assert.Equal("October 2026: halted on 1 Oct, $25.00 refused in about 50 charges.", PastText.Sentence(past, budget, "USD"));
        Assert.Equal("paced from 1 Oct, $20.00 held back", PastText.Of(PastOutcome.Of(Budget(80, (0.5, BudgetAction.Throttle)), Even), budget.Period, "USD"));
        Assert.Equal("within, nothing refused", PastText.Of(PastOutcome.Of(Budget(200), Even), budget.Period, "USD"));
    }

    private static PastPeriod Period(params double[] hours) =>
        new(Start, Start + TimeSpan.FromHours(hours.Length), [.. hours.Select((cost, i) => new PastStep(Start + TimeSpan.FromHours(i), Start + TimeSpan.FromHours(i + 1), cost, 20))]);

    private static Instant At(double hours) => Start + TimeSpan.FromHours(hours);

    private static BudgetDefinition Budget(long amount, params (double At, BudgetAction Action)[] thresholds) =>
        new("b", new BudgetScope(OwnerPath.Root), Money.Of(amount), Scene.Period("month")) { Thresholds = [.. thresholds.Select(t => new BudgetThreshold((int)Math.Round(t.At * 1_000_000), t.Action))] };
}
