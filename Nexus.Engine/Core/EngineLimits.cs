namespace Nexus.Engine.Core;

/// <summary>What bounds the engine's memory.</summary>
/// <param name="EndedInMemory">How many ended requests are remembered; older ones are answered from the journal's index. At least 1.</param>
public sealed record EngineLimits(int EndedInMemory = 200_000);
