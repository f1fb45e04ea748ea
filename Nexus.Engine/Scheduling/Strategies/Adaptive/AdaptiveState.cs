using System.Collections.Immutable;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Strategies.Adaptive;

/// <summary>What an adaptive pool follows, and what it has learned. Never changed: each event replaces it by another.</summary>
/// <remarks>
/// After dynP (Streit, <i>A Self-Tuning Job Scheduler Family with Dynamic Policy Switching</i>, JSSPP 2002), which plans the jobs that wait under each policy and changes to the one whose plan is best.
/// Here a stretch of the past is replayed, so that what came later in it counts as well; and what served the same kind of load before counts beside what did so lately.
/// </remarks>
public sealed record AdaptiveState
{
    /// <summary>The most trials that are kept to be shown.</summary>
    public const int MostTrials = 144;

    /// <summary>The most switches that are kept to be shown; more than can fall into a day, as rules are looked at each minute.</summary>
    public const int MostSwitches = 1_500;

    // What is remembered of the same kind of load counts as much as so many times what was seen lately.
    private const int MostOfThePast = 4;

    // Less is no pattern.
    private const int LeastTrials = 3;

    private static readonly HalfLife Lately = new((long)TimeSpan.FromHours(2).TotalMilliseconds);
    private static readonly HalfLife Remembered = new((long)TimeSpan.FromDays(14).TotalMilliseconds);

    /// <summary>The strategy in force.</summary>
    public required string InForce { get; init; }

    /// <summary>Since when; null: since the pool is adaptive.</summary>
    public Instant? Since { get; init; }

    /// <summary>The rule that put it in force; null where what was learned did.</summary>
    public StrategyRule? Rule { get; init; }

    /// <summary>The strategy that what was learned chose last: what is in force while no rule holds.</summary>
    public required string Learned { get; init; }

    /// <summary>The best strategy of the last trial, where it is another than the one in force by the margin; else null.</summary>
    public string? Leader { get; init; }

    /// <summary>In how many trials one after the other it was.</summary>
    public int Wins { get; init; }

    /// <summary>The newest trials, oldest first.</summary>
    public ImmutableList<StrategyTrial> Trials { get; init; } = [];

    /// <summary>The newest switches, oldest first.</summary>
    public ImmutableList<StrategySwitch> Switches { get; init; } = [];

    /// <summary>What was seen lately, whatever the load.</summary>
    internal TrialMemory Recent { get; init; } = TrialMemory.Empty;

    /// <summary>What is remembered of each kind of load, by <see cref="LoadPattern.Key"/>.</summary>
    internal ImmutableSortedDictionary<int, TrialMemory> Patterns { get; init; } = ImmutableSortedDictionary<int, TrialMemory>.Empty;

    /// <summary>True while nothing is to be kept of it.</summary>
    internal bool IsNew => Trials.IsEmpty && Switches.IsEmpty && Patterns.IsEmpty;

    /// <summary>How many kinds of load are remembered.</summary>
    public int Known => Patterns.Count;

    /// <summary>A pool that begins to be adaptive goes on with the strategy that it has.</summary>
    public static AdaptiveState Begin(string strategy) => new() { InForce = strategy, Learned = strategy };

    /// <summary>When what was learned may change the strategy at the earliest; null: at any time.</summary>
    public Instant? RestsUntil(AdaptiveSettings settings) => Since is { } since ? since + settings.Dwell : null;

    /// <summary>After a trial.</summary>
    internal AdaptiveState After(StrategyTried happened, Objective objective, AdaptiveSettings settings)
    {
        LoadPattern pattern = LoadPattern.Of(happened.Load, happened.To);
        AdaptiveState learned = this with
        {
            Recent = Recent.With(happened.Figures, happened.At, Lately),
            Patterns = Patterns.SetItem(pattern.Key, Of(pattern)).SetItem(pattern.AtAnyHour.Key, Of(pattern.AtAnyHour)),
        };
        StrategyScore[] scores = learned.ScoresFor(pattern, objective, happened.At);
        long least = FixedLog.Of(AdaptiveSettings.MostMargin + 100_000 - settings.MarginMillionths) - FixedLog.Of(1_000_000);
        StrategyScore best = scores.MinBy(s => (s.Loss, s.Strategy == InForce ? 0 : 1));
        string? leader = best.Strategy != InForce && best.Loss <= least ? best.Strategy : null;
        StrategyTrial trial = new(happened.From, happened.To, happened.Load, happened.Figures, scores, InForce);
        return learned with
        {
            Trials = Newest(Trials, trial, MostTrials),
            Leader = leader,
            Wins = leader is null ? 0 : leader == Leader ? Wins + 1 : 1,
        };

        TrialMemory Of(LoadPattern of) => Patterns.GetValueOrDefault(of.Key, TrialMemory.Empty).With(happened.Figures, happened.At, Remembered);
    }

    /// <summary>After a switch.</summary>
    internal AdaptiveState After(StrategySwitched happened) => this with
    {
        InForce = happened.After,
        Since = happened.At,
        Rule = happened.Evidence.Cause == SwitchCause.Rule ? happened.Evidence.Rule : null,
        Learned = happened.Evidence.Cause == SwitchCause.Learned ? happened.After : Learned,
        Leader = null,
        Wins = 0,
        Switches = Newest(Switches, new StrategySwitch(happened.At, happened.Before, happened.After, happened.Evidence), MostSwitches),
    };

    /// <summary>The switch that what was learned asks for, or null: none does, it is too early, or there were enough today.</summary>
    internal SwitchEvidence? Verdict(AdaptiveSettings settings, Instant now)
    {
        Instant dayAgo = now - TimeSpan.FromDays(1);
        return Leader is null || Rule is not null || Wins < settings.Wins || RestsUntil(settings) > now || Switches.Count(s => s.At > dayAgo && s.Evidence.Cause == SwitchCause.Learned) >= settings.MostSwitches
            ? null
            : Evidence(SwitchCause.Learned, null, Trials[^1].Load);
    }

    /// <summary>What the last trial says beside a load.</summary>
    internal SwitchEvidence Evidence(SwitchCause cause, StrategyRule? rule, PoolLoad load) =>
        Trials.IsEmpty ? new(cause, rule, load, null, null, [], 0) : new(cause, rule, load, Trials[^1].From, Trials[^1].To, Trials[^1].Scores, cause == SwitchCause.Learned ? Wins : 0);

    // What is remembered of such an hour with such a load, where that is enough, else of such a load at any hour; and what was seen lately.
    private StrategyScore[] ScoresFor(LoadPattern pattern, Objective objective, Instant now)
    {
        TrialMemory exact = Patterns.GetValueOrDefault(pattern.Key, TrialMemory.Empty);
        TrialMemory prior = (exact.Trials >= LeastTrials ? exact : Patterns.GetValueOrDefault(pattern.AtAnyHour.Key, TrialMemory.Empty)).At(now, Remembered);
        TrialMemory recent = Recent.At(now, Lately);
        long most = recent.Sums.TryGetValue(InForce, out TrialSums lately) ? lately.Requests * MostOfThePast : 0;
        (string Strategy, long Loss)[] losses =
        [
            .. KnownStrategies.Fixed.Where(s => recent.Sums.ContainsKey(s)).Select(s => (s, (recent.Sums[s] + Weighed(prior.Sums.GetValueOrDefault(s))).Loss(objective))),
        ];
        long inForce = losses.FirstOrDefault(l => l.Strategy == InForce).Loss;
        return [.. losses.Select(l => new StrategyScore(l.Strategy, l.Loss - inForce))];

        TrialSums Weighed(TrialSums past) => past.Requests <= most ? past : past.Scaled(most, past.Requests);
    }

    private static ImmutableList<T> Newest<T>(ImmutableList<T> kept, T added, int most) => (kept.Count < most ? kept : kept.RemoveAt(0)).Add(added);
}
