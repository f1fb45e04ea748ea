using System.Collections.Immutable;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Engine.Core;

/// <summary>How what adaptive pools are to serve, and what they learned, lies in the journal and in snapshots; see <see cref="Layout"/>.</summary>
internal static class AdaptiveLayout
{
    public static void Objective(this EventBuffer to, Objective objective)
    {
        to.Number(objective.Wait);
        to.Number(objective.Deadlines);
        to.Number(objective.Fairness);
        to.Number(objective.Cost);
    }

    public static Objective Objective(ref this EventReader from) => new((int)from.Number(), (int)from.Number(), (int)from.Number(), (int)from.Number());

    public static void Adaptive(this EventBuffer to, AdaptiveSettings settings)
    {
        to.Number(settings.MarginMillionths);
        to.Number(settings.Wins);
        to.Span(settings.Dwell);
        to.Number(settings.MostSwitches);
        to.Number(settings.Rules.Count);
        foreach (StrategyRule rule in settings.Rules)
        {
            to.Rule(rule);
        }
    }

    public static AdaptiveSettings Adaptive(ref this EventReader from)
    {
        (int margin, int wins, TimeSpan dwell, int switches) = ((int)from.Number(), (int)from.Number(), from.Span(), (int)from.Number());
        StrategyRule[] rules = new StrategyRule[from.Number()];
        for (int i = 0; i < rules.Length; i++)
        {
            rules[i] = from.Rule();
        }

        return new AdaptiveSettings(margin, wins, dwell, switches, rules);
    }

    public static void Tried(this EventBuffer to, StrategyTried happened)
    {
        to.Text(happened.Pool);
        to.Time(happened.From);
        to.Time(happened.To);
        to.Load(happened.Load);
        to.Figures(happened.Figures);
    }

    public static StrategyTried Tried(ref this EventReader from) => new(from.Name()!, from.Time(), from.Time(), from.Load(), from.Figures());

    public static void Switched(this EventBuffer to, StrategySwitched happened)
    {
        to.Text(happened.Pool);
        to.Text(happened.Before);
        to.Text(happened.After);
        to.Evidence(happened.Evidence);
    }

    public static StrategySwitched Switched(ref this EventReader from) => new(from.Name()!, from.Name()!, from.Name()!, from.Evidence());

    /// <summary>What pools learned, without what follows from their settings.</summary>
    public static void Learned(this EventBuffer to, IReadOnlyList<PoolSnapshot> pools)
    {
        to.Number(pools.Count);
        foreach (PoolSnapshot pool in pools)
        {
            AdaptiveState state = pool.Adaptive!;
            to.Text(pool.Definition.Name);
            to.Text(state.InForce);
            to.MaybeTime(state.Since);
            to.Flag(state.Rule is not null);
            if (state.Rule is not null)
            {
                to.Rule(state.Rule);
            }

            to.Text(state.Learned);
            to.Text(state.Leader);
            to.Number(state.Wins);
            to.Number(state.Trials.Count);
            foreach (StrategyTrial trial in state.Trials)
            {
                to.Time(trial.From);
                to.Time(trial.To);
                to.Load(trial.Load);
                to.Figures(trial.Figures);
                to.Scores(trial.Scores);
                to.Text(trial.InForce);
            }

            to.Number(state.Switches.Count);
            foreach (StrategySwitch change in state.Switches)
            {
                to.Time(change.At);
                to.Text(change.Before);
                to.Text(change.After);
                to.Evidence(change.Evidence);
            }

            to.Memory(state.Recent);
            to.Number(state.Patterns.Count);
            foreach ((int pattern, TrialMemory memory) in state.Patterns)
            {
                to.Number(pattern);
                to.Memory(memory);
            }
        }
    }

    public static IReadOnlyList<(string Pool, AdaptiveState State)> Learned(ref this EventReader from)
    {
        (string, AdaptiveState)[] learned = new (string, AdaptiveState)[from.Number()];
        for (int i = 0; i < learned.Length; i++)
        {
            string pool = from.Name()!;
            (string inForce, Resources.Instant? since, StrategyRule? rule) = (from.Name()!, from.MaybeTime(), from.Flag() ? from.Rule() : null);
            AdaptiveState state = new() { InForce = inForce, Since = since, Rule = rule, Learned = from.Name()!, Leader = from.Text(), Wins = (int)from.Number() };
            ImmutableList<StrategyTrial>.Builder trials = ImmutableList.CreateBuilder<StrategyTrial>();
            for (long left = from.Number(); left > 0; left--)
            {
                trials.Add(new StrategyTrial(from.Time(), from.Time(), from.Load(), from.Figures(), from.Scores(), from.Name()!));
            }

            ImmutableList<StrategySwitch>.Builder switches = ImmutableList.CreateBuilder<StrategySwitch>();
            for (long left = from.Number(); left > 0; left--)
            {
                switches.Add(new StrategySwitch(from.Time(), from.Name()!, from.Name()!, from.Evidence()));
            }

            TrialMemory recent = from.Memory();
            ImmutableSortedDictionary<int, TrialMemory>.Builder patterns = ImmutableSortedDictionary.CreateBuilder<int, TrialMemory>();
            for (long left = from.Number(); left > 0; left--)
            {
                patterns.Add((int)from.Number(), from.Memory());
            }

            learned[i] = (pool, state with { Trials = trials.ToImmutable(), Switches = switches.ToImmutable(), Recent = recent, Patterns = patterns.ToImmutable() });
        }

        return learned;
    }

    private static void Memory(this EventBuffer to, TrialMemory memory)
    {
        to.Number(memory.Epoch);
        to.Number(memory.Trials);
        to.Number(memory.Sums.Count);
        foreach ((string strategy, TrialSums sums) in memory.Sums)
        {
            to.Text(strategy);
            to.Number(sums.Requests);
            to.Number(sums.Waited);
            to.Number(sums.Deadlines);
            to.Number(sums.Missed);
            to.Number(sums.Unfair);
            to.Number(sums.Granted);
            to.Wide(sums.Cost);
        }
    }

    private static TrialMemory Memory(ref this EventReader from)
    {
        (long epoch, int trials) = (from.Number(), (int)from.Number());
        ImmutableSortedDictionary<string, TrialSums>.Builder sums = TrialMemory.Empty.Sums.ToBuilder();
        for (long left = from.Number(); left > 0; left--)
        {
            sums.Add(from.Name()!, new TrialSums(from.Number(), from.Number(), from.Number(), from.Number(), from.Number(), from.Number(), from.Wide()));
        }

        return new TrialMemory(epoch, trials, sums.ToImmutable());
    }

    private static void Rule(this EventBuffer to, StrategyRule rule)
    {
        to.Byte((byte)rule.Figure);
        to.Flag(rule.Above);
        to.Number(rule.Millionths);
        to.Text(rule.Strategy);
    }

    private static StrategyRule Rule(ref this EventReader from) => new((LoadFigure)from.Byte(), from.Flag(), from.Number(), from.Name()!);

    private static void Load(this EventBuffer to, PoolLoad load)
    {
        to.Number(load.Waiting);
        to.Number(load.Deadlines);
        to.Number(load.Tenants);
    }

    private static PoolLoad Load(ref this EventReader from) => new(from.Number(), from.Number(), (int)from.Number());

    private static void Figures(this EventBuffer to, IReadOnlyList<StrategyFigures> figures)
    {
        to.Number(figures.Count);
        foreach (StrategyFigures of in figures)
        {
            to.Text(of.Strategy);
            to.Number(of.Requests);
            to.Number(of.Waited);
            to.Number(of.Deadlines);
            to.Number(of.Missed);
            to.Number(of.Unfair);
            to.Number(of.Granted);
            to.Money(of.Cost);
        }
    }

    private static StrategyFigures[] Figures(ref this EventReader from)
    {
        StrategyFigures[] figures = new StrategyFigures[from.Number()];
        for (int i = 0; i < figures.Length; i++)
        {
            figures[i] = new StrategyFigures(from.Name()!, from.Number(), from.Number(), from.Number(), from.Number(), (int)from.Number(), from.Number(), from.Money());
        }

        return figures;
    }

    private static void Scores(this EventBuffer to, IReadOnlyList<StrategyScore> scores)
    {
        to.Number(scores.Count);
        foreach (StrategyScore score in scores)
        {
            to.Text(score.Strategy);
            to.Number(score.Loss);
        }
    }

    private static StrategyScore[] Scores(ref this EventReader from)
    {
        StrategyScore[] scores = new StrategyScore[from.Number()];
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = new StrategyScore(from.Name()!, from.Number());
        }

        return scores;
    }

    private static void Evidence(this EventBuffer to, SwitchEvidence evidence)
    {
        to.Byte((byte)evidence.Cause);
        to.Flag(evidence.Rule is not null);
        if (evidence.Rule is not null)
        {
            to.Rule(evidence.Rule);
        }

        to.Load(evidence.Load);
        to.MaybeTime(evidence.From);
        to.MaybeTime(evidence.To);
        to.Scores(evidence.Scores);
        to.Number(evidence.Wins);
    }

    private static SwitchEvidence Evidence(ref this EventReader from) =>
        new((SwitchCause)from.Byte(), from.Flag() ? from.Rule() : null, from.Load(), from.MaybeTime(), from.MaybeTime(), from.Scores(), (int)from.Number());
}
