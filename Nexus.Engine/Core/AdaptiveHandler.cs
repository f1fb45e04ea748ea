using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Engine.Core;

/// <summary>Decides what is told to adaptive pools of what strategies would have done.</summary>
internal sealed class AdaptiveHandler(EngineState state)
{
    public Decision Decide(FollowStrategy command) =>
        state.Pools.GetValueOrDefault(command.Pool) is not { Adaptive: { } adaptive } pool ? new Fault(FaultCode.NotFound, $"there is no adaptive pool '{command.Pool}'")
        : adaptive.InForce == command.Strategy ? new PoolReply(pool.ToState())
        : new StrategySwitched(command.Pool, adaptive.InForce, command.Strategy, new SwitchEvidence(SwitchCause.Learned, null, default, null, null, [], 0));

    public Decision Decide(RecordTrial command, Instant now) =>
        !state.Pools.TryGetValue(command.Pool, out Pool? pool) ? new Fault(FaultCode.NotFound, $"there is no pool '{command.Pool}'")
        : pool.Adaptive is not { } adaptive ? new Fault(FaultCode.Invalid, $"pool '{command.Pool}' does not choose its strategy by itself")
        : command.From >= command.To || command.To > now ? new Fault(FaultCode.Invalid, "a stretch of the past begins before it ends, and ends by now")
        : adaptive.Trials is [.., var last] && command.From < last.To ? new Fault(FaultCode.VersionMismatch, $"the past of pool '{command.Pool}' was replayed up to {last.To} already")
        : command.Figures.Any(f => !KnownStrategies.Fixed.Contains(f.Strategy, StringComparer.Ordinal)) || command.Figures.DistinctBy(f => f.Strategy, StringComparer.Ordinal).Count() != command.Figures.Count
            || !command.Figures.Any(f => f.Strategy == adaptive.InForce) ? new Fault(FaultCode.Invalid, "each strategy stands once, and the one in force is among them")
        : new StrategyTried(command.Pool, command.From, command.To, command.Load, command.Figures);
}
