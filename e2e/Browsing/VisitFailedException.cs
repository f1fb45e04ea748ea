namespace Nexus.E2E.Browsing;

/// <summary>A visit that failed, with what helps to see why: a picture of the page, the browser's complaints and the end of the server's log.</summary>
internal sealed class VisitFailedException(Exception failure, string picture, IReadOnlyList<string> troubles, string log) : Exception(
    $"""
    {failure.Message}
    Picture: {picture}
    Browser: {(troubles.Count == 0 ? "no complaint" : string.Join("\n         ", troubles))}
    Server:  {string.Join("\n         ", log.TrimEnd().Split('\n').TakeLast(8))}
    """,
    failure);
