namespace Nexus.Dashboard.Features.Recommendations;

/// <summary>Why a recommendation is turned down.</summary>
internal sealed record DismissBody
{
    /// <summary>Why, 1 – 500 characters.</summary>
    public string? Reason { get; init; }
}

/// <summary>For how long a recommendation is quiet.</summary>
internal sealed record SnoozeBody
{
    /// <summary>Until when, within a year.</summary>
    public DateTimeOffset? Until { get; init; }
}
