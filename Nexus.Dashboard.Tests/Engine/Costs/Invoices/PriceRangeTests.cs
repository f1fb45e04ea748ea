using CsCheck;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Invoices;

namespace Nexus.Dashboard.Tests.Engine.Costs.Invoices;

public sealed class PriceRangeTests
{
    [Theory]
    [InlineData("9.00", 3_000_400, "0.01", "0.000003")]
    [InlineData("2.5", 1_000_000, "0", "0.0000025")]
    [InlineData("0.03", 10_000, "0.01", "0.000003")]
    [InlineData("12", 4, "0.5", "3")]
    [InlineData("1.23", 1, "0.2", "1.2")]
    public void The_simplest_price_is_the_one_with_the_fewest_decimals(string amount, long tokens, string slack, string price) =>
        Assert.Equal(price, PriceRange.Of(Money.Parse(amount), new PricingQuantity((Int128)tokens * 1_000_000), Money.Parse(slack)).Simplest().ToString());

    [Fact]
    public void An_exact_amount_that_does_not_divide_has_none()
    {
        PriceRange range = PriceRange.Of(Money.Of(1), new PricingQuantity(3_000_000), Money.Zero);

        Assert.True(range.IsEmpty);
        Assert.Null(range.Simplest());
    }

    [Fact]
    public void Whatever_was_billed_at_a_price_and_rounded_can_have_been_billed_at_it_and_the_simplest_explains_it_too() =>
        Gen.Select(Gen.Long[0, 50_000_000], Gen.Long[1, 900_000_000], Gen.Int[0, 6]).Sample((picos, tokens, decimals) =>
        {
            PricingQuantity quantity = new((Int128)tokens * 1_000_000);
            Money unit = new((Int128)Math.Pow(10, 12 - decimals));
            Money exact = quantity.At(new Money(picos));
            Money billed = new(exact.Picos / unit.Picos * unit.Picos);

            PriceRange range = PriceRange.Of(billed, quantity, unit);

            Assert.True(range.Has(new Money(picos)));
            Money simplest = range.Simplest()!.Value;
            Assert.True(range.Has(simplest));
            Assert.True(Int128.Abs((quantity.At(simplest) - billed).Picos) <= unit.Picos);
        });
}
