using System.Collections.Concurrent;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>Counts what lives as it comes and goes, so that nobody has to count. One thread writes, any may read.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, Cell> _waitingByClass = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Cell> _runningByClass = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Cell> _waitingByPool = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Cell> _waitingAmounts = new(StringComparer.Ordinal);
    private readonly PriorityQueue<RequestSlot, long> _arrivals = new();
    private readonly Cell _waiting = new();
    private readonly Cell _running = new();
    private volatile RequestSlot? _oldest;

    /// <summary>How many wait.</summary>
    public int Waiting => (int)_waiting.Value;

    /// <summary>How many wait at home in a pool.</summary>
    public int WaitingIn(string pool) => _waitingByPool.TryGetValue(pool, out Cell? cell) ? (int)cell.Value : 0;

    /// <summary>A request began to wait.</summary>
    public void Wait(RequestSlot slot)
    {
        _arrivals.Enqueue(slot, slot.Current.SubmittedAt.Milliseconds);
        Count(slot, slot.Current, 1);
    }

    /// <summary>Counts a waiting request in or out.</summary>
    public void Count(RequestSlot slot, Request request, int by)
    {
        _waiting.Value += by;
        Of(_waitingByClass, request.Priority).Value += by;
        foreach (string pool in slot.Homes)
        {
            Of(_waitingByPool, pool).Value += by;
        }

        foreach (ResourceAmount amount in request.Needs.AsSpan())
        {
            Of(_waitingAmounts, amount.Kind).Value += by * amount.Quantity.Thousandths;
        }
    }

    /// <summary>Counts a running request in or out.</summary>
    public void CountRunning(Request request, int by)
    {
        _running.Value += by;
        Of(_runningByClass, request.Priority).Value += by;
    }

    /// <summary>Finds the one that waits longest, after a batch.</summary>
    public void FindOldest()
    {
        while (_arrivals.TryPeek(out RequestSlot? first, out _) && first.Current.Status != RequestStatus.Queued)
        {
            _arrivals.Dequeue();
        }

        if (_arrivals.Count > (2 * Waiting) + 1_000)
        {
            // Somebody waits at the head while many pass: keep only those who still wait.
            (RequestSlot, long)[] still = [.. _arrivals.UnorderedItems.Where(s => s.Element.Current.Status == RequestStatus.Queued)];
            _arrivals.Clear();
            _arrivals.EnqueueRange(still);
        }

        _oldest = _arrivals.TryPeek(out RequestSlot? oldest, out _) ? oldest : null;
    }

    /// <summary>The counts at this moment.</summary>
    public Counts ToCounts() => new(
        Waiting,
        (int)_running.Value,
        Read(_waitingByClass),
        Read(_runningByClass),
        Read(_waitingByPool),
        _waitingAmounts.Where(a => a.Value.Value > 0).ToDictionary(a => a.Key, a => Sum(a.Value.Value), StringComparer.Ordinal),
        _oldest?.Current is { Status: RequestStatus.Queued } oldest ? oldest.SubmittedAt : null);

    /// <summary>A sum for people, held at the largest amount there is.</summary>
    public static Quantity Sum(long thousandths) => Quantity.FromThousandths(Math.Clamp(thousandths, 0, Quantity.MaxThousandths));

    private static Cell Of(ConcurrentDictionary<string, Cell> cells, string name) => cells.GetOrAdd(name, static _ => new Cell());

    private static Dictionary<string, int> Read(ConcurrentDictionary<string, Cell> cells) =>
        cells.Where(c => c.Value.Value > 0).ToDictionary(c => c.Key, c => (int)c.Value.Value, StringComparer.Ordinal);

    private sealed class Cell
    {
        private long _value;

        public long Value
        {
            get => Volatile.Read(ref _value);
            set => Volatile.Write(ref _value, value);
        }
    }
}
