using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Engine.Simulation.Trials;

/// <summary>Replays a stretch of the past under each strategy of each adaptive pool, by the engine itself.</summary>
/// <remarks>
/// While one pool tries the others follow what they follow. After the end of the stretch nothing more is asked, and the replay goes on until nobody waits who came in it, for <see cref="Tail"/> at most:
/// so a strategy answers for what it leaves behind. What still ran then is taken to run as long as it commits to, or as its like did (<see cref="Recorded.RecordedPast"/>): nothing is known that
/// was not known at the time.
/// </remarks>
internal static class StrategyTrials
{
    /// <summary>How long a replay goes on behind its stretch at most.</summary>
    public static TimeSpan Tail { get; } = TimeSpan.FromHours(6);

    // So few that the work between two rests is short, and so many that asking costs nothing beside it.
    private const int StepsBetweenPaces = 100;

    private static readonly Actor Author = new(ActorKind.Engine, "trial", "simulation");

    // It follows what it is told to: nothing that was learned, and no rule, changes that.
    private static readonly AdaptiveSettings Fixed = new(0, 1, TimeSpan.Zero, 0, []);

    /// <summary>Tries.</summary>
    /// <param name="stretch">What was asked in the stretch, from its <see cref="Workload.From"/> to its <see cref="Workload.To"/>, and the engine as it stood at its beginning.</param>
    /// <param name="inForce">The adaptive pools, with the strategy that each follows now.</param>
    /// <param name="pace">Called often; it may take its time. Null: as fast as it goes.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>What to tell each pool of which something can be said: to which requests came, and where some waited, missed a deadline, or might have cost less.</returns>
    public static IReadOnlyList<RecordTrial> Of(Workload stretch, IReadOnlyList<PoolState> inForce, Action? pace = null, CancellationToken cancellation = default)
    {
        PoolDefinition[] pools = [.. inForce.Select(p => p.Definition)];
        string[] follows = [.. pools.Select(p => p.Follows)];
        Replay asTheyAre = new(stretch, pools, follows, pace, cancellation);
        List<RecordTrial> trials = [];
        for (int i = 0; i < pools.Length; i++)
        {
            StrategyFigures figures = asTheyAre.Of(i, follows[i]).Figures;
            Objective objective = pools[i].Objective ?? Objective.Default;
            if (figures.Requests > 0 && (figures.Waited > 0 || figures.Missed > 0 || objective.Cost > 0))
            {
                (StrategyFigures Figures, long Refused)[] tried = [.. KnownStrategies.Fixed.Select(s => s == follows[i] ? asTheyAre.Of(i, s) : Under(i, s))];
                trials.Add(new RecordTrial(pools[i].Name, stretch.From, stretch.To!.Value, asTheyAre.Tally.LoadOf(i), Refusing(tried)) { Actor = Actor.Engine });
            }
        }

        return trials;

        (StrategyFigures Figures, long Refused) Under(int pool, string strategy) =>
            new Replay(stretch, pools, [.. follows.Select((s, i) => i == pool ? strategy : s)], pace, cancellation).Of(pool, strategy);
    }

    // Who refuses more serves no better: each that another strategy did not refuse counts as one that waited to the end, and cost as much as under the dearest.
    private static StrategyFigures[] Refusing((StrategyFigures Figures, long Refused)[] tried)
    {
        long least = tried.Min(t => t.Refused);
        Money dearest = tried.Max(t => t.Figures.Granted == 0 ? Money.Zero : new Money(t.Figures.Cost.Picos / t.Figures.Granted));
        return
        [
            .. tried.Select(t => (t.Figures, More: t.Refused - least)).Select(t => t.More == 0 ? t.Figures : t.Figures with
            {
                Waited = t.Figures.Waited + (t.More * (long)Tail.TotalMilliseconds),
                Cost = t.Figures.Cost + new Money(dearest.Picos * t.More),
                Granted = t.Figures.Granted + t.More,
            }),
        ];
    }

    /// <summary>One replay.</summary>
    private sealed class Replay
    {
        private readonly double _fairness;
        private readonly Instant _end;

        public Replay(Workload stretch, PoolDefinition[] pools, string[] strategies, Action? pace, CancellationToken cancellation)
        {
            Instant to = stretch.To!.Value;
            _end = to + Tail;
            HashSet<string> names = [.. pools.Select(p => p.Name)];
            int steps = 0;
            Variant variant = new(
                "trial",
                engine => pools.Select((p, i) => (At: engine.Pool(p.Name), Strategy: strategies[i])).Where(p => p.At is not null)
                    .SelectMany(p => (Command[])[new SetPool(Following(p.At!.Definition)) { Actor = Author }, new FollowStrategy(p.At.Name, p.Strategy) { Actor = Author }]),
                command => command is SetPool set && names.Contains(set.Pool.Name) ? set with { Pool = Following(set.Pool) } : command);
            Workload whole = stretch with
            {
                Begin = () =>
                {
                    Core.Engine engine = stretch.Begin();
                    Tally = new TrialTally(engine, [.. pools.Select(p => p.Name)], stretch.From, to);
                    pace?.Invoke();
                    return engine;
                },
                To = _end,
                IsOver = IsOver,
            };
            _fairness = new SimulationRun(whole, variant, batch => Tally.See(batch), null, cancellation).Report().Jain;
            pace?.Invoke();

            // Asked before each step, in the stretch and behind it.
            bool IsOver(Instant now)
            {
                if (++steps % StepsBetweenPaces == 0)
                {
                    pace?.Invoke();
                }

                return Tally.IsOver(now);
            }
        }

        public TrialTally Tally { get; private set; } = null!;

        public (StrategyFigures Figures, long Refused) Of(int pool, string strategy) => Tally.FiguresOf(pool, strategy, _end, _fairness);

        private static PoolDefinition Following(PoolDefinition pool) => pool with { Strategy = AdaptiveStrategy.Name, Objective = null, Adaptive = Fixed, Chosen = null };
    }
}
