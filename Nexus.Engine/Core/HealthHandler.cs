using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;

namespace Nexus.Engine.Core;

/// <summary>Decides what somebody says of a pool's health.</summary>
internal sealed class HealthHandler(EngineState state)
{
    public Decision Decide(ResetPoolHealth command) =>
        !state.Pools.TryGetValue(command.Name, out Pool? pool) ? new Fault(FaultCode.NotFound, $"there is no pool '{command.Name}'")
        : pool.Health is not { } health ? new Fault(FaultCode.Invalid, $"the outcomes of grants do not count in pool '{command.Name}': set its \"health\" first")
        : health.Status == PoolHealthStatus.Healthy ? new PoolReply(pool.ToState())
        : new PoolHealthReset(command.Name);
}
