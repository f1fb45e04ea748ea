namespace Nexus.Dashboard.Features.Recommendations.Pages;

/// <summary>What the page shows.</summary>
/// <param name="Answer">The sentence that answers the page's question.</param>
/// <param name="Open">Those to be decided, what saves most for sure first.</param>
/// <param name="Snoozed">Those that are quiet.</param>
/// <param name="Applied">Those that were applied, or taken back.</param>
/// <param name="Dismissed">Those that were turned down, or whose cause is gone.</param>
/// <param name="Types">The kinds of saving to choose from.</param>
/// <param name="Failed">Why the last review failed; null where it did not.</param>
/// <param name="ReviewedAt">When the last review ended; null where there was none.</param>
/// <param name="Nothing">What is said where nothing is open.</param>
/// <param name="Locked">Why the reader may decide nothing; null for who may.</param>
/// <param name="ReviewLocked">Why the reader may not have it reviewed; null for who may.</param>
internal sealed record RecommendationsView(
    string Answer, IReadOnlyList<RecommendationRow> Open, IReadOnlyList<RecommendationRow> Snoozed, IReadOnlyList<RecommendationRow> Applied, IReadOnlyList<RecommendationRow> Dismissed,
    IReadOnlyList<(string Key, string Text)> Types, string? Failed, DateTimeOffset? ReviewedAt, string Nothing, string? Locked, string? ReviewLocked)
{
    /// <summary>All of them.</summary>
    public IEnumerable<RecommendationRow> All => [.. Open, .. Snoozed, .. Applied, .. Dismissed];
}
