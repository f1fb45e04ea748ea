using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Invoices;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Prices.Invoices;

/// <summary>A line of an invoice as it is kept: numbers as decimal texts, exact.</summary>
internal sealed record InvoiceLineText(long Day, string Model, string Class, string Lane, int Line, int Lines, string? Quantity, string? Amount, string? UnitPrice, string? Slack)
{
    /// <summary>Lines as a text.</summary>
    public static string Write(IEnumerable<InvoiceLine> lines) => JsonSerializer.Serialize(
        lines.Select(l => new InvoiceLineText(
            l.Key.Day.Milliseconds, l.Key.Model, TokenClasses.NameOf(l.Key.Class), l.Key.Lane, l.Line, l.Lines, l.Quantity?.Millionths.ToString(CultureInfo.InvariantCulture), l.Amount?.ToString(), l.UnitPrice?.ToString(), l.Slack == Money.Zero ? null : l.Slack.ToString())).ToList(),
        InvoiceJson.Default.ListInvoiceLineText);

    /// <summary>The lines that a text has.</summary>
    public static IReadOnlyList<InvoiceLine> Read(string text) => [.. JsonSerializer.Deserialize(text, InvoiceJson.Default.ListInvoiceLineText)!.Select(l => new InvoiceLine(
        new InvoiceKey(new Instant(l.Day), l.Model, TokenClasses.TryParse(l.Class, out TokenClass tokens) ? tokens : throw new JsonException($"'{l.Class}' is no class of tokens"), l.Lane), l.Line)
    {
        Lines = l.Lines,
        Quantity = l.Quantity is { } quantity ? new PricingQuantity(Int128.Parse(quantity, CultureInfo.InvariantCulture)) : null,
        Amount = l.Amount is { } amount ? Money.Parse(amount) : null,
        UnitPrice = l.UnitPrice is { } price ? Money.Parse(price) : null,
        Slack = l.Slack is { } slack ? Money.Parse(slack) : Money.Zero,
    })];

    /// <summary>What could not be read, as a text.</summary>
    public static string Write(IReadOnlyList<UnreadLine> unread) => JsonSerializer.Serialize(unread.ToList(), InvoiceJson.Default.ListUnreadLine);

    /// <summary>What could not be read, of a text.</summary>
    public static IReadOnlyList<UnreadLine> ReadUnread(string text) => JsonSerializer.Deserialize(text, InvoiceJson.Default.ListUnreadLine)!;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(List<InvoiceLineText>))]
[JsonSerializable(typeof(List<UnreadLine>))]
internal sealed partial class InvoiceJson : JsonSerializerContext;
