namespace Nexus.Dashboard.Features.Recommendations;

/// <summary>What became of a recommendation.</summary>
internal enum RecommendationState
{
    /// <summary>It is to be decided.</summary>
    Open = 0,

    /// <summary>It is quiet until a time.</summary>
    Snoozed = 1,

    /// <summary>The change was made, and is followed up.</summary>
    Applied = 2,

    /// <summary>Somebody turned it down.</summary>
    Dismissed = 3,

    /// <summary>It was applied, and the change was taken back.</summary>
    Reverted = 4,

    /// <summary>Its cause is gone.</summary>
    Closed = 5,
}
