using Nexus.Engine.Charges;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>Finds the pools that could serve a request, and remembers them for the next request for the same kinds.</summary>
/// <remarks>Forgets everything when a pool or kind changes, and when it remembers too much.</remarks>
internal sealed class Router(SortedDictionary<string, Pool> pools, Dictionary<string, ResourceKind> kinds)
{
    private const int MostRoutes = 100_000;

    private readonly Dictionary<RouteKey, Route> _routes = [];
    private bool? _anyPoolIsClosedToSome;

    /// <summary>The key under which a request's route is remembered. Owners count only where a pool is closed to some.</summary>
    public RouteKey KeyOf(RequestSpec spec)
    {
        _anyPoolIsClosedToSome ??= pools.Values.Any(p => p.Definition.Allow is not null);
        return new RouteKey(spec.Resources, spec.Pools, spec.PoolLabels, _anyPoolIsClosedToSome.Value ? spec.Owner : null);
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
        _anyPoolIsClosedToSome = null;
    }

    private Route Build(RequestSpec spec)
    {
        List<(string Name, int Rank, List<int> Amounts)> groups = [];
        for (int i = 0; i < spec.Resources.Count; i++)
        {
            ResourceKind kind = kinds[spec.Resources[i].Kind];
            if (kind.PartOf is not null)
            {
                continue;
            }

            int at = groups.FindIndex(g => g.Name == kind.Group);
            if (at < 0)
            {
                at = groups.Count;
                groups.Add((kind.Group, kind.Group switch { "compute" => 0, "llm" => 1, _ => kind.Behaviour == ResourceBehaviour.Limit ? 3 : 2 }, []));
            }

            groups[at].Amounts.Add(i);
        }

        // The home first: compute, else the model's calls and tokens, else the first kind by name; the amounts are ordered by name already.
        List<RouteGroup> found = [];
        foreach ((_, _, List<int> amounts) in groups.OrderBy(g => g.Rank))
        {
            string[] names = [.. amounts.Select(i => spec.Resources[i].Kind)];
            if (Candidates(spec, names, out Reason? impossible) is not { } candidates)
            {
                return new Route([], false, impossible);
            }

            found.Add(new RouteGroup([.. amounts], candidates));
        }

        return new Route([.. found], spec.Pools is not null, null);
    }

    private RouteCandidate[]? Candidates(RequestSpec spec, string[] names, out Reason? impossible)
    {
        Pool[] supplying = [.. pools.Values.Where(p => Array.TrueForAll(names, n => p.Definition.Of(n) is not null))];
        Pool[] accepted = [.. supplying.Where(p => (spec.Pools is null || spec.Pools.Contains(p.Name, StringComparer.Ordinal)) && p.Definition.Labels.Match(spec.PoolLabels))];
        Pool[] open = [.. accepted.Where(p => p.Definition.Allows(spec.Owner))];
        if (spec.Pools is { } order)
        {
            open = [.. open.OrderBy(p => order.TakeWhile(n => n != p.Name).Count())];
        }

        impossible = open.Length > 0 ? null
            : accepted.Length > 0 ? new Reason(ReasonCode.PoolNotAllowed, accepted[0].Name, names[0])
            : supplying.Length > 0 ? new Reason(ReasonCode.NoAcceptedPool, Kind: names[0])
            : new Reason(ReasonCode.NoPool, Kind: names.FirstOrDefault(n => pools.Values.All(p => p.Definition.Of(n) is null)) ?? string.Join(" + ", names));
        return impossible is null ? [.. open.Select(p => new RouteCandidate(p.Name, [.. names.Select(n => p.Node(n)!)]))] : null;
    }
}

/// <summary>What decides which pools could serve a request: its kinds (not the amounts), what it accepts, and its owner where that matters.</summary>
internal readonly struct RouteKey(ResourceVector resources, IReadOnlyList<string>? pools, Labels poolLabels, OwnerPath? owner) : IEquatable<RouteKey>
{
    private readonly ResourceVector _resources = resources;
    private readonly IReadOnlyList<string>? _pools = pools;
    private readonly Labels _poolLabels = poolLabels;
    private readonly OwnerPath? _owner = owner;

    /// <inheritdoc/>
    public bool Equals(RouteKey other) =>
        SameKinds(_resources, other._resources) && _owner == other._owner && _poolLabels.Equals(other._poolLabels)
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
