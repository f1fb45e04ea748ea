using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>The grants that small requests of one tenant share: who runs in which, and which minima each has paid. It follows from the grants and from what was written of them.</summary>
/// <remarks>
/// Of one home there is one shared grant at a time: whoever is granted there joins it, and it is over when its last member has ended.
/// What it paid is known beyond that while memory holds a member that expired or was ended and of which a late release may still say what it consumed.
/// Requests that are not <c>mergeable</c> pay nothing for it: no look-up, no allocation.
/// </remarks>
internal sealed class MergedGrants(EngineState state)
{
    private const char Between = '\0';

    private readonly Dictionary<long, MergedGrant> _grants = [];
    private readonly Dictionary<long, MergedGrant> _members = [];
    private readonly Dictionary<string, List<MergedGrant>> _kindred = new(StringComparer.Ordinal);

    /// <summary>The minima that were paid of grants that are known: by grant, hour and SKU.</summary>
    public IEnumerable<MergedPayment> Paid => _grants.Values.OrderBy(g => g.Number).SelectMany(g => g.Paid, static (g, paid) => new MergedPayment(g.Number, paid.Hour, paid.Sku, paid.IsReliedOn));

    /// <summary>The grant in which a request runs, or of which a late release of it may still ask; null where there is none, or it is not known any more.</summary>
    public MergedGrant? Of(Request request) => request is { Spec.Mergeable: true, Lease: { } lease } ? _members.GetValueOrDefault(lease.Number) : null;

    /// <summary>True where a lease joined a grant in which somebody else runs at present.</summary>
    public bool HasOthers(Lease lease) => lease.MergedWith is { } number && _grants.TryGetValue(number, out MergedGrant? grant) && grant.HasOthersThan(lease.Number);

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
            case HeldMetered or LeaseRenewed: Pay(_members[request.Lease!.Number], happened.Lines); break;
            case RequestRequeued when request.Lost is { } lost: Requeued(lost.Lease, happened.Lines); break;
            case RequestEnded { Settlement: not null }: Ended(live, request, happened.Lines); break;
            case SettlementCorrected: Corrected(request.Lease!.Number, happened.Lines); break;
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
        MergedGrant grant = GrantOf(request, lease);
        if (!grant.Runs)
        {
            if (!_kindred.TryGetValue(grant.Key, out List<MergedGrant>? kindred))
            {
                _kindred[grant.Key] = kindred = [];
            }

            kindred.Add(grant);
        }

        grant.Enter(lease.Number, lease.GrantedAt);
        _members[lease.Number] = grant;
    }

    /// <summary>One that has ended, as a snapshot kept it or as it just did: what its grant paid stays known while a late release of it may ask.</summary>
    public void Remember(Request request)
    {
        if (request is { Spec.Mergeable: true, Lease: { } lease, Settlement: { Late: false, Metered.Count: > 0 } } && request.Status != RequestStatus.Released)
        {
            MergedGrant grant = GrantOf(request, lease);
            grant.Remember(lease.Number, lease.GrantedAt);
            _members[lease.Number] = grant;
        }
    }

    /// <summary>Memory does not hold a request any more that has ended.</summary>
    public void Forget(Request request)
    {
        if (request is { Spec.Mergeable: true, Lease: { } lease })
        {
            Leave(lease.Number, null);
        }
    }

    /// <summary>What was paid of a grant, as a snapshot kept it.</summary>
    public void Restore(MergedPayment paid) => _grants[paid.Grant].Pay(paid.Sku, paid.Hour, paid.IsReliedOn);

    private void Pay(MergedGrant grant, IReadOnlyList<CostLine> lines)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            if (lines[i] is { TakesBack: false, Sku: { } sku } line && line.Quantity.Millionths > 0 && state.Configuration.Prices.HasMinimum(sku))
            {
                grant.Pay(sku, line.From, isReliedOn: line.SharesMinimum && !SharedMinima.IsPaidBy(lines, i, sku, line.From));
            }
        }
    }

    // It ran, or had ended before: of what it had no late release can come any more.
    private void Requeued(long lease, IReadOnlyList<CostLine> lines)
    {
        if (_members.TryGetValue(lease, out MergedGrant? grant))
        {
            Pay(grant, lines);
            Leave(lease, null);
        }
    }

    private void Ended(Live live, Request request, IReadOnlyList<CostLine> lines)
    {
        // Lines without a price are not in the journal: nothing may follow from them.
        live.Request = request with { MinimaOfOthers = [.. lines.Where(l => l is { SharesMinimum: true, Sku: not null } && l.From == l.To).Select(l => l.Resource).Distinct(StringComparer.Ordinal)] };
        Pay(_members[request.Lease!.Number], lines);
        Leave(request.Lease.Number, state.Requests.TryGetValue(request.Key, out Live? known) && ReferenceEquals(known, live) ? request : null);
    }

    private void Corrected(long lease, IReadOnlyList<CostLine> lines)
    {
        if (!_members.TryGetValue(lease, out MergedGrant? grant))
        {
            return;
        }

        // What it had paid and does not pay any more is due from whoever comes next.
        foreach (CostLine line in lines)
        {
            if (line is { TakesBack: true, SharesMinimum: false, Sku: { } sku } && !lines.Any(l => l.Sku == sku && !l.TakesBack && l.Quantity.Millionths > 0))
            {
                grant.TakeBack(sku, line.From);
            }
        }

        Pay(grant, lines);
        Leave(lease, null);
    }

    private MergedGrant GrantOf(Request request, Lease lease)
    {
        if (!_grants.TryGetValue(lease.Grant, out MergedGrant? grant))
        {
            _grants[lease.Grant] = grant = new MergedGrant(lease.Grant, KeyOf(request.Owner, request.Labels, lease.Amounts), lease.Pools);
        }

        return grant;
    }

    // It does not run there any more; a request that is given stays known, as far as a late release of it may ask.
    private void Leave(long lease, Request? ended)
    {
        if (!_members.Remove(lease, out MergedGrant? grant))
        {
            return;
        }

        bool ran = grant.Runs;
        if (ended is not null)
        {
            Remember(ended);
        }

        grant.Leave(lease, stays: _members.ContainsKey(lease));
        if (ran && !grant.Runs)
        {
            List<MergedGrant> kindred = _kindred[grant.Key];
            kindred.Remove(grant);
            if (kindred.Count == 0)
            {
                _kindred.Remove(grant.Key);
            }
        }

        if (!grant.IsKnown)
        {
            _grants.Remove(grant.Number);
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
