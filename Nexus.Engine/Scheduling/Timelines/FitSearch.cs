namespace Nexus.Engine.Scheduling.Timelines;

/// <summary>Searches a timeline for room for several kinds at once.</summary>
internal static class FitSearch
{
    /// <summary>The first start from which the amounts are free for a length; see <see cref="Timeline.EarliestFit"/>.</summary>
    /// <remarks>
    /// From the last obstacle within the length, not the first: no start before it can do. Either that passes over half of the length,
    /// or what lies between it and the length's end is free and the next obstacle lies beyond.
    /// </remarks>
    public static long Earliest(Timeline timeline, ReadOnlySpan<long> amounts, ReadOnlySpan<long> capacities, ReadOnlySpan<IRelief> reliefs, long length, long notBefore)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        long start = Math.Max(notBefore, timeline.Begins);
        while (start != Timeline.Open)
        {
            long end = EndOf(start, length);
            (long last, int which) = (Timeline.Never, -1);
            for (int kind = 0; kind < amounts.Length; kind++)
            {
                if (amounts[kind] > 0 && LastAbove(timeline, kind, capacities[kind] - amounts[kind], reliefs, start, end) is var found && found > last)
                {
                    (last, which) = (found, kind);
                }
            }

            if (which < 0)
            {
                return start;
            }

            start = FirstAtMost(timeline, which, capacities[which] - amounts[which], reliefs, last);
        }

        return Timeline.Open;
    }

    /// <summary>The first moment of [from, to) at which the amounts are not free, or <see cref="Timeline.Open"/>.</summary>
    public static long FirstTooMuch(Timeline timeline, ReadOnlySpan<long> amounts, ReadOnlySpan<long> capacities, ReadOnlySpan<IRelief> reliefs, long from, long to)
    {
        long first = Timeline.Open;
        for (int kind = 0; kind < amounts.Length; kind++)
        {
            if (amounts[kind] > 0)
            {
                first = Math.Min(first, FirstAbove(timeline, kind, capacities[kind] - amounts[kind], reliefs, from, to));
            }
        }

        return first;
    }

    /// <summary>The end of what begins at a moment and lasts a length.</summary>
    public static long EndOf(long start, long length) => start >= Timeline.Open - length ? Timeline.Open : start + length;

    /// <summary>The first moment of [from, to) at which more of a kind is used than a limit, reliefs left out, or <see cref="Timeline.Open"/>.</summary>
    public static long FirstAbove(Timeline timeline, int kind, long limit, ReadOnlySpan<IRelief> reliefs, long from, long to)
    {
        // Reliefs are few and change seldom: between two of their changes, they raise the limit.
        while (from < to)
        {
            (long relief, long until) = Relief(kind, reliefs, from);
            long found = timeline.FirstAbove(kind, limit + relief, from);
            if (found < Math.Min(until, to))
            {
                return found;
            }

            from = until;
        }

        return Timeline.Open;
    }

    private static long LastAbove(Timeline timeline, int kind, long limit, ReadOnlySpan<IRelief> reliefs, long from, long to)
    {
        long last = Timeline.Never;
        while (from < to)
        {
            (long relief, long until) = Relief(kind, reliefs, from);
            last = Math.Max(last, timeline.LastAbove(kind, limit + relief, from, Math.Min(until, to)));
            from = until;
        }

        return last;
    }

    private static long FirstAtMost(Timeline timeline, int kind, long limit, ReadOnlySpan<IRelief> reliefs, long from)
    {
        while (from != Timeline.Open)
        {
            (long relief, long until) = Relief(kind, reliefs, from);
            long found = timeline.FirstAtMost(kind, limit + relief, from);
            if (found < until)
            {
                return found;
            }

            from = until;
        }

        return Timeline.Open;
    }

    private static (long Relief, long Until) Relief(int kind, ReadOnlySpan<IRelief> reliefs, long at)
    {
        (long sum, long until) = (0, Timeline.Open);
        foreach (IRelief relief in reliefs)
        {
            sum += relief.At(kind, at);
            until = Math.Min(until, relief.NextChange(at));
        }

        return (sum, until);
    }
}
