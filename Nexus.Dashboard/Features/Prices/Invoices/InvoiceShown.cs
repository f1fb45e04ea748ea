using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Invoices;
using Nexus.Engine.Costs.Rerating;

namespace Nexus.Dashboard.Features.Prices.Invoices;

/// <summary>An invoice as the page lists it.</summary>
public sealed record InvoiceShown
{
    public required string Id { get; init; }

    /// <summary>Who sent it; null: nobody said.</summary>
    public string? Provider { get; init; }

    public string Layout { get; init; } = "";

    /// <summary>Its first day.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The end of its last.</summary>
    public required DateTimeOffset To { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required string ReceivedBy { get; init; }

    public InvoiceState State { get; init; }

    public string? Reason { get; init; }

    public string? DecidedBy { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public required Money Billed { get; init; }

    public required Money Ledger { get; init; }

    /// <summary>What most of the difference is; null: nothing but rounding differs.</summary>
    public string? Largest { get; init; }

    public int ReadLines { get; init; }

    public int UnreadLines { get; init; }

    /// <summary>The currency that it came in and its rate; null: the installation's.</summary>
    public string? Rate { get; init; }

    /// <summary>By how much more is billed.</summary>
    public Money Difference => Billed - Ledger;

    internal static InvoiceShown Of(Invoice invoice) => new()
    {
        Id = invoice.Id, Provider = invoice.Provider, Layout = invoice.Layout, From = invoice.From, To = invoice.To, ReceivedAt = invoice.ReceivedAt, ReceivedBy = invoice.ReceivedBy,
        State = invoice.State, Reason = invoice.Reason, DecidedBy = invoice.DecidedBy, DecidedAt = invoice.DecidedAt, Billed = Money.Parse(invoice.Billed), Ledger = Money.Parse(invoice.Ledger),
        Largest = invoice.Largest, ReadLines = invoice.ReadLines, UnreadLines = invoice.UnreadLines, Rate = invoice.Rate is { } rate ? $"{invoice.Currency} at {rate}" : null,
    };
}

/// <summary>An invoice beside the ledger, as the page shows it.</summary>
/// <param name="Invoice">It.</param>
/// <param name="Reconciled">What it comes to.</param>
/// <param name="Unread">What of the file could not be read.</param>
/// <param name="Currency">The installation's currency.</param>
public sealed record InvoiceView(InvoiceShown Invoice, Reconciliation Reconciled, IReadOnlyList<UnreadLine> Unread, string Currency)
{
    /// <summary>What applying it would come to; null until it is known, or where there is nothing to apply.</summary>
    public InvoicePreview? Preview { get; init; }

    /// <summary>Why that is not known.</summary>
    public string? NoPreview { get; init; }

    /// <summary>True where setting prices, or rating the days anew by those that are set, may change something.</summary>
    public bool MayApply => Reconciled.Corrections.Count > 0 || Reconciled.Causes.Any(c => c.Cause is DifferenceCause.Price or DifferenceCause.Tier);

    internal static InvoiceView Of(InvoiceFound found) => new(InvoiceShown.Of(found.Invoice), found.Reconciled, InvoiceLineText.ReadUnread(found.Invoice.Unread), found.Currency);
}

/// <summary>What applying an invoice would come to.</summary>
/// <param name="Version">The version of the book that was looked at.</param>
/// <param name="Prices">How many prices it sets.</param>
/// <param name="Report">What rating its days anew comes to.</param>
public sealed record InvoicePreview(long Version, int Prices, RerateReport Report);
