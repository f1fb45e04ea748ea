using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Strategies.Adaptive;

/// <summary>A stretch of the past that was replayed under each strategy, and what it taught.</summary>
/// <param name="From">Its beginning.</param>
/// <param name="To">Its end.</param>
/// <param name="Load">Who waited in it, on average.</param>
/// <param name="Figures">What became of it under each strategy.</param>
/// <param name="Scores">How well each serves the objective after it, with what is remembered of the same kind of load; the strategy in force has 0.</param>
/// <param name="InForce">The strategy in force then.</param>
public sealed record StrategyTrial(Instant From, Instant To, PoolLoad Load, IReadOnlyList<StrategyFigures> Figures, IReadOnlyList<StrategyScore> Scores, string InForce);
