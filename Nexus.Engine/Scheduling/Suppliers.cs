using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Scheduling;

/// <summary>Which pools could serve a request, whatever they have at the moment.</summary>
internal static class Suppliers
{
    /// <summary>The groups of kinds that must come together from one pool, the home first, each with its pools.</summary>
    /// <remarks>The home is that of the compute kinds, else of the model's calls and tokens, else the first kind by name. Parts of another kind come from where their whole does.</remarks>
    /// <param name="spec">The request.</param>
    /// <param name="kindOf">Finds a kind.</param>
    /// <param name="pools">All pools, by name.</param>
    public static SupplierGroup[] Find(RequestSpec spec, Func<string, ResourceKind?> kindOf, IReadOnlyCollection<PoolDefinition> pools)
    {
        List<(string Name, int Rank, List<int> Amounts)> groups = [];
        for (int i = 0; i < spec.Resources.Count; i++)
        {
            if (kindOf(spec.Resources[i].Kind) is not { PartOf: null } kind)
            {
                continue;
            }

            int at = groups.FindIndex(g => g.Name == kind.Group);
            if (at < 0)
            {
                at = groups.Count;
                groups.Add((kind.Group, RankOf(kind), []));
            }

            groups[at].Amounts.Add(i);
        }

        return [.. groups.OrderBy(g => g.Rank).Select(g => Group(spec, [.. g.Amounts], pools))];
    }

    /// <summary>The pool in which a grant is at home; see <see cref="Find"/>.</summary>
    public static string HomeOf(Lease lease, Func<string, ResourceKind?> kindOf)
    {
        int best = int.MaxValue;
        string home = lease.Pools[0];
        for (int i = 0; i < lease.Pools.Count; i++)
        {
            if (kindOf(lease.Amounts[i].Kind) is { PartOf: null } kind && RankOf(kind) < best)
            {
                (best, home) = (RankOf(kind), lease.Pools[i]);
            }
        }

        return home;
    }

    private static int RankOf(ResourceKind kind) => kind.Group switch { "compute" => 0, "llm" => 1, _ => kind.Behaviour == ResourceBehaviour.Limit ? 3 : 2 };

    private static SupplierGroup Group(RequestSpec spec, int[] amounts, IReadOnlyCollection<PoolDefinition> pools)
    {
        string[] names = [.. amounts.Select(i => spec.Resources[i].Kind)];
        PoolDefinition[] supplying = [.. pools.Where(p => Array.TrueForAll(names, n => p.Of(n) is not null))];
        PoolDefinition[] accepted = [.. supplying.Where(p => (spec.Pools is null || spec.Pools.Contains(p.Name, StringComparer.Ordinal)) && p.Labels.Match(spec.PoolLabels))];
        PoolDefinition[] allowed = [.. accepted.Where(p => p.Allows(spec.Owner))];
        // A request that names a pool knows what it is.
        PoolDefinition[] open = spec.Preemptible || spec.Pools is not null ? allowed : Array.FindAll(allowed, p => !CostOptimizedStrategy.IsForTheTolerantOnly(p));
        if (spec.Pools is { } order)
        {
            open = [.. open.OrderBy(p => order.TakeWhile(n => n != p.Name).Count())];
        }

        Reason? impossible = open.Length > 0 ? null
            : allowed.Length > 0 ? new Reason(ReasonCode.SpotNotTolerated, allowed[0].Name, names[0])
            // A pool that the request did not name itself stays hidden from those to whom it is closed.
            : accepted.Length > 0 ? new Reason(ReasonCode.PoolNotAllowed, spec.Pools is null ? null : accepted[0].Name, names[0])
            : supplying.Length > 0 ? new Reason(ReasonCode.NoAcceptedPool, Kind: names[0])
            : new Reason(ReasonCode.NoPool, Kind: Array.Find(names, n => pools.All(p => p.Of(n) is null)) ?? string.Join(" + ", names));
        return new SupplierGroup(amounts, open, [.. supplying.Where(p => p.Allows(spec.Owner) && !open.Contains(p))], impossible);
    }
}

/// <summary>Kinds that come together from one pool, and the pools that supply them all.</summary>
/// <param name="Amounts">The indexes of these kinds among the request's amounts.</param>
/// <param name="Open">The pools that the request accepts and that are open to its owner, by preference.</param>
/// <param name="Unaccepted">The pools that are open to its owner and that the request does not accept.</param>
/// <param name="Impossible">Why no pool can serve the group whatever the amounts, or null.</param>
internal sealed record SupplierGroup(int[] Amounts, PoolDefinition[] Open, PoolDefinition[] Unaccepted, Reason? Impossible)
{
    /// <summary>True when the pool is large enough for the amounts.</summary>
    public bool CanEverServe(PoolDefinition pool, ResourceVector resources) =>
        Array.TrueForAll(Amounts, i => pool.Of(resources[i].Kind) is { } supply && resources[i].Quantity <= supply.Amount);
}
