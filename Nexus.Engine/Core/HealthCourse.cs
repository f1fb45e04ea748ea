using Nexus.Engine.Charges;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>What follows from the outcomes of grants: a pool whose grants fail opens, is probed when its time has come, and grants all again when they succeed.</summary>
internal sealed class HealthCourse(EngineState state, WaitingRoom waiting, DueQueue due, Happens happens)
{
    /// <summary>What follows from an event.</summary>
    public void Tell(EngineEvent happened, Live? live, Instant at, Batch batch)
    {
        if (state.Health.IsEmpty)
        {
            return;
        }

        if (happened is RequestEnded { Settlement.Outcome: not null })
        {
            foreach (PoolHealth health in state.Health.Of(live!.Request.Lease!).ToArray())
            {
                if (health.Verdict(at) is { } verdict)
                {
                    happens(verdict, Actor.Engine, at, batch);
                }
            }
        }
        else if (happened is PoolHealthChanged changed)
        {
            Watch(state.Pools[changed.Pool].Health!);
        }
        else if (happened is PoolHealthReset reset)
        {
            Watch(state.Pools[reset.Name].Health!);
        }
    }

    /// <summary>A grant ended in a pool that is probed: another may begin, whatever of the pool it waits for.</summary>
    public void Freed(Pool pool)
    {
        foreach (ChargeNode node in pool.Health is { IsHealthy: false } ? pool.Nodes : [])
        {
            waiting.MarkMore(node);
        }
    }

    /// <summary>The time of pools has come: they are probed.</summary>
    public void Probe(IEnumerable<HealthProbe> probes, Instant at, Batch batch)
    {
        foreach (HealthProbe probe in probes.OrderBy(p => p.Pool, StringComparer.Ordinal))
        {
            // One that was set otherwise meanwhile is judged anew.
            if (state.Pools.GetValueOrDefault(probe.Pool)?.Health is { } health && health.Probe == probe && health.Due(at) is { } probed)
            {
                happens(probed, Actor.Engine, at, batch);
            }
        }
    }

    /// <summary>Makes anew what is derived, after events that came from the journal.</summary>
    public void Index()
    {
        foreach (PoolHealth health in state.Health.IsEmpty ? [] : state.Pools.Values.Select(p => p.Health).OfType<PoolHealth>())
        {
            health.Probe.WakeAt = long.MaxValue;
            Watch(health);
        }
    }

    private void Watch(PoolHealth health)
    {
        due.Forget(health.Probe);
        if (health.RetryAt is { } retryAt)
        {
            due.Schedule(health.Probe, retryAt.Milliseconds);
        }
    }
}
