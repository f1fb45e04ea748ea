namespace Nexus.Engine.Scheduling.Strategies.Adaptive;

/// <summary>How readily an adaptive pool changes its strategy.</summary>
/// <param name="MarginMillionths">By how much another strategy must serve the objective better than the one in force, in millionths; 0 – 900,000.</param>
/// <param name="Wins">In how many comparisons one after the other, 1 – 100.</param>
/// <param name="Dwell">How long a strategy stays in force at least, 0 – 366 days.</param>
/// <param name="MostSwitches">How often what was learned may change the strategy within 24 hours, 0 – 144; 0: only rules do.</param>
/// <param name="Rules">What goes before what was learned; the first that holds decides.</param>
public sealed record AdaptiveSettings(int MarginMillionths, int Wins, TimeSpan Dwell, int MostSwitches, IReadOnlyList<StrategyRule> Rules)
{
    /// <summary>The most rules of a pool.</summary>
    public const int MostRules = 20;

    /// <summary>The most comparisons one after the other that can be asked for.</summary>
    public const int MostWins = 100;

    /// <summary>The largest margin.</summary>
    public const int MostMargin = 900_000;

    /// <summary>The most switches a day: one with each comparison.</summary>
    public const int MostSwitchesADay = 144;

    /// <summary>A twentieth better, twice in a row, half an hour each, at most twelve times a day, and no rules.</summary>
    public static AdaptiveSettings Default { get; } = new(50_000, 2, TimeSpan.FromMinutes(30), 12, []);

    /// <inheritdoc/>
    public bool Equals(AdaptiveSettings? other) =>
        other is not null && (MarginMillionths, Wins, Dwell, MostSwitches) == (other.MarginMillionths, other.Wins, other.Dwell, other.MostSwitches) && Rules.SequenceEqual(other.Rules);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MarginMillionths, Wins, Dwell, MostSwitches, Rules.Count);
}
