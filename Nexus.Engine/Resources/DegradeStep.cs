namespace Nexus.Engine.Resources;

/// <summary>In what a request gives way.</summary>
public enum DegradeKind
{
    /// <summary>It gets less of what it asked for.</summary>
    Amount = 0,

    /// <summary>It is served by pools that it did not name.</summary>
    Pool = 1,

    /// <summary>It starts later than it asked for.</summary>
    Start = 2,
}

/// <summary>One way in which an owner's requests give way before they are refused.</summary>
public abstract record DegradeStep
{
    private protected DegradeStep()
    {
    }

    /// <summary>In what they give way.</summary>
    public abstract DegradeKind Kind { get; }
}

/// <summary>They get less, down to a share of what they ask for.</summary>
/// <param name="Least">The least share, in thousandths: 1–999. What is counted in whole units stays whole, rounded up.</param>
/// <param name="Resources">The kinds of which they get less; null: every kind that is held or metered. A part follows its whole.</param>
public sealed record LowerAmounts(int Least, IReadOnlyList<string>? Resources = null) : DegradeStep
{
    /// <summary>The whole of what is asked, in the measure of <see cref="Least"/>.</summary>
    public const int Whole = 1000;

    /// <inheritdoc/>
    public override DegradeKind Kind => DegradeKind.Amount;

    /// <summary>True where they get less of a kind.</summary>
    /// <param name="kind">The kind.</param>
    public bool Lowers(ResourceKind kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return Resources is null ? kind.Behaviour is ResourceBehaviour.Held or ResourceBehaviour.Metered : Resources.Contains(kind.Name, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public bool Equals(LowerAmounts? other) =>
        other is not null && Least == other.Least && (Resources is null ? other.Resources is null : other.Resources is not null && Resources.SequenceEqual(other.Resources, StringComparer.Ordinal));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Least, Resources?.Count);
}

/// <summary>They are served by more pools than they name. Those that name none are served by any as it is.</summary>
/// <param name="Pools">The pools, in the order of preference, after those that are named: 1–<see cref="DegradeRules.MostPools"/>. One that is gone is left out.</param>
public sealed record MorePools(IReadOnlyList<string> Pools) : DegradeStep
{
    /// <inheritdoc/>
    public override DegradeKind Kind => DegradeKind.Pool;

    /// <inheritdoc/>
    public bool Equals(MorePools? other) => other is not null && Pools.SequenceEqual(other.Pools, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Pools.Count, Pools[0]);
}

/// <summary>They start later: who is not willing to wait waits, and who has a deadline out of reach is promised the earliest start after it.</summary>
/// <param name="Within">How long they wait at most, and how long after their latest start they may start: 1 s – 30 days.</param>
public sealed record LaterStart(TimeSpan Within) : DegradeStep
{
    /// <inheritdoc/>
    public override DegradeKind Kind => DegradeKind.Start;
}

/// <summary>How an owner's requests give way before they are refused, in the order in which it is tried.</summary>
/// <param name="Steps">The ways, 0–<see cref="Most"/>. None: they do not give way, whatever is said above the owner.</param>
public sealed record DegradeRules(IReadOnlyList<DegradeStep> Steps)
{
    /// <summary>The most ways that an owner may state.</summary>
    public const int Most = 8;

    /// <summary>The most pools that one of them may name.</summary>
    public const int MostPools = 32;

    /// <summary>The longest by which a start may be later.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(30);

    /// <summary>As somebody sees them who may not know of every pool: the others are left out.</summary>
    /// <param name="sees">True for a pool of which the reader may know.</param>
    public DegradeRules SeenBy(Func<string, bool> sees) => this with
    {
        Steps = [.. Steps.Select(s => s is MorePools more ? more with { Pools = [.. more.Pools.Where(sees)] } : s).Where(s => s is not MorePools { Pools.Count: 0 })],
    };

    /// <inheritdoc/>
    public bool Equals(DegradeRules? other) => other is not null && Steps.SequenceEqual(other.Steps);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Steps.Count, Steps.Count == 0 ? null : Steps[0]);
}
