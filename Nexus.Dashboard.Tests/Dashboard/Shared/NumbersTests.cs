using Nexus.Dashboard.Shared;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Shared;

/// <summary>How numbers are written; the spaces that belong to a number never break, and are plain in these tables alone.</summary>
public sealed class NumbersTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("7", "7")]
    [InlineData("-7", "−7")]
    [InlineData("1234", "1,234")]
    [InlineData("99999", "99,999")]
    [InlineData("99999.4", "99,999")]
    [InlineData("99999.6", "100 k")]
    [InlineData("123456", "123 k")]
    [InlineData("999499", "999 k")]
    [InlineData("999999", "1 M")]
    [InlineData("1240000", "1.24 M")]
    [InlineData("22361870", "22.4 M")]
    [InlineData("-22361870", "−22.4 M")]
    [InlineData("182410000", "182 M")]
    [InlineData("2500000000", "2.5 G")]
    [InlineData("1000000000000", "1 T")]
    [InlineData("5000000000000000", "5,000 T")]
    public void A_count_is_full_to_99_999_and_then_has_a_prefix(string value, string written) => Assert.Equal(written, Plain(Numbers.Count(Value(value))));

    [Theory]
    [InlineData("0.125", "0.125")]
    [InlineData("0.001", "0.001")]
    [InlineData("30.5", "30.5")]
    [InlineData("1.125", "1.125")]
    [InlineData("12.125", "12.13")]
    [InlineData("123.456", "123.5")]
    [InlineData("1234.5", "1,235")]
    [InlineData("12345.678", "12,346")]
    [InlineData("-0.125", "−0.125")]
    public void A_fraction_is_kept_as_far_as_four_digits_reach(string value, string written) => Assert.Equal(written, Plain(Numbers.Count(Value(value))));

    [Theory]
    [InlineData(0, "0 %")]
    [InlineData(0.0004, "< 0.1 %")]
    [InlineData(0.001, "0 %")]
    [InlineData(0.81, "81 %")]
    [InlineData(0.815, "82 %")]
    [InlineData(1.5, "150 %")]
    [InlineData(-0.05, "−5 %")]
    [InlineData(-0.001, "0 %")]
    [InlineData(double.NaN, "–")]
    [InlineData(double.PositiveInfinity, "–")]
    public void A_level_is_a_whole_percentage(double level, string written) => Assert.Equal(written, Plain(Numbers.Percent(level)));

    [Theory]
    [InlineData(0.81, "81 %")]
    [InlineData(0.903, "90.3 %")]
    [InlineData(0.998, "99.8 %")]
    [InlineData(1.05, "105.0 %")]
    [InlineData(1.21, "121 %")]
    public void A_level_within_ten_points_of_its_line_has_a_decimal(double level, string written) => Assert.Equal(written, Plain(Numbers.Percent(level, line: 1)));

    [Theory]
    [InlineData(0, "0 %")]
    [InlineData(0.0009, "< 0.1 %")]
    [InlineData(0.001, "0.1 %")]
    [InlineData(0.0846, "8.5 %")]
    [InlineData(1, "100.0 %")]
    [InlineData(-0.0846, "−8.5 %")]
    [InlineData(-0.0001, "0 %")]
    [InlineData(double.NaN, "–")]
    public void A_share_has_one_decimal(double share, string written) => Assert.Equal(written, Plain(Numbers.Share(share)));

    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(0.2, "0 ms")]
    [InlineData(-0.2, "0 ms")]
    [InlineData(240, "240 ms")]
    [InlineData(999.4, "999 ms")]
    [InlineData(999.6, "1.0 s")]
    [InlineData(3_400, "3.4 s")]
    [InlineData(9_940, "9.9 s")]
    [InlineData(9_960, "10 s")]
    [InlineData(59_900, "59 s")]
    [InlineData(60_000, "1 m 00 s")]
    [InlineData(65_000, "1 m 05 s")]
    [InlineData(700_000, "11 m 40 s")]
    [InlineData(3_599_900, "59 m 59 s")]
    [InlineData(11_100_000, "3 h 05 m")]
    [InlineData(86_399_000, "23 h 59 m")]
    [InlineData(352_800_000, "4 d 2 h")]
    [InlineData(-90_000, "−1 m 30 s")]
    public void A_duration_has_two_units_at_most(double milliseconds, string written) => Assert.Equal(written, Plain(Numbers.Duration(TimeSpan.FromMilliseconds(milliseconds))));

    [Theory]
    [InlineData(0.24, "0.2")]
    [InlineData(9.94, "9.9")]
    [InlineData(9.96, "10")]
    [InlineData(1_204, "1,204")]
    public void Milliseconds_have_a_decimal_below_ten(double value, string written) => Assert.Equal(written, Numbers.Milliseconds(value));

    [Fact]
    public void A_unit_stands_after_a_space_that_does_not_break()
    {
        Assert.Equal("512\u00A0GiB", Numbers.Amount(Quantity.Of(512), "GiB"));
        Assert.Equal("1.24\u00A0M", Numbers.Count(1_240_000));
        Assert.Equal("11\u00A0m\u00A040\u00A0s", Numbers.Duration(TimeSpan.FromSeconds(700)));
        Assert.Equal("81\u00A0%", Numbers.Percent(0.81));
    }

    [Fact]
    public void Amounts_stand_in_a_line() =>
        Assert.Equal("4\u00A0gpu, 160\u00A0memory", Numbers.Amounts(ResourceVector.Of(new ResourceAmount("gpu", Quantity.Of(4)), new ResourceAmount("memory", Quantity.Of(160)))));

    private static decimal Value(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static string Plain(string text) => text.Replace('\u00A0', ' ');
}
