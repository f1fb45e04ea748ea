namespace Nexus.Engine.Quotas;

/// <summary>What was used in each slot of a period that still counts, of all grants and of those that cannot be preempted, in thousandths.</summary>
/// <remarks>A ring by the slot's number: what is later takes the place of what does not count any more, so that only <see cref="Add"/> changes what is kept.</remarks>
internal sealed class QuotaSlots(int count)
{
    private readonly Entry[] _ring = new Entry[count];

    /// <summary>What was used in a slot.</summary>
    public (long All, long Firm) Of(long slot) => _ring[PlaceOf(slot)] is var there && there.Slot == slot ? (there.All, there.Firm) : default;

    /// <summary>Adds to a slot; what would make it negative is left out. A slot that a later one took the place of takes nothing.</summary>
    public void Add(long slot, long all, long firm)
    {
        ref Entry there = ref _ring[PlaceOf(slot)];
        if (there.Slot < slot || (there.All == 0 && there.Firm == 0))
        {
            there = new Entry(slot, 0, 0);
        }

        if (there.Slot == slot)
        {
            there = new Entry(slot, Math.Clamp(there.All + all, 0, QuotaMath.Most), Math.Clamp(there.Firm + firm, 0, QuotaMath.Most));
        }
    }

    /// <summary>The sum of the slots that count.</summary>
    public (long All, long Firm) Sum(QuotaCalendar calendar, long present)
    {
        (long all, long firm) = (0, 0);
        foreach (Entry there in _ring)
        {
            if ((there.All | there.Firm) != 0 && calendar.Counts(there.Slot, present))
            {
                all = QuotaMath.Plus(all, there.All);
                firm = QuotaMath.Plus(firm, there.Firm);
            }
        }

        return (all, firm);
    }

    /// <summary>The first moment at which something that counts will not count any more; null where nothing counts.</summary>
    public long? NextExpiry(QuotaCalendar calendar, long present)
    {
        long? oldest = null;
        foreach (Entry there in _ring)
        {
            if ((there.All | there.Firm) != 0 && calendar.Counts(there.Slot, present) && !(oldest <= there.Slot))
            {
                oldest = there.Slot;
            }
        }

        return oldest is { } slot ? calendar.ExpiryOf(slot) : null;
    }

    /// <summary>The slots in which something was used, by number.</summary>
    public IEnumerable<(long Slot, long All, long Firm)> Kept => _ring.Where(e => (e.All | e.Firm) != 0).OrderBy(e => e.Slot).Select(e => (e.Slot, e.All, e.Firm));

    // Of a calendar's period there is one place; a rolling window's slots count on one by one.
    private int PlaceOf(long slot) => _ring.Length == 1 ? 0 : (int)(((slot % _ring.Length) + _ring.Length) % _ring.Length);

    private readonly record struct Entry(long Slot, long All, long Firm);
}
