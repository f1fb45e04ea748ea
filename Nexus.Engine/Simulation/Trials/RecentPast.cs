using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Simulation.Recorded;

namespace Nexus.Engine.Simulation.Trials;

/// <summary>The stretch of a past that was not replayed yet: an engine that stays behind as it stood at its beginning, and what happened since.</summary>
/// <param name="behind">The engine as it stood at <paramref name="from"/>; it is kept, and follows.</param>
/// <param name="from">The beginning.</param>
internal sealed class RecentPast(Core.Engine behind, Instant from)
{
    /// <summary>How much may have happened in a stretch; of more the oldest is left out, so that its replays are done before the next begin.</summary>
    public const int MostEvents = 20_000;

    private readonly Queue<EngineEvent> _events = new();
    private Instant? _lastAt;

    /// <summary>Where the stretch begins.</summary>
    public Instant From { get; private set; } = from;

    /// <summary>The last event that the engine knows.</summary>
    public long Sequence => behind.Sequence;

    /// <summary>Something happened.</summary>
    public void Add(EngineEvent happened)
    {
        if (_events.Count >= MostEvents && happened.At != _lastAt)
        {
            Shorten();
        }

        _events.Enqueue(happened);
        _lastAt = happened.At;
    }

    /// <summary>Leaves the stretch behind: the next one begins at a moment at which all that was added had happened.</summary>
    public void Pass(Instant now)
    {
        while (_events.TryDequeue(out EngineEvent? happened))
        {
            behind.Apply(happened);
        }

        From = now;
    }

    /// <summary>What to tell each pool of the stretch; see <see cref="StrategyTrials"/>.</summary>
    /// <param name="now">The end of the stretch.</param>
    /// <param name="pools">The adaptive pools as they are now.</param>
    /// <param name="pace">Called often; it may take its time.</param>
    /// <param name="cancellation">Stops it.</param>
    public IReadOnlyList<RecordTrial> Try(Instant now, IReadOnlyList<PoolState> pools, Action? pace, CancellationToken cancellation)
    {
        if (pools.Count == 0 || From >= now || (_events.Count == 0 && !behind.Requests.Any(r => r.Status is RequestStatus.Queued or RequestStatus.Reserved)))
        {
            return [];
        }

        RecordedPast past = new(behind, From, now);
        foreach (EngineEvent happened in _events)
        {
            past.Add(happened);
        }

        ReadOnlyMemory<byte> state = behind.Capture().Encode().State;
        EngineLimits limits = behind.Limits;
        pace?.Invoke();
        return StrategyTrials.Of(past.ToWorkload(() => Core.Engine.Restore(state.Span, limits)), pools, pace, cancellation);
    }

    // Of too much the oldest goes, all of one moment together.
    private void Shorten()
    {
        Instant? last = null;
        while (_events.TryPeek(out EngineEvent? next) && (_events.Count >= MostEvents || next.At == last))
        {
            behind.Apply(_events.Dequeue());
            last = next.At;
        }

        From = last ?? From;
    }
}
