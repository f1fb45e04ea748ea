using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Simulation.Trials;

/// <summary>In a simulation: what replays its past beside it, as a server does beside the loop. Where no pool is adaptive it does nothing.</summary>
/// <param name="engine">The engine of the simulation.</param>
/// <param name="cancellation">Stops a replay.</param>
internal sealed class TrialsBeside(Core.Engine engine, CancellationToken cancellation)
{
    private RecentPast? _past;
    private Instant _tried;
    private bool _anythingToLearn;

    /// <summary>How often a pool's past is replayed.</summary>
    public static TimeSpan Every { get; } = TimeSpan.FromMinutes(10);

    /// <summary>When it is to be asked next, in milliseconds; <see cref="long.MaxValue"/> where nothing is adaptive.</summary>
    public long NextDue => _past is null ? long.MaxValue : (_tried + Every).Milliseconds;

    /// <summary>Beside an engine as it stands.</summary>
    public static TrialsBeside Of(Core.Engine engine, CancellationToken cancellation)
    {
        TrialsBeside trials = new(engine, cancellation);
        if (engine.Pools.Any(p => p.Definition.IsAdaptive))
        {
            trials.Begin();
        }

        return trials;
    }

    /// <summary>True for what shows that strategies may have differed: somebody had to wait.</summary>
    public static bool Teaches(EngineEvent happened) => happened is RequestSubmitted { Status: not RequestStatus.Allocated } or RequestRequeued;

    /// <summary>Something was decided in the simulation.</summary>
    public void Saw(Batch batch)
    {
        if (_past is null)
        {
            if (batch.Events.Any(e => e is PoolSet { Pool.IsAdaptive: true }))
            {
                Begin();
            }

            return;
        }

        for (int i = 0; i < batch.Events.Count; i++)
        {
            _past.Add(batch.Events[i]);
            _anythingToLearn |= Teaches(batch.Events[i]);
        }
    }

    /// <summary>Replays what happened since it was asked last, where strategies may have differed in it.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="anyWaits">True when somebody waits.</param>
    public IReadOnlyList<RecordTrial> Try(Instant now, bool anyWaits)
    {
        PoolState[] pools = [.. engine.Pools.Where(p => p.Definition.IsAdaptive)];
        bool toLearn = _anythingToLearn || Array.Exists(pools, p => p.Definition.Objective is { Cost: > 0 });
        (_tried, _anythingToLearn) = (now, anyWaits);
        RecentPast past = _past!;
        IReadOnlyList<RecordTrial> trials = toLearn ? past.Try(now, pools, null, cancellation) : [];
        past.Pass(now);
        if (pools.Length == 0)
        {
            _past = null;
        }

        return trials;
    }

    private void Begin() => (_past, _tried) = (new RecentPast(Core.Engine.Restore(engine.Capture().Encode().State.Span, engine.Limits), engine.Now), engine.Now);
}
