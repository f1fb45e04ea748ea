using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>The grants that small requests of one tenant share: who runs in which, and which minima each has paid. It follows from the grants and from what was written of them.</summary>
/// <remarks>
/// Of one home there is one shared grant at a time: whoever is granted there joins it, and it is over when its last member has ended.
/// Requests that are not <c>mergeable</c> pay nothing for it: no look-up, no allocation.
/// </remarks>
internal sealed class MergedGrants(EngineState state)
{
    private const char Between = '\0';

    private readonly Dictionary<long, MergedGrant> _grants = [];
    private readonly Dictionary<string, List<MergedGrant>> _kindred = new(StringComparer.Ordinal);

    /// <summary>The minima that were paid of grants that run: by grant, hour and SKU.</summary>
    public IEnumerable<MergedPayment> Paid => _grants.Values.OrderBy(g => g.Number).SelectMany(g => g.Paid, static (g, paid) => new MergedPayment(g.Number, paid.Hour, paid.Sku));

    /// <summary>The grant in which a request runs; null where it does not run, or shares none.</summary>
    public MergedGrant? Of(Request request) => request is { Spec.Mergeable: true, Lease: { } lease } ? _grants.GetValueOrDefault(lease.Grant) : null;

    /// <summary>The number of the lease that began the grant which a request joins with these pools; null where it begins one of its own.</summary>
    /// <param name="spec">What is asked.</param>
    /// <param name="labels">Its labels, inherited ones included.</param>
    /// <param name="amounts">What it is granted.</param>
    /// <param name="pools">The pool of each amount.</param>
    public long? Joined(RequestSpec spec, Labels labels, ResourceVector amounts, IReadOnlyList<string> pools) =>
        spec.Mergeable && _kindred.TryGetValue(KeyOf(spec.Owner, labels, amounts), out List<MergedGrant>? kindred) ? kindred.Find(g => g.IsIn(pools))?.Number : null;

    /// <summary>True where a request could join a grant that has these kinds from a pool, wherever its others come from.</summary>
    /// <param name="spec">What is asked.</param>
    /// <param name="labels">Its labels, inherited ones included.</param>
    /// <param name="needs">What it needs.</param>
    /// <param name="kinds">The indexes of the kinds among what it needs.</param>
    /// <param name="pool">The pool.</param>
    public bool MayJoin(RequestSpec spec, Labels labels, ResourceVector needs, int[] kinds, string pool) =>
        spec.Mergeable && _kindred.TryGetValue(KeyOf(spec.Owner, labels, needs), out List<MergedGrant>? kindred) && kindred.Exists(g => Array.TrueForAll(kinds, i => g.Pools[i] == pool));

    /// <summary>Lets what an event writes of a grant have been paid, and the member have ended that it ends; before the state changes.</summary>
    public void Bill(EngineEvent happened)
    {
        if (_grants.Count == 0 || happened is not (RequestEvent { Key: var key } and (RequestEnded or RequestRequeued or LeaseRenewed or HeldMetered))
            || !state.Requests.TryGetValue(key, out Live? live) || live.Request.Status != RequestStatus.Allocated || Of(live.Request) is not { } grant)
        {
            return;
        }

        foreach (CostLine line in happened.Lines)
        {
            if (line.Sku is { } sku && line.Quantity.Millionths > 0 && state.Configuration.Prices.HasMinimum(sku))
            {
                grant.Pay(sku, line.From);
            }
        }

        if (happened is RequestEnded or RequestRequeued)
        {
            Leave(grant, live.Request.Lease!.Number);
        }
    }

    /// <summary>Lets a request have been granted that shares, and of one that ended remembers of which kinds others paid the minimum; after the state changed.</summary>
    public void Follow(EngineEvent happened, Live? live)
    {
        if (live is not { Request.Spec.Mergeable: true })
        {
            return;
        }

        if (happened is RequestStarted or RequestSubmitted { Lease: not null })
        {
            Enter(live.Request);
        }
        else if (happened is RequestEnded { Settlement: not null })
        {
            live.Request = live.Request with { MinimaOfOthers = [.. happened.Lines.Where(l => l.SharesMinimum && l.From == l.To).Select(l => l.Resource).Distinct(StringComparer.Ordinal)] };
        }
    }

    /// <summary>One that runs, as a snapshot kept it or as it was just granted.</summary>
    public void Enter(Request request)
    {
        if (!request.Spec.Mergeable)
        {
            return;
        }

        Lease lease = request.Lease!;
        if (!_grants.TryGetValue(lease.Grant, out MergedGrant? grant))
        {
            string key = KeyOf(request.Owner, request.Labels, lease.Amounts);
            _grants[lease.Grant] = grant = new MergedGrant(lease.Grant, key, lease.Pools);
            if (!_kindred.TryGetValue(key, out List<MergedGrant>? kindred))
            {
                _kindred[key] = kindred = [];
            }

            kindred.Add(grant);
        }

        grant.Enter(lease.Number, lease.GrantedAt);
    }

    /// <summary>What was paid of a grant, as a snapshot kept it.</summary>
    public void Restore(long grant, Instant hour, string sku) => _grants[grant].Pay(sku, hour);

    private void Leave(MergedGrant grant, long lease)
    {
        if (grant.Leave(lease))
        {
            return;
        }

        _grants.Remove(grant.Number);
        List<MergedGrant> kindred = _kindred[grant.Key];
        kindred.Remove(grant);
        if (kindred.Count == 0)
        {
            _kindred.Remove(grant.Key);
        }
    }

    // Of whom, for what, and by what it is priced beside the pools.
    private static string KeyOf(OwnerPath owner, Labels labels, ResourceVector amounts)
    {
        System.Text.StringBuilder key = new(owner.Tenant);
        foreach (ResourceAmount amount in amounts)
        {
            key.Append(Between).Append(amount.Kind);
        }

        foreach (string label in (string[])["model", "provider", "lane"])
        {
            key.Append(Between).Append(Between).Append(labels[label] is { } value ? $"={value}" : "");
        }

        return key.ToString();
    }
}
