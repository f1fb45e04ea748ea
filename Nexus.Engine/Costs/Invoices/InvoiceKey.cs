using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Invoices;

/// <summary>By what a line of an invoice and the use in the ledger are matched.</summary>
/// <param name="Day">When the day begins, of UTC.</param>
/// <param name="Model">The model, as the ledger calls it.</param>
/// <param name="Class">What of its tokens.</param>
/// <param name="Lane"><c>standard</c> or <c>batch</c>.</param>
public readonly record struct InvoiceKey(Instant Day, string Model, TokenClass Class, string Lane)
{
    /// <summary>The lane of what names none.</summary>
    public const string Standard = "standard";

    /// <summary>The lane of what is billed as a batch.</summary>
    public const string Batch = "batch";

    /// <summary>What has one price: the same on every day.</summary>
    public (string Model, TokenClass Class, string Lane) Priced => (Model, Class, Lane);
}
