using System.Text;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Tests.Engine.Storage.Ledgers;

/// <summary>How amounts and labels lie in the ledger's columns.</summary>
public sealed class LedgerNumbersTests
{
    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("1.5", 1, 500_000_000_000)]
    [InlineData("-0.000000000001", -1, 999_999_999_999)]
    [InlineData("-3", -3, 0)]
    [InlineData("-2.25", -3, 750_000_000_000)]
    [InlineData("9223372.036854775807", 9_223_372, 36_854_775_807)]
    [InlineData("9223372.036854775808", 9_223_372, 36_854_775_808)]
    [InlineData("-9223372.036854775809", -9_223_373, 963_145_224_191)]
    public void Money_lies_in_whole_units_and_what_is_below_them_which_is_never_negative(string money, long units, long picos)
    {
        Assert.Equal((units, picos), LedgerNumbers.Split(Money.Parse(money)));
        Assert.Equal(Money.Parse(money), LedgerNumbers.Money(units, picos));
    }

    [Fact]
    public void Labels_are_a_JSON_object_whichever_came_before()
    {
        using LabelWriter writer = new();
        Labels[] all = [Of(("run", "1")), Of(("run", "1")), Of(("run", "2"), ("a\"b", "ö\n")), Labels.None, Of(("run", "2"))];

        Assert.Equal(all, all.Select(l => LabelText.Read(writer.Of(l) is { IsEmpty: false } text ? Encoding.UTF8.GetString(text) : null)));
        Assert.All(all, l => Assert.Equal(LabelText.Of(l) ?? "", Encoding.UTF8.GetString(writer.Of(l))));
    }

    private static Labels Of(params (string Name, string Value)[] labels) => Labels.Of(labels.Select(l => KeyValuePair.Create(l.Name, l.Value)));
}
