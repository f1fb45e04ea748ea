using Nexus.Engine.Charges;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Costs.Allowances;

/// <summary>One allowance: a node of the tree of its run. What it uses counts in all above it; what is carved out of it is reserved there until it is used or the branch is closed.</summary>
internal sealed class AllowanceNode
{
    private readonly SortedDictionary<string, AllowanceTally> _tallies = new(ByName);
    private readonly List<AllowanceNode> _children = [];

    /// <summary>One of which nothing is drawn yet.</summary>
    public AllowanceNode(AllowanceSpec spec, Instant expiresAt, AllowanceNode? parent, long number, Instant at)
    {
        (Spec, ExpiresAt, Parent, Number, Version, OpenedAt) = (spec, expiresAt, parent, number, number, at);
        (Depth, Root) = parent is null ? (0, this) : (parent.Depth + 1, parent.Root);
        End = new AllowanceEnd(this);
        if (spec.Money is { } money)
        {
            Add(AllowanceAmount.Money, money.Picos);
        }

        foreach (ResourceAmount amount in spec.Amounts)
        {
            Add(amount.Kind, amount.Quantity.Thousandths);
        }
    }

    // Money first.
    private static IComparer<string> ByName { get; } = Comparer<string>.Create(static (a, b) =>
        (a == AllowanceAmount.Money, b == AllowanceAmount.Money) switch { (true, true) => 0, (true, false) => -1, (false, true) => 1, _ => string.CompareOrdinal(a, b) });

    /// <summary>What was opened.</summary>
    public AllowanceSpec Spec { get; }

    /// <summary>When it ends at the latest.</summary>
    public Instant ExpiresAt { get; }

    /// <summary>That out of which it is carved; null: it is a run of its own.</summary>
    public AllowanceNode? Parent { get; }

    /// <summary>The first of its run.</summary>
    public AllowanceNode Root { get; }

    /// <summary>How far below that it stands.</summary>
    public int Depth { get; }

    /// <summary>The number of the event that opened it.</summary>
    public long Number { get; }

    /// <summary>The number of the last event that changed whether it is open.</summary>
    public long Version { get; private set; }

    /// <summary>When it was opened.</summary>
    public Instant OpenedAt { get; }

    /// <summary>Whether anything can be drawn from it.</summary>
    public AllowanceStatus Status { get; private set; }

    /// <summary>When it was closed.</summary>
    public Instant? ClosedAt { get; private set; }

    /// <summary>How many requests and extensions it refused.</summary>
    public long Refused { get; private set; }

    /// <summary>What was carved out of it, the first first.</summary>
    public IReadOnlyList<AllowanceNode> Children => _children;

    /// <summary>The requests that live and draw from it directly, by arrival.</summary>
    public SortedDictionary<long, Live> Live { get; } = [];

    /// <summary>When it expires.</summary>
    public AllowanceEnd End { get; }

    /// <summary>True while something can be drawn from it.</summary>
    public bool IsOpen => Status == AllowanceStatus.Open;

    /// <summary>How many are in its run, closed ones too; kept at the first of it.</summary>
    public int InRun { get; private set; } = 1;

    /// <summary>What is limited or was used.</summary>
    public IReadOnlyCollection<AllowanceTally> Tallies => _tallies.Values;

    /// <summary>It and all above it.</summary>
    public IEnumerable<AllowanceNode> Path
    {
        get
        {
            for (AllowanceNode? node = this; node is not null; node = node.Parent)
            {
                yield return node;
            }
        }
    }

    /// <summary>It and all below it, what was carved after its parent.</summary>
    public IEnumerable<AllowanceNode> Branch => _children.SelectMany(c => c.Branch).Prepend(this);

    /// <summary>How many more levels may be carved out of it.</summary>
    public int Levels => Path.Min(n => Math.Min(n.Spec.MaxDepth ?? AllowanceSpec.MostDepth, AllowanceSpec.MostDepth - n.Depth) - (Depth - n.Depth));

    /// <summary>What is known of one thing, or null.</summary>
    public AllowanceTally? Find(string name) => _tallies.GetValueOrDefault(name);

    /// <summary>It stands in its tree from now on: what it has is reserved above it.</summary>
    public void Carve()
    {
        if (Parent is null)
        {
            return;
        }

        Parent._children.Add(this);
        Root.InRun++;
        foreach (AllowanceTally tally in _tallies.Values)
        {
            Parent.Commit(tally.Name, tally.Claimed);
        }
    }

    /// <summary>Nothing can be drawn from it any more: what it did not use is given back to those above it.</summary>
    public void Close(AllowanceStatus how, long version, Instant at)
    {
        Int128[] before = [.. _tallies.Values.Select(t => t.Claimed)];
        (Status, Version, ClosedAt) = (how, version, at);
        int i = 0;
        foreach (AllowanceTally tally in _tallies.Values)
        {
            Parent?.Commit(tally.Name, tally.Claimed - before[i++]);
        }
    }

    /// <summary>Something was used or reserved directly, or given back.</summary>
    public void Draw(string name, Int128 used, Int128 reserved)
    {
        if (used == 0 && reserved == 0)
        {
            return;
        }

        At(name).Draw(used, reserved);
        for (AllowanceNode? above = Parent; above is not null; above = above.Parent)
        {
            above.At(name).Count(used, reserved);
        }

        Commit(name, used + reserved);
    }

    /// <summary>It refused somebody.</summary>
    public void Refuse() => Refused++;

    /// <summary>Puts back what a snapshot kept of it.</summary>
    public void Restore(AllowanceState state)
    {
        Refused = state.Refused;
        foreach (AllowanceFigure figure in state.Figures)
        {
            Draw(figure.Name, figure.OwnUsed, 0);
        }

        if (state.Status != AllowanceStatus.Open)
        {
            Close(state.Status, state.Version, state.ClosedAt!.Value);
        }
    }

    /// <summary>As it stands.</summary>
    public AllowanceState ToState() => new(Spec, Number, Version, OpenedAt, ExpiresAt)
    {
        Status = Status,
        ClosedAt = ClosedAt,
        Depth = Depth,
        Root = Root.Spec.Key,
        Figures = [.. _tallies.Values.Select(t => t.ToFigure())],
        Running = Live.Values.Count(l => l.Request.Status == RequestStatus.Allocated),
        Waiting = Live.Values.Count(l => l.Request.Status != RequestStatus.Allocated),
        Refused = Refused,
    };

    private void Commit(string name, Int128 more)
    {
        for (AllowanceNode? node = this; node is not null && more != 0; node = node.Parent)
        {
            more = node.At(name).Commit(more);
        }
    }

    private AllowanceTally At(string name) => _tallies.TryGetValue(name, out AllowanceTally? tally) ? tally : Add(name, null);

    private AllowanceTally Add(string name, Int128? limit) => _tallies[name] = new AllowanceTally(this, name, limit);
}

/// <summary>The moment at which an allowance expires, as something that is due; nobody waits for it.</summary>
internal sealed class AllowanceEnd(AllowanceNode node) : Moment
{
    /// <summary>The allowance.</summary>
    public AllowanceNode Node { get; } = node;
}
