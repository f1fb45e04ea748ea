using Nexus.Engine.Charges;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>What grants take of the pools.</summary>
internal sealed class PoolCharges(EngineState state)
{
    /// <summary>Takes amounts of a grant: all of them at its start, more of them when it is extended.</summary>
    public void Reserve(Request request, ResourceVector amounts, Instant at, bool heldOnly = false)
    {
        Lease lease = request.Lease!;
        long? knownEnd = Live.KnownEnd(request);
        for (int i = 0; i < lease.Amounts.Count; i++)
        {
            long amount = ReferenceEquals(amounts, lease.Amounts) ? amounts[i].Quantity.Thousandths : amounts[lease.Amounts[i].Kind].Thousandths;
            if (amount > 0 && NodeOf(lease, i) is { } node && (!heldOnly || node.Behaviour == ResourceBehaviour.Held))
            {
                node.Reserve(amount, at.Milliseconds, knownEnd);
            }
        }

        if (!heldOnly && ReferenceEquals(amounts, lease.Amounts))
        {
            state.Health.Granted(lease);
        }

        if (!heldOnly)
        {
            state.FairShares.Charge(request, amounts, at);
        }
    }

    /// <summary>How many places there are in those lists of who may be ended.</summary>
    public int Listed { get; private set; }

    /// <summary>Puts a grant that may be ended into the list of each pool that it holds something of.</summary>
    public void Enlist(Live live)
    {
        if (!live.Request.Spec.Preemptible)
        {
            return;
        }

        live.GrantedClass = state.ValueOf(live.Request.Priority);
        live.GrantedLease = live.Request.Lease!.Number;
        foreach (string pool in live.Request.Lease.Pools)
        {
            Listed += state.Pools.GetValueOrDefault(pool)?.Preemptible.Add(live) == true ? 1 : 0;
        }

        Count(live, 1);
    }

    private void Count(Live live, int sign)
    {
        Lease lease = live.Request.Lease!;
        for (int i = 0; i < lease.Amounts.Count; i++)
        {
            if (NodeOf(lease, i) is { Behaviour: ResourceBehaviour.Held } node)
            {
                node.Preemptible += sign * lease.Amounts[i].Quantity.Thousandths;
            }
        }
    }

    /// <summary>Takes it out of those lists.</summary>
    public void Delist(Live live)
    {
        if (!live.Request.Spec.Preemptible)
        {
            return;
        }

        foreach (string pool in live.Request.Lease!.Pools)
        {
            Listed -= state.Pools.GetValueOrDefault(pool)?.Preemptible.Remove(live) == true ? 1 : 0;
        }

        Count(live, -1);
    }

    /// <summary>Nobody stands in the list of a pool any more: it goes.</summary>
    public void Unlist(Pool pool)
    {
        Listed -= pool.Preemptible.Count;
        pool.Preemptible.Clear();
    }

    /// <summary>Orders the lists anew: a class got another value.</summary>
    public void EnlistAnew()
    {
        foreach (Live live in state.Pools.Values.SelectMany(p => p.Preemptible).Distinct().ToArray())
        {
            Delist(live);
        }

        foreach (Live live in state.Requests.Values.Where(l => l.Request is { Status: RequestStatus.Allocated, Spec.Preemptible: true }))
        {
            Enlist(live);
        }
    }

    /// <summary>Ends what a grant took: Held amounts come back, Metered ones become what was really used.</summary>
    public void Settle(Request request, Lease lease, Settlement settlement, Instant at)
    {
        ResourceVector metered = settlement.Metered;
        Delist(state.Requests[request.Key]);
        long? knownEnd = Live.KnownEnd(request);
        for (int i = 0; i < lease.Amounts.Count; i++)
        {
            (string kind, Quantity estimate) = lease.Amounts[i];
            NodeOf(lease, i)?.Settle(estimate.Thousandths, metered[kind].Thousandths, at.Milliseconds, knownEnd);
        }

        state.Health.Ended(lease, settlement.Outcome, at);
        state.FairShares.Settle(request, lease, metered, at);
    }

    /// <summary>Corrects what was settled of Metered kinds.</summary>
    public void Correct(Lease lease, ResourceVector before, ResourceVector after, Instant at)
    {
        for (int i = 0; i < lease.Amounts.Count; i++)
        {
            string kind = lease.Amounts[i].Kind;
            if (NodeOf(lease, i) is { Behaviour: ResourceBehaviour.Metered } node)
            {
                node.Settle(before[kind].Thousandths, after[kind].Thousandths, at.Milliseconds, null);
            }
        }
    }

    /// <summary>The node of one of a grant's amounts. A part is counted with its whole, and a pool that is gone has nothing to give back to: null.</summary>
    public ChargeNode? NodeOf(Lease lease, int index)
    {
        string kind = lease.Amounts[index].Kind;
        return state.Kinds.TryGetValue(kind, out ResourceKind? known) && known.PartOf is not null ? null
            : state.Pools.GetValueOrDefault(lease.Pools[index])?.Node(kind);
    }
}
