using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Strategies;

/// <summary>Who has how much of one pool, along the owner tree, and so who goes next: weighted dominant-resource fairness with a memory.</summary>
/// <remarks>
/// <para>
/// At every level the child with the lowest score goes first, of equals the one whose turn is longest ago. <b>Held</b> kinds are scored by what the child's subtree holds, as a share of the
/// capacity ÷ weight, plus its past excess; <b>Metered</b> kinds by what it was served ÷ weight. Of several kinds the largest counts: dominant
/// resource fairness (Ghodsi et al., NSDI 2011, weighted in 4.3). Only kinds that the waiting request asks for are looked at. Summing whole
/// vectors up the tree starves children: a tenant whose one child holds all GPUs that nobody else wants would get no CPU for its other child.
/// H-DRF (Bhattacharya et al., SoCC 2013) rescales children to the smallest share, which lets a tenant with ever new children take everything;
/// comparing by what is asked gives H-DRF's allocations on its examples, and no tenant gains by dividing itself.
/// </para>
/// <para>
/// <b>Past excess.</b> The past share is the decayed mean of what was held (half-life; Slurm's multifactor priority). What lies above the mean of
/// the siblings, for each unit of weight, is paid back, and what lies below is made good, by at most half of that mean: so the heaviest user of
/// yesterday still gets at least half of its share today, and is never starved.
/// </para>
/// <para>
/// <b>Service.</b> Metered kinds are counted as by the Virtual Token Counter (Sheng et al., OSDI 2024): a counter for each child, the lowest goes
/// first, and whoever comes back from wanting nothing starts at its siblings' clock, so that idling earns nothing and what nobody else wanted is
/// no debt. The counters of two siblings who both wait and are served in this order never differ by more than the largest request's; what they
/// were served over any time by no more than twice that. A child that is served late because something else stopped it is owed one burst at
/// most, and one whose settlement was higher than its estimate owes one burst at most.
/// </para>
/// <para>
/// Weight 0: after all siblings. State changes only by <see cref="Arrive"/>, <see cref="Depart"/>, <see cref="Charge"/>, <see cref="Release"/>,
/// <see cref="Settle"/>, <see cref="Configure"/> and <see cref="Reweigh"/>; reading changes nothing, whenever it is done.
/// </para>
/// </remarks>
/// <param name="weightOf">The weight of an owner in thousandths; 1,000 where none is set.</param>
/// <param name="halfLife">The time in which what was held counts half.</param>
/// <param name="now">The moment from which it counts, in milliseconds.</param>
internal sealed class FairTree(Func<OwnerPath, long> weightOf, TimeSpan halfLife, long now)
{
    /// <summary>Beyond so many nodes those are forgotten who have least to be paid back.</summary>
    public const int MostNodes = 200_000;

    // A past of less than a thousandth of a pool makes no difference that anybody would notice: its node may go.
    private const long Negligible = FairKind.One >> 10;

    private readonly Dictionary<OwnerPath, FairNode> _leaves = [];
    private readonly Dictionary<string, FairKind> _kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FairBundle> _bundles = new(StringComparer.Ordinal);
    private readonly List<FairKind> _known = [];
    private int _nodes;
    private int _sweepAt = 1024;
    private long _turns;

    /// <summary>The system.</summary>
    public FairNode Root { get; } = new(OwnerPath.Root, null, isOwn: false, FairNode.UsualWeight, now);

    /// <summary>The memory of what was held.</summary>
    public HalfLife HalfLife { get; private set; } = new((long)halfLife.TotalMilliseconds);

    /// <summary>Grows whenever scores change beyond those of the owners that were charged.</summary>
    public int Version { get; private set; }

    /// <summary>How many nodes there are beside the root.</summary>
    public int Nodes => _nodes;

    /// <summary>Takes what the pool supplies from now on. What is held stays held, what was held keeps its share of what there was.</summary>
    /// <remarks>Queues must be filled anew: what requests ask for of this pool may have changed.</remarks>
    public void Configure(IReadOnlyList<Supply> supplies, Func<string, ResourceBehaviour> behaviourOf, TimeSpan halfLife, long now)
    {
        HalfLife before = HalfLife;
        HalfLife after = new((long)halfLife.TotalMilliseconds);
        foreach (FairNode node in All())
        {
            node.Change(before, after, now);
        }

        HalfLife = after;
        foreach (FairKind gone in _known.Where(k => !supplies.Any(s => s.Kind == k.Name)))
        {
            gone.Configure(null, gone.Behaviour, after);
        }

        foreach (Supply supply in supplies.Where(s => behaviourOf(s.Kind) is ResourceBehaviour.Held or ResourceBehaviour.Metered))
        {
            if (!_kinds.TryGetValue(supply.Kind, out FairKind? kind))
            {
                _known.Add(kind = _kinds[supply.Kind] = new FairKind(supply.Kind, _known.Count));
            }

            kind.Configure(supply, behaviourOf(supply.Kind), after);
        }

        foreach (FairNode node in All())
        {
            node.Know(_known.Count);
            foreach (FairKind kind in _known)
            {
                node.Uses[kind.Index].Share = kind.Share(node.Uses[kind.Index].Held);
            }
        }

        _bundles.Clear();
        Reorder();
    }

    /// <summary>Asks anew what everybody weighs.</summary>
    public void Reweigh()
    {
        foreach (FairNode node in All().Where(n => n is { IsOwn: false, Parent: not null }))
        {
            node.Weight = weightOf(node.Path);
        }

        Reorder();
    }

    /// <summary>A request of an owner begins to wait in this pool.</summary>
    public void Arrive(OwnerPath owner, long now)
    {
        for (FairNode at = LeafOf(owner, now); at.Parent is not null; at = at.Parent)
        {
            if (at.Waiting == 0)
            {
                at.Lift();
                Moved(at);
            }

            at.Waiting++;
        }
    }

    /// <summary>A request of an owner waits no longer, whether it starts or ends. A start is charged before, while its owner is still owed what it is owed.</summary>
    /// <exception cref="InvalidOperationException">None waits.</exception>
    public void Depart(OwnerPath owner)
    {
        for (FairNode at = Leaf(owner); at.Parent is not null; at = at.Parent)
        {
            at.Waiting = at.Waiting > 0 ? at.Waiting - 1 : throw new InvalidOperationException($"nobody of {owner} waits");
        }
    }

    /// <summary>A grant takes amounts of this pool, or more of them.</summary>
    public void Charge(OwnerPath owner, ResourceVector amounts, long now)
    {
        long turn = ++_turns;
        for (FairNode at = LeafOf(owner, now); at.Parent is not null; at = at.Parent)
        {
            at.Turn = turn;
            foreach (ResourceAmount amount in amounts.AsSpan())
            {
                if (_kinds.TryGetValue(amount.Kind, out FairKind? kind))
                {
                    if (kind.Behaviour == ResourceBehaviour.Held)
                    {
                        at.Hold(kind, amount.Quantity.Thousandths, HalfLife, now);
                    }
                    else if (kind.Supplied)
                    {
                        at.Serve(kind, amount.Quantity.Thousandths, HalfLife, now);
                    }
                }
            }

            Moved(at);
        }
    }

    /// <summary>A grant ends: its Held amounts come back. What it was served stays served until it is settled.</summary>
    /// <exception cref="InvalidOperationException">More comes back than was taken.</exception>
    public void Release(OwnerPath owner, ResourceVector amounts, long now)
    {
        for (FairNode at = Leaf(owner); at.Parent is not null; at = at.Parent)
        {
            foreach (ResourceAmount amount in amounts.AsSpan())
            {
                if (_kinds.TryGetValue(amount.Kind, out FairKind? kind) && kind.Behaviour == ResourceBehaviour.Held)
                {
                    at.Hold(kind, -amount.Quantity.Thousandths, HalfLife, now);
                }
            }

            Moved(at);
        }
    }

    /// <summary>A Metered kind was used by another amount than was charged.</summary>
    /// <param name="owner">Who used it.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="charged">The amount that was charged, in thousandths.</param>
    /// <param name="actual">The amount that was used.</param>
    /// <param name="now">When it is found.</param>
    public void Settle(OwnerPath owner, string kind, long charged, long actual, long now)
    {
        if (charged == actual || !_kinds.TryGetValue(kind, out FairKind? known) || known is not { Behaviour: ResourceBehaviour.Metered, Supplied: true })
        {
            return;
        }

        for (FairNode at = LeafOf(owner, now); at.Parent is not null; at = at.Parent)
        {
            at.Correct(known, charged, actual);
            Moved(at);
        }
    }

    /// <summary>The kinds among some amounts that this pool supplies.</summary>
    public FairBundle BundleOf(ResourceVector amounts)
    {
        Span<char> key = stackalloc char[amounts.Count];
        int count = 0;
        foreach (ResourceAmount amount in amounts.AsSpan())
        {
            if (!amount.Quantity.IsZero && _kinds.TryGetValue(amount.Kind, out FairKind? kind) && kind.Supplied)
            {
                key[count++] = (char)kind.Index;
            }
        }

        key = key[..count];
        key.Sort();
        if (!_bundles.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out FairBundle? bundle))
        {
            FairKind[] kinds = new FairKind[count];
            for (int i = 0; i < count; i++)
            {
                kinds[i] = _known[key[i]];
            }

            bundle = _bundles[new string(key)] = new FairBundle(kinds);
        }

        return bundle;
    }

    /// <summary>Negative when <paramref name="a"/> goes first; 0 when they are the same owner's.</summary>
    /// <param name="a">An owner who was charged or waits.</param>
    /// <param name="askedByA">What its request asks for.</param>
    /// <param name="b">Another.</param>
    /// <param name="askedByB">What that one asks for.</param>
    /// <param name="now">The moment.</param>
    public int Compare(OwnerPath a, ResourceVector askedByA, OwnerPath b, ResourceVector askedByB, long now) =>
        Compare(Leaf(a), BundleOf(askedByA), Leaf(b), BundleOf(askedByB), HalfLife.EpochOf(now));

    /// <summary>The same of two nodes: from the top, the first level decides at which their scores differ, or at which they are equals, whose turn is longest ago.</summary>
    /// <remarks>Who asks for the same differs only where the paths part. Who asks for other kinds may already differ in what the tenant has of them.</remarks>
    public int Compare(FairNode a, FairBundle askedByA, FairNode b, FairBundle askedByB, long epoch)
    {
        if (a.Depth != b.Depth)
        {
            return a.Depth > b.Depth ? Compare(a.Parent!, askedByA, b, askedByB, epoch) : Compare(a, askedByA, b.Parent!, askedByB, epoch);
        }

        if (a.Parent is null)
        {
            return 0;
        }

        int order = Compare(a.Parent, askedByA, b.Parent!, askedByB, epoch);
        if (order == 0 && (a != b || askedByA != askedByB))
        {
            order = a.ScoreFor(askedByA, HalfLife, epoch).CompareTo(b.ScoreFor(askedByB, HalfLife, epoch));
        }

        return order != 0 ? order : a.Turn.CompareTo(b.Turn);
    }

    /// <summary>The node of an owner's own work.</summary>
    /// <exception cref="InvalidOperationException">It was neither charged nor waits.</exception>
    public FairNode Leaf(OwnerPath owner) =>
        _leaves.GetValueOrDefault(owner) ?? throw new InvalidOperationException($"'{owner}' has no part in this pool");

    /// <summary>The node of an owner with all below it, or null.</summary>
    public FairNode? Node(OwnerPath owner)
    {
        FairNode? at = Root;
        foreach (string segment in owner.Segments)
        {
            at = at?.Children.GetValueOrDefault(segment);
        }

        return at;
    }

    /// <summary>Everything that a snapshot keeps.</summary>
    public FairTreeState Keep() => new(_sweepAt, _turns, [.. All().OrderBy(n => n.Path.ToString(), StringComparer.Ordinal).ThenBy(n => n.IsOwn).Select(n => FairNodeState.Of(n, _known))]);

    /// <summary>Sets what a snapshot kept, in a tree that is configured as that one was and has seen nothing.</summary>
    public void Restore(FairTreeState kept)
    {
        _sweepAt = int.MaxValue;
        foreach (FairNodeState state in kept.Nodes)
        {
            OwnerPath path = OwnerPath.Parse(state.Path);
            state.Into(state.Own ? LeafOf(path, state.At) : InnerOf(path, state.At), _kinds);
        }

        (_sweepAt, _turns) = (kept.SweepAt, kept.Turns);
        Reorder();
    }

    private IEnumerable<FairNode> All()
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

    private FairNode LeafOf(OwnerPath owner, long now)
    {
        if (_leaves.TryGetValue(owner, out FairNode? leaf))
        {
            return leaf;
        }

        if (_nodes >= _sweepAt)
        {
            Sweep(HalfLife.EpochOf(now));
        }

        return _leaves[owner] = ChildOf(InnerOf(owner, now), FairNode.Own, owner, now);
    }

    private FairNode InnerOf(OwnerPath owner, long now)
    {
        FairNode at = Root;
        int depth = 0;
        foreach (string segment in owner.Segments)
        {
            at = ChildOf(at, segment, owner.AtMost(++depth), now);
        }

        return at;
    }

    private FairNode ChildOf(FairNode parent, string segment, OwnerPath path, long now)
    {
        if (!parent.Children.TryGetValue(segment, out FairNode? child))
        {
            bool isOwn = segment.Length == 0;
            child = parent.Children[segment] = new FairNode(path, parent, isOwn, isOwn ? FairNode.UsualWeight : weightOf(path), now);
            child.Know(_known.Count);
            child.Turn = ++_turns;
            _nodes++;
        }

        return child;
    }

    // Forgets who has nothing to be paid back, and beyond the bound more and more of those who neither hold nor wait.
    private void Sweep(long epoch)
    {
        long threshold = Negligible;
        Sweep(Root, threshold, epoch);
        while (_nodes > MostNodes / 2 && threshold < FairNode.MostScore)
        {
            threshold <<= 2;
            Sweep(Root, threshold, epoch);
        }

        _sweepAt = Math.Max(1024, Math.Min(MostNodes, 2 * _nodes));
        Reorder();
    }

    private void Sweep(FairNode node, long threshold, long epoch)
    {
        foreach ((string segment, FairNode child) in node.Children)
        {
            Sweep(child, threshold, epoch);
            if (child.IsIdle(threshold, HalfLife, epoch))
            {
                node.Children.Remove(segment);
                _nodes--;
                if (child.IsOwn)
                {
                    _leaves.Remove(child.Path);
                }
            }
        }
    }

    private void Reorder()
    {
        Version++;
        foreach (FairNode node in All())
        {
            node.ForgetMeans();
        }
    }

    private static void Moved(FairNode node)
    {
        foreach (FairSlot slot in node.Slots)
        {
            slot.Queue.Stale(slot);
        }
    }
}
