using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Timelines;

/// <summary>What is needed of one pool.</summary>
/// <param name="Pool">The pool's timeline.</param>
/// <param name="Amounts">The amounts by the pool's kinds, in thousandths; not to be changed.</param>
internal readonly record struct PoolNeed(PoolTimeline Pool, long[] Amounts);

/// <summary>A time in which all must lie, [from, to).</summary>
internal readonly record struct Window(long From, long To);

/// <summary>One way to serve a request: what it needs of which pools, all at the same time.</summary>
/// <param name="needs">At least one; each pool once.</param>
internal sealed class Placement(params IReadOnlyList<PoolNeed> needs)
{
    /// <summary>What it needs, in the order in which it was said.</summary>
    public IReadOnlyList<PoolNeed> Needs { get; } = needs;

    /// <summary>The first start, <paramref name="notBefore"/> or later, at which every pool has what is needed of it for a length, or <see cref="Timeline.Open"/>.</summary>
    /// <remarks>No pool can start it before its own first fit, so each is asked again from the latest answer until they agree.</remarks>
    public long EarliestFit(OwnerPath owner, long length, long notBefore, Heed heed = Heed.Plans)
    {
        long start = notBefore;
        for (int agreed = 0, at = 0; agreed < Needs.Count && start != Timeline.Open; at = (at + 1) % Needs.Count)
        {
            long next = Needs[at].Pool.EarliestFit(owner, Needs[at].Amounts, length, start, heed);
            (agreed, start) = (next == start ? agreed + 1 : 1, next);
        }

        return start;
    }

    /// <summary>The first moment of [from, to) at which some pool does not have what is needed of it, or <see cref="Timeline.Open"/>.</summary>
    public long NeededFrom(OwnerPath owner, long from, long to, Heed heed = Heed.Plans)
    {
        long first = Timeline.Open;
        foreach (PoolNeed need in Needs)
        {
            first = Math.Min(first, need.Pool.NeededFrom(owner, need.Amounts, from, to, heed));
        }

        return first;
    }

    /// <summary>True when it needs something of a pool.</summary>
    public bool Touches(PoolTimeline pool)
    {
        foreach (PoolNeed need in Needs)
        {
            if (need.Pool == pool)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Somebody who waits, as a planner sees it. One object for one request, as long as what it says holds: another object is another head.</summary>
/// <param name="number">The number of its submission.</param>
/// <param name="owner">Whose it is.</param>
/// <param name="length">For how long it must have what it needs, in milliseconds: its duration, or <see cref="Timeline.Open"/> when it commits to none.</param>
/// <param name="placements">The ways to serve it, the preferred first: of those that start it at the same time, the first is taken.</param>
/// <param name="windows">When it is bound to a reservation, the times of that, in their order: it runs wholly within one of them, and to its end when it commits to no duration.</param>
internal sealed class Head(long number, OwnerPath owner, long length, IReadOnlyList<Placement> placements, IReadOnlyList<Window>? windows = null)
{
    private static readonly Window Never = new(Timeline.Open, Timeline.Open);

    /// <summary>The number of its submission.</summary>
    public long Number { get; } = number;

    /// <summary>Whose it is.</summary>
    public OwnerPath Owner { get; } = owner;

    /// <summary>For how long it must have what it needs.</summary>
    public long Length { get; } = length;

    /// <summary>The ways to serve it.</summary>
    public IReadOnlyList<Placement> Placements { get; } = placements;

    /// <summary>The times in which it must lie; null: any.</summary>
    public IReadOnlyList<Window>? Windows { get; } = windows;

    /// <summary>The first time, not before one, in which it could run in a way, or <see cref="Timeline.Open"/> at both ends.</summary>
    public Window Earliest(Placement placement, long notBefore, Heed heed = Heed.Plans)
    {
        if (Windows is null)
        {
            long start = placement.EarliestFit(Owner, Length, notBefore, heed);
            return new Window(start, FitSearch.EndOf(start, Length));
        }

        foreach (Window window in Windows)
        {
            long from = Math.Max(notBefore, window.From);
            if (from < window.To && Within(placement, window, from, heed) is { From: not Timeline.Open } found)
            {
                return found;
            }
        }

        return Never;
    }

    /// <summary>The time in which it could run in a way if it started at a moment, or null when it could not.</summary>
    public Window? At(Placement placement, long now)
    {
        long to = FitSearch.EndOf(now, Length);
        if (Windows is not null)
        {
            Window window = Windows.FirstOrDefault(w => w.From <= now && now < w.To);
            to = Length == Timeline.Open ? window.To : to;
            if (window.To < to || window.To <= now)
            {
                return null;
            }
        }

        return placement.NeededFrom(Owner, now, to) == Timeline.Open ? new Window(now, to) : null;
    }

    /// <summary>
    /// In which of its ways it may start now without delaying anything that was promised or planned, or null: for somebody beyond a planner's depth or in no queue.
    /// Who is planned for may start when the planned start is now.
    /// </summary>
    public Placement? MayStart(long now)
    {
        foreach (Placement placement in Placements)
        {
            if (At(placement, now) is not null)
            {
                return placement;
            }
        }

        return null;
    }

    private Window Within(Placement placement, Window window, long from, Heed heed)
    {
        long start = from;
        if (Length != Timeline.Open)
        {
            start = placement.EarliestFit(Owner, Length, from, heed);
            return FitSearch.EndOf(start, Length) <= window.To ? new Window(start, start + Length) : Never;
        }

        while (start < window.To)
        {
            long obstacle = placement.NeededFrom(Owner, start, window.To, heed);
            if (obstacle == Timeline.Open)
            {
                return window with { From = start };
            }

            start = placement.EarliestFit(Owner, 1, obstacle, heed);
        }

        return Never;
    }
}
