namespace Nexus.Dashboard.Features.Prices.Invoices;

/// <summary>What became of an invoice.</summary>
public enum InvoiceState
{
    /// <summary>Nobody has settled it.</summary>
    Open,

    /// <summary>It is right, or what differs is borne.</summary>
    Accepted,

    /// <summary>The provider was asked to change it.</summary>
    Disputed,
}

/// <summary>A provider's invoice, as it is kept: its lines, and what the last comparison with the ledger came to.</summary>
internal sealed class Invoice
{
    public string Id { get; set; } = "";

    /// <summary>Who sent it; null: nobody said.</summary>
    public string? Provider { get; set; }

    public string Layout { get; set; } = "";

    /// <summary>In which currency it came; null: the installation's.</summary>
    public string? Currency { get; set; }

    /// <summary>What one unit of that is in the installation's; null where it is the same.</summary>
    public string? Rate { get; set; }

    /// <summary>Its first day, of UTC.</summary>
    public DateTimeOffset From { get; set; }

    /// <summary>The end of its last day.</summary>
    public DateTimeOffset To { get; set; }

    public DateTimeOffset ReceivedAt { get; set; }

    /// <summary>The person's name or the key's id.</summary>
    public string ReceivedBy { get; set; } = "";

    /// <summary>SHA-256 of what was sent, as hexadecimal text.</summary>
    public string Hash { get; set; } = "";

    /// <summary>How many lines of the file were read.</summary>
    public int ReadLines { get; set; }

    /// <summary>How many could not be read.</summary>
    public int UnreadLines { get; set; }

    /// <summary>Its lines; see <see cref="InvoiceLineText"/>.</summary>
    public string Lines { get; set; } = "";

    /// <summary>What could not be read; see <see cref="UnreadLine"/>.</summary>
    public string Unread { get; set; } = "";

    public InvoiceState State { get; set; }

    /// <summary>Why it is in that state.</summary>
    public string? Reason { get; set; }

    public string? DecidedBy { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>What is billed, a decimal text, as the last comparison with the ledger found.</summary>
    public string Billed { get; set; } = "0";

    /// <summary>What the ledger had then.</summary>
    public string Ledger { get; set; } = "0";

    /// <summary>What most of the difference was then, for people; null: nothing but rounding differed.</summary>
    public string? Largest { get; set; }

    public DateTimeOffset ComparedAt { get; set; }
}
