using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>The price book is configuration: journalled, versioned, and never a reason to change what was priced before.</summary>
public sealed class PricesTests
{
    private readonly Scene _nexus = Given.Pool("gpus", ("gpu", 8)).Bucket("llm", "tokens.input", 1_000_000, TimeSpan.FromSeconds(1), 1_000_000);

    [Fact]
    public void A_book_is_replaced_as_a_whole_and_says_what_changed()
    {
        PricesReply first = Set(replaces: true, Sku("a", "1"), Sku("b", "2"));
        PricesReply second = Set(replaces: true, Sku("b", "3"), Sku("c", "4"));

        Assert.Equal(["a", "b"], first.Change.Added.Select(s => s.Name));
        Assert.Equal("+c ~b -a", Told(second));
        Assert.Equal(["b", "c"], Book());
        Assert.Equal(second.Version, _nexus.Engine.Configuration.VersionOfPrices);
    }

    [Fact]
    public void An_import_adds_or_replaces_what_it_names_and_keeps_the_rest()
    {
        Set(replaces: true, Sku("a", "1"), Sku("b", "2"));

        PricesReply reply = Set(replaces: false, Sku("b", "3"), Sku("c", "4"));

        Assert.Equal("+c ~b", Told(reply));
        Assert.Equal(["a", "b", "c"], Book());
    }

    [Fact]
    public void Prices_of_one_name_that_hold_from_different_times_stand_beside_each_other()
    {
        Sku dated = Sku("a", "2") with { EffectiveFrom = _nexus.Now + TimeSpan.FromDays(1) };
        Set(replaces: true, Sku("a", "1"), dated);

        Set(replaces: false, dated with { UnitPrice = Money.Of(3) });

        Assert.Equal(["1", "3"], _nexus.Engine.Configuration.Prices.Prices.Select(p => p.Sku.UnitPrice!.Value.ToString()));
    }

    [Fact]
    public void What_stays_as_it_is_writes_nothing_and_keeps_its_version()
    {
        long version = Set(replaces: true, Sku("a", "1")).Version;
        int events = _nexus.Events.Count;

        Assert.Equal(version, Set(replaces: false, Sku("a", "1")).Version);
        Assert.Equal(events, _nexus.Events.Count);
    }

    [Fact]
    public void A_dry_run_says_what_would_change_and_changes_nothing()
    {
        PricesReply reply = Assert.IsType<PricesReply>(_nexus.Send(new SetPrices([Sku("a", "1")], Replaces: true, DryRun: true) { Actor = Scene.Somebody }));

        Assert.Equal(["a"], reply.Change.Added.Select(s => s.Name));
        Assert.Empty(Book());
    }

    [Fact]
    public void A_book_that_was_changed_since_is_not_overwritten()
    {
        long seen = Set(replaces: true, Sku("a", "1")).Version;
        Set(replaces: true, Sku("a", "2"));

        Assert.Equal(FaultCode.VersionMismatch, Assert.IsType<Fault>(_nexus.Send(new SetPrices([], Replaces: true, seen) { Actor = Scene.Somebody })).Code);
        Assert.Equal(["a"], Book());
    }

    [Theory]
    [InlineData("llama", "0.1", FaultCode.UnknownName, "$.items[1].resource")]
    [InlineData("tokens.context", "0.1", FaultCode.Invalid, "$.items[1].resource")]
    [InlineData("gpu", "-1", FaultCode.Invalid, "$.items[1].unitPrice")]
    [InlineData("gpu", "0.0000001", FaultCode.Invalid, "$.items[1].unitPrice")]
    public void What_cannot_be_a_price_is_refused_by_its_field_and_changes_nothing(string resource, string price, FaultCode code, string field)
    {
        Fault fault = Assert.IsType<Fault>(_nexus.Send(new SetPrices([Sku("a", "1"), new Sku("b", resource) { UnitPrice = Money.Parse(price) }], Replaces: true) { Actor = Scene.Somebody }));

        Assert.Equal((code, field), (fault.Code, fault.Field));
        Assert.Empty(Book());
    }

    [Fact]
    public void A_name_and_time_stands_once()
    {
        Fault fault = Assert.IsType<Fault>(_nexus.Send(new SetPrices([Sku("a", "1"), Sku("a", "2")], Replaces: true) { Actor = Scene.Somebody }));

        Assert.Equal("$.items[1].sku", fault.Field);
    }

    [Fact]
    public void A_kind_that_has_a_price_is_not_removed()
    {
        _nexus.Send(new SetKind(new ResourceKind("fpga", ResourceFamily.Compute, "slot", ResourceBehaviour.Held)) { Actor = Scene.Somebody });
        Set(replaces: true, new Sku("slots", "fpga") { UnitPrice = Money.Of(1) });

        Assert.Contains("the price 'slots'", Assert.IsType<Fault>(_nexus.Send(new DeleteKind("fpga") { Actor = Scene.Somebody })).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_book_comes_back_from_a_snapshot_and_from_the_journal()
    {
        Set(replaces: true, Sku("a", "1") with { Minimum = Money.Of(1) }, Sku("b", "2") with
        {
            UnitPrice = null, Tiers = [new PriceTier(Quantity.Of(10), Money.Of(3)), new PriceTier(null, Money.Of(2))], TierMode = TierMode.Volume, TierPeriod = TierPeriod.Month,
            Pool = "gpus", Provider = "p", Model = "m", Lane = "batch", AbovePromptTokens = 7, EffectiveFrom = _nexus.Now,
        });

        Assert.Equal(_nexus.Engine.Configuration.Prices.Prices.Select(p => p.Sku), _nexus.Restored().Configuration.Prices.Prices.Select(p => p.Sku));
        Assert.Equal(_nexus.Engine.Configuration.Prices.Prices.Select(p => p.Sku), _nexus.Replayed().Configuration.Prices.Prices.Select(p => p.Sku));
        Assert.Equal(_nexus.Engine.StateHash(), _nexus.Replayed().StateHash());
    }

    [Fact]
    public void What_was_priced_stays_priced_as_it_was()
    {
        Set(replaces: true, Sku("a", "1"));
        _nexus.Submit(Scene.Spec("r", [("gpu", 2)], lease: TimeSpan.FromHours(3)));
        _nexus.Advance(TimeSpan.FromHours(1));
        _nexus.Release("r");

        Set(replaces: true, Sku("a", "5"));

        Assert.Equal(Money.Of(2), _nexus.Request("r").Cost);
    }

    private static Sku Sku(string name, string price) => new(name, "gpu") { UnitPrice = Money.Parse(price) };

    private static string Told(PricesReply reply) =>
        string.Join(' ', reply.Change.Added.Select(s => "+" + s.Name).Concat(reply.Change.Changed.Select(s => "~" + s.After.Name)).Concat(reply.Change.Removed.Select(s => "-" + s.Name)));

    private PricesReply Set(bool replaces, params Sku[] skus) => Assert.IsType<PricesReply>(_nexus.Send(new SetPrices(skus, replaces) { Actor = Scene.Somebody }));

    private string[] Book() => [.. _nexus.Engine.Configuration.Prices.Prices.Select(p => p.Sku.Name)];
}
