using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>What a request is expected to cost in each of the pools that could serve it, where a pool among them places work by cost.</summary>
/// <remarks>
/// All that comes from the pool counts: what is consumed by its amount, what is held over its duration, or over its lease where that is not known.
/// Of work that may be interrupted the attempts count too that will be lost, as often as the pool is learned to interrupt. A kind that no pool has a price for counts for nothing; a pool that has none where others do comes after those.
/// </remarks>
internal sealed class PoolCosts(EngineState state, Biller biller)
{
    /// <summary>What the kinds of a group are expected to cost in a pool.</summary>
    /// <param name="spec">What is asked.</param>
    /// <param name="needs">What all members need together.</param>
    /// <param name="group">The group.</param>
    /// <param name="pool">The pool.</param>
    /// <param name="at">The start, in milliseconds.</param>
    public ExpectedPrice Of(RequestSpec spec, ResourceVector needs, RouteGroup group, string pool, long at) => Hourly(spec, needs, group, pool).From(at);

    /// <summary>The same for whoever asks about several starts.</summary>
    public HourlyCosts Hourly(RequestSpec spec, ResourceVector needs, RouteGroup group, string pool) => new(state, biller, spec, needs, group, pool);
}
