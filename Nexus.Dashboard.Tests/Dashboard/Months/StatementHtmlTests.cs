using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using Nexus.Dashboard.Features.Months;
using Nexus.Dashboard.Features.Months.Statements;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Months;

/// <summary>A statement to print: every table adds up to what is shown of its sum, and no name in it is markup.</summary>
public sealed class StatementHtmlTests
{
    private static readonly BillingMonth Month = new((2026 * 12) + 9);

    [Fact]
    public void Whatever_the_amounts_the_shown_parts_add_up_to_the_shown_total() =>
        Gen.Select(Gen.Int[-100_000_000, 900_000_000].List[1, 12], Gen.Int[-50_000, 50_000].List[0, 4]).Sample((usage, charges) =>
        {
            Statement statement = Of([.. usage.Select(u => new Money((Int128)u * 1_234_567))], [.. charges.Select(c => new Money((Int128)c * 987_654_321))]);
            foreach (Match table in Regex.Matches(StatementHtml.Of(statement), "<tbody>(?<rows>.*?)</tbody><tfoot>(?<sum>.*?)</tfoot>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)))
            {
                Assert.Equal(Amounts(table.Groups["sum"].Value).Single(), Amounts(table.Groups["rows"].Value).Sum());
            }
        });

    [Fact]
    public void Names_and_descriptions_are_text()
    {
        Statement statement = Of([Money.Of(3)], [Money.Of(-1)], "<b>bold</b>");

        string html = StatementHtml.Of(statement);

        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;bold", html, StringComparison.Ordinal);
    }

    [Fact]
    public void An_open_month_is_preliminary_and_a_closed_one_says_when_it_closed()
    {
        Statement open = Of([Money.Of(3)], []);
        Statement closed = open with { Closed = new ClosedMonth(Month, Month.End + TimeSpan.FromHours(9), Actor.Engine, 4) };

        Assert.Contains("Preliminary", StatementHtml.Of(open), StringComparison.Ordinal);
        Assert.DoesNotContain("Preliminary", StatementHtml.Of(closed), StringComparison.Ordinal);
        Assert.Contains("Closed 2026-11-01 09:00 UTC.", StatementHtml.Of(closed), StringComparison.Ordinal);
    }

    private static Statement Of(Money[] usage, Money[] charges, string description = "because")
    {
        StatementLine[] lines = [.. usage.Select((cost, i) => new StatementLine($"acme/u{i % 3}", "tokens.input", "maker", "m-1", "in", PricingQuantity.One, cost))];
        ChargeLine[] entered = [.. charges.Select((amount, i) => new ChargeLine($"c{i}", Month, Month, OwnerPath.Parse("acme"), (LineKind)(3 + (i % 3)), amount, description))];
        StatementCorrection[] corrections = [new StatementCorrection(Month.Previous, LineKind.Adjustment, lines[0] with { Cost = Money.Parse("-0.005") }, null), new StatementCorrection(Month.Previous, LineKind.Credit, lines[0] with { Cost = Money.Parse("0.0149") }, description)];
        Money total = usage.Concat(charges).Concat(corrections.Select(c => c.Cost)).Aggregate(Money.Zero, static (sum, m) => sum + m);
        return new Statement("acme", Month, null, "USD", total, lines, entered, corrections, 0);
    }

    private static IEnumerable<decimal> Amounts(string rows) => Regex.Matches(rows, "<td class=\"n\">(?<amount>[^<]*\\$[^<]*)</td>", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))
        .Select(m => System.Net.WebUtility.HtmlDecode(m.Groups["amount"].Value).Replace("\u2212", "-", StringComparison.Ordinal).Replace("$", "", StringComparison.Ordinal)).Select(t => decimal.Parse(t, CultureInfo.InvariantCulture));
}
