using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>One configuration in which a request could be served.</summary>
/// <param name="Resources">What each member needs: 1–32 kinds, each positive.</param>
/// <param name="Pools">The pools it accepts, in order of preference; null: any.</param>
/// <param name="PoolLabels">Labels that every pool serving it must carry.</param>
/// <param name="Duration">How long it will run at most in this configuration; null: not known.</param>
public sealed record Alternative(ResourceVector Resources, IReadOnlyList<string>? Pools, Labels PoolLabels, TimeSpan? Duration)
{
    /// <inheritdoc/>
    public bool Equals(Alternative? other) =>
        other is not null && Resources.Equals(other.Resources) && PoolLabels.Equals(other.PoolLabels) && Duration == other.Duration
        && (Pools is null ? other.Pools is null : other.Pools is not null && Pools.SequenceEqual(other.Pools, StringComparer.Ordinal));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Resources, Duration);
}

/// <summary>The configurations of which a request gets exactly one, in the order of its preference, and which of them it has or waits for at present.</summary>
/// <remarks>What was chosen is no part of what was asked: two are equal when their configurations are.</remarks>
public sealed record Alternatives
{
    /// <summary>The most that may be stated beside the main configuration.</summary>
    public const int Most = 8;

    /// <summary>The configurations of a request.</summary>
    /// <param name="all">The main one and 1–<see cref="Most"/> others.</param>
    /// <param name="chosen">Which it has at present.</param>
    /// <exception cref="ArgumentException">There are none or too many, or the chosen one is not among them.</exception>
    public Alternatives(IReadOnlyList<Alternative> all, int chosen = 0)
    {
        ArgumentNullException.ThrowIfNull(all);
        if (all.Count is < 2 or > Most + 1 || chosen < 0 || chosen >= all.Count)
        {
            throw new ArgumentException($"there are 1 to {Most} configurations beside the main one, and the chosen one is one of those", nameof(all));
        }

        (All, Chosen) = (all, chosen);
    }

    /// <summary>All of them, the main one first.</summary>
    public IReadOnlyList<Alternative> All { get; }

    /// <summary>Which the request has at present, or waits for in the lines of its pools: 0 for the main one, 1 for the first of the others.</summary>
    public int Chosen { get; }

    /// <inheritdoc/>
    public bool Equals(Alternatives? other) => other is not null && All.SequenceEqual(other.All);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(All.Count, All[0], All[1]);
}
