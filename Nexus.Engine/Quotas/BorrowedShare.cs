using Nexus.Engine.Resources;

namespace Nexus.Engine.Quotas;

/// <summary>By how much a node is above what it has, as a share of what could be lent to it, ÷ its weight: of several kinds the largest counts.</summary>
/// <remarks>
/// Kueue's weighted share (fair sharing, <c>dominantResourceShare</c>). Amounts of different kinds, and nodes of different weight, can be compared by it. A node that has none
/// above it borrows nothing; one of weight 0 has no claim to anything that it borrows: its share is infinite.
/// </remarks>
/// <param name="Billionths">The share in billionths; <see cref="long.MaxValue"/> where it is infinite, 0 where nothing is borrowed.</param>
/// <param name="Kind">The kind of which most is borrowed, of equals the first by name; null where none is.</param>
internal readonly record struct BorrowedShare(long Billionths, string? Kind)
{
    private const long One = 1_000_000_000;

    /// <summary>The same at a weight of 1: by it those are compared whose shares are infinite.</summary>
    public long Unweighted { get; private init; }

    /// <summary>True for a node of weight 0 that borrows.</summary>
    public bool IsInfinite => Billionths == long.MaxValue;

    /// <summary>That of a node over all kinds of which it holds something at the moment.</summary>
    /// <param name="forest">All trees.</param>
    /// <param name="owner">The node.</param>
    /// <param name="weight">Its weight in thousandths.</param>
    /// <param name="now">The moment.</param>
    public static BorrowedShare Of(QuotaForest forest, OwnerPath owner, long weight, long now)
    {
        (long above, long lendable, string? kind) = (0, 1, null);
        foreach (QuotaTree tree in forest.Trees)
        {
            if (tree.Key.Period == QuotaPeriod.None && tree.Node(owner) is { Parent: { } parent } node)
            {
                tree.At(now);
                (long more, long of) = (Math.Max(0, node.All.Passed - node.Has.Lent), Lendable(parent));
                if (more > 0 && of > 0 && (Int128)more * lendable > (Int128)above * of)
                {
                    (above, lendable, kind) = (more, of, tree.Key.Resource);
                }
            }
        }

        // Divided once: so equal shares are equal, whatever the weights.
        return kind is null ? default : new BorrowedShare(weight == 0 ? long.MaxValue : Billionth(above * (Int128)QuotaDefinition.OneShare, (Int128)lendable * weight), kind)
        {
            Unweighted = Billionth(above, lendable),
        };
    }

    /// <summary>Positive where it is the larger share, 0 where both are equal: of infinite ones the unweighted count.</summary>
    public int ComparedWith(BorrowedShare other) => IsInfinite && other.IsInfinite ? Unweighted.CompareTo(other.Unweighted) : Billionths.CompareTo(other.Billionths);

    private static long Billionth(Int128 part, Int128 whole) => (long)Int128.Min(long.MaxValue - 1, part * One / whole);

    // What the node above could take where nobody used anything.
    private static long Lendable(QuotaNode node)
    {
        (long free, long least) = (0, long.MaxValue);
        foreach (QuotaNode at in node.Path)
        {
            free = QuotaMath.Plus(free, at.All.Own);
            least = Math.Min(least, QuotaMath.Plus(free, at.All.Reach));
        }

        return least;
    }
}
