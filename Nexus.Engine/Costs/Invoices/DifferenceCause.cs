namespace Nexus.Engine.Costs.Invoices;

/// <summary>Why an invoice and the ledger differ.</summary>
public enum DifferenceCause
{
    /// <summary>The invoice has use that the ledger lacks.</summary>
    MissingHere = 0,

    /// <summary>The ledger has use that the invoice lacks.</summary>
    MissingThere = 1,

    /// <summary>It is billed at a price that the book does not have.</summary>
    Price = 2,

    /// <summary>It is billed at another price of the book: that of another tier, lane or size of the prompt.</summary>
    Tier = 3,

    /// <summary>The amount was rounded.</summary>
    Rounding = 4,

    /// <summary>The invoice states an amount without a quantity, so that use and price cannot be told apart.</summary>
    NoQuantity = 5,
}

/// <summary>A part of a difference, and why it is there.</summary>
/// <param name="Cause">Why.</param>
/// <param name="Amount">How much of the difference it is: positive where the invoice has more.</param>
public sealed record Difference(DifferenceCause Cause, Money Amount)
{
    /// <summary>How many tokens are missing, here or there; null for what no use is missing of.</summary>
    public PricingQuantity? Quantity { get; init; }

    /// <summary>The price of a token at which it is billed; null where no single price explains it.</summary>
    public Money? Billed { get; init; }

    /// <summary>The SKU at whose price it is billed, of another tier.</summary>
    public string? Sku { get; init; }
}
