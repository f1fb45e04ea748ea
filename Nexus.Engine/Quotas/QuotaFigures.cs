using Nexus.Engine.Resources;

namespace Nexus.Engine.Quotas;

/// <summary>What is shown of a rule at a moment, in thousandths.</summary>
/// <param name="Has">What the node has with what its descendants keep: its limit, or what its children lend and its extra; of a rate the burst.</param>
/// <param name="Used">What counts of its whole subtree; of a rate what the bucket lacks to be full.</param>
/// <param name="Borrowed">What of that is above what it has.</param>
/// <param name="Lent">What others use of what it lends.</param>
/// <param name="Peak">The most that counted at once.</param>
/// <param name="Rejections">How many requests and extensions it was the lowest to refuse.</param>
/// <param name="ResetsAt">When the period of the calendar begins anew; null for other periods.</param>
public readonly record struct QuotaFigures(long Has, long Used, long Borrowed, long Lent, long Peak, long Rejections, Instant? ResetsAt)
{
    private const long OneUnit = 1_000;

    /// <summary>How far above what it has it may go at that moment, where others lend.</summary>
    public QuotaBound Borrow { get; init; }

    /// <summary>What is used of what there is; null where there is nothing.</summary>
    public decimal? Utilization => Has == 0 ? null : decimal.Round((decimal)Used / Has, 4);

    /// <summary>The figures of all nodes of a tree at a moment.</summary>
    internal static IReadOnlyDictionary<QuotaNode, QuotaFigures> Of(QuotaTree tree, long now)
    {
        Dictionary<QuotaNode, QuotaFigures> figures = [];
        if (tree.IsRate)
        {
            foreach (QuotaNode node in tree.Nodes)
            {
                figures[node] = new QuotaFigures(node.Burst, node.Burst - node.Bucket!.LevelAt(node, now), 0, 0, node.Peak, node.Rejections, null);
            }

            return figures;
        }

        tree.At(now);
        Instant? resetsAt = tree.Key.Period.IsCalendar ? new Instant(tree.Calendar.NextAfter(tree.Calendar.SlotOf(now))) : null;
        foreach (QuotaNode top in tree.Nodes.Where(n => n.Parent is null))
        {
            Add(top, 0);
        }

        return figures;

        void Add(QuotaNode node, long lent)
        {
            long has = node.Has.Capacity + node.Has.Aside;
            figures[node] = new QuotaFigures(has, node.All.Total, Math.Max(0, node.All.Total - has), lent, node.Peak, node.Rejections, resetsAt) { Borrow = node.Values.Borrow };
            foreach ((QuotaNode child, long used) in LentBy(node, lent))
            {
                Add(child, used);
            }
        }
    }

    // What is used of a node by others than its children, and by those beyond what they lend to it, is taken from what nobody lent, then from what it draws from above, and
    // then from what its children lend and do not use themselves: from each in that proportion, whole units where all are whole.
    private static IEnumerable<(QuotaNode Child, long Lent)> LentBy(QuotaNode node, long lentUp)
    {
        long direct = node.All.Total - node.Children.Sum(c => c.All.Total);
        long beyond = node.Children.Sum(c => Math.Max(0, c.All.Passed - c.Has.Lent));
        long unlent = Math.Max(0, node.Has.Capacity - node.Children.Sum(c => c.Has.Lent));
        long drawn = node.Parent is null ? 0 : Math.Max(0, node.All.Passed - node.Has.Lent);
        long[] idle = [.. node.Children.Select(c => Math.Max(0, c.Has.Lent - c.All.Passed))];
        long left = Math.Clamp(direct + beyond + lentUp - unlent - drawn, 0, idle.Sum());
        long of = idle.Sum();
        long unit = left % OneUnit == 0 && Array.TrueForAll(idle, i => i % OneUnit == 0) ? OneUnit : 1;
        for (int i = 0; i < idle.Length; i++)
        {
            long part = of == 0 ? 0 : (long)((((Int128)left * idle[i] / unit) + (of / 2)) / of) * unit;
            (left, of) = (left - part, of - idle[i]);
            yield return (node.Children[i], part);
        }
    }
}

/// <summary>What is set for a node of the owner path, and what is shown of it at a moment.</summary>
/// <param name="State">What is set and used.</param>
/// <param name="Figures">The figures of each of its rules, in their order.</param>
public sealed record QuotaShown(QuotaState State, IReadOnlyList<QuotaFigures> Figures);
