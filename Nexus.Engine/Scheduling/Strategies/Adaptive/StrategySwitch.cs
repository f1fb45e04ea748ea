using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Strategies.Adaptive;

/// <summary>Why an adaptive pool changed its strategy.</summary>
public enum SwitchCause
{
    /// <summary>Another served the objective better for long enough.</summary>
    Learned,

    /// <summary>A rule holds.</summary>
    Rule,

    /// <summary>No rule holds any more: what was learned last decides again.</summary>
    RuleOver,
}

/// <summary>What a change of strategy rests on.</summary>
/// <param name="Cause">Why.</param>
/// <param name="Rule">The rule that holds, or that held; null where what was learned decided.</param>
/// <param name="Load">The load: of the last stretch that was replayed where what was learned decided, else of the moment.</param>
/// <param name="From">The beginning of the last stretch that was replayed; null where none was yet.</param>
/// <param name="To">Its end.</param>
/// <param name="Scores">The scores after it; empty where none was replayed yet.</param>
/// <param name="Wins">In how many comparisons one after the other the new strategy was the best by the margin.</param>
public sealed record SwitchEvidence(SwitchCause Cause, StrategyRule? Rule, PoolLoad Load, Instant? From, Instant? To, IReadOnlyList<StrategyScore> Scores, int Wins);

/// <summary>A change of strategy.</summary>
/// <param name="At">When.</param>
/// <param name="Before">The strategy before.</param>
/// <param name="After">The strategy after.</param>
/// <param name="Evidence">What it rests on.</param>
public sealed record StrategySwitch(Instant At, string Before, string After, SwitchEvidence Evidence);
