using Nexus.Dashboard.Features.Prices;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Tests.Dashboard.Prices;

public sealed class PriceTextTests
{
    [Theory]
    [InlineData("96412.384", "USD", "$96,412.38")]
    [InlineData("0.00214", "USD", "$0.002140")]
    [InlineData("-412.3", "USD", "\u2212$412.30")]
    [InlineData("0", "USD", "$0.00")]
    [InlineData("12.4", "EUR", "EUR\u00A012.40")]
    public void Money_has_its_currency_and_below_a_cent_four_digits(string amount, string currency, string text) => Assert.Equal(text, PriceText.Of(Money.Parse(amount), currency));

    [Fact]
    public void A_price_says_per_what()
    {
        Assert.Equal("$2.50 / 1\u00A0M\u00A0token", Text(new Sku("in", "tokens.input") { UnitPrice = Money.Parse("0.0000025") }, isHeld: false));
        Assert.EndsWith("-hour", Text(new Sku("gpu", "gpu") { UnitPrice = Money.Of(2) }, isHeld: true), StringComparison.Ordinal);
        Assert.StartsWith("$2.00\u2009–\u2009$1.00 / ", Text(new Sku("calls", "external.calls") { Tiers = [new PriceTier(Nexus.Engine.Resources.Quantity.Of(10), Money.Of(2)), new PriceTier(null, Money.Of(1))] }, isHeld: false), StringComparison.Ordinal);
        Assert.Equal("formula", Text(new Sku("f", "gpu") { Formula = "quantity" }, isHeld: true));
    }

    private static string Text(Sku sku, bool isHeld) => PriceText.PriceOf(SkuPrice.Of(sku, isHeld), Configuration.Initial);
}
