namespace Nexus.Engine.Quotas;

/// <summary>One computation at a node: over all use, or over the use of grants that cannot be preempted alone. All in thousandths.</summary>
internal sealed class QuotaMeter
{
    /// <summary>What the node has: its limit less what its descendants keep, or what a cohort's children lend and its extra.</summary>
    public long Capacity { get; private set; }

    /// <summary>The part of it that nobody else may use.</summary>
    public long Own { get; private set; }

    /// <summary>The part of it that others may use.</summary>
    public long Lent => Capacity - Own;

    /// <summary>What its descendants keep: the part of a limit that is not the node's own any more.</summary>
    public long Aside { get; private set; }

    /// <summary>The most that may be charged to its parent: what it lends and what it may borrow. At the topmost node the most that may be charged to it.</summary>
    public long Reach { get; private set; }

    /// <summary>What counts of its whole subtree.</summary>
    public long Total { get; set; }

    /// <summary>What is charged to it: its own use, and its children's beyond what is theirs alone.</summary>
    public long Used { get; set; }

    /// <summary>What is free of the part that nobody else may use.</summary>
    public long Free => Math.Max(0, Own - Used);

    /// <summary>What is charged to the parent.</summary>
    public long Passed => Math.Max(0, Used - Own);

    /// <summary>Works out what it has, after its children did.</summary>
    /// <param name="values">What holds at the moment.</param>
    /// <param name="lend">How much others may use.</param>
    /// <param name="children">The same computation at its children.</param>
    /// <param name="place">Whether there is a node above.</param>
    /// <param name="refuses">False for a node that only counts.</param>
    public void Configure(QuotaValues values, QuotaBound lend, ReadOnlySpan<QuotaMeter> children, QuotaPlace place, bool refuses)
    {
        (long aside, long lent) = (0, 0);
        foreach (QuotaMeter child in children)
        {
            aside = QuotaMath.Plus(aside, QuotaMath.Plus(child.Own, child.Aside));
            lent = QuotaMath.Plus(lent, child.Lent);
        }

        Aside = aside;

        // Validation refuses what would be negative of all use; of firm use it can be, where children's limits add up to more.
        Capacity = Math.Max(0, values.IsCohort ? QuotaMath.Plus(values.Base, lent) : values.Base - aside);
        Own = Math.Max(0, Capacity - lend.Thousandths);
        long borrow = place == QuotaPlace.Topmost && values.IsCohort ? 0 : values.Borrow.Thousandths;
        Reach = !refuses ? QuotaMath.Most : QuotaMath.Plus(place == QuotaPlace.Topmost ? Capacity : Lent, borrow);
    }

    /// <summary>Adds to the subtree's use, and to what is charged here.</summary>
    /// <returns>What that adds to what is charged to the parent.</returns>
    public long Add(long total, long used)
    {
        Total += total;
        long before = Passed;
        Used += used;
        return Passed - before;
    }
}

/// <summary>Whether a node has another above.</summary>
internal enum QuotaPlace
{
    /// <summary>Only pools bound it from above.</summary>
    Topmost,

    /// <summary>It lends to, and borrows from, a parent.</summary>
    Below,
}
