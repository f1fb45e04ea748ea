using System.Globalization;
using CsCheck;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Tests.Engine.Costs;

public sealed class MoneyTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("10", "10")]
    [InlineData("10.00", "10")]
    [InlineData("007.50", "7.5")]
    [InlineData("0.000000000001", "0.000000000001")]
    [InlineData("-0.333333333", "-0.333333333")]
    [InlineData("999999999999999.999999999999", "999999999999999.999999999999")]
    public void All_of_its_digits_are_read_and_written(string text, string written) => Assert.Equal(written, Money.Parse(text).ToString());

    [Theory]
    [InlineData("", "must be a decimal number such as \"0.0000025\"")]
    [InlineData(".5", "must be a decimal number such as \"0.0000025\"")]
    [InlineData("5.", "must be a decimal number such as \"0.0000025\"")]
    [InlineData("1e3", "must be a decimal number such as \"0.0000025\"")]
    [InlineData("+1", "must be a decimal number such as \"0.0000025\"")]
    [InlineData("1,5", "must be a decimal number such as \"0.0000025\"")]
    [InlineData("--1", "must be a decimal number such as \"0.0000025\"")]
    [InlineData("٣", "must be a decimal number such as \"0.0000025\"")]
    [InlineData("0.0000000000001", "must have at most 12 decimals")]
    [InlineData("1000000000000000", "must be less than 10¹⁵")]
    public void What_is_no_such_number_is_refused_with_the_reason(string text, string reason)
    {
        Assert.False(Money.TryParse(text, out Money money, out string? said));
        Assert.Equal((Money.Zero, reason), (money, said));
    }

    [Fact]
    public void Whatever_is_written_reads_as_the_same_amount() =>
        Gen.Long.Select(Gen.Int[0, 999_999_999], Gen.Bool).Sample((whole, part, negative) =>
        {
            Money money = new((((Int128)(whole % 1_000_000_000_000_000) * 1_000_000_000_000) + part) * (negative ? -1 : 1));

            Assert.Equal(money, Money.Parse(money.ToString()));
        });

    [Fact]
    public void Sums_are_exact_and_what_overflows_throws()
    {
        Money third = Money.Parse("0.333333333");

        Assert.Equal("9.99999999", Enumerable.Repeat(third, 30).Aggregate(Money.Zero, (sum, m) => sum + m).ToString());
        Assert.Equal(Money.Zero, third - third);
        Assert.Equal("-0.333333333", (-third).ToString());
        Assert.Throws<OverflowException>(() => new Money(Int128.MaxValue) + third);
    }

    [Theory]
    [InlineData("2.5e-06", "0.0000025")]
    [InlineData("1E-5", "0.00001")]
    [InlineData("-2.5e-1", "-0.25")]
    [InlineData("1.25e3", "1250")]
    [InlineData("12.5e1", "125")]
    [InlineData("0.04", "0.04")]
    [InlineData("0.0", "0.0")]
    [InlineData("3e0", "3")]
    public void A_number_of_a_file_is_written_without_its_exponent(string number, string plain)
    {
        Assert.Equal(plain, DecimalText.Plain(number));
        Assert.Equal(decimal.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture), decimal.Parse(plain, CultureInfo.InvariantCulture));
    }
}
