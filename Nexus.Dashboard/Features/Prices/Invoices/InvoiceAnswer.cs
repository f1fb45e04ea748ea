using System.Globalization;
using Nexus.Dashboard.Api;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Invoices;

namespace Nexus.Dashboard.Features.Prices.Invoices;

/// <summary>An invoice without its lines, as it was last compared with the ledger.</summary>
internal record InvoiceSummary
{
    public required string Id { get; init; }

    /// <summary>Who sent it.</summary>
    public string? Provider { get; init; }

    /// <summary>In which layout the file is.</summary>
    public required string Layout { get; init; }

    /// <summary>Its first day, of UTC.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The end of its last day.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>In which currency it came, where that is not the installation's.</summary>
    public string? InvoiceCurrency { get; init; }

    /// <summary>What one unit of that is in the installation's.</summary>
    public string? Rate { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required string ReceivedBy { get; init; }

    /// <summary><c>open</c>, <c>accepted</c> or <c>disputed</c>.</summary>
    public required InvoiceState State { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    public string? DecidedBy { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>What is billed, in the installation's currency.</summary>
    public required MoneyAnswer Billed { get; init; }

    /// <summary>What the ledger has.</summary>
    public required MoneyAnswer Ledger { get; init; }

    /// <summary>By how much more is billed, or negative less.</summary>
    public required MoneyAnswer Difference { get; init; }

    /// <summary>What most of the difference is, in words; absent where nothing but rounding differs.</summary>
    public string? Largest { get; init; }

    /// <summary>How many lines of the file were read.</summary>
    public required int ReadLines { get; init; }

    /// <summary>How many could not be read: they are in none of the sums.</summary>
    public required int UnreadLines { get; init; }

    /// <summary>When it was compared.</summary>
    public required DateTimeOffset ComparedAt { get; init; }

    public static InvoiceSummary Of(Invoice invoice, string currency) => Fill(new InvoiceSummary
    {
        Id = "", Layout = "", From = default, To = default, ReceivedAt = default, ReceivedBy = "", State = default, Billed = null!, Ledger = null!, Difference = null!, ReadLines = 0, UnreadLines = 0, ComparedAt = default,
    }, invoice, currency);

    protected static T Fill<T>(T answer, Invoice invoice, string currency)
        where T : InvoiceSummary => (T)(answer with
        {
            Id = invoice.Id, Provider = invoice.Provider, Layout = invoice.Layout, From = invoice.From, To = invoice.To, InvoiceCurrency = invoice.Currency, Rate = invoice.Rate,
            ReceivedAt = invoice.ReceivedAt, ReceivedBy = invoice.ReceivedBy, State = invoice.State, Reason = invoice.Reason, DecidedBy = invoice.DecidedBy, DecidedAt = invoice.DecidedAt,
            Billed = new MoneyAnswer(invoice.Billed, currency), Ledger = new MoneyAnswer(invoice.Ledger, currency), Difference = MoneyAnswer.Of(Money.Parse(invoice.Billed) - Money.Parse(invoice.Ledger), currency),
            Largest = invoice.Largest, ReadLines = invoice.ReadLines, UnreadLines = invoice.UnreadLines, ComparedAt = invoice.ComparedAt,
        });
}

/// <summary>An invoice, compared with the ledger.</summary>
internal sealed record InvoiceAnswer : InvoiceSummary
{
    // Beside a sum that is that of all.
    private const int MostRows = 10_000;

    /// <summary>What each cause comes to; they add up to the difference.</summary>
    public required IReadOnlyList<InvoiceCauseAnswer> Causes { get; init; }

    /// <summary>By day, model, class and lane, in this order; 10,000 at most.</summary>
    public required IReadOnlyList<InvoiceRowAnswer> Rows { get; init; }

    /// <summary>How many are left out; absent where all are there.</summary>
    public int? RowsLeft { get; init; }

    /// <summary>The prices that <c>apply</c> sets, in this order.</summary>
    public required IReadOnlyList<InvoiceCorrectionAnswer> Corrections { get; init; }

    /// <summary>What is billed otherwise than the book says, and needs a person.</summary>
    public required IReadOnlyList<InvoiceUnproposedAnswer> Unproposed { get; init; }

    /// <summary>What could not be read, by line.</summary>
    public required IReadOnlyList<UnreadLine> Unread { get; init; }

    public static InvoiceAnswer Of(InvoiceFound found)
    {
        Reconciliation reconciled = found.Reconciled;
        MoneyAnswer Of(Money money) => MoneyAnswer.Of(money, found.Currency);
        return Fill(
            new InvoiceAnswer
            {
                Id = "", Layout = "", From = default, To = default, ReceivedAt = default, ReceivedBy = "", State = default, Billed = null!, Ledger = null!, Difference = null!, ReadLines = 0, UnreadLines = 0, ComparedAt = default,
                Causes = [.. reconciled.Causes.Select(c => new InvoiceCauseAnswer(c.Cause, Of(c.Amount)))],
                Rows = [.. reconciled.Rows.Take(MostRows).Select(r => InvoiceRowAnswer.Of(r, found.Currency))],
                RowsLeft = reconciled.Rows.Count > MostRows ? reconciled.Rows.Count - MostRows : null,
                Corrections = [.. reconciled.Corrections.Select(c => new InvoiceCorrectionAnswer(c.Model, TokenClasses.NameOf(c.Class), c.Lane, c.Before is null ? null : PriceItem.Of(c.Before), PriceItem.Of(c.After), Of(c.Amount)))],
                Unproposed = [.. reconciled.Unproposed.Select(u => new InvoiceUnproposedAnswer(u.Model, TokenClasses.NameOf(u.Class), u.Lane, u.Reason, Of(u.Amount)))],
                Unread = InvoiceLineText.ReadUnread(found.Invoice.Unread),
            },
            found.Invoice, found.Currency);
    }
}

/// <summary>What a cause comes to.</summary>
internal sealed record InvoiceCauseAnswer(DifferenceCause Cause, MoneyAnswer Amount);

/// <summary>A day, model and class of tokens.</summary>
internal sealed record InvoiceRowAnswer
{
    /// <summary>The day, of UTC.</summary>
    public required string Day { get; init; }

    public required string Model { get; init; }

    /// <summary><c>input</c> (fresh), <c>cachedRead</c>, <c>cacheWrite</c>, <c>output</c> or <c>embedding</c>.</summary>
    public required string Class { get; init; }

    /// <summary><c>standard</c> or <c>batch</c>.</summary>
    public required string Lane { get; init; }

    /// <summary>The first line of the file that is about it; absent where the invoice lacks it.</summary>
    public int? Line { get; init; }

    /// <summary>How many lines are.</summary>
    public required int Lines { get; init; }

    /// <summary>How many tokens are billed; absent where the invoice does not say.</summary>
    public decimal? BilledQuantity { get; init; }

    public required MoneyAnswer Billed { get; init; }

    /// <summary>True where the file states no amount, and what is billed is valued by the ledger's price.</summary>
    public bool? Valued { get; init; }

    /// <summary>How many tokens the ledger has.</summary>
    public required decimal LedgerQuantity { get; init; }

    public required MoneyAnswer Ledger { get; init; }

    public required MoneyAnswer Difference { get; init; }

    /// <summary>Why they differ; the amounts add up to the difference.</summary>
    public required IReadOnlyList<InvoiceDifferenceAnswer> Causes { get; init; }

    public static InvoiceRowAnswer Of(InvoiceRow row, string currency) => new()
    {
        Day = row.Key.Day.ToDateTimeOffset().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Model = row.Key.Model,
        Class = TokenClasses.NameOf(row.Key.Class),
        Lane = row.Key.Lane,
        Line = row.Line,
        Lines = row.Lines,
        BilledQuantity = Tokens(row.BilledQuantity),
        Billed = MoneyAnswer.Of(row.Billed, currency),
        Valued = row.IsValued ? true : null,
        LedgerQuantity = Tokens(row.LedgerQuantity)!.Value,
        Ledger = MoneyAnswer.Of(row.Ledger, currency),
        Difference = MoneyAnswer.Of(row.Difference, currency),
        Causes = [.. row.Causes.Select(c => new InvoiceDifferenceAnswer(c.Cause, MoneyAnswer.Of(c.Amount, currency), Tokens(c.Quantity), c.Billed?.ToString(), c.Sku))],
    };

    private static decimal? Tokens(PricingQuantity? quantity) => quantity is { } tokens ? (decimal)tokens.Millionths / 1_000_000 : null;
}

/// <summary>A part of a difference.</summary>
/// <param name="Cause">Why it is there.</param>
/// <param name="Amount">How much it is.</param>
/// <param name="Quantity">How many tokens are missing.</param>
/// <param name="UnitPrice">The price of a token at which it is billed.</param>
/// <param name="Sku">The SKU of the book that has that price.</param>
internal sealed record InvoiceDifferenceAnswer(DifferenceCause Cause, MoneyAnswer Amount, decimal? Quantity, string? UnitPrice, string? Sku);

/// <summary>A price of the book that would be as it is billed.</summary>
internal sealed record InvoiceCorrectionAnswer(string Model, string Class, string Lane, PriceItem? Before, PriceItem After, MoneyAnswer Amount);

/// <summary>Something that is billed otherwise than the book says, and needs a person.</summary>
internal sealed record InvoiceUnproposedAnswer(string Model, string Class, string Lane, string Reason, MoneyAnswer Amount);

/// <summary>What making the book as an invoice says comes to.</summary>
/// <param name="Prices">The prices that are set.</param>
/// <param name="Version">The version of the book, for <c>If-Match</c>.</param>
/// <param name="Rerated">What rating the invoice's days anew comes to, by owner.</param>
internal sealed record InvoiceAppliedAnswer(IReadOnlyList<PriceItem> Prices, long Version, RerateAnswer Rerated)
{
    public static InvoiceAppliedAnswer Of(InvoiceApplied applied) => new([.. applied.Prices.Change.Set.Select(PriceItem.Of)], applied.Prices.Version, applied.Rerated);
}
