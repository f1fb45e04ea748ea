using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>The nodes above those who may end for a request, as one tree over the rules of all that is contested.</summary>
internal sealed class BorrowerTree
{
    private readonly QuotaStep[] _contested;
    private readonly Dictionary<OwnerPath, BorrowerPlace> _places = [];
    private readonly BorrowerPlace _own;

    /// <summary>A tree in which the request alone stands.</summary>
    /// <param name="contested">The rules that stop it, or are for what a pool lacks; at least one.</param>
    public BorrowerTree(QuotaStep[] contested)
    {
        _contested = contested;
        _own = At(contested.MaxBy(s => s.Leaf.Owner.Depth).Leaf.Owner);
        _own.IsOwn = true;
        Top = _own;
        for (BorrowerPlace? at = _own; at is not null; at = at.Parent)
        {
            (at.IsOnPath, Top) = (true, at);
        }
    }

    /// <summary>The topmost node above the request.</summary>
    public BorrowerPlace Top { get; }

    /// <summary>True for a grant under the request's own rule, or one below it.</summary>
    public bool IsOwn(Candidate candidate) => Array.Exists(_contested, s => candidate.In(s.Tree) is { } leaf && leaf.Path.Contains(s.Leaf));

    /// <summary>Adds somebody who may end, after those that go before it. Who stands between the request and the top borrows from nobody that it could claim for.</summary>
    public void Add(Candidate candidate)
    {
        if (IsOwn(candidate))
        {
            _own.Add(candidate);
        }
        else if (LeafOf(candidate) is { } leaf && At(leaf) is { IsOnPath: false } place && place.IsBelow(Top))
        {
            place.Add(candidate);
        }
    }

    /// <summary>The two sides of a node and the request's, just below the node at which their paths part.</summary>
    public (BorrowerPlace Seekers, BorrowerPlace Others) Sides(BorrowerPlace place)
    {
        BorrowerPlace others = place;
        while (!others.Parent!.IsOnPath)
        {
            others = others.Parent;
        }

        BorrowerPlace seekers = _own;
        while (seekers.Parent != others.Parent)
        {
            seekers = seekers.Parent!;
        }

        return (seekers, others);
    }

    /// <summary>Those that were spared are asked about again.</summary>
    public void PutBackSpared()
    {
        foreach (BorrowerPlace place in _places.Values)
        {
            place.PutBackSpared();
        }
    }

    private OwnerPath? LeafOf(Candidate candidate)
    {
        OwnerPath? deepest = null;
        foreach (QuotaStep step in _contested)
        {
            if (candidate.In(step.Tree) is { } leaf && (deepest is null || leaf.Owner.Depth > deepest.Depth))
            {
                deepest = leaf.Owner;
            }
        }

        return deepest;
    }

    // A node with a rule for anything contested, below the nearest such node.
    private BorrowerPlace At(OwnerPath owner)
    {
        if (!_places.TryGetValue(owner, out BorrowerPlace? place))
        {
            BorrowerPlace? parent = null;
            for (OwnerPath above = owner; parent is null && !above.IsRoot;)
            {
                above = above.Parent;
                parent = Array.Exists(_contested, s => s.Tree.Node(above) is not null) ? At(above) : null;
            }

            place = _places[owner] = new BorrowerPlace(owner, parent);
            parent?.Children.Add(place);
        }

        return place;
    }
}

/// <summary>A node, and those under its own rule who may end.</summary>
internal sealed class BorrowerPlace(OwnerPath owner, BorrowerPlace? parent)
{
    private readonly Queue<Candidate> _grants = [];

    /// <summary>Where it stands.</summary>
    public OwnerPath Owner => owner;

    /// <summary>The node above; null at the top.</summary>
    public BorrowerPlace? Parent => parent;

    /// <summary>The nodes below.</summary>
    public List<BorrowerPlace> Children { get; } = [];

    /// <summary>True where another is above it.</summary>
    public bool IsBelow(BorrowerPlace above) => parent is not null && (parent == above || parent.IsBelow(above));

    /// <summary>Above the request, or its own.</summary>
    public bool IsOnPath { get; set; }

    /// <summary>The request's own.</summary>
    public bool IsOwn { get; set; }

    /// <summary>True when it offers nobody any more.</summary>
    public bool IsDone { get; set; }

    /// <summary>Those who were looked at and may run on.</summary>
    public List<Candidate> Spared { get; } = [];

    /// <summary>Who goes first of its own grants, or null.</summary>
    public Candidate? First => _grants.TryPeek(out Candidate? first) ? first : null;

    /// <summary>Adds a grant, after those before it.</summary>
    public void Add(Candidate candidate) => _grants.Enqueue(candidate);

    /// <summary>Takes who goes first out of it.</summary>
    public Candidate Take() => _grants.Dequeue();

    /// <summary>Those that were spared are asked about again.</summary>
    public void PutBackSpared()
    {
        Spared.ForEach(_grants.Enqueue);
        Spared.Clear();
    }
}
