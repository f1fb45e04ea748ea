using Nexus.Engine.Charges;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Core;

/// <summary>Who has how much of the pools that give fair shares, kept up with grants and with who waits. Part of the state.</summary>
/// <remarks>A waiting request stands in all such pools that could serve it. In which ones follows from the request and the pools alone, so that a snapshot need not say it.</remarks>
/// <param name="state">The state.</param>
/// <param name="weightOf">The weight of an owner in thousandths.</param>
internal sealed class FairShares(EngineState state, Func<OwnerPath, long> weightOf)
{
    private int _standing;

    /// <summary>True where some pool gives fair shares.</summary>
    public bool Any { get; private set; }

    /// <summary>A pool was configured. One that begins to give fair shares starts from the present grants, with an empty past.</summary>
    public void Configure(Pool pool, Instant now)
    {
        if (pool.Definition.Follows != FairShareStrategy.Name)
        {
            pool.Arrange(null);
        }
        else if (pool.Order.Tree is { } tree)
        {
            tree.Configure(pool.Definition.Supplies, BehaviourOf, pool.Definition.HalfLife, now.Milliseconds);
            pool.Arrange(tree);
        }
        else
        {
            pool.Arrange(Begin(pool, now));
            foreach (Request request in Running())
            {
                Charge(request, request.Lease!.Amounts, now, pool.Order.Tree);
            }
        }

        Reroute(now);
    }

    /// <summary>Pools or kinds changed, and so which pools could serve those who wait.</summary>
    public void Reroute(Instant now)
    {
        Any = state.Pools.Values.Any(p => p.Order.Tree is not null);
        if (Any || _standing > 0)
        {
            foreach (Live live in Waiting())
            {
                Stand(live, now);
            }
        }
    }

    /// <summary>Owners got other weights.</summary>
    public void Reweigh()
    {
        foreach (Pool pool in state.Pools.Values)
        {
            pool.Order.Tree?.Reweigh();
        }
    }

    /// <summary>A request begins or ends to wait, or goes on with either.</summary>
    public void Stand(Live live, Instant now)
    {
        FairTree[] trees = Any ? TreesOf(live.Request) : [];
        if (trees.Length == 0 && live.StandsIn.Length == 0)
        {
            return;
        }

        foreach (FairTree left in live.StandsIn)
        {
            if (!trees.Contains(left))
            {
                left.Depart(live.Owner);
            }
        }

        foreach (FairTree joined in trees)
        {
            if (!live.StandsIn.Contains(joined))
            {
                joined.Arrive(live.Owner, now.Milliseconds);
            }
        }

        Set(live, trees);
    }

    /// <summary>A grant takes amounts.</summary>
    public void Charge(Request request, ResourceVector amounts, Instant now)
    {
        if (Any)
        {
            Charge(request, amounts, now, null);
        }
    }

    /// <summary>A grant ends: what it held comes back, what it consumed becomes what was used.</summary>
    public void Settle(Request request, Lease lease, ResourceVector metered, Instant now)
    {
        foreach ((FairTree tree, ResourceVector amounts) in Any ? Of(lease, lease.Amounts) : [])
        {
            // Whoever only consumed may be forgotten by now.
            if (amounts.Any(a => BehaviourOf(a.Kind) == ResourceBehaviour.Held))
            {
                tree.Release(request.Owner, amounts, now.Milliseconds);
            }

            foreach (ResourceAmount amount in amounts.AsSpan())
            {
                Correct(tree, request.Owner, amount.Kind, amount.Quantity, metered[amount.Kind], now);
            }
        }
    }

    /// <summary>What was settled was corrected.</summary>
    public void Correct(Request request, Lease lease, ResourceVector before, ResourceVector after, Instant now)
    {
        foreach ((FairTree tree, ResourceVector amounts) in Any ? Of(lease, lease.Amounts) : [])
        {
            foreach (ResourceAmount amount in amounts.AsSpan())
            {
                Correct(tree, request.Owner, amount.Kind, before[amount.Kind], after[amount.Kind], now);
            }
        }
    }

    /// <summary>Sets what a snapshot kept, once all else of it is there. A pool of which it says nothing starts from the present grants.</summary>
    public void Restore(IReadOnlyDictionary<string, FairTreeState> kept)
    {
        HashSet<FairTree> known = [];
        foreach (Pool pool in state.Pools.Values)
        {
            if (pool.Definition.Follows != FairShareStrategy.Name)
            {
                pool.Arrange(null);
            }
            else if (kept.TryGetValue(pool.Name, out FairTreeState? tree))
            {
                pool.Arrange(Begin(pool, state.At, tree.Nodes.SelectMany(n => n.Uses).Select(u => u.Kind)));
                pool.Order.Tree!.Restore(tree);
                known.Add(pool.Order.Tree);
            }
            else
            {
                pool.Arrange(Begin(pool, state.At));
                foreach (Request request in Running())
                {
                    Charge(request, request.Lease!.Amounts, state.At, pool.Order.Tree);
                }
            }
        }

        Any = state.Pools.Values.Any(p => p.Order.Tree is not null);
        foreach (Live live in Any ? Waiting() : [])
        {
            // Where the snapshot kept the shares it kept who waits in them.
            Set(live, [.. TreesOf(live.Request).Where(known.Contains)]);
            Stand(live, state.At);
        }
    }

    private void Set(Live live, FairTree[] trees)
    {
        _standing += trees.Length - live.StandsIn.Length;
        live.StandsIn = trees;
    }

    private FairTree[] TreesOf(Request request) => request is { Status: RequestStatus.Queued, Held: false } ? state.Router.Find(request.Spec).Trees : [];

    private void Charge(Request request, ResourceVector amounts, Instant now, FairTree? only)
    {
        foreach ((FairTree tree, ResourceVector part) in Of(request.Lease!, amounts))
        {
            if (only is null || tree == only)
            {
                tree.Charge(request.Owner, part, now.Milliseconds);
            }
        }
    }

    private void Correct(FairTree tree, OwnerPath owner, string kind, Quantity counted, Quantity actual, Instant now)
    {
        if (state.Kinds.GetValueOrDefault(kind) is { Behaviour: ResourceBehaviour.Metered, PartOf: null })
        {
            tree.Settle(owner, kind, counted.Thousandths, actual.Thousandths, now.Milliseconds);
        }
    }

    // What is still held of kinds that the pool no longer supplies, or was used of them, is known to it too.
    private FairTree Begin(Pool pool, Instant now, IEnumerable<string>? more = null)
    {
        FairTree tree = new(weightOf, pool.Definition.HalfLife, now.Milliseconds);
        string[] known = [.. pool.Nodes.Select(n => n.Kind).Concat(more ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        tree.Configure([.. known.Select(k => pool.Definition.Of(k) ?? new Supply(k, Quantity.Zero))], BehaviourOf, pool.Definition.HalfLife, now.Milliseconds);
        tree.Configure(pool.Definition.Supplies, BehaviourOf, pool.Definition.HalfLife, now.Milliseconds);
        return tree;
    }

    private ResourceBehaviour BehaviourOf(string kind) => state.Kinds.GetValueOrDefault(kind)?.Behaviour ?? ResourceBehaviour.Held;

    // The pools of a lease that give fair shares, each with what of the amounts comes from it.
    private (FairTree Tree, ResourceVector Amounts)[] Of(Lease lease, ResourceVector amounts)
    {
        if (lease.Pools.Count == 0)
        {
            return [];
        }

        string home = lease.Pools[0];
        for (int i = 1; i < lease.Pools.Count; i++)
        {
            if (lease.Pools[i] != home)
            {
                return [.. OfEach(lease, amounts)];
            }
        }

        return state.Pools.GetValueOrDefault(home)?.Order.Tree is { } tree ? [(tree, amounts)] : [];
    }

    private IEnumerable<(FairTree Tree, ResourceVector Amounts)> OfEach(Lease lease, ResourceVector amounts) =>
        from name in lease.Pools.Distinct(StringComparer.Ordinal)
        let tree = state.Pools.GetValueOrDefault(name)?.Order.Tree
        where tree is not null
        select (tree, ResourceVector.Of(Enumerable.Range(0, lease.Amounts.Count).Where(i => lease.Pools[i] == name && amounts.Has(lease.Amounts[i].Kind))
            .Select(i => new ResourceAmount(lease.Amounts[i].Kind, amounts[lease.Amounts[i].Kind]))));

    private IEnumerable<Request> Running() =>
        state.Requests.Values.Select(l => l.Request).Where(r => r.Status == RequestStatus.Allocated).OrderBy(r => r.Lease!.Number);

    private IEnumerable<Live> Waiting() =>
        state.Requests.Values.Where(l => l.StandsIn.Length > 0 || l.Request.Status == RequestStatus.Queued).OrderBy(l => l.Request.Arrival);
}
