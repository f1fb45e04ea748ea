using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Scheduling;

/// <summary>Somebody who asks for what others may wait for: one who waits too, or one who only comes.</summary>
internal interface IClaimant
{
    /// <summary>Whose work it is.</summary>
    OwnerPath Owner { get; }

    /// <summary>What is asked.</summary>
    RequestSpec Spec { get; }

    /// <summary>What is needed.</summary>
    ResourceVector Needs { get; }

    /// <summary>What decides its place.</summary>
    Standing Standing { get; }
}

/// <summary>One who only comes.</summary>
internal sealed record Newcomer(RequestSpec Spec, ResourceVector Needs, Standing Standing) : IClaimant
{
    /// <inheritdoc/>
    public OwnerPath Owner => Spec.Owner;
}
