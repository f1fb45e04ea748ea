using System.Globalization;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Costs;
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

    /// <summary>Its days: <c>October 2026</c>, or <c>1–14 Oct 2026</c>.</summary>
    public static string Span(DateTimeOffset from, DateTimeOffset to)
    {
        (DateTime first, DateTime last) = (from.UtcDateTime, to.UtcDateTime.AddDays(-1));
        return first.Day == 1 && to.UtcDateTime == first.AddMonths(1) ? Text(first, "MMMM yyyy")
            : first == last ? Text(first, "d MMM yyyy")
            : (first.Year, first.Month) == (last.Year, last.Month) ? $"{Text(first, "%d")}\u2013{Text(last, "d MMM yyyy")}"
            : $"{Text(first, "d MMM yyyy")} \u2013 {Text(last, "d MMM yyyy")}";
    }

    /// <summary>Whose and of when: <c>October's invoice</c> where it is within a month.</summary>
    public static string Name(InvoiceShown invoice) => invoice.From.UtcDateTime.Month == invoice.To.UtcDateTime.AddTicks(-1).Month && invoice.To - invoice.From < TimeSpan.FromDays(32)
        ? $"{Text(invoice.From.UtcDateTime, "MMMM")}'s invoice" : $"The invoice of {Span(invoice.From, invoice.To)}";

    /// <summary>How it compares, as a sentence: <c>October's invoice differs by 0.4 %: cached reads of gpt-4o</c>.</summary>
    public static string Sentence(InvoiceShown invoice) => invoice.Largest is not { } largest ? $"{Name(invoice)} matches."
        : invoice.Billed == Money.Zero ? $"{Name(invoice)} differs: {largest}."
        : $"{Name(invoice)} differs by {Share(invoice.Difference, invoice.Billed)}: {largest}.";

    /// <summary>A part of a whole, in percent.</summary>
    public static string Share(Money part, Money whole)
    {
        decimal share = (decimal)Int128.Abs(part.Picos) / (decimal)Int128.Max(1, Int128.Abs(whole.Picos)) * 100;
        return (share == 0 ? "0" : share < 0.1m ? "< 0.1" : share.ToString("#,0.0", CultureInfo.InvariantCulture)) + "\u00A0%";
    }

    /// <summary>Why a part of a difference is there, with what is known of it.</summary>
    public static string Why(Difference cause, string currency) => cause.Cause switch
    {
        DifferenceCause.MissingHere or DifferenceCause.MissingThere => $"{Of(cause.Cause)}{(cause.Quantity is { } tokens ? $": {Numbers.Count((decimal)tokens.Millionths / 1_000_000)} tok" : "")}",
        DifferenceCause.Tier => $"billed at {PerMillion(cause.Billed!.Value, currency)}, the price of {cause.Sku}",
        DifferenceCause.Price => cause.Billed is { } price ? $"billed at {PerMillion(price, currency)}" : "billed at a price that no amount tells",
        _ => Of(cause.Cause),
    };

    /// <summary>The price of a million tokens.</summary>
    public static string PerMillion(Money price, string currency) => $"{PriceText.Of(new Money(price.Picos * 1_000_000), currency)} / 1\u00A0M\u00A0tok";

    /// <summary>The state of an invoice.</summary>
    public static (Signal Signal, string Word) State(InvoiceShown invoice) => invoice.State switch
    {
        InvoiceState.Accepted => (Signal.Ok, "accepted"),
        InvoiceState.Disputed => (Signal.Warning, "disputed"),
        _ => invoice.Largest is null ? (Signal.Ok, "matches") : (Signal.Info, "open"),
    };

    private static string Text(DateTime day, string format) => day.ToString(format, CultureInfo.InvariantCulture);
}
