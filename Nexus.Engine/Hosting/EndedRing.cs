using Nexus.Engine.Resources;

namespace Nexus.Engine.Hosting;

/// <summary>The newest ended requests, in the order in which they ended. One thread adds, any may read; no lock.</summary>
internal sealed class EndedRing(int capacity)
{
    private const int SmallestRoom = 1_024;

    // Grown by doubling, so that a small engine stays small.
    private volatile RequestSlot?[] _slots = new RequestSlot?[Math.Min(capacity, SmallestRoom)];
    private long _added;
    private Instant _last;

    /// <summary>How many were added in all.</summary>
    public long Added => Volatile.Read(ref _added);

    /// <summary>How many are held.</summary>
    public int Count => (int)Math.Min(Added, capacity);

    /// <summary>True once older ones were pushed out.</summary>
    public bool IsFull => Added > capacity;

    /// <summary>Adds one that just ended. One that ended before the last one (remembered anew after a late release) is left out: the ring stays in order.</summary>
    public void Add(RequestSlot slot)
    {
        Instant ended = slot.Current.EndedAt!.Value;
        if (ended < _last)
        {
            return;
        }

        _last = ended;
        RequestSlot?[] slots = _slots;
        if (_added == slots.Length && slots.Length < capacity)
        {
            Array.Resize(ref slots, Math.Min(capacity, slots.Length * 2));
            _slots = slots;
        }

        Volatile.Write(ref slots[_added % slots.Length], slot);
        Volatile.Write(ref _added, _added + 1);
    }

    /// <summary>Those that ended at or before a moment, the last one first.</summary>
    public IEnumerable<RequestSlot> NewestFirst(Instant? from = null)
    {
        // In this order: the array is then large enough for what was counted.
        long added = Added;
        RequestSlot?[] slots = _slots;
        long oldest = Math.Max(0, added - slots.Length);
        long at = from is { } moment ? FirstAfter(slots, oldest, added, moment) : added;
        while (--at >= oldest)
        {
            // What the writer replaced meanwhile is newer than all that was here: it was not meant.
            if (Volatile.Read(ref slots[at % slots.Length]) is { Gone: false } slot && Added - at <= slots.Length)
            {
                yield return slot;
            }
        }
    }

    private static long FirstAfter(RequestSlot?[] slots, long low, long high, Instant moment)
    {
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            if (Volatile.Read(ref slots[middle % slots.Length]) is { } slot && slot.Current.EndedAt <= moment)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
