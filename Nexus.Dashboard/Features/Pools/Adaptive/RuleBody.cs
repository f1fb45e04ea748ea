using Nexus.Dashboard.Api;
using Nexus.Engine.Scheduling.Strategies;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Dashboard.Features.Pools.Adaptive;

/// <summary>While a figure of those who wait for an adaptive pool, or have a start promised in it, is above or below a bound, the pool follows a strategy.</summary>
/// <param name="Figure">What is looked at: the share that has a deadline (0 – 1), how many they are, or of how many tenants.</param>
/// <param name="Above">The bound, where it holds above; up to a million.</param>
/// <param name="Below">The bound, where it holds below, as long as anybody waits.</param>
/// <param name="Strategy">The strategy; any but <c>adaptive</c>.</param>
internal sealed record RuleBody(LoadFigure? Figure = null, decimal? Above = null, decimal? Below = null, string? Strategy = null)
{
    private const decimal Most = 1_000_000;

    public static RuleBody Of(StrategyRule rule) =>
        (decimal)rule.Millionths / StrategyRule.Million is var bound && rule.Above ? new(rule.Figure, bound, null, rule.Strategy) : new(rule.Figure, null, bound, rule.Strategy);

    /// <summary>The rule; null where something is wrong, which is named.</summary>
    public StrategyRule? ToRule(string path, Faults faults)
    {
        decimal? bound = Above ?? Below;
        bool isBound = bound is >= 0 and <= Most && decimal.Truncate(bound.Value * StrategyRule.Million) == bound * StrategyRule.Million;
        bool isStrategy = Strategy is not null && KnownStrategies.Fixed.Contains(Strategy, StringComparer.Ordinal);
        faults.When(Figure is null, $"{path}.figure", "must be one of 'deadlineShare', 'waiting', 'tenants'");
        faults.When(Above is null == Below is null, path, "must have one of 'above' and 'below'");
        faults.When(bound is not null && !isBound, $"{path}.{(Above is null ? "below" : "above")}", "must be a number from 0 to 1000000, with six decimals at most; a share is a number from 0 to 1");
        faults.When(!isStrategy, $"{path}.strategy", $"must be one of {string.Join(", ", KnownStrategies.Fixed.Select(s => $"'{s}'"))}");
        return Figure is { } figure && isBound && isStrategy ? new StrategyRule(figure, Above is not null, (long)(bound!.Value * StrategyRule.Million), Strategy!) : null;
    }
}
