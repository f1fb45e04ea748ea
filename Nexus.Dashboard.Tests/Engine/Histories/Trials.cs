using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Dashboard.Tests.Engine.Histories;

/// <summary>What histories tell adaptive pools, and what must hold of them.</summary>
internal static class Trials
{
    /// <summary>A stretch since the last one that was told, or of some seconds: whatever a replay might have found. To pools that are not adaptive, or too early, it is told in vain.</summary>
    public static RecordTrial Of(Step step, string pool, Nexus.Engine.Core.Engine engine, Instant now)
    {
        Instant from = engine.Pool(pool)?.Adaptive?.Trials is [.., var last] ? last.To : now - TimeSpan.FromSeconds(1 + (step.B % 9));
        PoolLoad load = new(step.B % 30_000, step.B % 30_000 / (1 + (step.C % 4)), step.C % 4);
        return new RecordTrial(pool, from, now, load, [.. KnownStrategies.Fixed.Select((s, i) => Figures(s, step.B + (i * step.C), step))]) { Actor = Actor.Engine };
    }

    public static Objective Objective(Step step) => new(step.B % 3 * 500, step.C % 2 * 1_000, step.A % 3 * 250, 1 + (step.A % 2 * 999));

    /// <summary>So ready to change that it happens within a history.</summary>
    public static AdaptiveSettings Settings(Step step) => new(
        step.A % 2 * 100_000, 1 + (step.C % 2), TimeSpan.FromSeconds(step.B % 4 * 20), step.C % 5 == 0 ? 1 : AdaptiveSettings.MostSwitchesADay,
        (step.B % 3) switch
        {
            0 => [],
            1 => [new StrategyRule(LoadFigure.Waiting, true, step.C % 3 * 1_000_000L, "fairShare")],
            _ => [new StrategyRule(LoadFigure.DeadlineShare, true, 300_000, "deadline"), new StrategyRule(LoadFigure.Tenants, false, 2_000_000, "costOptimized")],
        });

    /// <summary>A pool follows what it says, and each switch rests on what was set.</summary>
    public static void Check(World world)
    {
        foreach (PoolState pool in world.Engine.Pools)
        {
            Must(pool.Definition.IsAdaptive == pool.Adaptive is not null && (pool.Adaptive is null || pool.Adaptive.InForce == pool.Definition.Follows), $"{pool.Name} follows {pool.Definition.Follows} and says otherwise");
            Must(world.Engine.SharesOf(pool.Name) is not null == (pool.Definition.Follows == "fairShare"), $"{pool.Name} follows {pool.Definition.Follows} and orders otherwise");
        }

        foreach (StrategySwitched happened in world.Happened.OfType<StrategySwitched>().Where(e => world.Engine.Pool(e.Pool)?.Adaptive is not null && !world.Happened.Any(o => o is PoolSet)))
        {
            PoolState pool = world.Engine.Pool(happened.Pool)!;
            AdaptiveSettings settings = pool.Definition.Adaptive ?? AdaptiveSettings.Default;
            Must(happened.Before != happened.After && KnownStrategies.Fixed.Contains(happened.After), $"{happened.Pool} changed from {happened.Before} to {happened.After}");
            StrategySwitch[] day = [.. pool.Adaptive!.Switches.Where(s => s.At > happened.At - TimeSpan.FromDays(1) && s.Evidence.Cause == SwitchCause.Learned)];
            Must(happened.Evidence.Cause switch
            {
                SwitchCause.Learned => happened.Evidence.Wins >= settings.Wins && day.Length <= settings.MostSwitches && happened.Evidence.Scores.MinBy(s => s.Loss).Loss == happened.Evidence.Scores.First(s => s.Strategy == happened.After).Loss,
                SwitchCause.Rule => settings.Rules.Contains(happened.Evidence.Rule!) && happened.Evidence.Rule!.Strategy == happened.After && happened.Evidence.Rule.Holds(happened.Evidence.Load),
                _ => !settings.Rules.Any(r => r.Holds(happened.Evidence.Load)),
            }, $"{happened.Pool} changed to {happened.After} for nothing: {happened.Evidence}");
        }
    }

    private static StrategyFigures Figures(string strategy, int of, Step step)
    {
        long requests = step.C % 40;
        long deadlines = requests == 0 ? 0 : of % (requests + 1);
        return new StrategyFigures(strategy, requests, requests * (of % 60_000), deadlines, deadlines == 0 ? 0 : of % (deadlines + 1), of % 1_000_000, requests, Money.Of(of % 50));
    }

    private static void Must(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
