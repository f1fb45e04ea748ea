using Nexus.Engine.Charges;

namespace Nexus.Engine.Scheduling;

/// <summary>A moment at which those who wait and would take another configuration are to be looked at. Nobody waits for it: they stand in the lines of the pools.</summary>
internal sealed class LookAgain : WaitPoint
{
    /// <inheritdoc/>
    public override IWaitQueue Waiting { get; } = new WaitTree();

    /// <inheritdoc/>
    public override long Available(long now) => 0;

    /// <inheritdoc/>
    public override long? MoreAt(long now) => null;
}
