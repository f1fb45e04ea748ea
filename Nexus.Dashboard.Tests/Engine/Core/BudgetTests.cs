using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>What grants are expected to cost is reserved in every budget in scope, and the settlement replaces it. A call costs 1.</summary>
public sealed class BudgetTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly Scene _nexus = new Scene(new EngineLimits { MetersHeld = true })
        .Bucket("api", "external.calls", 1_000_000, TimeSpan.FromSeconds(1), 1_000_000).Pool("gpus", ("gpu", 100))
        .Prices(new Sku("call", "external.calls") { UnitPrice = Money.Of(1) }, new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(3600) });

    [Fact]
    public void An_admission_reserves_what_it_is_expected_to_cost_and_the_settlement_replaces_it()
    {
        _nexus.Budget("b", "acme", 10, halt: 1);
        _nexus.Submit("r", ("external.calls", 4));
        Assert.Equal(("0", "4", "6"), Now("b"));

        _nexus.Release("r", ("external.calls", 3));

        Assert.Equal(("3", "0", "7"), Now("b"));
    }

    [Fact]
    public void A_halting_budget_refuses_what_would_pass_it_and_says_which_and_when_it_resets()
    {
        _nexus.Budget("b", "acme", 10, halt: 1);
        _nexus.Submit("r", ("external.calls", 7));

        Request refused = _nexus.Submit("s", ("external.calls", 4));

        Assert.Equal((RequestStatus.Rejected, ReasonCode.OverBudget, Gate.Budget, "b"), (refused.Status, refused.Reason!.Code, refused.Reason.Gate, refused.Reason.Name));
        Assert.Equal(("4", "3"), (refused.Reason.Budget!.Needed.ToString(), refused.Reason.Budget.Left.ToString()));
        Assert.Equal(At(2026, 2, 1), refused.Reason.Budget.Resets);
        Assert.Equal(At(2026, 2, 1), refused.Reason.Earliest);
        Assert.Equal(("0", "7", "3"), Now("b"));
        Assert.Equal(1, _nexus.BudgetNow("b").Refused);
    }

    [Fact]
    public void Exactly_what_is_left_is_admitted()
    {
        _nexus.Budget("b", "acme", 10, halt: 1);
        Assert.Equal(RequestStatus.Allocated, _nexus.Submit("r", ("external.calls", 10)).Status);
        Assert.Equal(RequestStatus.Rejected, _nexus.Submit("s", ("external.calls", 0.001)).Status);
    }

    [Fact]
    public void What_is_more_than_any_period_has_is_refused_for_good()
    {
        _nexus.Budget("b", "acme", 10, halt: 1);

        Request refused = _nexus.Submit(Scene.Spec("r", [("external.calls", 11)], queue: true));

        Assert.Equal((RequestStatus.Rejected, ReasonCode.ExceedsBudget), (refused.Status, refused.Reason!.Code));
        Assert.Null(refused.Reason.Earliest);
    }

    [Fact]
    public void Every_budget_in_scope_must_allow_it()
    {
        _nexus.Budget("all", "/", 100, halt: 1).Budget("team", "acme", 50, halt: 1).Budget("alice", "acme/alice", 5, halt: 1).Budget("others", "globex", 1, halt: 1);

        Assert.Equal("alice", _nexus.Submit("r", ("external.calls", 6)).Reason!.Name);
        _nexus.Submit("s", ("external.calls", 5));

        Assert.Equal(["5", "5", "5", "0"], new[] { "all", "team", "alice", "others" }.Select(b => Now(b).Reserved));
    }

    [Fact]
    public void Labels_and_kinds_say_what_counts()
    {
        _nexus.Set(new BudgetDefinition("prod", new BudgetScope(OwnerPath.Parse("acme")) { Labels = Labels.Of([new("environment", "prod")]), Resources = ["external.calls"] }, Money.Of(10), Month));

        _nexus.Submit(Scene.Spec("a", [("external.calls", 2)], labels: Labels.Of([new("environment", "prod")])));
        _nexus.Submit(Scene.Spec("b", [("external.calls", 3)], labels: Labels.Of([new("environment", "test")])));
        _nexus.Submit(Scene.Spec("c", [("gpu", 1)], labels: Labels.Of([new("environment", "prod")])));

        Assert.Equal("2", Now("prod").Reserved);
    }

    [Fact]
    public void What_is_cancelled_before_its_start_voids()
    {
        _nexus.Budget("b", "acme", 1_000_000, halt: 1);
        _nexus.Submit(Scene.Spec("holds", [("gpu", 100)], duration: TimeSpan.FromMinutes(5), lease: TimeSpan.FromMinutes(5)));
        Request booked = _nexus.Submit(Scene.Spec("r", [("gpu", 10)], duration: TimeSpan.FromMinutes(6), lease: TimeSpan.FromMinutes(6)) with { Deadline = _nexus.Now + TimeSpan.FromHours(1) });
        Assert.Equal(RequestStatus.Reserved, booked.Status);
        string before = Now("b").Reserved;

        _nexus.Cancel("r");

        Assert.Equal((Money.Parse(before) - booked.Estimate!.Total).ToString(), Now("b").Reserved);
        Assert.Equal(Money.Of(3600), booked.Estimate.Total);
    }

    [Fact]
    public void Who_waits_for_a_budget_starts_when_it_has_enough_again()
    {
        _nexus.Budget("b", "acme", 10, halt: 1);
        _nexus.Submit("r", ("external.calls", 8));
        Request waits = _nexus.Submit(Scene.Spec("s", [("external.calls", 5)], queue: true));
        Assert.Equal((RequestStatus.Queued, ReasonCode.OverBudget), (waits.Status, waits.Reason!.Code));

        _nexus.Release("r", ("external.calls", 5));

        Assert.Equal(RequestStatus.Allocated, _nexus.Request("s").Status);
        Assert.Equal(("5", "5", "0"), Now("b"));
    }

    [Fact]
    public void Who_waits_for_a_budget_starts_when_less_was_used_than_was_charged()
    {
        _nexus.Budget("b", "acme", 10, halt: 1);
        _nexus.Submit(Scene.Spec("r", [("external.calls", 8)], lease: TimeSpan.FromSeconds(30)));
        _nexus.Submit(Scene.Spec("s", [("external.calls", 5)], queue: true));
        _nexus.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal((RequestStatus.Expired, RequestStatus.Queued), (_nexus.Request("r").Status, _nexus.Request("s").Status));

        _nexus.Release("r", ("external.calls", 3));

        Assert.Equal(RequestStatus.Allocated, _nexus.Request("s").Status);
        Assert.Equal(("3", "5", "2"), Now("b"));
    }

    [Fact]
    public void Who_waits_for_a_budget_starts_in_its_next_period()
    {
        _nexus.Budget("b", "acme", 10, halt: 1, period: "day");
        _nexus.Submit("r", ("external.calls", 10));
        _nexus.Release("r");
        _nexus.Submit(Scene.Spec("s", [("external.calls", 5)], queue: true));

        _nexus.Advance(Day);

        Assert.Equal(RequestStatus.Allocated, _nexus.Request("s").Status);
        Assert.Equal(At(2026, 1, 2), _nexus.Request("s").Lease!.GrantedAt);
        Assert.Equal(("0", "5", "5"), Now("b"));
    }

    [Fact]
    public void Nobody_waits_for_a_budget_for_longer_than_it_would_wait()
    {
        _nexus.Budget("b", "acme", 10, halt: 1);
        _nexus.Submit("r", ("external.calls", 10));

        Assert.Equal(RequestStatus.Rejected, _nexus.Submit(Scene.Spec("s", [("external.calls", 1)], queue: true, maxWait: Day)).Status);
        Assert.Equal(RequestStatus.Queued, _nexus.Submit(Scene.Spec("t", [("external.calls", 1)], queue: true, maxWait: 60 * Day)).Status);
    }

    [Fact]
    public void Nobody_is_ended_for_one_that_a_budget_stops()
    {
        _nexus.Budget("b", "acme", 10_000, halt: 1);
        _nexus.Submit(Scene.Spec("low", [("gpu", 100)], owner: "globex/bob", priority: "low", lease: TimeSpan.FromHours(1)) with { Preemptible = true });
        _nexus.Submit("r", ("external.calls", 9_999));

        Request waits = _nexus.Submit(Scene.Spec("high", [("gpu", 100)], priority: "critical", queue: true));

        Assert.Equal(ReasonCode.ExceedsBudget, waits.Reason!.Code);
        Assert.Null(_nexus.Engine.Requests.Single(r => r.Spec.Id == "low").Notice);
    }

    [Fact]
    public void Nothing_is_planned_for_one_that_a_budget_stops()
    {
        TimeSpan hour = TimeSpan.FromHours(1);
        _nexus.Budget("b", "acme", 400_000, halt: 1);
        _nexus.Submit(Scene.Spec("busy", [("gpu", 60)], owner: "globex/bob", duration: hour / 2, lease: hour));
        Assert.Equal(RequestStatus.Queued, _nexus.Submit(Scene.Spec("head", [("gpu", 100)], priority: "high", queue: true, lease: hour)).Status);
        Assert.Equal(ReasonCode.BehindPlan, _nexus.Submit(Scene.Spec("behind", [("gpu", 40)], owner: "globex/eve", lease: 2 * hour)).Reason!.Code);

        _nexus.Submit("r", ("external.calls", 100_000));

        Assert.Equal(RequestStatus.Allocated, _nexus.Submit(Scene.Spec("small", [("gpu", 40)], owner: "globex/eve", lease: 2 * hour)).Status);
    }

    [Fact]
    public void What_is_held_is_reserved_to_the_lease_s_end_and_each_hour_moves_to_what_is_spent()
    {
        _nexus.Budget("b", "acme", 100_000, halt: 1);
        _nexus.Submit(Scene.Spec("r", [("gpu", 2)], lease: TimeSpan.FromHours(3)));
        Assert.Equal(("0", "21600", "78400"), Now("b"));

        _nexus.Advance(TimeSpan.FromHours(1));
        Assert.Equal(("7200", "14400", "78400"), Now("b"));

        _nexus.Advance(TimeSpan.FromMinutes(30));
        _nexus.Release("r");
        Assert.Equal(("10800", "0", "89200"), Now("b"));
    }

    [Fact]
    public void A_renewal_tops_up_to_the_new_end_and_is_refused_where_that_is_too_much()
    {
        _nexus.Budget("b", "acme", 5_400, halt: 1);
        _nexus.Submit(Scene.Spec("r", [("gpu", 1)], lease: TimeSpan.FromHours(1)));
        _nexus.Advance(TimeSpan.FromMinutes(30));

        _nexus.Renew("r");
        Assert.Equal(("0", "5400", "0"), Now("b"));
        Assert.Equal(_nexus.Now + TimeSpan.FromHours(1), _nexus.Request("r").Lease!.ExpiresAt);

        _nexus.Advance(TimeSpan.FromMinutes(15));
        Instant end = _nexus.Request("r").Lease!.ExpiresAt;
        RequestReply refused = (RequestReply)_nexus.Renew("r");

        Assert.Equal((ReasonCode.OverBudget, "b"), (refused.Refusal!.Code, refused.Refusal.Name));
        Assert.Equal((RequestStatus.Allocated, end), (refused.Request.Status, refused.Request.Lease!.ExpiresAt));
        _nexus.Advance(TimeSpan.FromHours(1));
        Assert.Equal(RequestStatus.Expired, _nexus.Request("r").Status);
        Assert.Equal(("5400", "0", "0"), Now("b"));
    }

    [Fact]
    public void Reported_use_is_spent_in_the_period_of_its_time_and_stops_the_next()
    {
        _nexus.Budget("b", "acme", 10, halt: 1, period: "day");
        _nexus.Advance(Day);
        _nexus.Send(new RecordUsage([
            new UsageRecord("u1", _nexus.Now - TimeSpan.FromHours(2), OwnerPath.Parse("acme/bob"), "external.calls", Quantity.Of(3)),
            new UsageRecord("u2", _nexus.Now, OwnerPath.Parse("acme/bob"), "external.calls", Quantity.Of(12))]) { Actor = Scene.Somebody });

        Assert.Equal(["3", "12"], _nexus.Engine.Budget("b")!.Terms.Select(t => t.Spent.ToString()));
        Assert.Equal("-2", Now("b").Remaining);
        Assert.Equal(ReasonCode.OverBudget, _nexus.Submit("r", ("external.calls", 0.01)).Reason!.Code);
    }

    [Fact]
    public void Thresholds_are_told_once_a_period_in_their_order_and_never_for_one_that_is_over()
    {
        _nexus.Set(new BudgetDefinition("b", Acme, Money.Of(100), Day1)
        {
            Thresholds = [new(500_000, BudgetAction.Alert), new(800_000, BudgetAction.Alert), new(1_000_000, BudgetAction.Alert)],
        });
        Assert.Empty(Spend(45));
        Assert.Equal([500_000, 800_000], Spend(40));
        Assert.Empty(Spend(1));
        Assert.Equal([1_000_000], Spend(20));

        _nexus.Advance(Day);
        Assert.Empty(Spend(1));
        Assert.Empty(Spend(500, _nexus.Now - TimeSpan.FromHours(2)));
        Assert.Equal([500_000, 800_000], Spend(80));
    }

    [Fact]
    public void A_throttle_spreads_what_is_left_over_the_time_that_is_left()
    {
        _nexus.Set(new BudgetDefinition("b", Acme, Money.Of(100), Month) { Thresholds = [new(700_000, BudgetAction.Throttle)] });
        _nexus.Advance(21 * Day);
        Spend(70);

        Assert.Equal(RequestStatus.Allocated, _nexus.Submit("a", ("external.calls", 0.05)).Status);
        Request refused = _nexus.Submit("b", ("external.calls", 0.05));

        // 0.05 ÷ (30 ÷ 10 days) = 24 minutes.
        Assert.Equal((RequestStatus.Rejected, ReasonCode.Throttled, _nexus.Now + TimeSpan.FromMinutes(24)), (refused.Status, refused.Reason!.Code, refused.Reason.Earliest));
        _nexus.Advance(TimeSpan.FromMinutes(24));
        Assert.Equal(RequestStatus.Allocated, _nexus.Submit("c", ("external.calls", 0.05)).Status);
    }

    [Fact]
    public void Those_who_wait_for_a_throttle_take_turns_in_their_order()
    {
        _nexus.Set(new BudgetDefinition("b", Acme, Money.Of(100), Month) { Thresholds = [new(1, BudgetAction.Throttle)] });
        _nexus.Submit("first", ("external.calls", 1));
        Instant[] starts = [.. Enumerable.Range(0, 3).Select(i =>
        {
            _nexus.Submit(Scene.Spec($"w{i}", [("external.calls", 1)], queue: true));
            return _nexus.Now;
        })];
        Assert.Equal(3, starts.Length);

        for (int i = 0; i < 48; i++)
        {
            _nexus.Advance(TimeSpan.FromHours(1));
        }

        Instant[] granted = [.. Enumerable.Range(0, 3).Select(i => _nexus.Request($"w{i}").Lease!.GrantedAt)];
        Assert.Equal(granted.Order(), granted);
        Assert.All(granted.Zip(granted.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, TimeSpan.FromHours(7), TimeSpan.FromHours(8)));
    }

    [Fact]
    public void A_settlement_moves_the_next_turn_of_a_throttle()
    {
        _nexus.Set(new BudgetDefinition("b", Acme, Money.Of(100), Day1) { Thresholds = [new(1, BudgetAction.Throttle)] });
        _nexus.Submit("a", ("external.calls", 50));
        Assert.Equal(_nexus.Now + TimeSpan.FromHours(12), _nexus.BudgetNow("b").NextAt);

        _nexus.Release("a", ("external.calls", 25));

        Assert.Equal(_nexus.Now + TimeSpan.FromHours(6), _nexus.BudgetNow("b").NextAt);
    }

    [Fact]
    public void Where_nothing_remains_a_throttle_refuses_as_a_halt_does_and_what_costs_nothing_passes()
    {
        _nexus.Pool("free", ("memory", 10)).Set(new BudgetDefinition("b", Acme, Money.Of(100), Day1) { Thresholds = [new(500_000, BudgetAction.Throttle)] });
        Spend(100);

        Assert.Equal(ReasonCode.OverBudget, _nexus.Submit("a", ("external.calls", 1)).Reason!.Code);
        Assert.Equal(RequestStatus.Allocated, _nexus.Submit("m", ("memory", 1)).Status);
    }

    [Fact]
    public void A_raise_counts_until_it_ends_and_in_no_later_period()
    {
        _nexus.Budget("b", "acme", 10, halt: 1, period: "day");
        _nexus.Submit("r", ("external.calls", 10));
        _nexus.Send(new RaiseBudget("b", Money.Of(5), null, "launch day") { Actor = Scene.Somebody });

        Assert.Equal("15", _nexus.BudgetNow("b").Amount.ToString());
        Assert.Equal(RequestStatus.Allocated, _nexus.Submit("s", ("external.calls", 5)).Status);
        _nexus.Advance(Day);
        Assert.Equal("10", _nexus.BudgetNow("b").Amount.ToString());
    }

    [Fact]
    public void Who_waits_starts_when_the_budget_is_raised()
    {
        _nexus.Budget("b", "acme", 10, halt: 1);
        _nexus.Submit("r", ("external.calls", 10));
        _nexus.Submit(Scene.Spec("s", [("external.calls", 5)], queue: true));

        _nexus.Send(new RaiseBudget("b", Money.Of(5), null, "launch day") { Actor = Scene.Somebody });

        Assert.Equal(RequestStatus.Allocated, _nexus.Request("s").Status);
    }

    [Fact]
    public void A_pause_lets_everybody_pass_until_it_ends_and_counts_on()
    {
        _nexus.Budget("b", "acme", 10, halt: 1);
        _nexus.Submit("r", ("external.calls", 10));
        _nexus.Send(new PauseBudget("b", _nexus.Now + TimeSpan.FromHours(1), "incident 12") { Actor = Scene.Somebody });

        Assert.Equal(RequestStatus.Allocated, _nexus.Submit("s", ("external.calls", 5)).Status);
        Assert.Equal((BudgetCondition.Paused, "-5"), (_nexus.BudgetNow("b").State, Now("b").Remaining));
        _nexus.Advance(TimeSpan.FromHours(1));
        Assert.Equal(RequestStatus.Rejected, _nexus.Submit("t", ("external.calls", 1)).Status);
    }

    [Fact]
    public void What_a_period_did_not_spend_is_carried_over_once()
    {
        _nexus.Set(new BudgetDefinition("b", Acme, Money.Of(10), Day1) { CarryOver = true, Thresholds = [new(1_000_000, BudgetAction.Halt)] });
        Spend(4);

        _nexus.Advance(Day);
        Assert.Equal(("16", "6"), (_nexus.BudgetNow("b").Amount.ToString(), _nexus.BudgetNow("b").Carried.ToString()));
        Assert.Equal(RequestStatus.Allocated, _nexus.Submit("s", ("external.calls", 16)).Status);
        _nexus.Release("s");
        _nexus.Advance(Day);
        Assert.Equal("10", _nexus.BudgetNow("b").Amount.ToString());
    }

    [Fact]
    public void A_rolling_budget_never_allows_more_than_its_amount_in_any_window()
    {
        _nexus.Budget("b", "acme", 10, halt: 1, period: "rolling:PT1H");
        _nexus.Submit("r", ("external.calls", 6));
        _nexus.Release("r");
        _nexus.Advance(TimeSpan.FromMinutes(30));
        _nexus.Submit("s", ("external.calls", 4));
        _nexus.Release("s");

        Request refused = _nexus.Submit("t", ("external.calls", 5));
        Assert.Equal(_nexus.Now + TimeSpan.FromMinutes(31), refused.Reason!.Earliest);

        _nexus.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(RequestStatus.Allocated, _nexus.Submit("u", ("external.calls", 6)).Status);
    }

    [Fact]
    public void A_new_budget_counts_what_was_spent_before_and_what_runs()
    {
        _nexus.Submit("runs", ("external.calls", 2));
        _nexus.Send(new SetBudget(new BudgetDefinition("b", Acme, Money.Of(10), Month)) { Actor = Scene.Somebody, Starts = [new BudgetStart(_nexus.Now, Money.Of(3))] });

        Assert.Equal(("3", "2", "5"), Now("b"));
    }

    [Fact]
    public void Another_amount_keeps_what_was_spent_and_another_scope_begins_anew()
    {
        _nexus.Budget("b", "acme", 10, halt: 1);
        Spend(4);

        _nexus.Budget("b", "acme", 20, halt: 1);
        Assert.Equal(("4", "0", "16"), Now("b"));
        _nexus.Budget("b", "acme/alice", 20, halt: 1);
        Assert.Equal(("0", "0", "20"), Now("b"));
    }

    [Fact]
    public void A_snapshot_keeps_all_of_it()
    {
        _nexus.Budget("b", "acme", 100, halt: 1).Set(new BudgetDefinition("t", Acme, Money.Of(100), BudgetPeriodOf("rolling:P1D")) { Thresholds = [new(1, BudgetAction.Throttle), new(100_000, BudgetAction.Alert)] });
        _nexus.Submit(Scene.Spec("r", [("external.calls", 20)]));
        _nexus.Submit(Scene.Spec("s", [("external.calls", 5)], queue: true));
        Spend(20);
        _nexus.Send(new RaiseBudget("b", Money.Of(5), null, "launch day") { Actor = Scene.Somebody });
        byte[] hash = _nexus.Engine.StateHash();

        Nexus.Engine.Core.Engine restored = Nexus.Engine.Core.Engine.Restore(_nexus.Engine.Capture().Encode().State.Span, new EngineLimits { MetersHeld = true });

        Assert.Equal(hash, restored.StateHash());
        Assert.Equal(_nexus.Engine.Budgets.Select(b => b.At(_nexus.Now)), restored.Budgets.Select(b => b.At(_nexus.Now)));
    }

    [Theory]
    [InlineData(0, 1_000_000, "external.calls", "$.amount")]
    [InlineData(10, 0, "external.calls", "$.thresholds[0].at")]
    [InlineData(10, 1_000_000, "unheard.of", "$.scope.resources[0]")]
    public void What_makes_no_sense_is_refused_by_name(long amount, int at, string resource, string field)
    {
        Fault fault = Assert.IsType<Fault>(_nexus.Send(new SetBudget(
            new BudgetDefinition("b", Acme with { Resources = [resource] }, Money.Of(amount), Month) { Thresholds = [new(at, BudgetAction.Halt)] }) { Actor = Scene.Somebody }));

        Assert.Equal(field, fault.Field);
        Assert.Empty(_nexus.Engine.Budgets);
    }

    private static BudgetScope Acme => new(OwnerPath.Parse("acme"));

    private static BudgetPeriod Month => BudgetPeriodOf("month");

    private static BudgetPeriod Day1 => BudgetPeriodOf("day");

    private static BudgetPeriod BudgetPeriodOf(string text) => Scene.Period(text);

    private static Instant At(int year, int month, int day) => Instant.From(new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero));

    private (string Spent, string Reserved, string Remaining) Now(string budget)
    {
        BudgetFigures figures = _nexus.BudgetNow(budget);
        return (figures.Spent.ToString(), figures.Reserved.ToString(), figures.Remaining.ToString());
    }

    private int[] Spend(double calls, Instant? at = null)
    {
        int before = _nexus.Events.Count;
        _nexus.Send(new RecordUsage([new UsageRecord($"u{before}", at ?? _nexus.Now, OwnerPath.Parse("acme/bob"), "external.calls", Scene.Amount(calls))]) { Actor = Scene.Somebody });
        return [.. _nexus.Events.Skip(before).OfType<BudgetThresholdReached>().Select(e => e.AtMillionths)];
    }
}
