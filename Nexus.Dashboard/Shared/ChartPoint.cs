namespace Nexus.Dashboard.Shared;

/// <summary>A point of a live chart.</summary>
/// <param name="At">Milliseconds since 1970.</param>
/// <param name="Values">A value for each series, in their order.</param>
public sealed record ChartPoint(long At, double[] Values);
