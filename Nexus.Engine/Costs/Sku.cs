using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs;

/// <summary>Something that has a price: a kind, and what narrows it. What is null is not asked about.</summary>
/// <param name="Name">The name of the SKU. Several prices of one name differ in the time from which they hold.</param>
/// <param name="Resource">The kind that it prices.</param>
public sealed record Sku(string Name, string Resource)
{
    /// <summary>By what a book tells it from others: of one name and time there is one.</summary>
    public SkuKey Key => new(Name, EffectiveFrom);

    /// <summary>Only what comes from this pool.</summary>
    public string? Pool { get; init; }

    /// <summary>Only what this provider serves.</summary>
    public string? Provider { get; init; }

    /// <summary>Only what this model uses.</summary>
    public string? Model { get; init; }

    /// <summary>Only what goes through this lane: <c>standard</c> or <c>batch</c>.</summary>
    public string? Lane { get; init; }

    /// <summary>Only where the prompt is larger than so many tokens.</summary>
    public long? AbovePromptTokens { get; init; }

    /// <summary>An expression that works out what a line costs; null where it has a price or tiers. See <see cref="Formulas.Formula"/>.</summary>
    public string? Formula { get; init; }

    /// <summary>The price of a unit, of a Held kind of a unit for an hour; null where it has tiers or a formula.</summary>
    public Money? UnitPrice { get; init; }

    /// <summary>Prices that follow the amount, the smallest amounts first; empty where it has one price or a formula.</summary>
    public IReadOnlyList<PriceTier> Tiers { get; init; } = [];

    /// <summary>How the tiers are read.</summary>
    public TierMode TierMode { get; init; }

    /// <summary>Over what the amount is counted that decides the tier.</summary>
    public TierPeriod TierPeriod { get; init; }

    /// <summary>The least that a line costs that has any amount; null: nothing.</summary>
    public Money? Minimum { get; init; }

    /// <summary>The moment from which the price holds; null: for all time before the first dated price of the name.</summary>
    public Instant? EffectiveFrom { get; init; }

    /// <inheritdoc/>
    public bool Equals(Sku? other) => other is not null
        && (Name, Resource, Pool, Provider, Model, Formula) == (other.Name, other.Resource, other.Pool, other.Provider, other.Model, other.Formula)
        && (Lane, AbovePromptTokens, UnitPrice, TierMode, TierPeriod, Minimum, EffectiveFrom) == (other.Lane, other.AbovePromptTokens, other.UnitPrice, other.TierMode, other.TierPeriod, other.Minimum, other.EffectiveFrom)
        && Tiers.SequenceEqual(other.Tiers);

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode();
}

/// <summary>By what a price book tells SKUs apart.</summary>
/// <param name="Name">The name.</param>
/// <param name="EffectiveFrom">The time from which the price holds; null: the first.</param>
public readonly record struct SkuKey(string Name, Instant? EffectiveFrom);

/// <summary>A price for amounts up to a bound.</summary>
/// <param name="UpTo">The largest amount of the tier, in units (Held: unit-hours); null: without bound, in the last.</param>
/// <param name="UnitPrice">The price of a unit in it.</param>
public sealed record PriceTier(Quantity? UpTo, Money UnitPrice);

/// <summary>How tiers are read.</summary>
public enum TierMode
{
    /// <summary>Each unit at the price of the tier in which it lies.</summary>
    Graduated = 0,

    /// <summary>All units at the price of the tier that the amount reaches.</summary>
    Volume = 1,
}

/// <summary>Over what the amount is counted that decides a tier.</summary>
public enum TierPeriod
{
    /// <summary>Each line for itself.</summary>
    Line = 0,

    /// <summary>All lines of a calendar month, in the order of the ledger.</summary>
    Month = 1,
}
