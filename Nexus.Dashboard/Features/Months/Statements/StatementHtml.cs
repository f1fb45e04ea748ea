using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Months.Statements;

/// <summary>A statement to look at and to print: one document that needs nothing else. Shown amounts are rounded so that each table adds up to what is shown of its sum.</summary>
internal static class StatementHtml
{
    private const string Style =
        """

        :root { color-scheme: light; }
        body { font: 13px/20px Inter, system-ui, "Segoe UI", Roboto, sans-serif; color: #14171D; background: #FFFFFF; margin: 32px auto; max-width: 880px; padding: 0 16px; }
        h1 { font-size: 20px; line-height: 28px; margin: 0; }
        h2 { font-size: 14px; line-height: 20px; margin: 24px 0 8px; }
        p { margin: 4px 0; color: #4A5261; }
        .note { color: #7F4C00; background: #FDF0D5; padding: 8px 12px; margin: 12px 0; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0; border-bottom: 1px solid #E4E7EC; overflow-wrap: anywhere; }
        th { font-size: 12px; font-weight: 500; color: #4A5261; }
        .n { text-align: right; padding-right: 0; white-space: nowrap; font-variant-numeric: tabular-nums; }
        tfoot td { font-weight: 600; border-bottom: 0; }
        @media print { body { margin: 0; max-width: none; padding: 0; } thead { display: table-header-group; } tr { break-inside: avoid; } }

        """;

    /// <summary>What the document may do: show itself, with its own style.</summary>
    public static string Policy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>The document.</summary>
    public static string Of(Statement statement)
    {
        int decimals = CostText.Decimals(statement.Total);
        decimal total = CostText.Rounded(statement.Total, decimals);
        IReadOnlyList<(string Name, Money Cost)> sections = statement.Sections;
        decimal[] shown = CostText.Rounded([.. sections.Select(s => s.Cost)], total, decimals);
        Dictionary<string, decimal> sums = sections.Index().ToDictionary(s => s.Item.Name, s => shown[s.Index], StringComparer.Ordinal);
        StringBuilder html = new($"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{Text($"Statement {statement.Tenant} {statement.Month}")}</title><style>{Style}</style></head><body>");
        html.Append(CultureInfo.InvariantCulture, $"<h1>{Text(statement.Tenant)}, {Name(statement)}</h1>");
        html.Append(CultureInfo.InvariantCulture, $"<p>{statement.Month}-01 to {statement.Month.Next}-01 (UTC), in {Text(statement.Currency)}. {(statement.Closed is { } closed ? $"Closed {closed.At.ToDateTimeOffset():yyyy-MM-dd HH:mm} UTC." : "")}</p>");
        if (statement.Closed is null)
        {
            html.Append("<p class=\"note\">Preliminary: the month is open, and more may come.</p>");
        }

        if (statement.Unpriced > 0)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{statement.Unpriced:#,0} lines have no price yet and cost nothing here.</p>");
        }

        Table(html, "Total", ["", ""], [.. sections.Select(s => new[] { s.Name })], shown, total, statement.Currency, decimals);
        IReadOnlyList<(string Owner, Money Cost)> owners = statement.Owners;
        Money[] costs = [.. owners.Select(o => o.Cost)];
        Table(html, "Usage by owner", ["Owner", "Cost"], [.. owners.Select(o => new[] { o.Owner })], CostText.Rounded(costs, sums["Usage"], decimals), sums["Usage"], statement.Currency, decimals);
        costs = [.. statement.Lines.Select(l => l.Cost)];
        Table(html, "Usage", ["Owner", "What", "SKU", "Quantity", "Cost"], [.. statement.Lines.Select(l => new[] { l.Owner, What(l), l.Sku ?? "no price", Quantity(l) })], CostText.Rounded(costs, sums["Usage"], decimals), sums["Usage"], statement.Currency, decimals);
        foreach ((LineKind kind, string name) in ((LineKind, string)[])[(LineKind.Discount, "Discounts"), (LineKind.Credit, "Credits"), (LineKind.Tax, "Tax")])
        {
            ChargeLine[] charges = [.. statement.Charges.Where(c => c.Kind == kind)];
            if (charges.Length > 0)
            {
                Table(html, name, ["Owner", "For", "Amount"], [.. charges.Select(c => new[] { c.Owner.ToString(), c.Description })], CostText.Rounded([.. charges.Select(c => c.Amount)], sums[name], decimals), sums[name], statement.Currency, decimals);
            }
        }

        if (statement.Corrections.Count > 0)
        {
            decimal sum = sums["Corrections of earlier months"];
            Table(html, "Corrections of earlier months", ["Month", "Owner", "What", "Amount"], [.. statement.Corrections.Select(c => new[] { c.Month.ToString(), c.Line.Owner, c.Description ?? What(c.Line) })], CostText.Rounded([.. statement.Corrections.Select(c => c.Cost)], sum, decimals), sum, statement.Currency, decimals);
        }

        return html.Append("</body></html>\n").ToString();
    }

    private static void Table(StringBuilder html, string title, string[] head, string[][] rows, decimal[] costs, decimal sum, string currency, int decimals)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h2>{Text(title)}</h2><table>");
        if (head.Any(h => h.Length > 0))
        {
            html.Append("<thead><tr>").AppendJoin("", head.Select((h, i) => $"<th{(IsNumber(head, i) ? " class=\"n\"" : "")}>{Text(h)}</th>")).Append("</tr></thead>");
        }

        html.Append("<tbody>");
        foreach ((int i, string[] cells) in rows.Index())
        {
            html.Append("<tr>").AppendJoin("", cells.Select((c, at) => $"<td{(IsNumber(head, at) ? " class=\"n\"" : "")}>{Text(c)}</td>")).Append(CultureInfo.InvariantCulture, $"<td class=\"n\">{Text(CostText.Amount(costs[i], currency, decimals))}</td></tr>");
        }

        html.Append(CultureInfo.InvariantCulture, $"</tbody><tfoot><tr><td colspan=\"{head.Length - 1}\">Total</td><td class=\"n\">{Text(CostText.Amount(sum, currency, decimals))}</td></tr></tfoot></table>");
    }

    private static bool IsNumber(string[] head, int column) => column == head.Length - 1 || head[column] == "Quantity";

    private static string What(StatementLine line) => $"{line.Resource}{(line.Model is { } model ? $" of {model}" : "")}{(line.Provider is { } provider ? $" ({provider})" : "")}";

    private static string Quantity(StatementLine line) => ((decimal)line.Consumed.Millionths / 1_000_000).ToString("#,0.######", CultureInfo.InvariantCulture);

    private static string Name(Statement statement) => statement.Month.Start.ToDateTimeOffset().ToString("MMMM yyyy", CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
