namespace Nexus.Engine.Costs.Sizing;

/// <summary>What is known of the sizes of one key, as a snapshot keeps it. All of it is whole numbers.</summary>
/// <param name="Key">Whose.</param>
/// <param name="Known">How many sizes were told.</param>
/// <param name="IsWhole">True when all of them were whole units.</param>
/// <param name="Buckets">What is remembered of them, the smallest first.</param>
internal sealed record LearnedSizesState(SizeKey Key, long Known, bool IsWhole, IReadOnlyList<SizeBucket> Buckets)
{
    /// <inheritdoc/>
    public bool Equals(LearnedSizesState? other) =>
        other is not null && Key == other.Key && Known == other.Known && IsWhole == other.IsWhole && Buckets.SequenceEqual(other.Buckets);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Known, IsWhole, Buckets.Count);
}
