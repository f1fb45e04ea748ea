using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Strategies;

/// <summary>Who has how much of one pool, along the owner tree, and so who goes next: weighted dominant-resource fairness with a memory.</summary>
/// <remarks>
/// <para>
/// At every level the child with the lowest score goes first, of equals the one whose turn is longest ago. <b>Held</b> kinds are scored by what
/// the child's subtree holds, as a share of the capacity ÷ weight, plus its past excess; <b>Metered</b> kinds by what it was served ÷ weight. Of
/// several kinds the largest counts: dominant resource fairness (Ghodsi et al., NSDI 2011, weighted in 4.3). Only kinds that the waiting request asks for are looked at. Summing whole
/// vectors up the tree starves children: a tenant whose one child holds all GPUs that nobody else wants would get no CPU for its other child.
/// H-DRF (Bhattacharya et al., SoCC 2013) rescales children to the smallest share, which lets a tenant with ever new children take everything;
/// comparing by what is asked gives H-DRF's allocations on its examples, and no tenant gains by dividing itself.
/// </para>
/// <para>
/// <b>Past excess.</b> The past share is the decayed mean of what was held (half-life; Slurm's multifactor priority). What lies above the mean of
/// the siblings, for each unit of weight, is paid back, and what lies below is made good, by at most half of that mean: so the heaviest user of
/// yesterday still gets about half of its share today, and is never starved.
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
    private readonly FairNodes _nodes = new(weightOf, now);
    private readonly Dictionary<string, FairKind> _kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FairBundle> _bundles = new(StringComparer.Ordinal);
    private readonly List<FairKind> _known = [];

    /// <summary>The system.</summary>
    public FairNode Root => _nodes.Root;

    /// <summary>The memory of what was held.</summary>
    public HalfLife HalfLife { get; private set; } = new((long)halfLife.TotalMilliseconds);

    /// <summary>Grows whenever scores change beyond those of the owners that were charged.</summary>
    public int Version { get; private set; }

    /// <summary>How many nodes there are beside the root.</summary>
    public int Nodes => _nodes.Count;

    /// <summary>Takes what the pool supplies from now on. What is held stays held, what was held keeps its share of what there was.</summary>
    /// <remarks>Queues must be filled anew: what requests ask for of this pool may have changed.</remarks>
    public void Configure(IReadOnlyList<Supply> supplies, Func<string, ResourceBehaviour> behaviourOf, TimeSpan halfLife, long now)
    {
        HalfLife before = HalfLife;
        HalfLife after = new((long)halfLife.TotalMilliseconds);
        foreach (FairNode node in _nodes.All)
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

        _nodes.Know(_known.Count);
        foreach (FairNode node in _nodes.All)
        {
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
        foreach (FairNode node in _nodes.All.Where(n => n is { IsOwn: false, Parent: not null }))
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
        long turn = _nodes.NextTurn();
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
    /// <remarks>One who was never charged and does not wait yet stands where it would stand if it came now.</remarks>
    /// <param name="a">An owner.</param>
    /// <param name="askedByA">What its request asks for.</param>
    /// <param name="b">Another.</param>
    /// <param name="askedByB">What that one asks for.</param>
    /// <param name="now">The moment.</param>
    public int Compare(OwnerPath a, ResourceVector askedByA, OwnerPath b, ResourceVector askedByB, long now) =>
        Compare(_nodes.Imagined(a, now), BundleOf(askedByA), _nodes.Imagined(b, now), BundleOf(askedByB), HalfLife.EpochOf(now));

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
    public FairNode Leaf(OwnerPath owner) => _nodes.Leaf(owner) ?? throw new InvalidOperationException($"'{owner}' has no part in this pool");

    /// <summary>The node of an owner with all below it, or null.</summary>
    public FairNode? Node(OwnerPath owner) => _nodes.Find(owner);

    /// <summary>Everything that a snapshot keeps.</summary>
    public FairTreeState Keep() => new(
        _nodes.SweepAt, _nodes.Turns, [.. _nodes.All.OrderBy(n => n.Path.ToString(), StringComparer.Ordinal).ThenBy(n => n.IsOwn).Select(n => FairNodeState.Of(n, _known))]);

    /// <summary>Sets what a snapshot kept, in a tree that is configured as that one was and has seen nothing.</summary>
    public void Restore(FairTreeState kept)
    {
        foreach (FairNodeState state in kept.Nodes)
        {
            state.Into(_nodes.Restored(OwnerPath.Parse(state.Path), state.Own, state.At), _kinds);
        }

        _nodes.Restore(kept.SweepAt, kept.Turns);
        Reorder();
    }

    /// <summary>Nobody stands in any queue any more: the queues are filled anew.</summary>
    public void ForgetQueues()
    {
        foreach (FairNode node in _nodes.All)
        {
            node.Slots.Clear();
        }
    }

    // Who comes may make room by letting others go, which changes what their siblings are compared with.
    private FairNode LeafOf(OwnerPath owner, long now)
    {
        FairNode leaf = _nodes.LeafOf(owner, now, HalfLife, out bool forgot);
        if (forgot)
        {
            Reorder();
        }

        return leaf;
    }

    private void Reorder()
    {
        Version++;
        foreach (FairNode node in _nodes.All)
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
