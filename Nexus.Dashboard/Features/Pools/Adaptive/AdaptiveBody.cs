using Nexus.Dashboard.Api;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Dashboard.Features.Pools.Adaptive;

/// <summary>How readily an adaptive pool changes its strategy: what is not given goes to its default.</summary>
/// <param name="Margin">By what share another strategy must serve the objective better, 0 – 0.9; by default 0.05.</param>
/// <param name="Wins">In how many comparisons one after the other, 1 – 100; by default 2.</param>
/// <param name="Dwell">How long a strategy stays in force at least, up to 366 days; by default half an hour.</param>
/// <param name="SwitchesPerDay">How often what was learned may change it within 24 hours, 0 – 144; by default 12.</param>
/// <param name="Rules">What goes before what was learned; the first that holds decides. At most 20.</param>
internal sealed record AdaptiveBody(decimal? Margin = null, int? Wins = null, Duration? Dwell = null, int? SwitchesPerDay = null, List<RuleBody>? Rules = null)
{
    private const decimal MostMargin = (decimal)AdaptiveSettings.MostMargin / StrategyRule.Million;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public static AdaptiveBody? Of(AdaptiveSettings? settings) => settings is null ? null : new(
        (decimal)settings.MarginMillionths / StrategyRule.Million, settings.Wins, settings.Dwell, settings.MostSwitches, settings.Rules.Count == 0 ? null : [.. settings.Rules.Select(RuleBody.Of)]);

    /// <summary>The settings; what is wrong is named.</summary>
    public AdaptiveSettings ToSettings(string path, Faults faults)
    {
        AdaptiveSettings usual = AdaptiveSettings.Default;
        bool isMargin = Margin is null or (>= 0 and <= MostMargin) && decimal.Truncate((Margin ?? 0) * StrategyRule.Million) == (Margin ?? 0) * StrategyRule.Million;
        faults.When(!isMargin, $"{path}.margin", "must be a share from 0 to 0.9, for example 0.05, with six decimals at most");
        faults.When(Wins is < 1 or > AdaptiveSettings.MostWins, $"{path}.wins", "must be 1 to 100");
        faults.When(SwitchesPerDay is < 0 or > AdaptiveSettings.MostSwitchesADay, $"{path}.switchesPerDay", "must be 0 to 144");
        TimeSpan? dwell = faults.Span($"{path}.dwell", Dwell, TimeSpan.Zero, Longest);
        faults.When(Rules is { Count: > AdaptiveSettings.MostRules }, $"{path}.rules", "must be at most 20");
        List<StrategyRule> rules = [];
        for (int i = 0; i < Rules?.Count; i++)
        {
            if (Rules[i].ToRule($"{path}.rules[{i}]", faults) is { } rule)
            {
                rules.Add(rule);
            }
        }

        return new AdaptiveSettings(
            Margin is { } margin && isMargin ? (int)(margin * StrategyRule.Million) : usual.MarginMillionths, Wins ?? usual.Wins, dwell ?? usual.Dwell, SwitchesPerDay ?? usual.MostSwitches, rules);
    }
}
