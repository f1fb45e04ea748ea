using Nexus.Engine.Costs.Invoices;

namespace Nexus.Dashboard.Features.Prices.Invoices;

/// <summary>What invoices are about, in words.</summary>
internal static class InvoiceText
{
    /// <summary>What of a model's tokens: <c>cached reads, batch</c>.</summary>
    public static string Of(TokenClass tokens, string lane) => tokens switch
    {
        TokenClass.Input => "fresh input",
        TokenClass.CachedRead => "cached reads",
        TokenClass.CacheWrite => "cache writes",
        TokenClass.Output => "output",
        _ => "embeddings",
    } + (lane == InvoiceKey.Batch ? ", batch" : "");

    /// <summary>A cause.</summary>
    public static string Of(DifferenceCause cause) => cause switch
    {
        DifferenceCause.MissingHere => "use missing in the ledger",
        DifferenceCause.MissingThere => "use missing on the invoice",
        DifferenceCause.Price => "another price",
        DifferenceCause.Tier => "another tier",
        DifferenceCause.Rounding => "rounding",
        _ => "no quantity stated",
    };

    /// <summary>What most of a difference is: <c>cached reads of gpt-4o</c>; null where nothing but rounding differs.</summary>
    public static string? Largest(Reconciliation found) => found.Largest is { } largest ? $"{Of(largest.Class, largest.Lane)} of {largest.Model}" : null;
}
