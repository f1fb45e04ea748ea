using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>A start that was promised to a request: it holds against everything that is granted later, and moves later only for a recorded reason.</summary>
/// <param name="StartsAt">When it starts.</param>
/// <param name="Pools">The pool of each of its amounts, in their order.</param>
public sealed record Booking(Instant StartsAt, IReadOnlyList<string> Pools)
{
    /// <inheritdoc/>
    public bool Equals(Booking? other) => other is not null && StartsAt == other.StartsAt && Pools.SequenceEqual(other.Pools, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(StartsAt, Pools.Count);
}
