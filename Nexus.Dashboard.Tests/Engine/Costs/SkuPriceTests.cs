using CsCheck;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Costs;

public sealed class SkuPriceTests
{
    [Theory]
    [InlineData("3", PricingUnit.One)]
    [InlineData("0.000001", PricingUnit.One)]
    [InlineData("0.0000025", PricingUnit.Thousand)]
    [InlineData("0.0000000375", PricingUnit.Million)]
    [InlineData("0.000000000001", PricingUnit.Million)]
    public void The_pricing_unit_is_the_smallest_in_which_the_price_has_six_decimals(string price, PricingUnit unit) => Assert.Equal(unit, Price(One(price)).Unit);

    [Fact]
    public void With_tiers_it_is_the_smallest_that_fits_them_all() =>
        Assert.Equal(PricingUnit.Million, Price(Tiers((1, "3"), (2, "0.0000025"), (null, "0.0000000375"))).Unit);

    [Fact]
    public void Whatever_the_price_and_amount_the_cost_is_unit_price_times_quantity_and_the_quantity_rounded_once() =>
        Gen.Select(Gen.Long[0, 1_000_000_000_000], Gen.Long[0, 1_000_000_000_000]).Sample((picos, thousandths) =>
        {
            SkuPrice price = Price(new Sku("s", "tokens.input") { UnitPrice = new Money(picos) });

            PricedPart part = Assert.Single(price.Price(PricingQuantity.Of(Quantity.FromThousandths(thousandths), price.Unit)));

            decimal units = price.Unit switch { PricingUnit.One => 1, PricingUnit.Thousand => 1_000, _ => 1_000_000 };
            Assert.Equal(decimal.Round(thousandths / 1000m / units, 6, MidpointRounding.ToEven), decimal.Parse(part.Quantity.ToString(), System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal((System.Numerics.BigInteger)part.UnitPrice.Picos * (System.Numerics.BigInteger)part.Quantity.Millionths, (System.Numerics.BigInteger)part.Cost.Picos * 1_000_000);
        });

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1_000, "10")]
    [InlineData(1_001, "10.008")]
    [InlineData(12_000, "92")]
    public void Graduated_tiers_price_each_unit_where_it_lies_and_each_part_has_its_own_price(long units, string cost)
    {
        IReadOnlyList<PricedPart> parts = Parts(Graduated(TierMode.Graduated), units);

        Assert.Equal(cost, Sum(parts).ToString());
        Assert.All(parts, p => Assert.Equal(p.Cost, p.Quantity.At(p.UnitPrice)));
    }

    [Fact]
    public void Graduated_tiers_over_a_period_go_on_where_the_lines_before_ended()
    {
        SkuPrice price = Price(Graduated(TierMode.Graduated) with { TierPeriod = TierPeriod.Month });
        PricingQuantity hundred = PricingQuantity.Of(Quantity.Of(100), price.Unit);

        IReadOnlyList<PricedPart> across = price.Price(hundred, PricingQuantity.Of(Quantity.Of(950), price.Unit));

        Assert.Equal([("50", "0.01"), ("50", "0.008")], across.Select(p => (p.Quantity.ToString(), p.UnitPrice.ToString())));
    }

    [Fact]
    public void However_lines_are_cut_graduated_tiers_over_a_period_come_to_the_same() =>
        Gen.Int[1, 4_000].List[1, 20].Sample(lines =>
        {
            SkuPrice price = Price(Graduated(TierMode.Graduated));
            PricingQuantity before = default;
            Money sum = Money.Zero;
            foreach (int units in lines)
            {
                PricingQuantity line = PricingQuantity.Of(Quantity.Of(units), price.Unit);
                sum += Sum(price.Price(line, before));
                before = new PricingQuantity(before.Millionths + line.Millionths);
            }

            Assert.Equal(Sum(price.Price(before)), sum);
        });

    [Theory]
    [InlineData(1_000, "10")]
    [InlineData(1_001, "8.008")]
    [InlineData(12_000, "60")]
    public void Volume_tiers_price_all_units_where_the_amount_arrives(long units, string cost) => Assert.Equal(cost, Sum(Parts(Graduated(TierMode.Volume), units)).ToString());

    [Fact]
    public void A_minimum_is_made_up_for_by_a_part_of_its_own_and_nothing_costs_nothing()
    {
        Sku sku = One("0.01") with { Minimum = Money.Parse("0.5") };

        Assert.Equal([("3", "0.03"), ("1", "0.47")], Parts(sku, 3).Select(p => (p.Quantity.ToString(), p.Cost.ToString())));
        Assert.Equal("1", Sum(Parts(sku, 100)).ToString());
        Assert.Equal("0", Sum(Parts(sku, 0)).ToString());
    }

    public static TheoryData<string, string, Sku> Wrong => new()
    {
        { "unitPrice", "give one of a price, tiers or a formula", new Sku("s", "gpu") },
        { "unitPrice", "give one of a price, tiers or a formula", One("1") with { Tiers = [new(null, Money.Of(1))] } },
        { "unitPrice", "must not be negative", One("-1") },
        { "unitPrice", "must be at most 1,000,000 for a unit", One("1000000.000001") },
        { "tiers[0].unitPrice", "must be at most 1,000,000 for a unit", Tiers((null, "1000001")) },
        { "minimum", "must not be negative", One("1") with { Minimum = Money.Of(-1) } },
        { "unitPrice", "must have at most six decimals for a unit and hour", One("0.0000025") },
        { "tiers[1].unitPrice", "must have at most six decimals for a unit and hour", Tiers((1, "1"), (null, "0.0000025")) },
        { "tiers[0].unitPrice", "must not be negative", Tiers((null, "-1")) },
        { "tiers[0].upTo", "every tier but the last needs a bound", Tiers((null, "1"), (null, "2")) },
        { "tiers[1].upTo", "the last tier has no bound: leave it out", Tiers((1, "1"), (2, "2")) },
        { "tiers[1].upTo", "must be larger than that of the tier before", Tiers((2, "1"), (2, "2"), (null, "3")) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_cannot_be_priced_is_refused_with_the_field(string field, string reason, Sku sku)
    {
        Assert.False(SkuPrice.TryCreate(sku, isHeld: true, out _, out string wrong, out string? said));
        Assert.Equal((field, reason), (wrong, said));
    }

    [Theory]
    [InlineData(1_000, "0.000278")]
    [InlineData(1_800, "0.0005")]
    [InlineData(3_600_000, "1")]
    public void What_is_held_is_priced_by_the_hour(long milliseconds, string hours) =>
        Assert.Equal(hours, PricingQuantity.Of(Quantity.Of(1), TimeSpan.FromMilliseconds(milliseconds)).ToString());

    private static Sku One(string price) => new("s", "gpu") { UnitPrice = Money.Parse(price) };

    private static Sku Tiers(params (long? UpTo, string Price)[] tiers) =>
        new("s", "gpu") { Tiers = [.. tiers.Select(t => new PriceTier(t.UpTo is { } upTo ? Quantity.Of(upTo) : null, Money.Parse(t.Price)))] };

    private static Sku Graduated(TierMode mode) => Tiers((1_000, "0.01"), (10_000, "0.008"), (null, "0.005")) with { TierMode = mode };

    private static SkuPrice Price(Sku sku) => SkuPrice.TryCreate(sku, isHeld: false, out SkuPrice? price, out string field, out string? reason) ? price : throw new InvalidOperationException($"{field}: {reason}");

    private static IReadOnlyList<PricedPart> Parts(Sku sku, long units) => Price(sku) is var price ? price.Price(PricingQuantity.Of(Quantity.Of(units), price.Unit)) : [];

    private static Money Sum(IEnumerable<PricedPart> parts) => parts.Aggregate(Money.Zero, (sum, p) => sum + p.Cost);
}
