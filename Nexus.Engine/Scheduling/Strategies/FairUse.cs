namespace Nexus.Engine.Scheduling.Strategies;

/// <summary>What a node of a fair tree uses of one kind. All of it is whole numbers.</summary>
internal struct FairUse
{
    /// <summary>Held: what its subtree holds, in thousandths of the unit.</summary>
    public long Held;

    /// <summary>Held: the same as a share of the capacity; derived.</summary>
    public long Share;

    /// <summary>Held: the decayed mean of its share, at the beginning of the epoch up to which it is counted.</summary>
    public long Past;

    /// <summary>Held: share × milliseconds in that epoch so far.</summary>
    public Int128 Area;

    /// <summary>Metered: its counter, what it was served ÷ weight on the clock of its siblings.</summary>
    public Int128 Served;

    /// <summary>Metered, for its children: the counter of whoever of them was served last, at the time; whoever comes back starts there.</summary>
    public Int128 Clock;

    /// <summary>Metered, for its children: how much of the clock has decayed.</summary>
    public Int128 Forgotten;

    /// <summary>True when there is nothing to keep.</summary>
    public readonly bool IsBlank => Held == 0 && Past == 0 && Area == 0 && Served == 0 && Clock == 0 && Forgotten == 0;

    /// <summary>Counts what was held from <paramref name="at"/> to <paramref name="now"/>.</summary>
    public void Pass(long at, long now, HalfLife halfLife)
    {
        if (Share == 0 && Area == 0 && Past == 0)
        {
            return;
        }

        long epoch = halfLife.EpochOf(now);
        if (epoch == halfLife.EpochOf(at))
        {
            Area += (Int128)Share * (now - at);
            return;
        }

        Past = PastAt(at, halfLife, epoch);
        Area = (Int128)Share * (now - halfLife.StartOf(epoch));
    }

    /// <summary>The decayed mean of its share at the beginning of an epoch, if it is counted up to <paramref name="at"/> and holds what it holds.</summary>
    public readonly long PastAt(long at, HalfLife halfLife, long epoch)
    {
        long counted = halfLife.EpochOf(at);
        if (epoch <= counted || (Share == 0 && Area == 0 && Past == 0))
        {
            return Past;
        }

        // The epoch that was under way ends with its mean, and those since were all of what is held now.
        long start = halfLife.StartOf(counted);
        long end = halfLife.StartOf(counted + 1);
        long past = Toward((long)((Area + ((Int128)Share * (end - at))) / (end - start)), Past, 1);
        return epoch == counted + 1 ? past : Toward(Share, past, epoch - counted - 1);
    }

    /// <summary>Goes on with another half-life: what was held in the epoch so far counts at once, for the part of it that has passed.</summary>
    public void Change(HalfLife before, HalfLife after, long now)
    {
        long epoch = before.EpochOf(now);
        long start = before.StartOf(epoch);
        if (now > start)
        {
            long whole = Toward((long)(Area / (now - start)), Past, 1);
            Past += (long)((Int128)(whole - Past) * (now - start) / (before.StartOf(epoch + 1) - start));
        }

        Area = (Int128)Share * (now - after.StartOf(after.EpochOf(now)));
    }

    private static long Toward(long share, long past, long epochs) => HalfLife.Decayed(past, epochs) + share - HalfLife.Decayed(share, epochs);
}
