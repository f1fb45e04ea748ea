namespace Nexus.Engine.Costs.Invoices;

/// <summary>A day, model and class of tokens: what is billed, what the ledger has, and why they differ.</summary>
/// <param name="Key">Of what.</param>
/// <param name="Lines">How many lines of the file are about it; none where the invoice lacks it.</param>
/// <param name="Line">The first of them.</param>
public sealed record InvoiceRow(InvoiceKey Key, int Lines, int? Line)
{
    /// <summary>How many tokens are billed; null where the invoice does not say.</summary>
    public PricingQuantity? BilledQuantity { get; init; }

    /// <summary>What is billed; where the file states no amount, what it would be by the book.</summary>
    public Money Billed { get; init; }

    /// <summary>True where the file states no amount.</summary>
    public bool IsValued { get; init; }

    /// <summary>How many tokens the ledger has.</summary>
    public PricingQuantity LedgerQuantity { get; init; }

    /// <summary>What they cost by it.</summary>
    public Money Ledger { get; init; }

    /// <summary>The SKUs by which the ledger prices them; null among them: unpriced.</summary>
    public IReadOnlyList<string?> Skus { get; init; } = [];

    /// <summary>Why they differ: the parts add up to the difference, to the last digit.</summary>
    public IReadOnlyList<Difference> Causes { get; init; } = [];

    /// <summary>By how much more is billed, or negative less.</summary>
    public Money Difference => Billed - Ledger;
}
