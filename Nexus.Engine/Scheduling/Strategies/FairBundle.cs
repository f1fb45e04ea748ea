namespace Nexus.Engine.Scheduling.Strategies;

/// <summary>The kinds that requests ask for of a pool. Who waits is compared by these alone: what a tenant has of other kinds does not stand in the way of its children.</summary>
/// <param name="kinds">The kinds, by their index.</param>
internal sealed class FairBundle(FairKind[] kinds)
{
    /// <summary>The kinds, by their index.</summary>
    public FairKind[] Kinds { get; } = kinds;
}
