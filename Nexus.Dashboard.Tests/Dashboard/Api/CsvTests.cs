using CsCheck;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Tests.Dashboard.Costs;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>Texts in CSV files: no spreadsheet takes one for a formula, and a reader gets each back as it was.</summary>
public sealed class CsvTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("\n=1", "\"'\n=1\"")]
    [InlineData("＝1", "'＝1")]
    [InlineData("'=1", "''=1")]
    [InlineData("'a", "'a")]
    [InlineData("a=1", "a=1")]
    [InlineData("", "")]
    [InlineData("a,b \"c\"", "\"a,b \"\"c\"\"\"")]
    [InlineData("=a,b", "\"'=a,b\"")]
    public void A_text_that_begins_like_a_formula_begins_with_an_apostrophe(string text, string cell) => Assert.Equal(cell, Csv.Text(text));

    [Fact]
    public void Every_text_comes_back_as_it_was() =>
        Gen.Char["=+-@'\t\r\n\",a＝＠é"].Array[0, 6].Select(c => new string(c)).Sample(text =>
        {
            string cell = Assert.Single(CsvFile.Read($"{Csv.Text(text)},{Csv.LineEnd}"))[0];
            Assert.DoesNotContain(cell.Length == 0 ? ' ' : cell[0], "=+-@\t\r\n＝＋－＠");
            return CsvFile.TextOf(cell) == text;
        });
}
