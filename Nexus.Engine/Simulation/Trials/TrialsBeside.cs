using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Simulation.Recorded;

namespace Nexus.Engine.Simulation.Trials;

/// <summary>In a simulation: what replays its past beside it, as a server does beside the loop. Where no pool is adaptive it does nothing.</summary>
/// <param name="engine">The engine of the simulation.</param>
/// <param name="cancellation">Stops a replay.</param>
internal sealed class TrialsBeside(Core.Engine engine, CancellationToken cancellation)
{
    private readonly List<EngineEvent> _events = [];
    private Core.Engine? _behind;
    private Instant _from;
    private bool _somethingToLearn;

    /// <summary>How often a pool's past is replayed.</summary>
    public static TimeSpan Every { get; } = TimeSpan.FromMinutes(10);

    /// <summary>When it is to be asked next, in milliseconds; <see cref="long.MaxValue"/> where nothing is adaptive.</summary>
    public long NextDue => _behind is null ? long.MaxValue : (_from + Every).Milliseconds;

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

    /// <summary>Something was decided in the simulation.</summary>
    public void Saw(Batch batch)
    {
        if (_behind is null)
        {
            if (batch.Events.Any(e => e is PoolSet { Pool.IsAdaptive: true }))
            {
                Begin();
            }

            return;
        }

        for (int i = 0; i < batch.Events.Count; i++)
        {
            EngineEvent happened = batch.Events[i];
            _events.Add(happened);
            _somethingToLearn |= happened is RequestSubmitted { Status: not RequestStatus.Allocated } or RequestRequeued;
        }
    }

    /// <summary>Replays what happened since it was asked last.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="anyWaits">True when somebody waits.</param>
    public IReadOnlyList<RecordTrial> Try(Instant now, bool anyWaits)
    {
        PoolState[] pools = [.. engine.Pools.Where(p => p.Definition.IsAdaptive)];
        IReadOnlyList<RecordTrial> trials = [];
        Core.Engine behind = _behind!;
        if (pools.Length > 0 && (_somethingToLearn || (_events.Count > 0 && Array.Exists(pools, p => p.Definition.Objective is { Cost: > 0 }))))
        {
            ReadOnlyMemory<byte> state = behind.Capture().Encode().State;
            RecordedPast past = new(behind, _from, now);
            _events.ForEach(past.Add);
            trials = StrategyTrials.Of(past.ToWorkload(() => Core.Engine.Restore(state.Span, engine.Limits)), pools, null, cancellation);
        }

        _events.ForEach(behind.Apply);
        _events.Clear();
        (_from, _somethingToLearn) = (now, anyWaits);
        if (pools.Length == 0)
        {
            _behind = null;
        }

        return trials;
    }

    // The copy stays behind: it is the engine as it stood when the next stretch began.
    private void Begin() => (_behind, _from) = (Core.Engine.Restore(engine.Capture().Encode().State.Span, engine.Limits), engine.Now);
}
