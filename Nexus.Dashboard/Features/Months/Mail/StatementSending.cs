namespace Nexus.Dashboard.Features.Months.Mail;

/// <summary>A statement that is sent: what it says, settled once, whatever comes for its month later.</summary>
internal sealed class StatementSending
{
    public string Id { get; set; } = "";

    public string Schedule { get; set; } = "";

    public string Tenant { get; set; } = "";

    /// <summary>The month, as it is written.</summary>
    public string Month { get; set; } = "";

    /// <summary>What it is sent for: empty for the schedule, of which there is one for each month; else its own id, because somebody asked.</summary>
    public string Occasion { get; set; } = "";

    /// <summary>Who asked; null: the schedule.</summary>
    public string? RequestedBy { get; set; }

    /// <summary>True where the month was open then.</summary>
    public bool IsPreliminary { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public string Subject { get; set; } = "";

    public string Text { get; set; } = "";

    /// <summary>The document; empty once every recipient's server took it.</summary>
    public string Html { get; set; } = "";

    /// <summary>The file; empty once every recipient's server took it.</summary>
    public string Csv { get; set; } = "";
}
