namespace Nexus.Engine.Costs.Invoices;

/// <summary>What an invoice, or a provider's usage report, says of one day, model and class of tokens.</summary>
/// <param name="Key">Of what.</param>
/// <param name="Line">The line of the file, the first being 1; of several that say the same, the first of them.</param>
public sealed record InvoiceLine(InvoiceKey Key, int Line)
{
    /// <summary>How many lines of the file it stands for.</summary>
    public int Lines { get; init; } = 1;

    /// <summary>How many tokens; null where the file states none.</summary>
    public PricingQuantity? Quantity { get; init; }

    /// <summary>What is billed for them; null where the file states nothing.</summary>
    public Money? Amount { get; init; }

    /// <summary>The price of a token; null where the file states none.</summary>
    public Money? UnitPrice { get; init; }

    /// <summary>By how much the amount may have been rounded or cut off: one in its last decimal, for each line.</summary>
    public Money Slack { get; init; }

    /// <summary>Lines that say the same of the same thing, as one: providers write a line for each key and project.</summary>
    public static IReadOnlyList<InvoiceLine> Merge(IEnumerable<InvoiceLine> lines) =>
    [
        .. lines.GroupBy(l => (l.Key, l.UnitPrice, l.Quantity is null, l.Amount is null)).Select(g => new InvoiceLine(g.Key.Key, g.Min(l => l.Line))
        {
            Lines = g.Sum(l => l.Lines),
            Quantity = g.Key.Item3 ? null : new PricingQuantity(g.Aggregate((Int128)0, static (sum, l) => sum + l.Quantity!.Value.Millionths)),
            Amount = g.Key.Item4 ? null : g.Aggregate(Money.Zero, static (sum, l) => sum + l.Amount!.Value),
            UnitPrice = g.Key.UnitPrice,
            Slack = g.Aggregate(Money.Zero, static (sum, l) => sum + l.Slack),
        }).OrderBy(l => l.Line),
    ];
}
