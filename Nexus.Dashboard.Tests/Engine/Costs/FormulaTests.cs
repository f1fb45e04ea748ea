using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Formulas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Costs;

/// <summary>Costs that are worked out: what can be written, what it gives, and what is said where it cannot be read.</summary>
public sealed class FormulaTests
{
    // A Sunday, half past ten in the evening.
    private static readonly CostInputs Line = new(
        "gpu", 2.5m, TimeSpan.FromMinutes(30), Instant.From(new DateTimeOffset(2026, 11, 29, 22, 30, 0, TimeSpan.Zero)), Labels.Of([new("environment", "test"), new("tier", "gold")]));

    private static readonly Dictionary<string, ICostModel> Models = new(StringComparer.Ordinal) { ["double"] = new Doubling(), ["broken"] = new Broken() };

    [Theory]
    [InlineData("3", "3")]
    [InlineData("quantity * 0.3", "0.75")]
    [InlineData("duration / 3600", "0.5")]
    [InlineData("hour", "22")]
    [InlineData("weekday", "7")]
    [InlineData("1 + 2 * 3 - 4 / 2", "5")]
    [InlineData("(1 + 2) * 3", "9")]
    [InlineData("10 - 2 - 3", "5")]
    [InlineData("8 / 2 / 2", "2")]
    [InlineData("5 + -2", "3")]
    [InlineData("hour >= 22 || hour < 6 ? quantity * 0.1 : quantity", "0.25")]
    [InlineData("label('environment') == 'test' ? 0 : quantity", "0")]
    [InlineData("label('none') == '' && label('tier') != 'silver' ? 1 : 2", "1")]
    [InlineData("!(hour == 22) ? 1 : weekday > 5 ? 2 : 3", "2")]
    [InlineData("max(min(quantity, 2), 1.5)", "2")]
    [InlineData("ceil(quantity) + floor(quantity)", "5")]
    [InlineData("custom('double') + 1", "6")]
    [InlineData("1 / 3", "0.333333333333")]
    [InlineData("  quantity\n", "2.5")]
    public void What_is_written_is_worked_out_exactly(string text, string cost) => Assert.Equal(cost, Read(text).Cost(Line, Models).ToString());

    [Theory]
    [InlineData("1 / (quantity - 2.5)")]
    [InlineData("quantity - 3")]
    [InlineData("1000000000000000")]
    [InlineData("99999999999999 * 99999999999999 * 99999999999999")]
    [InlineData("custom('broken')")]
    [InlineData("custom('unknown')")]
    public void What_cannot_be_worked_out_has_no_cost(string text) => Assert.Null(Read(text).Cost(Line, Models));

    [Theory]
    [InlineData("", 1, "ends too early")]
    [InlineData("quantity *", 11, "ends too early")]
    [InlineData("quantity * * 2", 12, "was expected")]
    [InlineData("amount * 2", 1, "'amount' is not known")]
    [InlineData("(1 + 2", 7, "')' was expected")]
    [InlineData("1 2", 3, "nothing was expected here")]
    [InlineData("1.2.3", 1, "is no number")]
    [InlineData("'text'", 1, "a number was expected")]
    [InlineData("hour > 3", 1, "a number was expected")]
    [InlineData("1 ? 2 : 3", 1, "a comparison was expected")]
    [InlineData("hour > 3 ? 2", 13, "':' was expected")]
    [InlineData("hour > 3 ? 2 : 'x'", 16, "a number was expected")]
    [InlineData("label('a') * 2", 1, "a number was expected")]
    [InlineData("2 * label('a')", 5, "a number was expected")]
    [InlineData("label(hour) == 'x' ? 1 : 2", 7, "a text in single quotes was expected")]
    [InlineData("'never ends", 1, "does not end")]
    [InlineData("max(1)", 6, "',' was expected")]
    [InlineData("label('a') < 'b' ? 1 : 2", 14, "a number was expected")]
    public void What_cannot_be_read_says_where_and_why(string text, int position, string why)
    {
        Assert.False(Formula.TryParse(text, out _, out string? reason));
        Assert.StartsWith($"at character {position}: ", reason, StringComparison.Ordinal);
        Assert.Contains(why, reason, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_too_deep_long_or_large_is_refused()
    {
        Assert.Contains("more than 32 deep", Fault(new string('(', 40) + "1" + new string(')', 40)), StringComparison.Ordinal);
        Assert.Contains("more than 32 deep", Fault(new string('-', 40) + "1"), StringComparison.Ordinal);
        Assert.Contains("at most 1,000 characters", Fault(new string(' ', 1_000) + "1"), StringComparison.Ordinal);
        Assert.Contains("more than 200 parts", Fault(string.Join('+', Enumerable.Repeat("1", 150))), StringComparison.Ordinal);
        Assert.Equal("90", Read(string.Join('+', Enumerable.Repeat("1", 90))).Cost(Line, Models).ToString());
    }

    private static Formula Read(string text) => Formula.TryParse(text, out Formula? formula, out string? reason) ? formula : throw new InvalidOperationException(reason);

    private static string Fault(string text) => Formula.TryParse(text, out _, out string? reason) ? "" : reason;

    private sealed class Doubling : ICostModel
    {
        public string Name => "double";

        public decimal Cost(CostInputs inputs) => inputs.Quantity * 2;
    }

    private sealed class Broken : ICostModel
    {
        public string Name => "broken";

        public decimal Cost(CostInputs inputs) => throw new InvalidOperationException("the test says no");
    }
}
