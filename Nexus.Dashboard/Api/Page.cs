namespace Nexus.Dashboard.Api;

/// <summary>A page of a list.</summary>
/// <param name="Items">What is on it.</param>
/// <param name="Next">The cursor of the next one; absent when this is the last.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
