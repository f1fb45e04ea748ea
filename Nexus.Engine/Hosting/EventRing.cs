using Nexus.Engine.Core;

namespace Nexus.Engine.Hosting;

/// <summary>The newest events by their number. One thread adds, any may read; no lock.</summary>
/// <param name="capacity">How many; an event that says something of many records counts as many, so that memory is bounded however much is reported at once.</param>
internal sealed class EventRing(int capacity)
{
    private readonly EngineEvent?[] _events = new EngineEvent?[capacity];
    private long _first;
    private long _last;
    private long _weight;

    /// <summary>The number of the newest event; 0 when there is none.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>The number of the oldest event held.</summary>
    public long First => Volatile.Read(ref _first);

    /// <summary>Adds the next event; of those before it the oldest go that are too many.</summary>
    public void Add(EngineEvent happened)
    {
        if (_first == 0)
        {
            Volatile.Write(ref _first, happened.Sequence);
        }

        _weight += WeightOf(happened);
        while (_first < happened.Sequence && (_weight > _events.Length || happened.Sequence - _first >= _events.Length))
        {
            ref EngineEvent? oldest = ref _events[_first % _events.Length];
            _weight -= WeightOf(oldest!);
            Volatile.Write(ref _first, _first + 1);
            Volatile.Write(ref oldest, null);
        }

        Volatile.Write(ref _events[happened.Sequence % _events.Length], happened);
        Volatile.Write(ref _last, happened.Sequence);
    }

    /// <summary>An event, or null when it is held no longer.</summary>
    public EngineEvent? Get(long sequence) =>
        Volatile.Read(ref _events[sequence % _events.Length]) is { } happened && happened.Sequence == sequence ? happened : null;

    private static int WeightOf(EngineEvent happened) => happened switch
    {
        UsageRecorded usage => Math.Max(1, usage.Records.Count),
        Rerated rerated => Math.Max(1, rerated.Corrections.Count),
        _ => 1,
    };
}
