using System.Globalization;

namespace Nexus.Dashboard.Features.Alerts.Delivery;

/// <summary>What became of a delivery.</summary>
internal enum DeliveryState
{
    /// <summary>It is to be sent, for the first time or again.</summary>
    Pending = 0,

    /// <summary>The other side took it.</summary>
    Delivered = 1,

    /// <summary>It was given up; it can be tried again.</summary>
    Dead = 2,
}

/// <summary>What a delivery tells.</summary>
internal enum DeliveryKind
{
    /// <summary>That alerts fire.</summary>
    Firing = 0,

    /// <summary>That alerts have ended.</summary>
    Resolved = 1,
}

/// <summary>A message to a channel: written in one transaction with what it tells of, and kept until it was taken or given up.</summary>
internal sealed class AlertDelivery
{
    public long Id { get; set; }

    /// <summary>The same for each attempt, so that a receiver knows what it has taken already.</summary>
    public string Key { get; set; } = "";

    public string Channel { get; set; } = "";

    public string Rule { get; set; } = "";

    public DeliveryKind Kind { get; set; }

    /// <summary>The numbers of the alerts, separated by spaces.</summary>
    public string Alerts { get; set; } = "";

    /// <summary>What is sent; null until the first attempt: till then more alerts of the rule join it.</summary>
    public string? Body { get; set; }

    public DeliveryState State { get; set; }

    public int Attempts { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Not before; meaningless once it is delivered or dead.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>When it was last tried; null before the first time.</summary>
    public DateTimeOffset? TriedAt { get; set; }

    /// <summary>What the other side said then, or why it was not reached.</summary>
    public string? Result { get; set; }

    /// <summary>The same as numbers.</summary>
    public IEnumerable<long> AlertIds => Alerts.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static a => long.Parse(a, CultureInfo.InvariantCulture));

    /// <summary>One more alert joins it.</summary>
    public void Join(long alert) => Alerts = Alerts.Length == 0 ? alert.ToString(CultureInfo.InvariantCulture) : $"{Alerts} {alert.ToString(CultureInfo.InvariantCulture)}";
}
