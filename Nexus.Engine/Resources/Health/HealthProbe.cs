using Nexus.Engine.Charges;

namespace Nexus.Engine.Resources.Health;

/// <summary>The moment at which an open pool is probed.</summary>
internal sealed class HealthProbe(string pool) : Moment
{
    /// <summary>The pool.</summary>
    public string Pool { get; } = pool;
}
