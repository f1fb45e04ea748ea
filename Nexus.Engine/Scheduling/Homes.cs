using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Scheduling;

/// <summary>The pools in which a waiting request is at home: that could start it, once they have enough. Belongs to one thread.</summary>
internal sealed class Homes
{
    private const int MostRemembered = 10_000;

    private readonly Dictionary<ShapeKey, IReadOnlyList<string>> _known = [];
    private Configuration _configuration = Configuration.Initial;
    private PoolDefinition[] _pools = [];
    private bool _ownersMatter;
    private bool _toleranceMatters;

    /// <summary>Takes what kinds and pools there are now.</summary>
    public void Configure(Configuration configuration, IEnumerable<PoolDefinition> pools)
    {
        _known.Clear();
        _configuration = configuration;
        _pools = [.. pools];
        _ownersMatter = _pools.Any(p => p.Allow is not null);
        _toleranceMatters = _pools.Any(CostOptimizedStrategy.IsForTheTolerantOnly);
    }

    /// <summary>The names of the pools, in the order of preference.</summary>
    public IReadOnlyList<string> Of(Request request) => Of(request.Spec, request.Needs);

    /// <summary>The names of the pools, in the order of preference.</summary>
    /// <param name="spec">What is asked.</param>
    /// <param name="needs">The amounts, of a gang those of all its members.</param>
    public IReadOnlyList<string> Of(RequestSpec spec, ResourceVector needs)
    {
        ShapeKey key = new(new RouteKey(spec.Resources, spec.Pools, spec.PoolLabels, _ownersMatter ? spec.Owner : null, _toleranceMatters && spec.Preemptible), needs);
        if (_known.TryGetValue(key, out IReadOnlyList<string>? homes))
        {
            return homes;
        }

        if (_known.Count >= MostRemembered)
        {
            _known.Clear();
        }

        SupplierGroup? home = Suppliers.Find(spec, _configuration.Kind, _pools).FirstOrDefault();
        return _known[key] = home is null ? [] : [.. home.Open.Where(p => home.CanEverServe(p, needs)).Select(p => p.Name)];
    }
}
