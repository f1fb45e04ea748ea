using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>Who pays the minimum of a shared grant when others have gone: after a late release, and when a lease is prolonged. A call costs 0.1, and a line of them at least 0.5; a GPU costs 2 an hour, and a line of it at least 1.</summary>
public sealed class MergingLateTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(10);

    private readonly Scene _nexus = new Scene(new EngineLimits { MetersHeld = true })
        .Pool("gpus", ("gpu", 8)).Bucket("llm", "llm.calls", 1_000, TimeSpan.FromSeconds(1), 1_000).Bucket("models", "tokens.input", 1_000_000, TimeSpan.FromSeconds(1), 1_000_000)
        .Prices(
            new("gpu-hour", "gpu") { UnitPrice = Money.Of(2), Minimum = Money.Of(1) },
            new("calls", "llm.calls") { UnitPrice = Money.Parse("0.1"), Minimum = Money.Parse("0.5") },
            new("in", "tokens.input") { UnitPrice = Money.Parse("0.001"), Minimum = Money.Of(1) },
            new("in-long", "tokens.input") { UnitPrice = Money.Parse("0.001"), Minimum = Money.Of(2), AbovePromptTokens = 100 });

    [Fact]
    public void A_minimum_on_which_another_relies_stays_due_though_its_payer_used_nothing()
    {
        Start("a", "llm.calls", 4, Short);
        Start("b", "llm.calls", 4, Hour);
        _nexus.Advance(TimeSpan.FromSeconds(30));
        _nexus.Release("b", ("llm.calls", 1));

        _nexus.Release("a", ("llm.calls", 0));

        Assert.Equal(("0.5", "0.1"), (Cost("a"), Cost("b")));
        Assert.Equal([("Minimum", "0.5"), ("Adjustment", "-0.4"), ("Adjustment", "-0.1")], _nexus.Ledger.Where(e => e.Request == "a").Skip(2).Select(e => (e.Line.Kind.ToString(), e.Line.Cost.ToString())));
        AssertSame();
    }

    [Fact]
    public void One_on_which_nobody_relies_is_taken_back_and_due_from_whoever_comes_next()
    {
        Start("a", "llm.calls", 4, Short);
        Start("b", "llm.calls", 4, Hour);
        _nexus.Advance(TimeSpan.FromSeconds(30));

        _nexus.Release("a", ("llm.calls", 0));
        AssertSame();
        _nexus.Release("b", ("llm.calls", 1));

        Assert.Equal(("0", "0.5"), (Cost("a"), Cost("b")));
    }

    [Fact]
    public void Of_one_that_shared_with_nobody_it_is_taken_back_as_of_any_other()
    {
        Start("a", "llm.calls", 4, Short);
        _nexus.Advance(TimeSpan.FromSeconds(30));

        _nexus.Release("a", ("llm.calls", 0));

        Assert.Equal("0", Cost("a"));
        Assert.Empty(_nexus.Engine.Capture().Merged);
    }

    [Fact]
    public void The_first_line_of_an_sku_pays_what_another_line_of_it_had_paid()
    {
        Start("a", "tokens.input", 90, Short);
        _nexus.Renew("a", usage: [("tokens.input", 90), ("tokens.input.cached", 40)]);
        _nexus.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("1.04", Cost("a"));

        _nexus.Release("a", ("tokens.input", 90), ("tokens.input.cached", 90));

        Assert.Equal("1", Cost("a"));
        AssertSame();
    }

    [Fact]
    public void Late_use_of_another_sku_pays_its_minimum_once_in_the_grant_and_hour()
    {
        foreach ((string id, TimeSpan lease) in ((string, TimeSpan)[])[("a", Short), ("c", Short), ("b", Hour)])
        {
            Start(id, "tokens.input", 90, lease);
        }

        _nexus.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(("1", "0.09"), (Cost("a"), Cost("c")));
        _nexus.Release("b", ("tokens.input", 90));

        _nexus.Release("a", ("tokens.input", 200));
        AssertSame();
        _nexus.Release("c", ("tokens.input", 200));

        // The others rely on the first minimum of a, which it pays beside that of what it used.
        Assert.Equal(("3", "0.09", "0.2"), (Cost("a"), Cost("b"), Cost("c")));
        AssertSame();
    }

    [Fact]
    public void What_was_paid_is_known_while_memory_holds_one_that_may_be_released_late()
    {
        Start("a", "llm.calls", 4, Short);
        Start("b", "llm.calls", 4, Short);
        _nexus.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([new MergedPayment(_nexus.Request("a").Lease!.Number, Instant.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), "calls", IsReliedOn: true)], _nexus.Engine.Capture().Merged);

        // Nobody runs: the next begins a grant of its own.
        Assert.Null(Start("c", "llm.calls", 4, Hour).Lease!.MergedWith);
        _nexus.Release("c", ("llm.calls", 4));
        _nexus.Release("a", ("llm.calls", 3));
        Assert.Single(_nexus.Engine.Capture().Merged);
        _nexus.Send(new Requeue(new RequestKey("acme", "b")) { Actor = Scene.Somebody });
        _nexus.Release("b", ("llm.calls", 3));

        Assert.Empty(_nexus.Engine.Capture().Merged);
    }

    [Fact]
    public void Nothing_follows_from_a_line_whose_price_cannot_be_worked_out()
    {
        _nexus.Prices(new Sku("odd", "llm.calls") { Formula = "1 / (3 - quantity)", Minimum = Money.Of(5) });
        Start("a", "llm.calls", 4, Hour);
        Start("b", "llm.calls", 4, Hour);
        _nexus.Release("a", ("llm.calls", 2));
        _nexus.Release("b", ("llm.calls", 3));

        LedgerEntry unpriced = Assert.Single(_nexus.Ledger, e => e.Request == "b");
        Assert.Equal((null, false), (unpriced.Line.Sku, unpriced.Line.SharesMinimum));
        Assert.Empty(_nexus.Request("b").MinimaOfOthers);
        AssertSame();
    }

    [Fact]
    public void A_renewal_asks_its_maximum_cost_with_the_minimum_that_it_may_come_to_pay()
    {
        Start("a", "gpu", 0.25, 5 * Hour);
        _nexus.Submit(Ask("b", "gpu", 0.25, TimeSpan.FromMinutes(20)) with { MaxCost = Money.Parse("1.2") });
        foreach (int quarter in (int[])[1, 2, 3])
        {
            _nexus.Advance(TimeSpan.FromMinutes(15));
            Assert.Null(Refused("b"));
            if (quarter == 2)
            {
                _nexus.Release("a");
            }
        }

        // The hour is billed, for what it held, and it is alone.
        _nexus.Advance(TimeSpan.FromMinutes(16));
        Instant ends = _nexus.Request("b").Lease!.ExpiresAt;

        Assert.Equal("0.5", Cost("b"));
        Assert.Equal(ReasonCode.ExceedsMaxCost, Refused("b"));
        Assert.Equal(ends, _nexus.Request("b").Lease!.ExpiresAt);
    }

    [Fact]
    public void A_renewal_asks_a_budget_that_halts_with_it_too()
    {
        _nexus.Budget("m", "acme", amount: 3, halt: 1);
        Start("a", "gpu", 0.25, Hour);
        Start("b", "gpu", 0.25, Hour);
        _nexus.Submit(Scene.Spec("other", [("llm.calls", 11)], lease: Hour));
        Assert.Equal("2.6", _nexus.BudgetNow("m").Reserved.ToString());
        _nexus.Advance(TimeSpan.FromMinutes(10));

        Assert.True(Refused("b") is ReasonCode.OverBudget or ReasonCode.ExceedsBudget);
        _nexus.Release("other", ("llm.calls", 0));
        Assert.Null(Refused("b"));
    }

    [Fact]
    public void Alone_it_reserves_the_minimum_again_when_it_is_renewed()
    {
        _nexus.Budget("m", "acme", amount: 100, halt: 1);
        Start("a", "gpu", 0.25, Hour);
        Start("b", "gpu", 0.25, Hour);
        Assert.Equal("0.5", _nexus.Request("b").Estimate!.Total.ToString());

        _nexus.Advance(TimeSpan.FromMinutes(1));
        _nexus.Renew("b");
        Assert.True(_nexus.Request("b").Estimate!.Total < Money.Of(1));
        _nexus.Release("a");
        _nexus.Advance(TimeSpan.FromMinutes(1));
        _nexus.Renew("b");

        Assert.Equal("1", _nexus.Request("b").Estimate!.Total.ToString());
        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Replayed().StateHash());
    }

    private static RequestSpec Ask(string id, string kind, double amount, TimeSpan lease) => Scene.Spec(id, [(kind, amount)], lease: lease) with { Mergeable = true };

    private Request Start(string id, string kind, double amount, TimeSpan lease) => _nexus.Submit(Ask(id, kind, amount, lease));

    private string Cost(string id) => _nexus.Request(id).Cost.ToString();

    private ReasonCode? Refused(string id) => ((RequestReply)_nexus.Renew(id)).Refusal?.Code;

    // What ran on, what its events make, and what a snapshot of it makes.
    private void AssertSame()
    {
        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Replayed().StateHash());
        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Restored().StateHash());
    }
}
