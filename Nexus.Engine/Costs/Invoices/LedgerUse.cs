using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Invoices;

/// <summary>What the ledger has of one day, model and class of tokens by one price.</summary>
/// <param name="Key">Of what.</param>
/// <param name="Sku">By which SKU it is priced; null: unpriced.</param>
/// <param name="Quantity">How many tokens.</param>
/// <param name="Cost">What they cost.</param>
public sealed record LedgerUse(InvoiceKey Key, string? Sku, PricingQuantity Quantity, Money Cost)
{
    /// <summary>By what the ledger is asked, in this order, by the day.</summary>
    public static IReadOnlyList<CostDimension> Dimensions { get; } = [new("resource"), new("provider"), new("model"), new("lane"), new("sku"), new("kind")];

    /// <summary>The use of models among what the ledger answered: of the provider, and of what names no provider, where the invoice has that model.</summary>
    /// <param name="report">The answer to a question by the <see cref="Dimensions"/> and the day.</param>
    /// <param name="provider">Who sent the invoice; null: that is not known, and only its models count.</param>
    /// <param name="models">The models of the invoice.</param>
    public static IReadOnlyList<LedgerUse> Of(CostReport report, string? provider, IReadOnlySet<string> models)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(models);
        List<LedgerUse> uses = [];
        foreach (CostPoint point in report.Series)
        {
            IReadOnlyList<string?> values = report.Groups[point.Group].Values;
            (string? of, string? model) = (values[1], values[2]);
            bool counts = model is not null && (provider is null ? models.Contains(model) : of == provider || (of is null && models.Contains(model)));

            // What a provider bills is use: its credits, discounts and taxes are lines of their own there too, and no tokens.
            if (counts && (values[5] is "usage" or "minimum" or "adjustment") && TokenClasses.Of(values[0]!) is { } tokens)
            {
                uses.Add(new LedgerUse(new InvoiceKey(point.Start, model!, tokens, values[3] ?? InvoiceKey.Standard), values[4], point.Sum.Consumed, point.Sum.Cost));
            }
        }

        return
        [
            .. uses.GroupBy(u => (u.Key, u.Sku))
                .Select(g => new LedgerUse(g.Key.Key, g.Key.Sku, new PricingQuantity(g.Aggregate((Int128)0, static (sum, u) => sum + u.Quantity.Millionths)), g.Aggregate(Money.Zero, static (sum, u) => sum + u.Cost)))
                .Where(u => u.Quantity.Millionths != 0 || u.Cost != Money.Zero),
        ];
    }

    /// <summary>When the day begins that a moment lies in.</summary>
    public static Instant DayOf(Instant at) => CostSteps.Of(CostInterval.Day, at);
}
