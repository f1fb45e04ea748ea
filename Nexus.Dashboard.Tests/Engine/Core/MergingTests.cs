using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>Small requests that share a grant. A GPU costs 2 an hour and a line of it at least 1; a call costs 0.1, and a line of them at least 0.5.</summary>
public sealed class MergingTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly Sku[] Book = [new("gpu-hour", "gpu") { UnitPrice = Money.Of(2), Minimum = Money.Of(1) }, new("calls", "llm.calls") { UnitPrice = Money.Parse("0.1"), Minimum = Money.Parse("0.5") }];

    private readonly Scene _nexus = new Scene(new EngineLimits { MetersHeld = true })
        .Pool("gpus", ("gpu", 8)).Pool("others", ("gpu", 8), ("memory", 64)).Bucket("llm", "llm.calls", 1_000, TimeSpan.FromSeconds(1), 1_000).Prices(Book);

    [Fact]
    public void A_second_one_for_the_same_home_joins_the_grant_of_the_first_and_holds_its_own()
    {
        Request first = _nexus.Submit(Ask("a"));
        Request second = _nexus.Submit(Ask("b", owner: "acme/bob") with { Preemptible = true });

        Assert.Null(first.Lease!.MergedWith);
        Assert.Equal(first.Lease.Number, second.Lease!.MergedWith);
        Assert.NotEqual(first.Lease.Number, second.Lease.Number);
        Assert.Equal(0.5m, _nexus.Used("gpus", "gpu"));
        _nexus.Release("a");
        Assert.Equal((RequestStatus.Allocated, 0.25m), (_nexus.Status("b"), _nexus.Used("gpus", "gpu")));
    }

    [Theory]
    [InlineData("acme/alice", "gpus", "gpu", "", true, true)]
    [InlineData("globex/alice", "gpus", "gpu", "", true, false)]
    [InlineData("acme/alice", "others", "gpu", "", true, false)]
    [InlineData("acme/alice", "others", "memory", "", true, false)]
    [InlineData("acme/alice", "gpus", "gpu", "model", true, false)]
    [InlineData("acme/alice", "gpus", "gpu", "provider", true, false)]
    [InlineData("acme/alice", "gpus", "gpu", "lane", true, false)]
    [InlineData("acme/alice", "gpus", "gpu", "run", true, true)]
    [InlineData("acme/alice", "gpus", "gpu", "", false, false)]
    public void It_joins_within_its_tenant_alone_with_the_same_pools_kinds_and_what_decides_its_price_where_both_agree(string owner, string pool, string kind, string label, bool agrees, bool joins)
    {
        _nexus.Submit(Ask("a"));

        Request other = _nexus.Submit(Ask("b", kind, pool, owner) with { Mergeable = agrees, Labels = label.Length == 0 ? Labels.None : Labels.Of([new(label, "x")]) });

        Assert.Equal(joins, other.Lease!.MergedWith is not null);
    }

    [Fact]
    public void Nobody_joins_who_did_not_say_so_nor_whoever_did_not()
    {
        _nexus.Submit(Ask("a") with { Mergeable = false });

        Assert.Null(_nexus.Submit(Ask("b")).Lease!.MergedWith);
        Assert.NotNull(_nexus.Submit(Ask("c")).Lease!.MergedWith);
    }

    [Fact]
    public void It_is_joined_as_long_as_one_of_its_members_runs_and_never_through_a_gap()
    {
        long began = _nexus.Submit(Ask("a")).Lease!.Number;
        _nexus.Submit(Ask("b"));
        _nexus.Release("a");

        Assert.Equal(began, _nexus.Submit(Ask("c")).Lease!.MergedWith);
        _nexus.Release("b");
        _nexus.Release("c");
        Assert.Null(_nexus.Submit(Ask("d")).Lease!.MergedWith);
        Assert.Equal(_nexus.Request("d").Lease!.Number, _nexus.Submit(Ask("e")).Lease!.MergedWith);
    }

    [Fact]
    public void One_that_waited_joins_what_runs_when_it_starts_and_anew_in_each_attempt()
    {
        long began = _nexus.Submit(Ask("a")).Lease!.Number;
        _nexus.Submit(Scene.Spec("full", [("gpu", 7.75)], pools: ["gpus"]));
        Assert.Equal(RequestStatus.Queued, _nexus.Submit(Ask("b") with { Queue = true }).Status);

        _nexus.Release("full");
        Assert.Equal(began, _nexus.Request("b").Lease!.MergedWith);
        _nexus.Send(new Requeue(new RequestKey("acme", "b")) { Actor = Scene.Somebody });
        Assert.Equal((2, began), (_nexus.Request("b").Attempt, _nexus.Request("b").Lease!.MergedWith));
        _nexus.Release("a");
        _nexus.Send(new Requeue(new RequestKey("acme", "b")) { Actor = Scene.Somebody });
        Assert.Equal((3, null), (_nexus.Request("b").Attempt, _nexus.Request("b").Lease!.MergedWith));
    }

    [Fact]
    public void Of_each_hour_the_first_line_pays_the_minimum_and_the_others_what_they_held()
    {
        foreach (string id in (string[])["a", "b", "c"])
        {
            _nexus.Submit(Ask(id));
        }

        _nexus.Advance(2 * Hour);

        Assert.Equal([("a", "Usage", "0.5", false), ("a", "Minimum", "0.5", false), ("b", "Usage", "0.5", true), ("c", "Usage", "0.5", true)], Lines(0));
        Assert.Equal([("a", "Usage", "0.5", false), ("a", "Minimum", "0.5", false), ("b", "Usage", "0.5", true), ("c", "Usage", "0.5", true)], Lines(1));
        Assert.Equal(("2", "1", "1"), (_nexus.Request("a").Cost.ToString(), _nexus.Request("b").Cost.ToString(), _nexus.Request("c").Cost.ToString()));
    }

    [Fact]
    public void Who_began_it_may_be_gone_when_the_others_pay_and_who_joins_later_in_the_hour_pays_no_more()
    {
        _nexus.Submit(Ask("a"));
        _nexus.Submit(Ask("b"));
        _nexus.Advance(TimeSpan.FromMinutes(30));
        _nexus.Release("a");
        _nexus.Submit(Ask("c"));
        _nexus.Advance(TimeSpan.FromMinutes(90));

        Assert.Equal([("a", "Usage", "0.25", false), ("a", "Minimum", "0.75", false), ("b", "Usage", "0.5", true), ("c", "Usage", "0.25", true)], Lines(0));
        Assert.Equal(1, Lines(1).Count(l => l.Kind == "Minimum"));
    }

    [Fact]
    public void A_line_that_costs_more_than_the_minimum_has_paid_it_for_the_hour()
    {
        _nexus.Submit(Ask("a") with { Resources = Scene.Vector(("gpu", 2)) });
        _nexus.Submit(Ask("b"));
        _nexus.Advance(Hour);

        Assert.Equal([("a", "Usage", "4", false), ("b", "Usage", "0.5", true)], Lines(0));
    }

    [Fact]
    public void One_that_is_metered_twice_within_an_hour_pays_it_once()
    {
        _nexus.Submit(Ask("a"));
        _nexus.Submit(Ask("unshared") with { Mergeable = false });
        _nexus.Advance(TimeSpan.FromMinutes(30));
        _nexus.Renew("a", extend: [("gpu", 0.25)]);
        _nexus.Renew("unshared", extend: [("gpu", 0.25)]);
        _nexus.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal([("Usage", "0.25"), ("Minimum", "0.75"), ("Usage", "0.5")], Lines(0).Where(l => l.Request == "a").Select(l => (l.Kind, l.Cost)));
        Assert.Equal(2, Lines(0).Count(l => l is { Request: "unshared", Kind: "Minimum" }));
    }

    [Fact]
    public void Of_what_is_consumed_the_first_that_settles_pays_it_for_all_that_were_granted_in_its_hour()
    {
        _nexus.Advance(TimeSpan.FromMinutes(50));
        _nexus.Submit(Call("a"));
        _nexus.Submit(Call("b"));
        _nexus.Advance(TimeSpan.FromMinutes(20));
        _nexus.Submit(Call("c"));

        foreach (string id in (string[])["b", "a", "c"])
        {
            _nexus.Release(id, ("llm.calls", 2));
        }

        Assert.Equal([("b", "Usage", "0.2", false), ("b", "Minimum", "0.3", false), ("a", "Usage", "0.2", true)], Lines(0));
        Assert.Equal([("c", "Usage", "0.2", false), ("c", "Minimum", "0.3", false)], Lines(1));
    }

    [Fact]
    public void A_late_release_corrects_with_the_minimum_what_had_paid_it_and_without_what_had_not()
    {
        _nexus.Submit(Call("a") with { LeaseLength = TimeSpan.FromSeconds(10) });
        _nexus.Submit(Call("b") with { LeaseLength = TimeSpan.FromSeconds(20) });
        _nexus.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([("a", "Usage", "0.4", false), ("a", "Minimum", "0.1", false), ("b", "Usage", "0.4", true)], Lines(0));

        _nexus.Release("b", ("llm.calls", 1));
        _nexus.Release("a", ("llm.calls", 3));

        Assert.Equal([("b", "-0.4"), ("b", "0.1"), ("a", "-0.4"), ("a", "-0.1"), ("a", "0.3"), ("a", "0.2")], Lines(0).Where(l => l.Kind == "Adjustment").Select(l => (l.Request, l.Cost)));
        Assert.Equal(("0.5", "0.1"), (_nexus.Request("a").Cost.ToString(), _nexus.Request("b").Cost.ToString()));
    }

    [Fact]
    public void What_a_late_release_tells_of_for_the_first_time_pays_no_minimum()
    {
        _nexus.Bucket("models", "tokens.input", 1_000, TimeSpan.FromSeconds(1), 1_000).Prices(new Sku("cached", "tokens.input.cached") { UnitPrice = Money.Parse("0.01"), Minimum = Money.Of(1) });
        _nexus.Submit(Ask("a", "tokens.input", "models") with { Resources = Scene.Vector(("tokens.input", 9)), LeaseLength = TimeSpan.FromSeconds(10) });
        _nexus.Submit(Ask("b", "tokens.input", "models") with { Resources = Scene.Vector(("tokens.input", 9)) });
        _nexus.Release("b", ("tokens.input", 9), ("tokens.input.cached", 4));
        _nexus.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("1", _nexus.Request("b").Cost.ToString());

        _nexus.Release("a", ("tokens.input", 9), ("tokens.input.cached", 5));

        Assert.Equal("0.05", _nexus.Request("a").Cost.ToString());
    }

    [Fact]
    public void It_reserves_what_it_is_expected_to_cost_without_the_minimum_where_it_joins()
    {
        _nexus.Budget("b", "acme", amount: 100, halt: 1);
        Request first = _nexus.Submit(Ask("a") with { LeaseLength = Hour });
        Request second = _nexus.Submit(Ask("b") with { LeaseLength = Hour });

        Assert.Equal(("1", "0.5"), (first.Estimate!.Total.ToString(), second.Estimate!.Total.ToString()));
        Assert.Equal("1.5", _nexus.BudgetNow("b").Reserved.ToString());
        _nexus.Renew("b");
        Assert.Equal("0.5", _nexus.Request("b").Estimate!.Total.ToString());
    }

    [Fact]
    public void A_budget_and_a_maximum_cost_are_asked_for_the_minimum_too_as_it_may_still_come_to_pay_it()
    {
        _nexus.Submit(Ask("a") with { LeaseLength = Hour });

        Assert.Equal(ReasonCode.ExceedsMaxCost, _nexus.Submit(Ask("b") with { LeaseLength = Hour, MaxCost = Money.Parse("0.75") }).Reason!.Code);
        Assert.Equal(RequestStatus.Allocated, _nexus.Submit(Ask("c") with { LeaseLength = Hour, MaxCost = Money.Of(1) }).Status);
    }

    [Fact]
    public void Small_ones_gather_where_a_grant_that_they_may_share_runs_already()
    {
        // Both cost the same, and the smaller one has less left over.
        _nexus.Pool(Scene.Definition("gpus", ("gpu", 8)) with { Strategy = "costOptimized" }).Pool(Scene.Definition("others", ("gpu", 4)) with { Strategy = "costOptimized" });
        Assert.Equal("others", _nexus.Submit(Ask("unshared") with { Pools = null, Mergeable = false }).Lease!.Pools[0]);
        _nexus.Submit(Ask("a"));

        Request joins = _nexus.Submit(Ask("b") with { Pools = null });

        Assert.Equal(("gpus", _nexus.Request("a").Lease!.Number), (joins.Lease!.Pools[0], joins.Lease.MergedWith));
        Assert.Equal("others", _nexus.Submit(Ask("c") with { Pools = null, Mergeable = false }).Lease!.Pools[0]);
        Assert.Equal("others", _nexus.Submit(Ask("d", owner: "globex/x") with { Pools = null }).Lease!.Pools[0]);
    }

    [Fact]
    public void A_gang_shares_with_nobody_and_is_told_so()
    {
        Fault fault = Assert.IsType<Fault>(_nexus.Send(new Submit(Ask("a") with { Members = 2 }) { Actor = Scene.Somebody }));

        Assert.Equal((FaultCode.Invalid, "$.mergeable"), (fault.Code, fault.Field));
        Assert.Empty(_nexus.Engine.Requests);
    }

    [Fact]
    public void To_agree_is_a_part_of_what_is_asked()
    {
        _nexus.Submit(Ask("a"));

        Assert.Equal(FaultCode.IdReused, Assert.IsType<Fault>(_nexus.Send(new Submit(Ask("a") with { Mergeable = false }) { Actor = Scene.Somebody })).Code);
        Assert.True(((RequestReply)_nexus.Send(new Submit(Ask("a")) { Actor = Scene.Somebody })).Duplicate);
    }

    [Fact]
    public void A_dry_run_says_what_it_would_share_and_changes_nothing()
    {
        long began = _nexus.Submit(Ask("a")).Lease!.Number;
        byte[] before = _nexus.Engine.StateHash();

        Assert.Equal(began, ((RequestReply)_nexus.Send(new Submit(Ask("b"), DryRun: true) { Actor = Scene.Somebody })).Request.Lease!.MergedWith);
        Assert.Equal(before, _nexus.Engine.StateHash());
    }

    [Fact]
    public void What_was_paid_is_in_the_state_while_a_member_runs_and_only_where_something_was()
    {
        const byte merging = 13;
        _nexus.Submit(Ask("a"));
        _nexus.Submit(Ask("b"));
        Assert.NotEqual(merging, _nexus.Engine.Capture().Encode().State.Span[0]);

        _nexus.Advance(Hour);
        Assert.Equal(merging, _nexus.Engine.Capture().Encode().State.Span[0]);
        Assert.Equal(_nexus.Engine.StateHash(), Restored().StateHash());

        _nexus.Release("a");
        _nexus.Release("b");
        Assert.NotEqual(merging, _nexus.Engine.Capture().Encode().State.Span[0]);
    }

    [Fact]
    public void What_was_paid_before_the_grant_of_the_first_that_still_runs_is_forgotten()
    {
        _nexus.Submit(Ask("a"));
        _nexus.Advance(3 * Hour);
        _nexus.Submit(Ask("b"));
        int known = _nexus.Engine.Capture().Merged.Count;
        _nexus.Release("a");

        Assert.Equal((3, 0), (known, _nexus.Engine.Capture().Merged.Count));
    }

    [Fact]
    public void An_engine_that_a_snapshot_made_in_the_hour_bills_as_the_one_it_was_taken_of()
    {
        _nexus.Submit(Ask("a"));
        _nexus.Submit(Ask("b"));
        _nexus.Advance(TimeSpan.FromMinutes(20));
        _nexus.Release("a");
        Nexus.Engine.Core.Engine other = Restored();

        Batch batch = new();
        other.Handle(new Tick { Actor = Actor.Engine }, _nexus.Now + (2 * Hour), batch);
        int known = _nexus.Ledger.Count;
        _nexus.Advance(2 * Hour);

        Assert.Equal(_nexus.Ledger.Skip(known).Select(e => e.Line), batch.Ledger.Select(e => e.Line));
        Assert.Equal(1, batch.Ledger.Count(e => e.Line.Kind == LineKind.Minimum));
    }

    private Nexus.Engine.Core.Engine Restored() => Nexus.Engine.Core.Engine.Restore(_nexus.Engine.Capture().Encode().State.Span, new EngineLimits { MetersHeld = true });

    private static RequestSpec Ask(string id, string kind = "gpu", string pool = "gpus", string owner = "acme/alice") =>
        Scene.Spec(id, [(kind, 0.25)], owner, pools: [pool], lease: TimeSpan.FromHours(5)) with { Mergeable = true };

    private static RequestSpec Call(string id) => Scene.Spec(id, [("llm.calls", 4)], lease: Hour) with { Mergeable = true };

    // Those of an hour of the day, in the order of the ledger.
    private (string Request, string Kind, string Cost, bool Shares)[] Lines(int hour) =>
        [.. _nexus.Ledger.Where(e => e.Line.From.ToDateTimeOffset().Hour == hour).Select(e => (e.Request!, e.Line.Kind.ToString(), e.Line.Cost.ToString(), e.Line.SharesMinimum))];
}
