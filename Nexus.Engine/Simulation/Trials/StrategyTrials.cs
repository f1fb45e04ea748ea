using Nexus.Engine.Core;
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

    private static readonly Actor Author = new(ActorKind.Engine, "trial", "simulation");

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
            StrategyFigures figures = asTheyAre.Tally.FiguresOf(i, follows[i], asTheyAre.End, asTheyAre.Report.Jain);
            Objective objective = pools[i].Objective ?? Objective.Default;
            if (figures.Requests > 0 && (figures.Waited > 0 || figures.Missed > 0 || objective.Cost > 0))
            {
                trials.Add(new RecordTrial(pools[i].Name, stretch.From, stretch.To!.Value, asTheyAre.Tally.LoadOf(i), [.. KnownStrategies.Fixed.Select(s => s == follows[i] ? figures : Under(i, s))]) { Actor = Actor.Engine });
            }
        }

        return trials;

        StrategyFigures Under(int pool, string strategy)
        {
            Replay replay = new(stretch, pools, [.. follows.Select((s, i) => i == pool ? strategy : s)], pace, cancellation);
            return replay.Tally.FiguresOf(pool, strategy, replay.End, replay.Report.Jain);
        }
    }

    /// <summary>One replay.</summary>
    private sealed class Replay
    {
        public Replay(Workload stretch, PoolDefinition[] pools, string[] strategies, Action? pace, CancellationToken cancellation)
        {
            Instant to = stretch.To!.Value;
            Variant variant = new("trial", _ => pools.Select((p, i) => new SetPool(p with { Strategy = strategies[i], Objective = null, Adaptive = null, Chosen = null }) { Actor = Author }));
            Workload whole = stretch with
            {
                Begin = () =>
                {
                    Core.Engine engine = stretch.Begin();
                    Tally = new TrialTally(engine, [.. pools.Select(p => p.Name)], stretch.From, to);
                    return engine;
                },
                To = to + Tail,
                IsOver = now => Tally.IsOver(now),
            };
            SimulationRun run = new(whole, variant, batch => Tally.See(batch), pace is null ? null : (_, _, _) => pace(), cancellation);
            Report = run.Report();
            End = run.Now;
        }

        public TrialTally Tally { get; private set; } = null!;

        public SimulationReport Report { get; }

        public Instant End { get; }
    }
}
