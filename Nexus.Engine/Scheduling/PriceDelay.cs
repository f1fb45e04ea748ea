using Nexus.Engine.Costs;

namespace Nexus.Engine.Scheduling;

/// <summary>What it saves to start later.</summary>
/// <param name="Now">What the work was expected to cost, had it started when that was decided.</param>
/// <param name="Then">What it is expected to cost at the start that is stated; less.</param>
public sealed record PriceDelay(Money Now, Money Then)
{
    /// <summary>The difference.</summary>
    public Money Saving => Now - Then;
}
