namespace Nexus.Engine.Costs.Invoices;

/// <summary>An invoice beside the ledger.</summary>
/// <param name="Rows">By day, model, class and lane.</param>
/// <param name="Corrections">The changes of the price book that it asks for, in the order in which they are to be set.</param>
/// <param name="Unproposed">What is billed otherwise than the book says, and needs a person.</param>
public sealed record Reconciliation(IReadOnlyList<InvoiceRow> Rows, IReadOnlyList<PriceCorrection> Corrections, IReadOnlyList<UnproposedPrice> Unproposed)
{
    /// <summary>What is billed.</summary>
    public Money Billed { get; } = Rows.Aggregate(Money.Zero, static (sum, row) => sum + row.Billed);

    /// <summary>What the ledger has.</summary>
    public Money Ledger { get; } = Rows.Aggregate(Money.Zero, static (sum, row) => sum + row.Ledger);

    /// <summary>By how much more is billed, or negative less.</summary>
    public Money Difference => Billed - Ledger;

    /// <summary>What each cause comes to; they add up to the difference.</summary>
    public IReadOnlyList<(DifferenceCause Cause, Money Amount)> Causes { get; } =
        [.. Rows.SelectMany(r => r.Causes).GroupBy(c => c.Cause).OrderBy(g => g.Key).Select(g => (g.Key, g.Aggregate(Money.Zero, static (sum, c) => sum + c.Amount)))];

    /// <summary>True where nothing but rounding differs.</summary>
    public bool Matches => Rows.All(r => r.Causes.All(c => c.Cause == DifferenceCause.Rounding));

    /// <summary>What explains most of the difference: the model, class, lane and cause with the largest amount; null where nothing differs but by rounding.</summary>
    public (string Model, TokenClass Class, string Lane, DifferenceCause Cause)? Largest => Matches ? null
        : Rows.SelectMany(r => r.Causes.Where(c => c.Cause != DifferenceCause.Rounding).Select(c => (r.Key, c)))
            .GroupBy(x => (x.Key.Model, x.Key.Class, x.Key.Lane, x.c.Cause))
            .OrderByDescending(g => Int128.Abs(g.Aggregate(Money.Zero, static (sum, x) => sum + x.c.Amount).Picos)).ThenBy(g => g.Key.Model, StringComparer.Ordinal).ThenBy(g => g.Key.Class).ThenBy(g => g.Key.Cause)
            .First().Key;
}
