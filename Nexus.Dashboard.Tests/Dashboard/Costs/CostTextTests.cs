using CsCheck;
using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Tests.Dashboard.Costs;

public sealed class CostTextTests
{
    private static readonly Gen<Money> Amounts = Gen.Long[-1_000_000_000_000_000, 1_000_000_000_000_000].Select(picos => new Money(picos));

    [Fact]
    public void Rounded_parts_add_up_to_the_rounded_total() => Amounts.Array[1, 12].Sample(parts =>
    {
        decimal total = CostText.Rounded(parts.Aggregate(Money.Zero, (sum, p) => sum + p), 2);

        decimal[] shown = CostText.Rounded(parts, total, 2);

        Assert.Equal(total, shown.Sum());
        Assert.All(shown.Zip(parts), s => Assert.True(Math.Abs(s.First - CostText.Units(s.Second)) <= 0.01m));
    });

    [Fact]
    public void What_is_lacking_goes_to_the_largest_remainder()
    {
        // Three thirds of a dollar: two of 33 cents and one of 34.
        Money third = new(333_333_333_333);

        Assert.Equal([0.34m, 0.33m, 0.33m], CostText.Rounded([third, third, third], 1.00m, 2));
    }

    [Theory]
    [InlineData("96412.38", "$96,412.38")]
    [InlineData("0", "$0.00")]
    [InlineData("-4", "−$4.00")]
    [InlineData("0.00214", "$0.002140")]
    [InlineData("0.0000024", "$0.000002400")]
    public void An_amount_has_cents_and_below_one_cent_four_digits(string amount, string shown) => Assert.Equal(shown, CostText.One(Money.Parse(amount), "USD"));

    [Theory]
    [InlineData("109898.14", "$109,898")]
    [InlineData("97.79", "$97.79")]
    public void A_hero_number_drops_its_cents(string amount, string shown) => Assert.Equal(shown, CostText.Hero(Money.Parse(amount), "USD"));

    [Fact]
    public void Another_currency_shows_its_code() => Assert.Equal("EUR\u00A012.40", CostText.One(Money.Parse("12.4"), "EUR"));

    [Theory]
    [InlineData(2000, "$2k")]
    [InlineData(1500, "$1.5k")]
    [InlineData(0.02, "$0.02")]
    [InlineData(0, "0")]
    public void An_axis_is_short(double units, string shown) => Assert.Equal(shown, CostText.Axis((decimal)units, "USD"));

    [Theory]
    [InlineData(0.0119, "$0.0119")]
    [InlineData(0.38, "$0.38")]
    [InlineData(12.5, "$12.50")]
    public void A_rate_below_one_keeps_four_decimals(double units, string shown) => Assert.Equal(shown, CostText.Rate((decimal)units, "USD"));
}
