using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>What a grant used is in the ledger when it ends, what it holds by the hour: each line once, by the price that held.</summary>
public sealed class SettlementCostTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Scene _nexus = new Scene(new EngineLimits { MetersHeld = true })
        .Pool("gpus", ("gpu", 8)).Bucket("llm", "tokens.input", 1_000_000, TimeSpan.FromSeconds(1), 1_000_000)
        .Prices(
            new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(2) }, new Sku("in", "tokens.input") { UnitPrice = Money.Parse("0.000003") },
            new Sku("cached", "tokens.input.cached") { UnitPrice = Money.Parse("0.000001") });

    [Fact]
    public void Metered_use_costs_what_was_used_at_the_moment_of_the_grant()
    {
        Request granted = _nexus.Submit("r", ("tokens.input", 1000));
        _nexus.Advance(TimeSpan.FromMinutes(1));
        _nexus.Release("r", ("tokens.input", 700));

        LedgerEntry entry = Assert.Single(_nexus.Ledger);
        Assert.Equal((LineKind.Usage, "tokens.input", 700_000L, "in", "0.0021"), (entry.Line.Kind, entry.Line.Resource, entry.Line.Thousandths, entry.Line.Sku, entry.Line.Cost.ToString()));
        Assert.Equal((granted.Lease!.GrantedAt, granted.Lease.GrantedAt), (entry.Line.From, entry.Line.To));
        Assert.Equal(("acme/alice", "r", granted.Lease.Number, "llm"), (entry.Owner.ToString(), entry.Request, entry.Lease, entry.Line.Pool));
        Assert.Equal("0.0021", _nexus.Request("r").Cost.ToString());
    }

    [Fact]
    public void A_part_has_a_line_of_its_own_and_its_whole_one_for_the_rest()
    {
        _nexus.Submit("r", ("tokens.input", 1000));
        _nexus.Release("r", ("tokens.input", 1000), ("tokens.input.cached", 400));

        Assert.Equal([("tokens.input", "0.0018"), ("tokens.input.cached", "0.0004")], _nexus.Ledger.Select(e => (e.Line.Resource, e.Line.Cost.ToString())));
    }

    [Fact]
    public void What_is_held_is_in_the_ledger_at_every_full_hour_and_at_the_end()
    {
        _nexus.Advance(TimeSpan.FromMinutes(20));
        _nexus.Submit(Scene.Spec("r", [("gpu", 3)], lease: TimeSpan.FromHours(5)));

        _nexus.Advance(TimeSpan.FromMinutes(40));
        Assert.Equal("4", _nexus.Request("r").Cost.ToString());
        _nexus.Advance(2 * Hour);
        _nexus.Advance(TimeSpan.FromMinutes(15));
        _nexus.Release("r");

        Assert.Equal(["2", "3", "3", "0.75"], _nexus.Ledger.Select(e => e.Line.Quantity.ToString()));
        Assert.Equal([.. _nexus.Ledger.Skip(1).Select(e => e.Line.From)], _nexus.Ledger.SkipLast(1).Select(e => e.Line.To));
        Assert.Equal("17.5", _nexus.Request("r").Cost.ToString());
    }

    [Fact]
    public void Who_meters_at_the_end_alone_writes_the_same_slices()
    {
        Scene late = new Scene().Pool("gpus", ("gpu", 8)).Prices(new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(2) });
        foreach (Scene scene in (Scene[])[_nexus, late])
        {
            scene.Advance(TimeSpan.FromMinutes(20));
            scene.Submit(Scene.Spec("r", [("gpu", 3)], lease: TimeSpan.FromHours(5)));
            scene.Advance(TimeSpan.FromMinutes(155));
            scene.Release("r");
        }

        Assert.Equal(_nexus.Ledger.Select(e => e.Line), late.Ledger.Select(e => e.Line));
    }

    [Fact]
    public void Each_hour_has_the_price_that_holds_when_it_begins()
    {
        _nexus.Prices(new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(2) }, new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(5), EffectiveFrom = _nexus.Now + Hour });
        _nexus.Submit(Scene.Spec("r", [("gpu", 1)], lease: TimeSpan.FromHours(5)));
        _nexus.Advance(2 * Hour);
        _nexus.Release("r");

        Assert.Equal(["2", "5"], _nexus.Ledger.Select(e => e.Line.Cost.ToString()));
    }

    [Fact]
    public void What_is_held_in_addition_costs_from_then_on()
    {
        _nexus.Submit(Scene.Spec("r", [("gpu", 1)], lease: TimeSpan.FromHours(5)));
        _nexus.Advance(TimeSpan.FromMinutes(30));
        _nexus.Renew("r", extend: [("gpu", 2)]);
        _nexus.Advance(TimeSpan.FromMinutes(30));
        _nexus.Release("r");

        Assert.Equal([("0.5", 1_000L), ("1.5", 3_000L)], _nexus.Ledger.Select(e => (e.Line.Quantity.ToString(), e.Line.Thousandths)));
    }

    [Fact]
    public void A_lease_that_expires_costs_its_estimate_and_a_late_release_adjusts_it_in_the_same_period()
    {
        Request granted = _nexus.Submit("r", ("tokens.input", 1000));
        _nexus.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("0.003", _nexus.Request("r").Cost.ToString());

        _nexus.Release("r", ("tokens.input", 400));

        Assert.Equal([(LineKind.Usage, 1_000_000L), (LineKind.Adjustment, -1_000_000L), (LineKind.Adjustment, 400_000L)], _nexus.Ledger.Select(e => (e.Line.Kind, e.Line.Thousandths)));
        Assert.All(_nexus.Ledger, e => Assert.Equal(granted.Lease!.GrantedAt, e.Line.From));
        Assert.Equal("0.0012", _nexus.Request("r").Cost.ToString());
        Assert.Equal("0.0012", _nexus.Ledger.Aggregate(Money.Zero, (sum, e) => sum + e.Line.Cost).ToString());
    }

    [Fact]
    public void What_a_lost_attempt_used_stays_charged()
    {
        _nexus.Submit(Scene.Spec("r", [("gpu", 1)], lease: TimeSpan.FromHours(5), queue: true));
        _nexus.Advance(TimeSpan.FromMinutes(30));
        _nexus.Send(new Requeue(new RequestKey("acme", "r")) { Actor = Scene.Somebody });
        _nexus.Advance(TimeSpan.FromMinutes(30));
        _nexus.Release("r");

        Assert.Equal(["0.5", "0.5"], _nexus.Ledger.Select(e => e.Line.Quantity.ToString()));
        Assert.Equal("2", _nexus.Request("r").Cost.ToString());
        Assert.Equal(2, _nexus.Ledger.Select(e => e.Lease).Distinct().Count());
    }

    [Fact]
    public void What_is_cancelled_before_it_starts_costs_nothing()
    {
        _nexus.Submit("holds", ("gpu", 8));
        _nexus.Queue("r", "medium", ("gpu", 1));
        _nexus.Cancel("r");

        Assert.Empty(_nexus.Ledger);
    }

    [Fact]
    public void The_model_and_provider_of_a_request_or_its_pool_find_the_price()
    {
        _nexus.Pool(new PoolDefinition("h100", [new Supply("gpu", Quantity.Of(1))], Labels.Of([new("model", "H100"), new("provider", "own")]), PurchaseOption.OnDemand, null));
        _nexus.Prices(new Sku("any", "gpu") { UnitPrice = Money.Of(1) }, new Sku("h100", "gpu") { Model = "H100", UnitPrice = Money.Of(4) });
        _nexus.Submit(Scene.Spec("r", [("gpu", 1)], pools: ["h100"], lease: TimeSpan.FromHours(2)));
        _nexus.Submit(Scene.Spec("s", [("gpu", 1)], pools: ["gpus"], lease: TimeSpan.FromHours(2), labels: Labels.Of([new("model", "H100")])));
        _nexus.Advance(Hour);

        Assert.Equal([("h100", "H100", "own"), ("h100", "H100", null)], _nexus.Ledger.Select(e => (e.Line.Sku!, e.Line.Model!, e.Line.Provider)));
    }

    [Fact]
    public void Without_a_price_it_is_counted_and_costs_nothing()
    {
        _nexus.Prices();
        _nexus.Submit("r", ("tokens.input", 1000));
        _nexus.Release("r");

        CostLine line = Assert.Single(_nexus.Ledger).Line;
        Assert.Equal((1_000_000L, null, Money.Zero), (line.Thousandths, line.Sku, line.Cost));
        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Replayed().StateHash());
    }

    [Fact]
    public void Time_is_in_the_ledger_where_it_has_a_price()
    {
        _nexus.Prices(new Sku("wait", "time.queue") { UnitPrice = Money.Parse("0.001") }, new Sku("work", "time.processing") { UnitPrice = Money.Parse("0.01") });
        _nexus.Submit("holds", ("gpu", 8));
        _nexus.Queue("r", "medium", ("gpu", 1));
        _nexus.Advance(TimeSpan.FromSeconds(10));
        _nexus.Release("holds");
        _nexus.Ledger.Clear();
        _nexus.Advance(TimeSpan.FromSeconds(20));
        _nexus.Release("r");

        Assert.Equal([("gpu", null), ("time.processing", "0.2"), ("time.queue", "0.01")], _nexus.Ledger.Select(e => (e.Line.Resource, e.Line.Sku is null ? null : e.Line.Cost.ToString())));
    }

    [Fact]
    public void Tiers_of_a_month_count_on_from_line_to_line()
    {
        _nexus.Prices(new Sku("in", "tokens.input") { Tiers = [new PriceTier(Quantity.Of(1000), Money.Parse("0.002")), new PriceTier(null, Money.Parse("0.001"))], TierPeriod = TierPeriod.Month });
        foreach (string id in (string[])["a", "b", "c"])
        {
            _nexus.Submit(id, ("tokens.input", 600));
            _nexus.Release(id);
        }

        Assert.Equal(["1.2", "0.8", "0.2", "0.6"], _nexus.Ledger.Select(e => e.Line.Cost.ToString()));
        Assert.Equal(1_800_000L, _nexus.Ledger.Sum(e => e.Line.Thousandths));

        _nexus.Advance(TimeSpan.FromDays(31));
        _nexus.Submit("d", ("tokens.input", 600));
        _nexus.Release("d");
        Assert.Equal("1.2", _nexus.Ledger[^1].Line.Cost.ToString());
        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Replayed().StateHash());
        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Restored().StateHash());
    }

    [Fact]
    public void A_formula_works_out_what_each_line_costs()
    {
        _nexus.Prices(new Sku("power", "gpu") { Formula = "label('environment') == 'test' ? 0.000000000001 : quantity * (hour < 1 ? 0.03 : 0.3)" });
        _nexus.Submit(Scene.Spec("r", [("gpu", 2)], lease: TimeSpan.FromHours(5)));
        _nexus.Submit(Scene.Spec("t", [("gpu", 2)], lease: TimeSpan.FromHours(5), labels: Labels.Of([new("environment", "test")])));
        _nexus.Advance(2 * Hour);

        Assert.Equal([("r", "0.06"), ("r", "0.6"), ("t", "0.000000000001"), ("t", "0.000000000001")], _nexus.Ledger.Select(e => (e.Request!, e.Line.Cost.ToString())).Order());
        Assert.All(_nexus.Ledger, e => Assert.Equal(("1", e.Line.UnitPrice), (e.Line.Quantity.ToString(), e.Line.Cost)));
        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Replayed().StateHash());
    }

    [Fact]
    public void A_formula_that_gives_no_cost_leaves_the_line_unpriced()
    {
        _nexus.Prices(new Sku("in", "tokens.input") { Formula = "custom('gone')" });
        _nexus.Submit("r", ("tokens.input", 10));
        _nexus.Release("r");

        Assert.Null(Assert.Single(_nexus.Ledger).Line.Sku);
    }

    [Fact]
    public void A_registered_cost_model_is_called_by_its_name_and_its_cost_is_kept()
    {
        Scene nexus = new Scene(new EngineLimits { CostModels = new Dictionary<string, ICostModel> { ["night-tariff"] = new NightTariff() } }).Pool("gpus", ("gpu", 8))
            .Prices(new Sku("power", "gpu") { Formula = "custom('night-tariff')" });
        nexus.Submit(Scene.Spec("r", [("gpu", 2)], lease: TimeSpan.FromHours(5)));
        nexus.Advance(Hour);
        nexus.Release("r");

        Assert.Equal("0.06", nexus.Request("r").Cost.ToString());
        Assert.Equal("0.06", Assert.Single(nexus.Replayed().Requests).Cost.ToString());
    }

    [Fact]
    public void What_makes_up_for_a_minimum_is_exact_too()
    {
        _nexus.Prices(new Sku("in", "tokens.input") { UnitPrice = Money.Parse("0.000000123"), Minimum = Money.Parse("0.5") });
        _nexus.Submit("r", ("tokens.input", 7));
        _nexus.Release("r");

        Assert.Equal([(LineKind.Usage, "0.000000861"), (LineKind.Minimum, "0.499999139")], _nexus.Ledger.Select(e => (e.Line.Kind, e.Line.Cost.ToString())));
        Assert.Equal("0.5", _nexus.Request("r").Cost.ToString());
    }

    [Fact]
    public void Until_when_it_was_metered_survives_a_restart()
    {
        _nexus.Submit(Scene.Spec("r", [("gpu", 1)], lease: TimeSpan.FromHours(5)));
        _nexus.Advance(TimeSpan.FromMinutes(90));

        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Replayed().StateHash());
        Assert.Equal(_nexus.Request("r").HeldUntil, Assert.Single(_nexus.Restored().Requests).HeldUntil);
        Assert.Equal("2", Assert.Single(_nexus.Restored().Requests).Cost.ToString());
    }

    // The worked example of the interface's documentation.
    private sealed class NightTariff : ICostModel
    {
        public string Name => "night-tariff";

        public decimal Cost(CostInputs inputs) => inputs.Quantity * (inputs.At.ToDateTimeOffset().Hour is < 6 or >= 22 ? 0.03m : 0.30m);
    }
}
