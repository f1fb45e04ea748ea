namespace Nexus.Engine.Simulation.Traces;

/// <summary>Puts rows that stand slightly out of order into the order of their times, holding a bounded number of them.</summary>
/// <remarks>
/// Logs written by several collectors are nearly sorted: a row stands a few places from where it belongs. So a row may stand at most
/// <see cref="Rows"/> rows too late; beyond that the file must be sorted first, since to hold more would be to hold the file.
/// Rows of equal time keep the order of the file. O(log Rows) a row.
/// </remarks>
internal sealed class ArrivalWindow
{
    /// <summary>How many rows are held back.</summary>
    public const int Rows = 4096;

    private readonly PriorityQueue<TraceEntry, (long Ticks, long Number)> _held = new(Rows + 1);
    private long _released = long.MinValue;

    /// <summary>Adds a row and gives the one that can no longer be overtaken, if the window is full.</summary>
    /// <returns>False when the row belongs before one that was already given.</returns>
    public bool TryPass(TraceEntry entry, out TraceEntry? next)
    {
        next = null;
        if (entry.Time.Ticks < _released)
        {
            return false;
        }

        _held.Enqueue(entry, (entry.Time.Ticks, entry.Request.Number));
        if (_held.Count > Rows)
        {
            next = Release();
        }

        return true;
    }

    /// <summary>Gives what is held, in order, at the end of the file.</summary>
    public IEnumerable<TraceEntry> Drain()
    {
        while (_held.Count > 0)
        {
            yield return Release();
        }
    }

    private TraceEntry Release()
    {
        TraceEntry entry = _held.Dequeue();
        _released = entry.Time.Ticks;
        return entry;
    }
}
