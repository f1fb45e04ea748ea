using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Charges;

/// <summary>A moment at which something is to be looked at. Nobody waits for it: who could start then waits for what pools, quotas or budgets have.</summary>
internal class Moment : WaitPoint
{
    /// <inheritdoc/>
    public override IWaitQueue Waiting { get; } = new WaitTree();

    /// <inheritdoc/>
    public override long Available(long now) => 0;

    /// <inheritdoc/>
    public override long? MoreAt(long now) => null;
}
