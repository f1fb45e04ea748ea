namespace Nexus.Engine.Quotas;

/// <summary>When an amount that a tree stops would pass, if nothing else is taken or given back until then.</summary>
internal static class QuotaOutlook
{
    // Whoever looks ahead works the tree out anew for each moment: the answer is a hint, and its price must have a bound.
    private const int MostNodes = 256;
    private const int MostChanges = 64;

    /// <summary>The first moment; null where none is known. In a rolling tree of more than 256 nodes it is the moment by which it passes at the latest.</summary>
    public static long? Earliest(QuotaTree tree, QuotaNode leaf, long amount, QuotaUse use, long now)
    {
        if (tree.Blocks(leaf, amount, use, now) is null)
        {
            return now;
        }

        if (tree.IsRate)
        {
            return Refilled(leaf, amount, now);
        }

        long? at = tree.HasWindows ? tree.Nodes.Count <= MostNodes ? Changed(tree, leaf, amount, use, now) : null
            : tree.Calendar.Passes ? Passed(tree, leaf, amount, use, now)
            : null;
        tree.At(now);
        return at;
    }

    private static long? Refilled(QuotaNode leaf, long amount, long now)
    {
        long latest = now;
        foreach (QuotaNode node in leaf.Path)
        {
            if (node.IsHard)
            {
                if (node.Bucket!.TimeOf(node, amount) is not { } at)
                {
                    return null;
                }

                latest = Math.Max(latest, at);
            }
        }

        return latest;
    }

    // Use only ever leaves the window, so that the first slot whose expiry is enough is found by halving.
    private static long? Passed(QuotaTree tree, QuotaNode leaf, long amount, QuotaUse use, long now)
    {
        QuotaCalendar calendar = tree.Calendar;
        long present = calendar.SlotOf(now);
        (long tooEarly, long late) = (present - calendar.Counting, present);
        if (tree.Blocks(leaf, amount, use, calendar.ExpiryOf(late)) is not null)
        {
            return null;
        }

        while (calendar.Counting > 1 && tree.Nodes.Count <= MostNodes && late - tooEarly > 1)
        {
            long middle = tooEarly + ((late - tooEarly) / 2);
            (tooEarly, late) = tree.Blocks(leaf, amount, use, calendar.ExpiryOf(middle)) is null ? (tooEarly, middle) : (middle, late);
        }

        return calendar.ExpiryOf(late);
    }

    // Windows may also take away: one change after the other.
    private static long? Changed(QuotaTree tree, QuotaNode leaf, long amount, QuotaUse use, long now)
    {
        long at = now;
        for (int i = 0; i < MostChanges; i++)
        {
            at = tree.NextChange(at);
            if (at == long.MaxValue)
            {
                return null;
            }

            if (tree.Blocks(leaf, amount, use, at) is null)
            {
                return at;
            }
        }

        return null;
    }
}
