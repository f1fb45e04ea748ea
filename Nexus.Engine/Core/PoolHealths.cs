using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>The health of those pools in which the outcomes of grants count. While there is none, it costs a grant one comparison.</summary>
internal sealed class PoolHealths(SortedDictionary<string, Pool> pools)
{
    private int _watched;

    /// <summary>True while the outcomes of grants count in no pool.</summary>
    public bool IsEmpty => _watched == 0;

    /// <summary>Pools are others than before.</summary>
    public void Count() => _watched = pools.Values.Count(p => p.Health is not null);

    /// <summary>The pools of a grant in which outcomes count, each once.</summary>
    public IEnumerable<PoolHealth> Of(Lease lease)
    {
        for (int i = 0; i < lease.Pools.Count; i++)
        {
            if (IsFirst(lease, i) && pools.GetValueOrDefault(lease.Pools[i])?.Health is { } health)
            {
                yield return health;
            }
        }
    }

    /// <summary>A grant began.</summary>
    public void Granted(Lease lease)
    {
        if (IsEmpty)
        {
            return;
        }

        foreach (PoolHealth health in Of(lease))
        {
            health.Granted();
        }
    }

    /// <summary>A grant ended.</summary>
    public void Ended(Lease lease, Outcome? outcome, Instant at)
    {
        if (IsEmpty)
        {
            return;
        }

        foreach (PoolHealth health in Of(lease))
        {
            health.Ended(lease.Number, outcome, at);
        }
    }

    /// <summary>Lets an event of a pool's health have happened.</summary>
    public void Apply(EngineEvent happened)
    {
        switch (happened)
        {
            case PoolHealthChanged e: pools[e.Pool].Health!.Apply(e); break;
            case PoolHealthReset e: pools[e.Name].Health!.Reset(e.Sequence); break;
            default: throw new InvalidOperationException($"an event {happened.GetType().Name} is not one of a pool's health");
        }
    }

    /// <summary>Takes what a snapshot kept, once the grants that run are known.</summary>
    public void Restore(IReadOnlyList<(string Pool, PoolHealthState Health)> kept, IEnumerable<Live> running)
    {
        Count();
        Lease[] leases = [.. running.Select(l => l.Request.Lease!)];
        foreach ((string name, PoolHealthState health) in kept)
        {
            bool probed = health.Status is PoolHealthStatus.Probing or PoolHealthStatus.Recovering;
            pools[name].Health!.Restore(health, probed ? leases.Count(l => l.Number > health.ProbedFrom && l.Pools.Contains(name, StringComparer.Ordinal)) : 0);
        }
    }

    private static bool IsFirst(Lease lease, int index)
    {
        for (int i = 0; i < index; i++)
        {
            if (lease.Pools[i] == lease.Pools[index])
            {
                return false;
            }
        }

        return true;
    }
}
