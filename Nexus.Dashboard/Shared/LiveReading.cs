namespace Nexus.Dashboard.Shared;

/// <summary>How fresh a page is at one moment.</summary>
/// <param name="PausedAt">Since when the viewer keeps it still; null while it follows.</param>
/// <param name="Missed">How many events it has not shown since.</param>
/// <param name="Lag">How old the oldest news was when it was shown, to a tenth of a second.</param>
/// <param name="Decides">False while the engine does not decide.</param>
public sealed record LiveReading(DateTimeOffset? PausedAt, long Missed, TimeSpan Lag, bool Decides);
