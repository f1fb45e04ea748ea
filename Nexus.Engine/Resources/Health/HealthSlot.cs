namespace Nexus.Engine.Resources.Health;

/// <summary>The outcomes of one step of a window.</summary>
/// <param name="Number">Which step, counted from 1970 in its length.</param>
/// <param name="Settled">How many grants stated an outcome in it.</param>
/// <param name="Failed">How many of those failed.</param>
internal readonly record struct HealthSlot(long Number, int Settled, int Failed);
