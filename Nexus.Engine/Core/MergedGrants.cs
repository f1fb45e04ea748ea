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
    private readonly Dictionary<long, MergedGrant> _members = [];
    private readonly Dictionary<string, List<MergedGrant>> _kindred = new(StringComparer.Ordinal);

    /// <summary>The minima that were paid of grants that run: by grant, hour and SKU.</summary>
    public IEnumerable<MergedPayment> Paid => _grants.Values.OrderBy(g => g.Number).SelectMany(g => g.Paid, static (g, paid) => new MergedPayment(g.Number, paid.Hour, paid.Sku));

    /// <summary>The grant in which a request runs; null where it does not run, or shares none.</summary>
    public MergedGrant? Of(Request request) => request is { Spec.Mergeable: true, Lease: { } lease } ? _members.GetValueOrDefault(lease.Number) : null;

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

    /// <summary>Lets an event have happened to a request that may share: it was granted, something was written of it, or it ended; after the state changed.</summary>
    public void Follow(EngineEvent happened, Live? live)
    {
        if (live is not { Request: { Spec.Mergeable: true } request })
        {
            return;
        }

        switch (happened)
        {
            case RequestStarted or RequestSubmitted { Lease: not null }: Enter(request); break;
            case HeldMetered or LeaseRenewed: Pay(request.Lease!.Number, happened.Lines); break;
            case RequestRequeued { Settlement: not null }: Leave(request.Lost!.Lease, happened.Lines); break;
            case RequestEnded { Settlement: not null }:
                Leave(request.Lease!.Number, happened.Lines);
                live.Request = request with { MinimaOfOthers = [.. happened.Lines.Where(l => l.SharesMinimum && l.From == l.To).Select(l => l.Resource).Distinct(StringComparer.Ordinal)] };
                break;
            default: break;
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
        _members[lease.Number] = grant;
    }

    /// <summary>What was paid of a grant, as a snapshot kept it.</summary>
    public void Restore(long grant, Instant hour, string sku) => _grants[grant].Pay(sku, hour);

    private void Pay(long lease, IReadOnlyList<CostLine> lines)
    {
        foreach (CostLine line in lines)
        {
            if (line.Sku is { } sku && line.Quantity.Millionths > 0 && state.Configuration.Prices.HasMinimum(sku))
            {
                _members[lease].Pay(sku, line.From);
            }
        }
    }

    private void Leave(long lease, IReadOnlyList<CostLine> lines)
    {
        Pay(lease, lines);
        _members.Remove(lease, out MergedGrant? grant);
        if (grant!.Leave(lease))
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
