namespace Nexus.Engine.Scheduling.Strategies;

/// <summary>A node of the owner tree as it stands in one queue, among those who ask for the same kinds: who of its subtree waits there.</summary>
internal sealed class FairSlot(FairNode node, FairSlot? parent, FairBundle asked, FairQueue queue)
{
    private readonly NeedTree<Shape>? _shapes = node.IsOwn ? new() : null;
    private readonly NeedTree<FairSlot>? _children = node.IsOwn ? null : new();
    private QueuePlace _filed;
    private long _filedNeed;
    private bool _isFiled;

    /// <summary>The node.</summary>
    public FairNode Node { get; } = node;

    /// <summary>The slot above; null for the root's.</summary>
    public FairSlot? Parent { get; } = parent;

    /// <summary>The kinds that all of it ask for.</summary>
    public FairBundle Asked { get; } = asked;

    /// <summary>The queue in which it stands.</summary>
    public FairQueue Queue { get; } = queue;

    /// <summary>True while its score may have changed since it was filed.</summary>
    public bool IsStale { get; set; }

    /// <summary>The smallest need in its subtree, or null when nobody waits there.</summary>
    public long? SmallestNeed => _shapes is not null ? _shapes.SmallestNeed : _children!.SmallestNeed;

    /// <summary>Those who wait, of an owner's own work.</summary>
    public NeedTree<Shape> Shapes => _shapes!;

    /// <summary>The shape that goes first of those that need no more than is available: down to the child with the lowest score that has anybody, and so on.</summary>
    public (FairSlot Leaf, Parked Parked)? First(long available)
    {
        FairSlot? at = this;
        while (at is { _shapes: null })
        {
            at = at._children!.First(available);
        }

        return at?._shapes!.First(available, out QueuePlace place, out long need) is { } shape ? (at, new Parked(place, need, shape)) : null;
    }

    /// <summary>All shapes of the subtree that need no more than is available.</summary>
    public IEnumerable<Shape> All(long available) => _shapes?.All(available) ?? _children!.All(available).SelectMany(c => c.All(available));

    /// <summary>Files it anew under its present score, turn and smallest need; takes it out when nobody waits there any more.</summary>
    /// <returns>False when it stands as it stood.</returns>
    public bool Refile(long epoch)
    {
        IsStale = false;
        if (Parent is null)
        {
            return false;
        }

        long? need = SmallestNeed;
        QueuePlace place = need is null ? default : new QueuePlace(-Node.ScoreFor(Asked, Queue.Tree.HalfLife, epoch), 0, Node.Turn);
        if (_isFiled && need == _filedNeed && place == _filed)
        {
            return false;
        }

        Unfile();
        if (need is { } smallest)
        {
            Parent._children!.Add(place, smallest, this);
            (_filed, _filedNeed, _isFiled) = (place, smallest, true);
        }

        return true;
    }

    /// <summary>Files its whole subtree anew.</summary>
    public void RefileAll(long epoch)
    {
        if (_children is not null)
        {
            foreach (FairSlot child in _children.Clear())
            {
                child._isFiled = false;
                child.RefileAll(epoch);
            }
        }

        Refile(epoch);
    }

    private void Unfile()
    {
        if (_isFiled)
        {
            Parent!._children!.Remove(_filed);
            _isFiled = false;
        }
    }
}
