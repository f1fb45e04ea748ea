using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Alerts.Firing;

/// <summary>That nobody is told of some alerts for a while.</summary>
internal sealed record AlertSilence
{
    public long Id { get; init; }

    /// <summary>Of this rule; null: of any.</summary>
    public string? Rule { get; init; }

    /// <summary>Of this subject; null: of any.</summary>
    public string? Subject { get; init; }

    /// <summary>Within this path; empty: the root.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Of this pool; null: of any or none.</summary>
    public string? Pool { get; init; }

    public DateTimeOffset At { get; init; }

    public DateTimeOffset Until { get; init; }

    public string By { get; init; } = "";

    public string? Note { get; init; }

    /// <summary>The path as such.</summary>
    public OwnerPath Within => OwnerPath.Parse(Owner);

    /// <summary>True for an alert of which nobody is told at a moment.</summary>
    public bool Covers(Alert alert, DateTimeOffset now) =>
        now < Until && (Rule is null || Rule == alert.Rule) && (Subject is null || Subject == alert.Subject) && (Pool is null || Pool == alert.Pool) && alert.Within.IsWithin(Within);
}
