using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>A run has money, amounts, time and depth of its own; its agents draw from it or carve branches, and no level passes what it has. A call costs 1.</summary>
public sealed class AllowanceTests
{
    private readonly Scene _nexus = new Scene(new EngineLimits { MetersHeld = true })
        .Bucket("api", "external.calls", 1_000_000, TimeSpan.FromSeconds(1), 1_000_000).Pool("gpus", ("gpu", 100))
        .Prices(new Sku("call", "external.calls") { UnitPrice = Money.Of(1) }, new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(3600) });

    [Fact]
    public void What_a_request_is_expected_to_cost_is_reserved_and_the_settlement_replaces_it()
    {
        Open("run", money: 10);

        Draw("r", "run", 4);
        Assert.Equal(("0", "4", "6"), Money_("run"));
        _nexus.Release("r", ("external.calls", 3));

        Assert.Equal(("3", "0", "7"), Money_("run"));
    }

    [Fact]
    public void What_would_pass_it_is_refused_and_says_which_has_how_much_left()
    {
        Open("run", money: 10);
        Draw("r", "run", 7);

        Request refused = Draw("s", "run", 4);

        Assert.Equal((RequestStatus.Rejected, ReasonCode.OverAllowance, Gate.Budget, "run"), (refused.Status, refused.Reason!.Code, refused.Reason.Gate, refused.Reason.Name));
        Assert.Equal(("4", "3"), (refused.Reason.Budget!.Needed.ToString(), refused.Reason.Budget.Left.ToString()));
        Assert.Equal(1, Now("run").Refused);
        Assert.Equal(RequestStatus.Allocated, Draw("t", "run", 3).Status);
    }

    [Fact]
    public void Amounts_are_limited_as_money_is()
    {
        Open("run", amounts: [("external.calls", 5)]);
        Draw("r", "run", 5);

        Request refused = Draw("s", "run", 1);

        Assert.Equal((ReasonCode.OverAllowance, "external.calls", 1m, 0m), (refused.Reason!.Code, refused.Reason.Kind, refused.Reason.Needed!.Value.Units, refused.Reason.Available!.Value.Units));
        _nexus.Release("r", ("external.calls", 2));
        Assert.Equal(RequestStatus.Allocated, Draw("t", "run", 3).Status);
    }

    [Fact]
    public void Of_what_is_held_so_much_is_held_at_once()
    {
        Open("run", amounts: [("gpu", 4)]);
        Hold("r", "run", gpus: 3);
        Assert.Equal(ReasonCode.OverAllowance, Hold("s", "run", gpus: 2).Reason!.Code);

        _nexus.Release("r");

        Assert.Equal(RequestStatus.Allocated, Hold("t", "run", gpus: 4).Status);
    }

    [Fact]
    public void The_time_that_grants_last_is_limited_in_all_and_what_they_did_not_take_of_it_comes_back()
    {
        Open("run", amounts: [("time.processing", 600)]);
        Hold("r", "run", gpus: 1, lease: TimeSpan.FromSeconds(400));
        Assert.Equal((ReasonCode.OverAllowance, "time.processing", 200m), (Hold("s", "run", gpus: 1).Reason!.Code, Hold("s2", "run", gpus: 1).Reason!.Kind, Hold("s3", "run", gpus: 1).Reason!.Available!.Value.Units));

        _nexus.Advance(TimeSpan.FromSeconds(100)).Release("r");

        Assert.Equal((100m, 0m), (Used("run", "time.processing"), Reserved("run", "time.processing")));
        Assert.Equal(RequestStatus.Allocated, Hold("t", "run", gpus: 1, lease: TimeSpan.FromSeconds(500)).Status);
    }

    [Fact]
    public void What_is_carved_is_reserved_above_and_drawn_from_the_branch_alone()
    {
        Open("run", money: 10);
        Open("branch", money: 6, parent: "run");
        Assert.Equal(("0", "6", "4"), Money_("run"));

        Draw("r", "branch", 5);
        Assert.Equal((("0", "6", "4"), ("0", "5", "1")), (Money_("run"), Money_("branch")));
        _nexus.Release("r");

        Assert.Equal((("5", "1", "4"), ("5", "0", "1")), (Money_("run"), Money_("branch")));
        Assert.Equal("run", Draw("s", "run", 5).Reason!.Name);
        Assert.Equal("branch", Draw("t", "branch", 2).Reason!.Name);
    }

    [Fact]
    public void A_branch_without_a_limit_of_its_own_draws_from_those_above_it()
    {
        Open("run", money: 10);
        Open("branch", parent: "run", amounts: [("external.calls", 100)]);
        Open("leaf", parent: "branch");

        Draw("r", "leaf", 8);
        Request refused = Draw("s", "leaf", 3);

        Assert.Equal("run", refused.Reason!.Name);
        Assert.Equal(["8", "8", "8"], new[] { "run", "branch", "leaf" }.Select(a => Money_(a).Reserved));
    }

    [Fact]
    public void More_than_is_left_cannot_be_carved_at_any_level()
    {
        Open("run", money: 10);
        Open("branch", money: 6, parent: "run");

        Fault tooMuch = Refused("b2", money: 5, parent: "run");
        Fault deeper = Refused("b3", money: 7, parent: "branch");

        Assert.Equal((FaultCode.NotEnough, "$.limits.money"), (tooMuch.Code, tooMuch.Field));
        Assert.Contains("'run' has 4 left", tooMuch.Detail);
        Assert.Contains("'branch' has 6 left", deeper.Detail);
        Assert.Equal(("0", "6", "4"), Money_("run"));
    }

    [Fact]
    public void No_deeper_than_the_run_allows()
    {
        Open("run", money: 10, maxDepth: 2);
        Open("a", parent: "run", maxDepth: 5);
        Open("b", parent: "a");

        Fault fault = Refused("c", parent: "b");

        Assert.Equal((FaultCode.NotEnough, "$.parent"), (fault.Code, fault.Field));
        Assert.Contains("2 levels deep", fault.Detail);
    }

    [Fact]
    public void Cancelling_gives_back_what_did_not_start_and_ends_what_runs_under_it()
    {
        Open("run", money: 20);
        Open("branch", money: 10, parent: "run");
        Open("leaf", money: 5, parent: "branch");
        Hold("runs", "leaf", gpus: 1, lease: TimeSpan.FromSeconds(4.5));
        Draw("done", "branch", 2);
        _nexus.Release("done");
        Request waits = Draw("waits", "branch", 5, queue: true);
        Assert.Equal(RequestStatus.Queued, waits.Status);
        _nexus.Advance(TimeSpan.FromSeconds(3.6));

        AllowanceState closed = Cancel("branch");

        Assert.Equal((AllowanceStatus.Cancelled, AllowanceStatus.Cancelled, AllowanceStatus.Open), (closed.Status, Now("leaf").Status, Now("run").Status));
        Assert.Equal((RequestStatus.Cancelled, RequestStatus.Cancelled), (_nexus.Status("runs"), _nexus.Status("waits")));
        Assert.Equal((ReasonCode.AllowanceCancelled, "leaf"), (_nexus.Request("runs").Reason!.Code, _nexus.Request("runs").Reason!.Name));
        Assert.Equal(("5.6", "0", "14.4"), Money_("run"));
        Assert.Equal((0, 0), (closed.Running, closed.Waiting));
    }

    [Fact]
    public void Nothing_is_drawn_or_carved_from_one_that_was_cancelled_and_cancelling_again_changes_nothing()
    {
        Open("run", money: 10);
        Cancel("run");

        Assert.Equal((RequestStatus.Rejected, ReasonCode.AllowanceCancelled), (Draw("r", "run", 1, queue: true).Status, _nexus.Request("r").Reason!.Code));
        Assert.Equal(FaultCode.Ended, Refused("b", parent: "run").Code);
        long before = _nexus.Engine.Sequence;
        Assert.True(Assert.IsType<AllowanceReply>(_nexus.Send(new CancelAllowance(Key("run")) { Actor = Scene.Somebody })).Duplicate);
        Assert.Equal(before, _nexus.Engine.Sequence);
    }

    [Fact]
    public void A_loop_of_sub_agents_is_stopped_by_its_own_run_and_not_by_the_tenants_budget()
    {
        _nexus.Budget("tenant", "acme", 1_000, halt: 1);
        Open("run", money: 10);
        Open("loop", money: 8, parent: "run");
        int rounds = 0;

        while (rounds < 100 && Draw($"r{rounds}", "loop", 1) is { Status: RequestStatus.Allocated })
        {
            _nexus.Release($"r{rounds++}");
        }

        Assert.Equal(8, rounds);
        Assert.Equal((ReasonCode.AllowanceSpent, "loop"), (_nexus.Request("r8").Reason!.Code, _nexus.Request("r8").Reason!.Name));
        Assert.Equal("992", _nexus.BudgetNow("tenant").Remaining.ToString());
    }

    [Fact]
    public void Who_waits_starts_when_something_comes_back()
    {
        Open("run", money: 10);
        Draw("r", "run", 9);
        Assert.Equal(RequestStatus.Queued, Draw("s", "run", 5, queue: true).Status);

        _nexus.Release("r", ("external.calls", 2));

        Assert.Equal(RequestStatus.Allocated, _nexus.Status("s"));
    }

    [Fact]
    public void Who_waits_starts_when_a_branch_that_had_it_is_closed()
    {
        Open("run", money: 10);
        Open("branch", money: 9, parent: "run");
        Assert.Equal(RequestStatus.Queued, Draw("s", "run", 5, queue: true).Status);

        Cancel("branch");

        Assert.Equal(RequestStatus.Allocated, _nexus.Status("s"));
    }

    [Fact]
    public void Who_waits_for_what_cannot_come_back_any_more_is_refused()
    {
        Open("run", money: 10);
        Draw("r", "run", 9);
        Draw("s", "run", 5, queue: true);
        Draw("t", "run", 3, queue: true);

        _nexus.Release("r", ("external.calls", 6));

        Assert.Equal((RequestStatus.Rejected, ReasonCode.AllowanceSpent), (_nexus.Status("s"), _nexus.Request("s").Reason!.Code));
        Assert.Equal(RequestStatus.Allocated, _nexus.Status("t"));
    }

    [Fact]
    public void It_expires_after_a_day_or_when_it_says_and_no_lease_under_it_lasts_longer()
    {
        AllowanceState run = Open("run", money: 100_000, expiresIn: TimeSpan.FromSeconds(60));
        AllowanceState usual = Open("usual", money: 10);
        Assert.Equal(TimeSpan.FromHours(24), usual.ExpiresAt - _nexus.Now);
        Request held = Hold("r", "run", gpus: 90);
        Assert.Equal(run.ExpiresAt, held.Lease!.ExpiresAt);
        Hold("waits", "run", gpus: 50, queue: true);

        _nexus.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(run.ExpiresAt, ((RequestReply)_nexus.Renew("r")).Request.Lease!.ExpiresAt);
        _nexus.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(AllowanceStatus.Expired, Now("run").Status);
        Assert.Equal((RequestStatus.Expired, RequestStatus.Rejected, ReasonCode.AllowanceExpired), (_nexus.Status("r"), _nexus.Status("waits"), _nexus.Request("waits").Reason!.Code));
        Assert.Equal(ReasonCode.AllowanceExpired, Draw("late", "run", 1).Reason!.Code);
        Assert.Equal(AllowanceStatus.Open, Now("usual").Status);
    }

    [Fact]
    public void A_branch_ends_with_its_run_at_the_latest()
    {
        AllowanceState run = Open("run", money: 10, expiresIn: TimeSpan.FromMinutes(5));

        Assert.Equal(run.ExpiresAt, Open("branch", parent: "run").ExpiresAt);
        Assert.Equal("$.expiresAt", Refused("longer", parent: "run", expiresIn: TimeSpan.FromMinutes(6)).Field);
        _nexus.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(["branch", "run"], _nexus.Events.OfType<AllowanceClosed>().Select(e => e.Id));
    }

    [Fact]
    public void A_lease_is_prolonged_and_extended_as_far_as_the_run_has_money()
    {
        Open("run", money: 21, amounts: [("external.calls", 10)]);
        Hold("gpu", "run", gpus: 1, lease: TimeSpan.FromSeconds(10.8));
        Draw("calls", "run", 5);
        _nexus.Advance(TimeSpan.FromSeconds(7.2));

        Reason? refused = ((RequestReply)_nexus.Renew("gpu")).Refusal;

        Assert.Equal((ReasonCode.OverAllowance, "run"), (refused!.Code, refused.Name));
        Assert.Equal(TimeSpan.FromSeconds(10.8), _nexus.Request("gpu").Lease!.ExpiresAt - _nexus.Request("gpu").Lease!.GrantedAt);
        Assert.Null(((RequestReply)_nexus.Renew("calls", extend: [("external.calls", 5)])).Refusal);
        Assert.Equal(ReasonCode.OverAllowance, ((RequestReply)_nexus.Renew("calls", extend: [("external.calls", 1)])).Refusal!.Code);
    }

    [Fact]
    public void What_was_used_above_the_estimate_counts_and_stops_the_next()
    {
        Open("run", money: 10);
        Open("branch", money: 4, parent: "run");
        Draw("r", "branch", 4);

        _nexus.Release("r", ("external.calls", 7));

        Assert.Equal((("7", "0", "-3"), ("7", "0", "3")), (Money_("branch"), Money_("run")));
        Assert.Equal(ReasonCode.AllowanceSpent, Draw("s", "branch", 1).Reason!.Code);
    }

    [Fact]
    public void A_late_release_corrects_what_was_used()
    {
        Open("run", money: 100);
        Draw("r", "run", 10);
        _nexus.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("10", Money_("run").Spent);

        _nexus.Release("r", ("external.calls", 4));

        Assert.Equal(("4", 4m), (Money_("run").Spent, Used("run", "external.calls")));
    }

    [Fact]
    public void A_lost_attempt_stays_charged()
    {
        Open("run", money: 100);
        Draw("r", "run", 10, queue: true);

        _nexus.Send(new Requeue(new RequestKey("acme", "r")) { Actor = Scene.Somebody });

        Assert.Equal((2, "10", "10"), (_nexus.Request("r").Attempt, Money_("run").Spent, Money_("run").Reserved));
    }

    [Fact]
    public void Use_without_a_grant_counts_by_its_label()
    {
        Open("run", money: 100);

        _nexus.Send(new RecordUsage([new UsageRecord("u", _nexus.Now, OwnerPath.Parse("acme/alice"), "external.calls", Quantity.Of(3)) { Labels = Labels.Of([new("allowance", "run")]) }]) { Actor = Scene.Somebody });

        Assert.Equal(("3", 3m), (Money_("run").Spent, Used("run", "external.calls")));
    }

    [Fact]
    public void The_same_body_again_is_the_same_allowance_and_another_body_is_an_error()
    {
        AllowanceState run = Open("run", money: 10);

        Assert.Equal(run.Number, Open("run", money: 10).Number);
        Assert.Equal((FaultCode.IdReused, "$.id"), (Refused("run", money: 11).Code, Refused("run", money: 11).Field));
    }

    [Theory]
    [InlineData("external.calls", true)]
    [InlineData("gpu", true)]
    [InlineData("time.processing", true)]
    [InlineData("time.queue", false)]
    [InlineData("tokens.context", false)]
    [InlineData("unicorns", false)]
    public void Only_what_is_taken_can_be_limited(string kind, bool can)
    {
        Reply reply = Try("run", amounts: [(kind, 1)]);
        Assert.True(can ? reply is AllowanceReply : reply is Fault { Field: var field } && field == $"$.limits['{kind}']");
    }

    [Fact]
    public void A_run_without_any_limit_is_an_error() => Assert.Equal("$.limits", Refused("run").Field);

    [Fact]
    public void Whose_request_may_draw_is_within_its_owner()
    {
        Open("run", money: 10, owner: "acme/alice");

        Fault fault = Assert.IsType<Fault>(_nexus.Send(new Submit(Scene.Spec("r", [("external.calls", 1)], owner: "acme/bob") with { Allowance = "run" }) { Actor = Scene.Somebody }));

        Assert.Equal((FaultCode.UnknownName, "$.allowance"), (fault.Code, fault.Field));
        Assert.Equal("$.parent", Refused("b", parent: "run", owner: "acme/bob").Field);
    }

    [Fact]
    public void A_run_that_was_closed_for_a_day_is_forgotten_with_its_branches()
    {
        Open("run", money: 10);
        Open("branch", parent: "run");
        Cancel("run");
        _nexus.Advance(TimeSpan.FromHours(24));

        Open("next", money: 1);

        Assert.Equal(["next"], _nexus.Engine.Allowances.Select(a => a.Spec.Id));
        Assert.IsType<Fault>(_nexus.Send(new Submit(Scene.Spec("r", [("external.calls", 1)]) with { Allowance = "run" }) { Actor = Scene.Somebody }));
    }

    [Fact]
    public void A_start_that_is_booked_draws_from_it_at_once()
    {
        Open("run", money: 100_000, amounts: [("gpu", 10)]);
        _nexus.Submit(Scene.Spec("holds", [("gpu", 100)], duration: TimeSpan.FromMinutes(5), lease: TimeSpan.FromMinutes(5)));

        Request booked = _nexus.Submit(Scene.Spec("r", [("gpu", 10)], duration: TimeSpan.FromMinutes(6), lease: TimeSpan.FromMinutes(6)) with { Deadline = _nexus.Now + TimeSpan.FromHours(1), Allowance = "run" });

        Assert.Equal((RequestStatus.Reserved, 10m), (booked.Status, Reserved("run", "gpu")));
        _nexus.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal((RequestStatus.Allocated, 10m), (_nexus.Status("r"), Reserved("run", "gpu")));
    }

    [Fact]
    public void A_snapshot_and_the_journal_bring_it_back_as_it_was()
    {
        Open("run", money: 100, amounts: [("external.calls", 50), ("time.processing", 3600)], maxDepth: 3);
        Open("branch", money: 40, parent: "run", expiresIn: TimeSpan.FromHours(2));
        Draw("r", "branch", 5);
        Draw("s", "run", 7);
        _nexus.Release("s", ("external.calls", 9));
        Draw("t", "run", 70);
        Draw("waits", "run", 70, queue: true);
        Open("gone", parent: "branch", amounts: [("external.calls", 2)]);
        Cancel("gone");

        foreach (Nexus.Engine.Core.Engine other in (Nexus.Engine.Core.Engine[])[_nexus.Restored(), _nexus.Replayed()])
        {
            Assert.Equal(Convert.ToHexString(_nexus.Engine.StateHash()), Convert.ToHexString(other.StateHash()));
            Assert.Equal(_nexus.Engine.Allowances.SelectMany(a => a.Figures), other.Allowances.SelectMany(a => a.Figures));
            Assert.Equal(_nexus.Engine.Allowances.Select(a => (a.Key, a.Status, a.Depth, a.Running, a.Waiting, a.Refused)), other.Allowances.Select(a => (a.Key, a.Status, a.Depth, a.Running, a.Waiting, a.Refused)));
        }
    }

    [Fact]
    public void A_clock_that_jumps_reserves_the_full_time_of_every_lease_again_and_touches_the_run()
    {
        Open("run", amounts: [("time.processing", 600)]);
        Hold("r", "run", gpus: 1, lease: TimeSpan.FromSeconds(400));

        _nexus.Jump(TimeSpan.FromHours(2), from: _nexus.Now);

        Assert.Equal(7_600m, Reserved("run", "time.processing"));
        Assert.Equal([Key("run")], _nexus.Last.Allowances);
    }

    private Request Draw(string id, string allowance, double calls, bool queue = false) =>
        _nexus.Submit(Scene.Spec(id, [("external.calls", calls)], queue: queue) with { Allowance = allowance });

    private Request Hold(string id, string allowance, double gpus, TimeSpan? lease = null, bool queue = false) =>
        _nexus.Submit(Scene.Spec(id, [("gpu", gpus)], lease: lease, queue: queue) with { Allowance = allowance });

    private AllowanceState Open(string id, long? money = null, string? parent = null, (string, double)[]? amounts = null, int? maxDepth = null, TimeSpan? expiresIn = null, string owner = "acme") =>
        Assert.IsType<AllowanceReply>(Try(id, money, parent, amounts, maxDepth, expiresIn, owner)).Allowance;

    private Fault Refused(string id, long? money = null, string? parent = null, TimeSpan? expiresIn = null, string owner = "acme") => Assert.IsType<Fault>(Try(id, money, parent, expiresIn: expiresIn, owner: owner));

    private Reply Try(string id, long? money = null, string? parent = null, (string, double)[]? amounts = null, int? maxDepth = null, TimeSpan? expiresIn = null, string owner = "acme") =>
        _nexus.Send(new OpenAllowance(new AllowanceSpec(id, OwnerPath.Parse(owner))
        {
            Money = money is { } units ? Money.Of(units) : null,
            Parent = parent,
            Amounts = Scene.Vector(amounts ?? []),
            MaxDepth = maxDepth,
            ExpiresAt = expiresIn is { } span ? _nexus.Now + span : null,
        }) { Actor = Scene.Somebody });

    private AllowanceState Cancel(string id) => Assert.IsType<AllowanceReply>(_nexus.Send(new CancelAllowance(Key(id)) { Actor = Scene.Somebody })).Allowance;

    private AllowanceState Now(string id) => _nexus.Engine.Allowance(Key(id))!;

    private (string Spent, string Reserved, string Remaining) Money_(string id)
    {
        AllowanceFigure money = Now(id).Figures.Single(f => f.Name == "money");
        return (new Money(money.Used).ToString(), new Money(money.Committed - money.Used).ToString(), new Money(money.Remaining ?? 0).ToString());
    }

    private decimal Used(string id, string kind) => (decimal)Now(id).Figures.Single(f => f.Name == kind).Used / 1000;

    private decimal Reserved(string id, string kind) => (decimal)Now(id).Figures.Single(f => f.Name == kind).Reserved / 1000;

    private static AllowanceKey Key(string id) => new("acme", id);
}
