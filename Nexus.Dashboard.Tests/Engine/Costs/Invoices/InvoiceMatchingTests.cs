using CsCheck;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Invoices;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Costs.Invoices;

public sealed class InvoiceMatchingTests
{
    private const string Model = "gpt-4o";
    private static readonly Instant First = Instant.From(new DateTimeOffset(2026, 10, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly Money Cent = Money.Parse("0.01");

    private static readonly Sku In = new("in", "tokens.input") { Provider = "openai", Model = Model, UnitPrice = Money.Parse("0.0000025") };
    private static readonly Sku Out = new("out", "tokens.output") { Provider = "openai", Model = Model, UnitPrice = Money.Parse("0.00001") };

    [Fact]
    public void What_agrees_to_the_last_digit_has_no_cause()
    {
        Reconciliation found = Reconcile([Line(0, 1_000_000, "2.5")], [Use(0, 1_000_000, "2.5")], In);

        Assert.True(found.Matches);
        Assert.Equal(Money.Zero, found.Difference);
        Assert.Empty(Assert.Single(found.Rows).Causes);
        Assert.Empty(found.Corrections);
    }

    [Fact]
    public void Use_that_the_ledger_lacks_is_valued_at_its_price()
    {
        InvoiceRow row = Assert.Single(Reconcile([Line(0, 1_200_000, "3")], [Use(0, 1_000_000, "2.5")], In).Rows);

        Assert.Equal([(DifferenceCause.MissingHere, "0.5")], Causes(row));
        Assert.Equal(200_000, Tokens(row.Causes[0].Quantity));
    }

    [Fact]
    public void Use_that_the_ledger_lacks_altogether_is_valued_by_the_book()
    {
        InvoiceRow row = Assert.Single(Reconcile([Line(0, 1_000_000, "2.5")], [], In).Rows);

        Assert.Equal([(DifferenceCause.MissingHere, "2.5")], Causes(row));
    }

    [Fact]
    public void Where_the_book_has_no_price_either_all_that_is_billed_is_missing() =>
        Assert.Equal([(DifferenceCause.MissingHere, "2.75")], Causes(Assert.Single(Reconcile([Line(0, 1_000_000, "2.75")], []).Rows)));

    [Fact]
    public void Use_that_the_invoice_lacks_is_taken_off()
    {
        Reconciliation found = Reconcile([Line(0, 600_000, "1.5")], [Use(0, 1_000_000, "2.5"), Use(1, 4_000, "0.01")], In);

        Assert.Equal([(DifferenceCause.MissingThere, "-1")], Causes(found.Rows[0]));
        Assert.Equal([(DifferenceCause.MissingThere, "-0.01")], Causes(found.Rows[1]));
        Assert.Equal(0, found.Rows[1].Lines);
    }

    [Fact]
    public void An_amount_off_by_less_than_its_last_decimal_was_rounded() =>
        Assert.Equal([(DifferenceCause.Rounding, "-0.0025")], Causes(Assert.Single(Reconcile([Line(0, 1_001_000, "2.5")], [Use(0, 1_001_000, "2.5025")], In).Rows)));

    [Fact]
    public void Another_price_of_the_book_is_another_tier()
    {
        Sku large = In with { Name = "in>200000", AbovePromptTokens = 200_000, UnitPrice = Money.Parse("0.000005") };

        Reconciliation found = Reconcile([Line(0, 1_000_000, "5")], [Use(0, 1_000_000, "2.5")], In, large);

        Assert.Equal([(DifferenceCause.Tier, "2.5")], Causes(found.Rows[0]));
        Assert.Equal("in>200000", found.Rows[0].Causes[0].Sku);
        Assert.Empty(found.Corrections);
    }

    [Fact]
    public void A_price_that_the_book_does_not_have_is_found_among_those_that_fit_all_days()
    {
        // 3.00 / M, rounded to cents: the first day alone fits 2.95 as well.
        Reconciliation found = Reconcile([Line(0, 101_000, "0.30"), Line(1, 3_000_400, "9.00")], [Use(0, 101_000, "0.2525"), Use(1, 3_000_400, "7.501")], In);

        Assert.Equal([(DifferenceCause.Price, "0.0505"), (DifferenceCause.Rounding, "-0.003")], Causes(found.Rows[0]));
        Assert.Equal([(DifferenceCause.Price, "1.5002"), (DifferenceCause.Rounding, "-0.0012")], Causes(found.Rows[1]));
        PriceCorrection correction = Assert.Single(found.Corrections);
        Assert.Equal(In with { UnitPrice = Money.Parse("0.000003"), EffectiveFrom = First }, correction.After);
        Assert.Equal((In, "1.5507"), (correction.Before, correction.Amount.ToString()));
    }

    [Fact]
    public void A_price_that_is_stated_is_taken_as_it_is() =>
        Assert.Equal("0.0000027182", Assert.Single(Reconcile([Line(0, 1_000_000, "2.72") with { UnitPrice = Money.Parse("0.0000027182") }], [Use(0, 1_000_000, "2.5")], In).Corrections).After.UnitPrice.ToString());

    [Fact]
    public void A_price_that_went_back_is_set_back()
    {
        Reconciliation found = Reconcile(
            [Line(0, 1_000_000, "2.5"), Line(1, 1_000_000, "3"), Line(2, 1_000_000, "3"), Line(3, 1_000_000, "2.5")], [.. Enumerable.Range(0, 4).Select(d => Use(d, 1_000_000, "2.5"))], In);

        Assert.Equal([(Day(1), "0.000003"), (Day(3), "0.0000025")], found.Corrections.Select(c => (c.After.EffectiveFrom!.Value, c.After.UnitPrice.ToString()!)));
        Assert.Equal("1", found.Corrections[0].Amount.ToString());
    }

    [Fact]
    public void A_price_that_was_to_hold_from_a_day_in_between_does_not_take_the_correction_back()
    {
        Sku later = In with { EffectiveFrom = Day(1), UnitPrice = Money.Parse("0.0000026") };

        Reconciliation found = Reconcile([Line(0, 1_000_000, "3"), Line(1, 1_000_000, "3")], [Use(0, 1_000_000, "2.5"), Use(1, 1_000_000, "2.6")], In, later);

        Assert.Equal([Day(0), Day(1)], found.Corrections.Select(c => c.After.EffectiveFrom!.Value));
        Assert.All(found.Corrections, c => Assert.Equal("0.000003", c.After.UnitPrice.ToString()));
    }

    [Fact]
    public void Use_without_a_price_gets_one_of_its_own()
    {
        Reconciliation found = Reconcile([Line(0, 1_000_000, "3")], [Use(0, 1_000_000, "0") with { Sku = null }]);

        Assert.Equal([(DifferenceCause.Price, "3")], Causes(found.Rows[0]));
        Sku set = Assert.Single(found.Corrections).After;
        Assert.Equal(("openai/gpt-4o/tokens.input", "openai", Model, "0.000003"), (set.Name, set.Provider, set.Model, set.UnitPrice.ToString()!));
    }

    [Fact]
    public void A_price_for_several_models_is_not_changed_for_one()
    {
        Sku all = new("all", "tokens.input") { UnitPrice = Money.Parse("0.0000025") };

        PriceCorrection correction = Assert.Single(Reconcile([Line(0, 1_000_000, "3")], [Use(0, 1_000_000, "2.5") with { Sku = "all" }], all).Corrections);

        Assert.Equal(("all", "openai/gpt-4o/tokens.input"), (correction.Before!.Name, correction.After.Name));
    }

    [Fact]
    public void A_price_that_both_lanes_share_is_changed_for_one_of_them()
    {
        InvoiceKey batch = new(First, Model, TokenClass.Input, InvoiceKey.Batch);

        Reconciliation found = Reconcile(
            [Line(0, 1_000_000, "2.5"), new InvoiceLine(batch, 2) { Quantity = Quantity(1_000_000), Amount = Money.Parse("1.25"), Slack = Cent }],
            [Use(0, 1_000_000, "2.5"), new LedgerUse(batch, "in", Quantity(1_000_000), Money.Parse("2.5"))], In);

        Assert.Equal(In with { Name = "in:batch", Lane = "batch", UnitPrice = Money.Parse("0.00000125"), EffectiveFrom = First }, Assert.Single(found.Corrections).After);
    }

    [Fact]
    public void What_has_tiers_a_formula_or_a_minimum_is_left_to_a_person()
    {
        Sku tiers = In with { UnitPrice = null, Tiers = [new PriceTier(Nexus.Engine.Resources.Quantity.FromThousandths(1_000), Money.Parse("0.0000025")), new PriceTier(null, Money.Parse("0.000002"))] };

        Reconciliation found = Reconcile([Line(0, 1_000_000, "3")], [Use(0, 1_000_000, "2.5")], tiers);

        Assert.Empty(found.Corrections);
        Assert.Contains("tiers", Assert.Single(found.Unproposed).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Amounts_that_no_price_explains_are_left_to_a_person()
    {
        InvoiceLine exact = Line(0, 3, "1") with { Slack = Money.Zero };

        Reconciliation found = Reconcile([exact], [Use(0, 3, "0.0000075")], In);

        Assert.Equal([(DifferenceCause.Price, "0.9999925")], Causes(found.Rows[0]));
        Assert.Contains("2026-10-01", Assert.Single(found.Unproposed).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_amount_without_a_quantity_says_no_more_than_that_it_differs()
    {
        InvoiceLine line = Line(0, 0, "2.9") with { Quantity = null };

        Assert.Equal([(DifferenceCause.NoQuantity, "0.4")], Causes(Assert.Single(Reconcile([line], [Use(0, 1_000_000, "2.5")], In).Rows)));
        Assert.Equal([(DifferenceCause.MissingHere, "2.9")], Causes(Assert.Single(Reconcile([line], [], In).Rows)));
    }

    [Fact]
    public void A_report_of_use_without_amounts_is_valued_by_the_ledger()
    {
        InvoiceRow row = Assert.Single(Reconcile([Line(0, 1_500_000, "0") with { Amount = null }], [Use(0, 1_000_000, "2.5")], In).Rows);

        Assert.Equal([(DifferenceCause.MissingHere, "1.25")], Causes(row));
        Assert.Equal((true, "3.75"), (row.IsValued, row.Billed.ToString()));
    }

    [Fact]
    public void A_report_of_use_and_one_of_costs_are_one_invoice()
    {
        Reconciliation found = Reconcile([Line(0, 1_000_000, "0") with { Amount = null }, Line(0, 0, "3") with { Quantity = null }], [Use(0, 1_000_000, "2.5")], In);

        Assert.Equal([(DifferenceCause.Price, "0.5")], Causes(Assert.Single(found.Rows)));
    }

    [Fact]
    public void Lines_of_keys_and_projects_are_one_line_of_a_day()
    {
        InvoiceLine merged = Assert.Single(InvoiceLine.Merge([Line(0, 100, "0.10") with { }, new InvoiceLine(Key(0), 7) { Quantity = Quantity(50), Amount = Money.Parse("0.05"), Slack = Cent }]));

        Assert.Equal((1, 2, 150m, "0.15", "0.02"), (merged.Line, merged.Lines, Tokens(merged.Quantity), merged.Amount.ToString()!, merged.Slack.ToString()));
    }

    [Fact]
    public void The_causes_of_whatever_differs_add_up_to_the_difference_exactly()
    {
        Gen<Sku[]> skus = Gen.Select(Gen.Long[0, 9_999_999], Gen.Long[0, 9_999_999], Gen.Bool, (a, b, has) => has ? new[] { In with { UnitPrice = new Money(a) }, Out with { UnitPrice = new Money(b) }, In with { Name = "large", AbovePromptTokens = 9, UnitPrice = new Money(b) } } : []);
        Gen<InvoiceKey> keys = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 1], Gen.Bool, (day, tokens, batch) => new InvoiceKey(Day(day), Model, tokens == 0 ? TokenClass.Input : TokenClass.Output, batch ? InvoiceKey.Batch : InvoiceKey.Standard));
        Gen<InvoiceLine> lines = Gen.Select(keys, Gen.Long[-1, 5_000_000], Gen.Long[-5_000_000_000_000, 50_000_000_000_000], Gen.Long[-1, 9_999_999], Gen.Int[0, 3], (key, quantity, amount, price, shape) => new InvoiceLine(key, 1)
        {
            Quantity = quantity < 0 || shape == 1 ? null : Quantity(quantity),
            Amount = shape == 2 || (shape != 1 && quantity < 0) ? null : new Money(shape == 3 && price >= 0 ? quantity * price : amount),
            UnitPrice = shape == 3 && price >= 0 && quantity >= 0 ? new Money(price) : null,
            Slack = shape == 3 ? Money.Zero : Cent,
        }).Where(l => l.Quantity is not null || l.Amount is not null);
        Gen<LedgerUse> uses = Gen.Select(keys, Gen.Long[-1_000, 5_000_000], Gen.Long[-1_000_000_000, 50_000_000_000_000], Gen.Int[0, 2], (key, quantity, cost, sku) => new LedgerUse(key, sku == 0 ? null : sku == 1 ? "in" : "large", Quantity(quantity), new Money(cost)));

        Gen.Select(lines.Array[0, 12], uses.Array[0, 12], skus).Sample((invoice, ledger, book) =>
        {
            Reconciliation found = Reconcile(InvoiceLine.Merge(invoice), ledger, book);

            Assert.All(found.Rows, row => Assert.Equal(row.Difference, row.Causes.Aggregate(Money.Zero, (sum, c) => sum + c.Amount)));
            Assert.Equal(found.Difference, found.Causes.Aggregate(Money.Zero, (sum, c) => sum + c.Amount));
            Assert.Equal(ledger.Aggregate(Money.Zero, (sum, u) => sum + u.Cost), found.Ledger);
            Assert.Equal(invoice.Aggregate(Money.Zero, (sum, l) => sum + (l.Amount ?? Money.Zero)), found.Rows.Where(r => !r.IsValued).Aggregate(Money.Zero, (sum, r) => sum + r.Billed));
        });
    }

    private static Reconciliation Reconcile(IReadOnlyList<InvoiceLine> lines, IReadOnlyList<LedgerUse> uses, params Sku[] book) =>
        InvoiceMatching.Reconcile(lines, uses, new InvoicePrices(new PriceBook([.. book.Select(s => SkuPrice.Of(s, isHeld: false))]), "openai", _ => null));

    private static InvoiceKey Key(int day) => new(Day(day), Model, TokenClass.Input, InvoiceKey.Standard);

    private static InvoiceLine Line(int day, long tokens, string amount) => new(Key(day), day + 1) { Quantity = Quantity(tokens), Amount = Money.Parse(amount), Slack = Cent };

    private static LedgerUse Use(int day, long tokens, string cost) => new(Key(day), "in", Quantity(tokens), Money.Parse(cost));

    private static Instant Day(int day) => First + TimeSpan.FromDays(day);

    private static PricingQuantity Quantity(long tokens) => new((Int128)tokens * 1_000_000);

    private static decimal Tokens(PricingQuantity? quantity) => (decimal)quantity!.Value.Millionths / 1_000_000;

    private static IEnumerable<(DifferenceCause, string)> Causes(InvoiceRow row) => row.Causes.Select(c => (c.Cause, c.Amount.ToString()));
}
