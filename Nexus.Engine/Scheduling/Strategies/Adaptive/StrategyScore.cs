namespace Nexus.Engine.Scheduling.Strategies.Adaptive;

/// <summary>How well a strategy serves an objective, beside the one in force.</summary>
/// <param name="Strategy">The strategy, by its name.</param>
/// <param name="Loss">How much more of what counts it takes than the strategy in force does, as a logarithm to the base 2 in units of 2⁻²⁰; below zero: less.</param>
public readonly record struct StrategyScore(string Strategy, long Loss)
{
    /// <summary>The score for people: 100 for the strategy in force, 125 for one under which what counts is four fifths of that.</summary>
    public double Value => 100 * Math.Pow(2, -(double)Loss / FixedLog.One);
}
