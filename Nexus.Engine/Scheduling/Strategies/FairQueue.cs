namespace Nexus.Engine.Scheduling.Strategies;

/// <summary>The shapes parked at one node of a fair-share pool, along the owner tree: at every level whoever has least for its weight goes first.</summary>
/// <remarks>
/// <para>
/// Every owner's own work stands in its place's order; every node above stands among its siblings by its score, and knows the smallest need below
/// it. So the first who fits is found in O(depth × log children). Scores change for those who were charged alone: they are filed anew, the next
/// time somebody looks, in as many steps. When an epoch of the half-life begins, all who wait are filed anew.
/// </para>
/// <para>Who asks for different kinds of the pool stands in trees of their own, whose firsts are compared where their paths part.</para>
/// <para>A shape is of one owner, who must have arrived in the tree.</para>
/// </remarks>
internal sealed class FairQueue(FairTree tree) : IWaitQueue
{
    private readonly List<FairSlot> _roots = [];
    private readonly Dictionary<long, FairSlot> _leaves = [];
    private readonly List<FairSlot> _stale = [];
    private int _version;
    private long _epoch;

    /// <summary>Who has how much.</summary>
    public FairTree Tree { get; } = tree;

    /// <inheritdoc/>
    public bool IsEmpty => _leaves.Count == 0;

    /// <inheritdoc/>
    public long? SmallestNeed
    {
        get
        {
            long? smallest = null;
            foreach (FairSlot root in _roots)
            {
                smallest = root.SmallestNeed is { } need && (smallest is null || need < smallest) ? need : smallest;
            }

            return smallest;
        }
    }

    /// <inheritdoc/>
    public void Add(QueuePlace place, long need, Shape shape)
    {
        FairSlot slot = SlotOf(Tree.Leaf(shape.First.Request.Owner), Tree.BundleOf(shape.Resources));
        if (!_leaves.TryAdd(place.Arrival, slot))
        {
            throw new InvalidOperationException("somebody is at that place");
        }

        slot.Shapes.Add(place, need, shape);
        Refile(slot);
    }

    /// <inheritdoc/>
    public void Remove(QueuePlace place)
    {
        if (!_leaves.Remove(place.Arrival, out FairSlot? slot))
        {
            throw new InvalidOperationException("nobody is at that place");
        }

        slot.Shapes.Remove(place);
        Refile(slot);
    }

    /// <inheritdoc/>
    public Parked? Find(long available, long now)
    {
        Freshen(now);
        (FairSlot Leaf, Parked Parked)? best = null;
        foreach (FairSlot root in _roots)
        {
            if (root.First(available) is { } first && (best is null || Compare(first, best.Value) < 0))
            {
                best = first;
            }
        }

        return best?.Parked;
    }

    /// <inheritdoc/>
    public IEnumerable<Shape> All(long available) => _roots.SelectMany(r => r.All(available));

    /// <summary>The score of a slot may have changed.</summary>
    public void Stale(FairSlot slot)
    {
        if (!slot.IsStale)
        {
            slot.IsStale = true;
            _stale.Add(slot);
        }
    }

    private void Freshen(long now)
    {
        long epoch = Tree.HalfLife.EpochOf(now);
        if (_version != Tree.Version || _epoch != epoch)
        {
            (_version, _epoch) = (Tree.Version, epoch);
            _stale.Clear();
            foreach (FairSlot root in _roots)
            {
                root.RefileAll(epoch);
            }
        }

        foreach (FairSlot slot in _stale)
        {
            if (slot.IsStale)
            {
                slot.Refile(epoch);
            }
        }

        _stale.Clear();
    }

    // Up from an owner whose shapes changed, as far as that makes a difference.
    private void Refile(FairSlot leaf)
    {
        for (FairSlot? at = leaf; at is not null; at = at.Parent)
        {
            bool changed = at.Refile(_epoch);
            if (at.SmallestNeed is null)
            {
                at.Node.Slots.Remove(at);
                if (at.Parent is null)
                {
                    _roots.Remove(at);
                }
            }
            else if (!changed)
            {
                return;
            }
        }
    }

    private FairSlot SlotOf(FairNode node, FairBundle asked)
    {
        foreach (FairSlot slot in node.Slots)
        {
            if (slot.Queue == this && slot.Asked == asked)
            {
                return slot;
            }
        }

        FairSlot added = new(node, node.Parent is { } parent ? SlotOf(parent, asked) : null, asked, this);
        node.Slots.Add(added);
        if (node.Parent is null)
        {
            _roots.Add(added);
        }

        return added;
    }

    private int Compare((FairSlot Leaf, Parked Parked) a, (FairSlot Leaf, Parked Parked) b)
    {
        int order = Tree.Compare(a.Leaf.Node, a.Leaf.Asked, b.Leaf.Node, b.Leaf.Asked, _epoch);
        return order != 0 ? order : QueuePlace.Compare(a.Parked.Place, b.Parked.Place);
    }
}
