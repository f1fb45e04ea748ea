namespace Nexus.Dashboard.Features.Recommendations.Pages;

/// <summary>What the page shows.</summary>
/// <param name="Answer">The sentence that answers the page's question.</param>
/// <param name="Rows">Those of the tab that is shown.</param>
/// <param name="Opened">The one that is open; null: none.</param>
/// <param name="Counts">How many each tab has.</param>
/// <param name="Types">The kinds of saving to choose from.</param>
/// <param name="Curve">What all that was applied saved together; null while nothing is known.</param>
/// <param name="Failed">Why the last review failed; null where it did not.</param>
/// <param name="Nothing">What is said where nothing is open.</param>
/// <param name="Locked">Why the reader may decide nothing; null for who may.</param>
/// <param name="ReviewLocked">Why the reader may not have it reviewed; null for who may.</param>
internal sealed record RecommendationsView(
    string Answer, IReadOnlyList<RecommendationRow> Rows, RecommendationRow? Opened, IReadOnlyDictionary<string, int> Counts, IReadOnlyList<(string Key, string Text)> Types, SavingsCurve? Curve, string? Failed, string Nothing, string? Locked, string? ReviewLocked);
