using Nexus.Engine.Charges;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Scheduling;

/// <summary>Finds the pools that could serve a request, and remembers them for the next request for the same kinds.</summary>
/// <remarks>Forgets everything when a pool or kind changes, and when it remembers too much.</remarks>
internal sealed class Router(SortedDictionary<string, Pool> pools, Dictionary<string, ResourceKind> kinds, PoolCosts? costs = null)
{
    private const int MostRoutes = 100_000;

    private readonly Dictionary<RouteKey, Route> _routes = [];
    private bool? _anyPoolIsClosedToSome;
    private bool? _anyPoolIsForTheTolerant;

    /// <summary>The key under which a request's route is remembered. Owners count only where a pool is closed to some.</summary>
    public RouteKey KeyOf(RequestSpec spec)
    {
        _anyPoolIsClosedToSome ??= pools.Values.Any(p => p.Definition.Allow is not null);
        _anyPoolIsForTheTolerant ??= pools.Values.Any(p => CostOptimizedStrategy.IsForTheTolerantOnly(p.Definition));
        return new RouteKey(spec.Resources, spec.Pools, spec.PoolLabels, _anyPoolIsClosedToSome.Value ? spec.Owner : null, _anyPoolIsForTheTolerant.Value && spec.Preemptible);
    }

    /// <summary>The route of a request.</summary>
    public Route Find(RequestSpec spec) => Find(KeyOf(spec), spec);

    /// <summary>The route under a key.</summary>
    public Route Find(RouteKey key, RequestSpec spec)
    {
        if (_routes.TryGetValue(key, out Route? route))
        {
            return route;
        }

        if (_routes.Count >= MostRoutes)
        {
            _routes.Clear();
        }

        return _routes[key] = Build(spec);
    }

    /// <summary>A pool or kind changed.</summary>
    public void Forget()
    {
        _routes.Clear();
        (_anyPoolIsClosedToSome, _anyPoolIsForTheTolerant) = (null, null);
    }

    private Route Build(RequestSpec spec)
    {
        List<RouteGroup> found = [];
        foreach (SupplierGroup group in Suppliers.Find(spec, kinds.GetValueOrDefault, [.. pools.Values.Select(p => p.Definition)]))
        {
            if (group.Impossible is { } impossible)
            {
                return new Route([], false, impossible);
            }

            found.Add(new RouteGroup(group.Amounts,
            [
                .. group.Open.Select(p => new RouteCandidate(p.Name, [.. group.Amounts.Select(i => pools[p.Name].Node(spec.Resources[i].Kind)!)])),
            ]));
        }

        return new Route([.. found], spec.Pools is not null, null, costs);
    }
}

/// <summary>What decides which pools could serve a request: its kinds (not the amounts), what it accepts, and its owner and whether it may be interrupted where that matters.</summary>
internal readonly struct RouteKey(ResourceVector resources, IReadOnlyList<string>? pools, Labels poolLabels, OwnerPath? owner, bool tolerant = false) : IEquatable<RouteKey>
{
    private readonly ResourceVector _resources = resources;
    private readonly IReadOnlyList<string>? _pools = pools;
    private readonly Labels _poolLabels = poolLabels;
    private readonly OwnerPath? _owner = owner;
    private readonly bool _tolerant = tolerant;

    /// <inheritdoc/>
    public bool Equals(RouteKey other) =>
        SameKinds(_resources, other._resources) && _owner == other._owner && _tolerant == other._tolerant && _poolLabels.Equals(other._poolLabels)
        && (_pools is null ? other._pools is null : other._pools is not null && _pools.SequenceEqual(other._pools, StringComparer.Ordinal));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RouteKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (ResourceAmount amount in _resources.AsSpan())
        {
            hash.Add(amount.Kind.GetHashCode(StringComparison.Ordinal));
        }

        hash.Add(_pools is { Count: > 0 } named ? named[0].GetHashCode(StringComparison.Ordinal) : 0);
        hash.Add(_owner?.GetHashCode() ?? 0);
        return hash.ToHashCode();
    }

    private static bool SameKinds(ResourceVector a, ResourceVector b)
    {
        if (a.Count != b.Count)
        {
            return false;
        }

        for (int i = 0; i < a.Count; i++)
        {
            if (a[i].Kind != b[i].Kind)
            {
                return false;
            }
        }

        return true;
    }
}
