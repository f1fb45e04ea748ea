using System.Runtime.Intrinsics;

namespace Nexus.Engine.Quotas;

/// <summary>What a node has by one computation: over all use, or over the use of grants that cannot be preempted alone. All in thousandths.</summary>
/// <param name="Capacity">Its limit less what its descendants keep, or what a cohort's children lend and its extra.</param>
/// <param name="Own">The part of it that nobody else may use.</param>
/// <param name="Aside">What its descendants keep: the part of a limit that is not the node's own any more.</param>
internal readonly record struct QuotaHave(long Capacity, long Own, long Aside)
{
    /// <summary>The part of the capacity that others may use.</summary>
    public long Lent => Capacity - Own;

    /// <summary>Works it out from that of the children.</summary>
    /// <param name="values">What holds at the moment.</param>
    /// <param name="lend">How much others may use.</param>
    /// <param name="children">The same at its children.</param>
    public static QuotaHave Of(QuotaValues values, QuotaBound lend, IEnumerable<QuotaHave> children)
    {
        (long aside, long lent) = (0, 0);
        foreach (QuotaHave child in children)
        {
            aside = QuotaMath.Plus(aside, QuotaMath.Plus(child.Own, child.Aside));
            lent = QuotaMath.Plus(lent, child.Lent);
        }

        // Validation refuses what would be negative of all use; of firm use it can be, where children's limits add up to more.
        long capacity = Math.Max(0, values.IsCohort ? QuotaMath.Plus(values.Base, lent) : values.Base - aside);
        return new QuotaHave(capacity, Math.Max(0, capacity - lend.Thousandths), aside);
    }
}

/// <summary>The running figures of one computation at a node.</summary>
/// <param name="Own">The part of what the node has that nobody else may use. 0 at the topmost node, which passes nothing up.</param>
/// <param name="Reach">The most that may be charged to the parent: what it lends and what it may borrow. At the topmost node the most that may be charged to it.</param>
/// <param name="Used">What is charged to it: its own use, and its children's beyond what is theirs alone.</param>
/// <param name="Total">What counts of its whole subtree.</param>
internal readonly record struct QuotaMeter(long Own, long Reach, long Used, long Total)
{
    /// <summary>What is free of the part that nobody else may use.</summary>
    public long Free => Math.Max(0, Own - Used);

    /// <summary>What is charged to the parent.</summary>
    public long Passed => Math.Max(0, Used - Own);

    /// <summary>How much more may be charged beyond the part that nobody else may use.</summary>
    public long Room => Reach - Passed;
}

/// <summary>Whose use a computation is over.</summary>
internal enum QuotaUse
{
    /// <summary>All grants'.</summary>
    All = 0,

    /// <summary>That of grants which cannot be preempted.</summary>
    Firm = 1,
}

/// <summary>The running figures of a node, both computations beside each other in the lanes of a vector (by <see cref="QuotaUse"/>), so that a check or charge does one pass for both.</summary>
/// <remarks>64 bytes: what a check or charge reads of a node is loaded with one line of the cache, or two. What it has of its own is in <see cref="QuotaNode"/>: only what is used beyond it matters here.</remarks>
internal struct QuotaCell
{
    // What is used less what nobody else may use: negative where some of that is free.
    private Vector128<long> _over;
    private Vector128<long> _reach;
    private Vector128<long> _total;

    /// <summary>The most that counted at once.</summary>
    public long Peak { get; set; }

    /// <summary>The place of the nearest node above with a rule; −1 at the top.</summary>
    public int Parent { get; set; }

    /// <summary>The place of the topmost node above.</summary>
    public int Top { get; set; }

    /// <summary>What counts of the whole subtree, of all use and of firm use.</summary>
    public readonly (long All, long Firm) Total => (_total.ToScalar(), _total.GetElement(1));

    /// <summary>The figures of one computation.</summary>
    /// <param name="use">Which.</param>
    /// <param name="own">The part of what the node has that nobody else may use.</param>
    public readonly QuotaMeter Of(QuotaUse use, long own) => new(own, _reach[(int)use], _over[(int)use] + own, _total[(int)use]);

    /// <summary>Sets what the node has, and what is used of it.</summary>
    public void Set(QuotaMeter all, QuotaMeter firm)
    {
        _over = Vector128.Create(all.Used - all.Own, firm.Used - firm.Own);
        _reach = Vector128.Create(all.Reach, firm.Reach);
        _total = Vector128.Create(all.Total, firm.Total);
    }

    /// <summary>Takes what is free of the parts that nobody else may use off what is needed, and tells whether the rest may be charged beyond them.</summary>
    /// <returns>True where it may, by both computations.</returns>
    public readonly bool Allows(ref Vector128<long> needed)
    {
        Vector128<long> passed = AtLeastZero(_over);
        needed -= passed - _over;
        return !Vector128.LessThanAny(_reach - passed, needed);
    }

    /// <summary>Adds to the subtree's use, and to what is charged here.</summary>
    /// <returns>What that adds to what is charged to the parent.</returns>
    public Vector128<long> Add(Vector128<long> total, Vector128<long> used)
    {
        _total += total;
        Vector128<long> before = AtLeastZero(_over);
        _over += used;
        return AtLeastZero(_over) - before;
    }

    /// <summary>What counts now may be the most that ever did.</summary>
    public void Rise() => Peak = Math.Max(Peak, _total.ToScalar());

    private static Vector128<long> AtLeastZero(Vector128<long> values) => Vector128.AndNot(values, Vector128.LessThan(values, Vector128<long>.Zero));
}
