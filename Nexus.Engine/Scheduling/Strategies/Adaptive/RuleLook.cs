using Nexus.Engine.Charges;

namespace Nexus.Engine.Scheduling.Strategies.Adaptive;

/// <summary>The moment at which the rules of adaptive pools are looked at. Nobody waits for it.</summary>
internal sealed class RuleLook : WaitPoint
{
    /// <inheritdoc/>
    public override IWaitQueue Waiting { get; } = new WaitTree();

    /// <inheritdoc/>
    public override long Available(long now) => 0;

    /// <inheritdoc/>
    public override long? MoreAt(long now) => null;
}
