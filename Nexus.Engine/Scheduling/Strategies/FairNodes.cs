using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Strategies;

/// <summary>The nodes of a fair tree: found, made when an owner first comes, and forgotten when nothing would be different without them.</summary>
/// <param name="weightOf">The weight of an owner in thousandths.</param>
/// <param name="now">The moment from which the tree counts, in milliseconds.</param>
internal sealed class FairNodes(Func<OwnerPath, long> weightOf, long now)
{
    /// <summary>Beyond so many those are forgotten who have least to be paid back, of those who neither hold nor wait.</summary>
    public const int Most = 200_000;

    private const int FirstSweepAt = 1024;

    // A past of less than a thousandth of a pool makes no difference that anybody would notice: its node may go.
    private const long Negligible = FairKind.One >> 10;

    private readonly Dictionary<OwnerPath, FairNode> _leaves = [];
    private int _kinds;

    /// <summary>The system.</summary>
    public FairNode Root { get; } = new(OwnerPath.Root, null, isOwn: false, FairNode.UsualWeight, now);

    /// <summary>How many there are beside the root.</summary>
    public int Count { get; private set; }

    /// <summary>With how many it is looked next who can be forgotten.</summary>
    public int SweepAt { get; private set; } = FirstSweepAt;

    /// <summary>How many turns there have been.</summary>
    public long Turns { get; private set; }

    /// <summary>All, the root first, parents before children.</summary>
    public IEnumerable<FairNode> All
    {
        get
        {
            Stack<FairNode> rest = new([Root]);
            while (rest.TryPop(out FairNode? node))
            {
                yield return node;
                foreach (FairNode child in node.Children.Values)
                {
                    rest.Push(child);
                }
            }
        }
    }

    /// <summary>Makes room for kinds in all that are and will be.</summary>
    public void Know(int kinds)
    {
        _kinds = kinds;
        foreach (FairNode node in All)
        {
            node.Know(kinds);
        }
    }

    /// <summary>The next turn.</summary>
    public long NextTurn() => ++Turns;

    /// <summary>The node of an owner with all below it, or null.</summary>
    public FairNode? Find(OwnerPath owner)
    {
        FairNode? at = Root;
        foreach (string segment in owner.Segments)
        {
            at = at?.Children.GetValueOrDefault(segment);
        }

        return at;
    }

    /// <summary>The node of an owner's own work, or null.</summary>
    public FairNode? Leaf(OwnerPath owner) => _leaves.GetValueOrDefault(owner);

    /// <summary>The node of an owner's own work, made if need be.</summary>
    /// <param name="owner">The owner.</param>
    /// <param name="now">The moment.</param>
    /// <param name="halfLife">What is remembered of the past.</param>
    /// <param name="forgot">True when others were forgotten for it.</param>
    public FairNode LeafOf(OwnerPath owner, long now, HalfLife halfLife, out bool forgot)
    {
        forgot = false;
        if (_leaves.TryGetValue(owner, out FairNode? leaf))
        {
            return leaf;
        }

        if (Count >= SweepAt)
        {
            Sweep(halfLife, halfLife.EpochOf(now));
            forgot = true;
        }

        return Make(owner, isOwn: true, now);
    }

    /// <summary>The node of an owner's own work, or what it would be if the owner came now; that changes nothing.</summary>
    public FairNode Imagined(OwnerPath owner, long now)
    {
        if (_leaves.TryGetValue(owner, out FairNode? leaf))
        {
            return leaf;
        }

        FairNode at = Root;
        int depth = 0;
        foreach (string segment in owner.Segments)
        {
            OwnerPath path = owner.AtMost(++depth);
            at = at.Children.GetValueOrDefault(segment) ?? Node(at, path, isOwn: false, now, Turns + 1);
        }

        return Node(at, owner, isOwn: true, now, Turns + 1);
    }

    /// <summary>A node that a snapshot kept.</summary>
    public FairNode Restored(OwnerPath path, bool isOwn, long at) => Make(path, isOwn, at);

    /// <summary>Sets what a snapshot kept beside the nodes.</summary>
    public void Restore(int sweepAt, long turns) => (SweepAt, Turns) = (sweepAt, turns);

    private FairNode Make(OwnerPath owner, bool isOwn, long now)
    {
        FairNode at = Root;
        int depth = 0;
        foreach (string segment in owner.Segments)
        {
            at = ChildOf(at, segment, owner.AtMost(++depth), now);
        }

        return isOwn ? _leaves[owner] = ChildOf(at, FairNode.Own, owner, now) : at;
    }

    private FairNode ChildOf(FairNode parent, string segment, OwnerPath path, long now)
    {
        if (!parent.Children.TryGetValue(segment, out FairNode? child))
        {
            bool isOwn = segment.Length == 0;
            child = parent.Children[segment] = Node(parent, path, isOwn, now, NextTurn());
            Count++;
        }

        return child;
    }

    private FairNode Node(FairNode parent, OwnerPath path, bool isOwn, long now, long turn)
    {
        FairNode node = new(path, parent, isOwn, isOwn ? FairNode.UsualWeight : weightOf(path), now) { Turn = turn };
        node.Know(_kinds);
        return node;
    }

    // Those go who have nothing to be paid back, and beyond the bound more and more of those who neither hold nor wait.
    private void Sweep(HalfLife halfLife, long epoch)
    {
        long threshold = Negligible;
        Sweep(Root, threshold, halfLife, epoch);
        while (Count > Most / 2 && threshold < FairNode.MostScore)
        {
            threshold <<= 2;
            Sweep(Root, threshold, halfLife, epoch);
        }

        // Where more hold or wait than the bound, nobody else is remembered for long, and sweeping stays cheap all the same.
        SweepAt = Math.Max(FirstSweepAt, Math.Max(Math.Min(Most, 2 * Count), Count + (Count / 4)));
    }

    private void Sweep(FairNode node, long threshold, HalfLife halfLife, long epoch)
    {
        foreach ((string segment, FairNode child) in node.Children)
        {
            Sweep(child, threshold, halfLife, epoch);
            if (child.IsIdle(threshold, halfLife, epoch))
            {
                node.Children.Remove(segment);
                Count--;
                if (child.IsOwn)
                {
                    _leaves.Remove(child.Path);
                }
            }
        }
    }
}
