using Nexus.Dashboard.Features.Alerts.Metrics;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Alerts.Firing;

/// <summary>How an alert stands.</summary>
internal enum AlertState
{
    /// <summary>It is so, and nobody has taken it.</summary>
    Firing = 0,

    /// <summary>It is so, and somebody looks after it.</summary>
    Acknowledged = 1,

    /// <summary>It is not so any more.</summary>
    Resolved = 2,
}

/// <summary>That a rule's condition holds for a subject, from the moment it fired until it ended.</summary>
internal sealed record Alert
{
    public long Id { get; init; }

    public string Rule { get; init; } = "";

    public string Metric { get; init; } = "";

    /// <summary>Tells the subject from the others of the rule: of one there is at most one alert that has not ended.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The owner path; empty: the root.</summary>
    public string Owner { get; init; } = "";

    public string? Pool { get; init; }

    public string? Resource { get; init; }

    public AlertSeverity Severity { get; init; }

    public AlertState State { get; init; }

    /// <summary>The value when it fired, or was last told of.</summary>
    public double Value { get; init; }

    /// <summary>The line when it fired.</summary>
    public double Line { get; init; }

    /// <summary>What is so, as a sentence.</summary>
    public string Sentence { get; init; } = "";

    /// <summary>Since when the condition holds.</summary>
    public DateTimeOffset Since { get; init; }

    public DateTimeOffset FiredAt { get; init; }

    /// <summary>True once its channels were told; false while they are to be.</summary>
    public bool Told { get; init; }

    /// <summary>Who looks after it; null where nobody does.</summary>
    public string? AcknowledgedBy { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>Then it fires again if it is still so; null: it does not.</summary>
    public DateTimeOffset? AcknowledgedUntil { get; init; }

    public string? Note { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>The owner as a path.</summary>
    public OwnerPath Within => OwnerPath.Parse(Owner);

    /// <summary>True until it has ended.</summary>
    public bool IsOpen => State != AlertState.Resolved;

    /// <summary>What it is about.</summary>
    public AlertSubject Of => new(Within, Pool, Resource);
}
