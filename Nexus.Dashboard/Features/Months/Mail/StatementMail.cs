using Nexus.Dashboard.Features.Alerts.Delivery;

namespace Nexus.Dashboard.Features.Months.Mail;

/// <summary>A statement to one recipient: written in one transaction with those to the others, and kept until it was taken or given up.</summary>
internal sealed class StatementMail
{
    public long Id { get; set; }

    /// <summary>The same for each attempt, so that a mailbox can tell a repetition.</summary>
    public string Key { get; set; } = "";

    /// <summary>What it says.</summary>
    public string Sending { get; set; } = "";

    public string Address { get; set; } = "";

    public DeliveryState State { get; set; }

    public int Attempts { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Not before; meaningless once it is delivered or dead.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>When it was last tried; null before the first time.</summary>
    public DateTimeOffset? TriedAt { get; set; }

    /// <summary>What the mail server said then, or why it was not reached.</summary>
    public string? Result { get; set; }
}
