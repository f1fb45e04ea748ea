namespace Nexus.Dashboard.Features.Recommendations;

/// <summary>A review, as it is kept.</summary>
internal sealed record SavingsReview
{
    public long Id { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>From when on the past was looked at.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>Until when.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>How many days of it had any data.</summary>
    public int Days { get; init; }

    /// <summary>How many causes were found.</summary>
    public int Found { get; init; }

    /// <summary>How many of them were new.</summary>
    public int Added { get; init; }

    /// <summary>How many that were open are gone.</summary>
    public int Closed { get; init; }

    /// <summary>How long it took.</summary>
    public long Milliseconds { get; init; }

    /// <summary>Why it failed; null where it did not.</summary>
    public string? Failed { get; init; }
}
