using Nexus.Engine.Core;

namespace Nexus.Engine.Hosting;

/// <summary>The newest events by their number. One thread adds, any may read; no lock.</summary>
internal sealed class EventRing(int capacity)
{
    private readonly EngineEvent?[] _events = new EngineEvent?[capacity];
    private long _first;
    private long _last;

    /// <summary>The number of the newest event; 0 when there is none.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>The number of the oldest event held.</summary>
    public long First => Math.Max(Volatile.Read(ref _first), Last - _events.Length + 1);

    /// <summary>Adds the next event.</summary>
    public void Add(EngineEvent happened)
    {
        if (_first == 0)
        {
            Volatile.Write(ref _first, happened.Sequence);
        }

        Volatile.Write(ref _events[happened.Sequence % _events.Length], happened);
        Volatile.Write(ref _last, happened.Sequence);
    }

    /// <summary>An event, or null when it is held no longer.</summary>
    public EngineEvent? Get(long sequence) =>
        Volatile.Read(ref _events[sequence % _events.Length]) is { } happened && happened.Sequence == sequence ? happened : null;
}
