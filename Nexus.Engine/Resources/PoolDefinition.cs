using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling.Strategies;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Engine.Resources;

/// <summary>How a pool's capacity is bought.</summary>
public enum PurchaseOption
{
    /// <summary>By the hour, kept as long as wanted.</summary>
    OnDemand,

    /// <summary>Committed to in advance.</summary>
    Reserved,

    /// <summary>Cheaper, and taken away at short notice.</summary>
    Spot,
}

/// <summary>What a pool supplies of one kind: a capacity (Held), a bucket (Metered) or a ceiling (Limit).</summary>
/// <param name="Kind">The kind's name.</param>
/// <param name="Amount">Held: the capacity. Limit: the ceiling of one request. Metered: the burst, what the bucket holds when full.</param>
/// <param name="Rate">Metered: what flows in per <paramref name="Per"/>; else zero.</param>
/// <param name="Per">Metered: the time in which <paramref name="Rate"/> flows in, 1 ms – 366 days; else zero.</param>
public sealed record Supply(string Kind, Quantity Amount, Quantity Rate = default, TimeSpan Per = default);

/// <summary>A pool as an operator configured it.</summary>
/// <param name="Name">1–128 of <c>A-Z a-z 0-9 . _ -</c>; unique.</param>
/// <param name="Supplies">What it supplies, ordered by kind, each kind once.</param>
/// <param name="Labels">What tells its flavour apart; <c>poolLabels</c> of a request selects by them.</param>
/// <param name="PurchaseOption">How it is bought.</param>
/// <param name="Allow">Who may use it: owner paths; null: everybody.</param>
/// <param name="Strategy">Who goes first where work waits: one of <see cref="KnownStrategies.All"/>.</param>
public sealed record PoolDefinition(
    string Name,
    IReadOnlyList<Supply> Supplies,
    Labels Labels,
    PurchaseOption PurchaseOption,
    IReadOnlyList<OwnerPath>? Allow,
    string Strategy = "priority")
{
    /// <summary>The time that a request must wait to be placed as if its class were worth one point more, 1 ms – 366 days.</summary>
    public TimeSpan AgingInterval { get; init; } = DefaultAgingInterval;

    /// <summary>How long the first that waits does so before what frees is kept for it, where no end is known; 0 – 366 days.</summary>
    public TimeSpan KeepAfter { get; init; } = DefaultKeepAfter;

    /// <summary>How grants are taken back.</summary>
    public PreemptionSettings Preemption { get; init; } = PreemptionSettings.Default;

    /// <summary>How far ahead starts are planned.</summary>
    public Backfill Backfill { get; init; }

    /// <summary>What its units cost where the price book has no price for them, ordered by kind, each kind once.</summary>
    public IReadOnlyList<PoolPrice> Prices { get; init; } = [];

    /// <summary>The time in which past use counts half in fair shares, 1 min – 366 days.</summary>
    public TimeSpan HalfLife { get; init; } = DefaultHalfLife;

    /// <summary>When it counts as failing by the outcomes of its grants; null: they do not count.</summary>
    public HealthSettings? Health { get; init; }

    /// <summary>What it is to serve well; null: <see cref="Scheduling.Strategies.Adaptive.Objective.Default"/>. It decides where the strategy is <c>adaptive</c>.</summary>
    public Objective? Objective { get; init; }

    /// <summary>How readily it changes its strategy where that is <c>adaptive</c>; null: <see cref="AdaptiveSettings.Default"/>.</summary>
    public AdaptiveSettings? Adaptive { get; init; }

    /// <summary>True where it chooses its strategy by itself.</summary>
    public bool IsAdaptive => Strategy == AdaptiveStrategy.Name;

    /// <summary>The strategy that it follows now: its own, or the one that it chose. That is no part of what an operator configures, nor of what makes two definitions equal.</summary>
    public string Follows => FollowsAfter(null);

    /// <summary>Where it is adaptive, the strategy that it chose; the engine's to set.</summary>
    internal string? Chosen { get; init; }

    /// <summary>Ten seconds.</summary>
    public static TimeSpan DefaultAgingInterval { get; } = TimeSpan.FromSeconds(10);

    /// <summary>One minute.</summary>
    public static TimeSpan DefaultKeepAfter { get; } = TimeSpan.FromSeconds(60);

    /// <summary>One day.</summary>
    public static TimeSpan DefaultHalfLife { get; } = TimeSpan.FromDays(1);

    /// <summary>True when it says nothing but what every pool could say from the beginning.</summary>
    internal bool IsPlain => AgingInterval == DefaultAgingInterval && KeepAfter == DefaultKeepAfter && Preemption == PreemptionSettings.Default && Backfill == Backfill.Conservative && HalfLife == DefaultHalfLife && Prices.Count == 0 && Health is null && Objective is null && Adaptive is null && Chosen is null;

    /// <summary>What it supplies of a kind, or null.</summary>
    public Supply? Of(string kind)
    {
        foreach (Supply supply in Supplies)
        {
            if (string.Equals(supply.Kind, kind, StringComparison.Ordinal))
            {
                return supply;
            }
        }

        return null;
    }

    /// <summary>The strategy that it follows once it is set in the place of another: a pool that begins to choose by itself, or goes on with it, goes on with the strategy that it has.</summary>
    internal string FollowsAfter(PoolDefinition? before) => !IsAdaptive ? Strategy : Chosen ?? before?.Follows ?? KnownStrategies.Default;

    /// <summary>True when it orders those who wait as another that is set in its place will, whoever they are.</summary>
    internal bool OrdersAs(PoolDefinition other) =>
        other.FollowsAfter(this) == Follows && AgingInterval == other.AgingInterval && (Follows != FairShareStrategy.Name || HalfLife == other.HalfLife);

    /// <summary>True when an owner may use it.</summary>
    public bool Allows(OwnerPath owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return Allow is null || Allow.Any(owner.IsWithin);
    }

    /// <inheritdoc/>
    public bool Equals(PoolDefinition? other) =>
        other is not null && Name == other.Name && Supplies.SequenceEqual(other.Supplies) && Labels.Equals(other.Labels)
        && PurchaseOption == other.PurchaseOption && Strategy == other.Strategy
        && AgingInterval == other.AgingInterval && KeepAfter == other.KeepAfter && Preemption == other.Preemption && Backfill == other.Backfill && HalfLife == other.HalfLife && Prices.SequenceEqual(other.Prices) && Health == other.Health && Objective == other.Objective && Equals(Adaptive, other.Adaptive)
        && (Allow is null ? other.Allow is null : other.Allow is not null && Allow.SequenceEqual(other.Allow));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Supplies.Count, Labels, PurchaseOption, Strategy);
}
