using System.Globalization;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Scheduling.Strategies;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Dashboard.Features.Pools.Adaptive;

/// <summary>What adaptive pools do, in words.</summary>
internal static class AdaptiveText
{
    /// <summary>A strategy's title.</summary>
    public static string Title(string strategy) => KnownStrategies.All.First(s => s.Name == strategy).Title;

    /// <summary>A figure of the load, in words.</summary>
    public static string Of(LoadFigure figure) => figure switch
    {
        LoadFigure.DeadlineShare => "share with a deadline",
        LoadFigure.Waiting => "requests waiting",
        _ => "tenants waiting",
    };

    /// <summary>A rule: <c>share with a deadline above 40 %: Deadline</c>.</summary>
    public static string Of(StrategyRule rule) => $"{Condition(rule)}: {Title(rule.Strategy)}";

    /// <summary>When a rule holds.</summary>
    public static string Condition(StrategyRule rule) =>
        $"{Of(rule.Figure)} {(rule.Above ? "above" : "below")} {Bound(rule)}";

    /// <summary>What counts, and for how much of it all.</summary>
    public static string Of(Objective objective)
    {
        (string Word, int Weight)[] counting = [.. new[] { ("wait", objective.Wait), ("deadlines", objective.Deadlines), ("fairness", objective.Fairness), ("cost", objective.Cost) }.Where(w => w.Item2 > 0)];
        double all = counting.Sum(w => (double)w.Weight);
        return counting.Length == 1 ? $"{counting[0].Word} alone" : string.Join(", ", counting.Select(w => $"{w.Word} {(w.Weight / all).ToString("0 %", CultureInfo.InvariantCulture)}"));
    }

    /// <summary>Why a strategy was changed, with what it rests on.</summary>
    public static string Why(SwitchEvidence evidence, string after) => evidence.Cause switch
    {
        SwitchCause.Rule => $"Rule: {Condition(evidence.Rule!)} ({Load(evidence.Load)})",
        SwitchCause.RuleOver => $"The rule holds no more: {Condition(evidence.Rule!)} ({Load(evidence.Load)})",
        _ => $"Served the objective {Better(evidence, after)} better in {evidence.Wins} {(evidence.Wins == 1 ? "comparison" : "comparisons in a row")}",
    };

    /// <summary>A load: <c>12 waiting, 41 % with a deadline, 3 tenants</c>.</summary>
    public static string Load(PoolLoad load) => load.Waiting == 0 ? "nobody waiting"
        : $"{((double)load.Waiting / PoolLoad.One).ToString("0.#", CultureInfo.InvariantCulture)} waiting, {Percent(load.Of(LoadFigure.DeadlineShare))} with a deadline, {load.Tenants} {(load.Tenants == 1 ? "tenant" : "tenants")}";

    /// <summary>A score: 100 for the strategy in force.</summary>
    public static string Score(double score) => score >= MostScore ? "over 9,999" : score.ToString(score < 10 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    /// <summary>The mean wait that figures tell.</summary>
    public static string Wait(StrategyFigures figures) => figures.Requests == 0 ? "–" : Numbers.Duration(TimeSpan.FromMilliseconds((double)figures.Waited / figures.Requests));

    private const double MostScore = 10_000;

    private static string Better(SwitchEvidence evidence, string after)
    {
        double score = evidence.Scores.FirstOrDefault(s => s.Strategy == after).Value;
        return Percent((long)((1 - (100 / Math.Max(1, score))) * StrategyRule.Million));
    }

    private static string Bound(StrategyRule rule) => rule.Figure == LoadFigure.DeadlineShare ? Percent(rule.Millionths) : ((double)rule.Millionths / StrategyRule.Million).ToString("#,0.##", CultureInfo.InvariantCulture);

    private static string Percent(long millionths) => ((double)millionths / StrategyRule.Million).ToString("0.# %", CultureInfo.InvariantCulture);
}
