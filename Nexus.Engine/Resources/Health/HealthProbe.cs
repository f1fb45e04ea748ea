using Nexus.Engine.Charges;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Resources.Health;

/// <summary>The moment at which an open pool is probed. Nobody waits for it: those who could start then wait for what the pool has.</summary>
internal sealed class HealthProbe(string pool) : WaitPoint
{
    /// <summary>The pool.</summary>
    public string Pool { get; } = pool;

    /// <inheritdoc/>
    public override IWaitQueue Waiting { get; } = new WaitTree();

    /// <inheritdoc/>
    public override long Available(long now) => 0;

    /// <inheritdoc/>
    public override long? MoreAt(long now) => null;
}
