using Nexus.Engine.Costs;

namespace Nexus.Engine.Scheduling.Strategies.Adaptive;

/// <summary>What became, or would have become, of a stretch of the past under a strategy: of the requests that the pool could have served.</summary>
/// <param name="Strategy">The strategy, by its name.</param>
/// <param name="Requests">How many they are.</param>
/// <param name="Waited">How long they waited in that stretch until they started first, or to its end, all together; in milliseconds.</param>
/// <param name="Deadlines">How many of them have a deadline.</param>
/// <param name="Missed">How many of those miss it, or were refused.</param>
/// <param name="Unfair">What Jain's index lacks to 1, in millionths.</param>
/// <param name="Granted">How many of them were granted.</param>
/// <param name="Cost">What those grants are expected to cost together.</param>
public sealed record StrategyFigures(string Strategy, long Requests, long Waited, long Deadlines, long Missed, int Unfair, long Granted, Money Cost);
