using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Costs.Allowances;

/// <summary>All allowances and what is drawn from them: a part of the engine's state.</summary>
/// <remarks>What is reserved follows from the requests that run or are booked; what is used from their settlements and from the lines of the ledger.</remarks>
internal sealed class AllowanceBook(Func<string, ResourceKind?> kindOf)
{
    /// <summary>How many are known at once, closed ones too.</summary>
    public const int Most = 100_000;

    /// <summary>How many are in one run at most, closed ones too: a loop that carves ends there.</summary>
    public const int MostInRun = 10_000;

    /// <summary>The label by which use that comes without a grant counts.</summary>
    public const string Label = "allowance";

    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private readonly Dictionary<AllowanceKey, AllowanceNode> _nodes = [];
    private readonly Queue<AllowanceNode> _closed = [];
    private readonly HashSet<AllowanceNode> _touched = [];

    /// <summary>True where there is none.</summary>
    public bool IsEmpty => _nodes.Count == 0;

    /// <summary>How many are known.</summary>
    public int Count => _nodes.Count;

    /// <summary>All of them, in the order in which they were opened.</summary>
    public IEnumerable<AllowanceNode> All => _nodes.Values.OrderBy(n => n.Number);

    /// <summary>One, or null.</summary>
    public AllowanceNode? Find(AllowanceKey key) => _nodes.GetValueOrDefault(key);

    /// <summary>The one that a request draws from, or null.</summary>
    public AllowanceNode? Of(RequestSpec spec) => spec.Allowance is { } id ? Find(new AllowanceKey(spec.Owner.Tenant, id)) : null;

    /// <summary>One is opened.</summary>
    public AllowanceNode Open(AllowanceSpec spec, Instant expiresAt, long number, Instant at)
    {
        Forget(at);
        AllowanceNode node = new(spec, expiresAt, spec.Parent is { } parent ? _nodes[new AllowanceKey(spec.Owner.Tenant, parent)] : null, number, at);
        _nodes.Add(spec.Key, node);
        node.Carve();
        Touch(node);
        return node;
    }

    /// <summary>One is closed.</summary>
    public void Close(AllowanceKey key, AllowanceStatus how, long version, Instant at)
    {
        AllowanceNode node = _nodes[key];
        node.Close(how, version, at);
        Touch(node);
        if (node.Parent is null)
        {
            _closed.Enqueue(node);
        }
    }

    /// <summary>A request is another: what it draws is what it holds now, and what it settled is used.</summary>
    public void Follow(Request? before, Live live, EngineEvent happened)
    {
        Request after = live.Request;
        if (Of(after.Spec) is not { } node)
        {
            return;
        }

        foreach (AllowanceAmount was in AllowanceAmount.Of(before, kindOf))
        {
            node.Draw(was.Name, 0, -was.Amount);
        }

        foreach (AllowanceAmount now in AllowanceAmount.Of(after, kindOf))
        {
            node.Draw(now.Name, 0, now.Amount);
        }

        (Settlement? settled, Settlement? instead) = happened switch
        {
            RequestEnded e => (e.Settlement, null),
            RequestRequeued e => (e.Settlement, null),
            SettlementCorrected e => (e.Settlement, before?.Settlement ?? e.Prior?.Settlement),
            _ => ((Settlement?)null, (Settlement?)null),
        };
        Settle(node, settled, 1);
        Settle(node, instead, -1);
        Spend(node, happened.Lines);
        if (after.HasEnded)
        {
            node.Live.Remove(after.Arrival);
        }
        else
        {
            node.Live[after.Arrival] = live;
        }

        Touch(node);
    }

    /// <summary>Every lease got its full length again: so much time is reserved.</summary>
    public void Jump()
    {
        foreach (AllowanceNode node in _nodes.Values.Where(n => n.Live.Count > 0))
        {
            Int128 reserved = node.Live.Values.Aggregate((Int128)0, (sum, live) => sum + AllowanceAmount.In(AllowanceAmount.Of(live.Request, kindOf), AllowanceAmount.Time));
            Int128 before = (node.Find(AllowanceAmount.Time)?.Reserved ?? 0) - node.Children.Aggregate((Int128)0, (sum, child) => sum + (child.Find(AllowanceAmount.Time)?.Reserved ?? 0));
            node.Draw(AllowanceAmount.Time, 0, reserved - before);
            Touch(node);
        }
    }

    /// <summary>Use without a grant that names an allowance by its label is used of it.</summary>
    public void Use(RecordedUsage used)
    {
        UsageRecord record = used.Record;
        if (record.Lease is not null || record.Labels[Label] is not { } id || Find(new AllowanceKey(record.Owner.Tenant, id)) is not { } node || !record.Owner.IsWithin(node.Spec.Owner))
        {
            return;
        }

        if (kindOf(record.Resource)?.Behaviour == ResourceBehaviour.Metered)
        {
            node.Draw(record.Resource, record.Quantity.Thousandths, 0);
        }

        Spend(node, used.Lines);
        Touch(node);
    }

    /// <summary>A request or an extension was refused or told to wait: the allowance that did counts it.</summary>
    public void Refused(OwnerPath owner, Reason? reason)
    {
        if (reason is { IsOfAllowance: true, Name: { } id } && Find(new AllowanceKey(owner.Tenant, id)) is { } node)
        {
            node.Refuse();
            Touch(node);
        }
    }

    /// <summary>Those of which something is another than at the last call, all above them too, and those that were forgotten, in the order in which they were opened.</summary>
    public AllowanceNode[] TakeTouched()
    {
        if (_touched.Count == 0)
        {
            return [];
        }

        AllowanceNode[] touched = [.. _touched.OrderBy(n => n.Number)];
        _touched.Clear();
        return touched;
    }

    /// <summary>Puts back what a snapshot kept; what is reserved follows from its requests.</summary>
    public void Restore(IEnumerable<AllowanceState> states, IEnumerable<Live> requests)
    {
        foreach (AllowanceState state in states)
        {
            AllowanceNode node = new(state.Spec, state.ExpiresAt, state.Spec.Parent is { } parent ? _nodes[new AllowanceKey(state.Spec.Owner.Tenant, parent)] : null, state.Number, state.OpenedAt);
            _nodes.Add(node.Spec.Key, node);
            node.Carve();
            node.Restore(state);
        }

        foreach (AllowanceNode run in _nodes.Values.Where(n => n is { Parent: null, IsOpen: false }).OrderBy(n => n.Version))
        {
            _closed.Enqueue(run);
        }

        foreach (Live live in requests.Where(l => !l.Request.HasEnded))
        {
            if (Of(live.Request.Spec) is { } node)
            {
                node.Live[live.Request.Arrival] = live;
                foreach (AllowanceAmount drawn in AllowanceAmount.Of(live.Request, kindOf))
                {
                    node.Draw(drawn.Name, 0, drawn.Amount);
                }
            }
        }

        _touched.Clear();
    }

    private static void Settle(AllowanceNode node, Settlement? settlement, int sign)
    {
        foreach (ResourceAmount amount in settlement?.Metered ?? ResourceVector.Empty)
        {
            node.Draw(amount.Kind, sign * amount.Quantity.Thousandths, 0);
        }

        node.Draw(AllowanceAmount.Time, sign * (Int128)(settlement?.Held.TotalMilliseconds ?? 0), 0);
    }

    private static void Spend(AllowanceNode node, IReadOnlyList<CostLine> lines)
    {
        Money cost = default;
        for (int i = 0; i < lines.Count; i++)
        {
            cost += lines[i].Sku is null && lines[i].UnitPrice == Money.Zero ? Money.Zero : lines[i].Cost;
        }

        node.Draw(AllowanceAmount.Money, cost.Picos, 0);
    }

    private void Touch(AllowanceNode node)
    {
        for (AllowanceNode? above = node; above is not null && _touched.Add(above); above = above.Parent)
        {
            // Those above a touched one are touched.
        }
    }

    // A run that was closed for a day is forgotten with all of its branches, the one that was closed first first: nothing is drawn from it any more.
    private void Forget(Instant at)
    {
        while (_closed.TryPeek(out AllowanceNode? oldest) && oldest.ClosedAt + Kept <= at && oldest.Branch.All(n => n.Live.Count == 0))
        {
            _closed.Dequeue();
            foreach (AllowanceNode node in oldest.Branch)
            {
                _nodes.Remove(node.Spec.Key);
                _touched.Add(node);
            }
        }
    }
}
