namespace Nexus.Dashboard.Shared;

/// <summary>A page could not be read anew: it shows what it last read.</summary>
/// <param name="Page">Which page.</param>
/// <param name="Why">What failed, for a reader; the rest is in the log under <paramref name="Trace"/>.</param>
/// <param name="Since">When it first failed.</param>
/// <param name="Shown">When what is shown was read; null where nothing was yet.</param>
/// <param name="Trace">The id under which the log has it.</param>
public sealed record Failure(string Page, string Why, DateTimeOffset Since, DateTimeOffset? Shown, string Trace);
