using Nexus.Engine.Scheduling.Timelines;

namespace Nexus.Bench.Timelines;

/// <summary>The other side: the instants in one sorted array with what changes at each, read from the front until the length is found, as lean as that can be.</summary>
internal sealed class PlainScan(int kinds)
{
    private long[] _instants = new long[1024];
    private long[] _changes = new long[1024 * kinds];
    private int _count;

    public void Change(long from, long to, ReadOnlySpan<long> amounts, long sign)
    {
        ChangeAt(from, amounts, sign);
        ChangeAt(to, amounts, -sign);
    }

    public long EarliestFit(ReadOnlySpan<long> amounts, ReadOnlySpan<long> capacities, long length, long notBefore)
    {
        Span<long> free = stackalloc long[kinds];
        capacities.CopyTo(free);
        long start = notBefore;
        for (int i = 0; i < _count; i++)
        {
            long at = _instants[i];
            if (start != Timeline.Open && at > notBefore && at - start >= length)
            {
                return start;
            }

            bool fits = true;
            ReadOnlySpan<long> changes = _changes.AsSpan(i * kinds, kinds);
            for (int kind = 0; kind < changes.Length; kind++)
            {
                free[kind] -= changes[kind];
                fits &= free[kind] >= amounts[kind];
            }

            start = !fits ? Timeline.Open : start == Timeline.Open ? Math.Max(at, notBefore) : start;
        }

        return start;
    }

    private void ChangeAt(long at, ReadOnlySpan<long> amounts, long sign)
    {
        int place = Array.BinarySearch(_instants, 0, _count, at);
        if (place < 0)
        {
            place = ~place;
            Open(place);
            _instants[place] = at;
        }

        Span<long> changes = _changes.AsSpan(place * kinds, kinds);
        for (int kind = 0; kind < changes.Length; kind++)
        {
            changes[kind] += sign * amounts[kind];
        }

        if (!changes.ContainsAnyExcept(0))
        {
            Array.Copy(_instants, place + 1, _instants, place, _count - place - 1);
            Array.Copy(_changes, (place + 1) * kinds, _changes, place * kinds, (_count - place - 1) * kinds);
            _count--;
        }
    }

    private void Open(int place)
    {
        if (_count == _instants.Length)
        {
            Array.Resize(ref _instants, 2 * _count);
            Array.Resize(ref _changes, 2 * _changes.Length);
        }

        Array.Copy(_instants, place, _instants, place + 1, _count - place);
        Array.Copy(_changes, place * kinds, _changes, (place + 1) * kinds, (_count - place) * kinds);
        Array.Clear(_changes, place * kinds, kinds);
        _count++;
    }
}
