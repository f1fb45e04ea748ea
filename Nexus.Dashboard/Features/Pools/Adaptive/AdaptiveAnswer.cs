using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Dashboard.Features.Pools.Adaptive;

/// <summary>What an adaptive pool follows, with how readily it changes.</summary>
/// <param name="Follows">The strategy in force; absent, as all that it learned, where its strategy is not <c>adaptive</c>.</param>
/// <param name="Since">Since when; absent: since the pool is adaptive.</param>
/// <param name="Rule">The rule that put it in force; absent where what was learned did.</param>
/// <param name="Learned">The strategy that what was learned chose last.</param>
/// <param name="Scores">How well each strategy serves the objective after the last comparison, 100 for the one in force, higher is better; absent before the first.</param>
/// <param name="ComparedAt">The end of the stretch that was compared last.</param>
/// <param name="Margin">By what share another must be better.</param>
/// <param name="Wins">In how many comparisons one after the other.</param>
/// <param name="Dwell">How long a strategy stays in force at least.</param>
/// <param name="SwitchesPerDay">How often what was learned may change it within 24 hours.</param>
/// <param name="Rules">What goes before what was learned.</param>
internal sealed record AdaptiveAnswer(
    string? Follows, DateTimeOffset? Since, RuleBody? Rule, string? Learned, Dictionary<string, double>? Scores, DateTimeOffset? ComparedAt,
    decimal Margin, int Wins, Duration Dwell, int SwitchesPerDay, IReadOnlyList<RuleBody> Rules)
{
    private const int Digits = 1;

    public static AdaptiveAnswer? Of(PoolState pool)
    {
        AdaptiveState? adaptive = pool.Adaptive;
        if (adaptive is null && pool.Definition.Adaptive is null)
        {
            return null;
        }

        AdaptiveSettings settings = pool.Definition.Adaptive ?? AdaptiveSettings.Default;
        StrategyTrial? last = adaptive?.Trials is [.., var newest] ? newest : null;
        return new AdaptiveAnswer(
            adaptive?.InForce, adaptive?.Since?.ToDateTimeOffset(), adaptive?.Rule is { } rule ? RuleBody.Of(rule) : null, adaptive?.Learned,
            last?.Scores.ToDictionary(s => s.Strategy, s => Math.Round(s.Value, Digits), StringComparer.Ordinal), last?.To.ToDateTimeOffset(),
            (decimal)settings.MarginMillionths / StrategyRule.Million, settings.Wins, settings.Dwell, settings.MostSwitches, [.. settings.Rules.Select(RuleBody.Of)]);
    }
}
