using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>What the page of costs shows.</summary>
/// <param name="Asked">What was asked for.</param>
/// <param name="Currency">The currency of all amounts.</param>
/// <param name="ReadAt">When it was read.</param>
/// <param name="Total">All together; its parts are the groups.</param>
/// <param name="Steps">When the steps of the chart begin.</param>
public sealed record CostsView(CostsAsked Asked, string Currency, Instant ReadAt, CostRow Total, IReadOnlyList<Instant> Steps)
{
    /// <summary>When the range ends really: now, where it reaches into the future.</summary>
    public required Instant Until { get; init; }

    /// <summary>The range that it is compared with; null: with none.</summary>
    public (Instant From, Instant To)? Before { get; init; }

    /// <summary>What each step of that range cost in all; empty where nothing is compared.</summary>
    public IReadOnlyList<Money> BeforeSteps { get; init; } = [];

    /// <summary>What was idle; null where that is not known or not for the caller to know.</summary>
    public IdleView? Idle { get; init; }

    /// <summary>Why there is nothing to say about idle capacity; null where there is.</summary>
    public string? WhyNoIdle { get; init; }

    /// <summary>Whose costs are everybody's, where they are shared.</summary>
    public IReadOnlyList<string> SharedOwners { get; init; } = [];

    /// <summary>What has no price, the most lines first.</summary>
    public IReadOnlyList<Unpriced> Unpriced { get; init; } = [];

    /// <summary>What made the change, the largest first; they and <see cref="OtherChanges"/> add up to it.</summary>
    public IReadOnlyList<CostChange> Changes { get; init; } = [];

    /// <summary>All other changes together; null where there are none.</summary>
    public CostChange? OtherChanges { get; init; }

    /// <summary>How many those are.</summary>
    public int OtherCount { get; init; }

    /// <summary>How many lines of the ledger count.</summary>
    public long Lines { get; init; }

    /// <summary>When the ledger's first line begins; null while it has none that the caller may see.</summary>
    public Instant? LedgerStart { get; init; }

    /// <summary>True where lines were read one by one.</summary>
    public bool Scanned { get; init; }

    /// <summary>Every row, the groups within groups too, in the order of the table.</summary>
    public IEnumerable<CostRow> AllRows => Total.Rows.SelectMany(r => (CostRow[])[r, .. r.Rows]);
}

/// <summary>A row of costs: a group, or a group within one.</summary>
/// <param name="Key">By what the address names it: its filters.</param>
/// <param name="Name">Its name.</param>
/// <param name="Filters">What passes that belongs to it.</param>
public sealed record CostRow(string Key, string Name, IReadOnlyList<CostFilter> Filters)
{
    /// <summary>What the ledger says it cost.</summary>
    public Money Direct { get; init; }

    /// <summary>What it bears of idle capacity.</summary>
    public Money Idle { get; init; }

    /// <summary>What it bears of what is everybody's; below zero what all others bear of its own.</summary>
    public Money Overhead { get; init; }

    /// <summary>All three.</summary>
    public Money Cost => Direct + Idle + Overhead;

    /// <summary>What it cost in the range that is compared, its share of what was idle then included where that is known; null where nothing is compared.</summary>
    public Money? Before { get; init; }

    /// <summary>True where what was idle before is not known: then direct costs are compared.</summary>
    public bool ComparesDirect { get; init; }

    /// <summary>How much more it costs than it did; null where nothing is compared.</summary>
    public Money? Change => Before is { } before ? (ComparesDirect ? Direct : Cost) - before : null;

    /// <summary>Its direct cost by steps.</summary>
    public IReadOnlyList<Money> Trend { get; init; } = [];

    /// <summary>The groups within it.</summary>
    public IReadOnlyList<CostRow> Rows { get; init; } = [];

    /// <summary>By what it can be divided; null where that was not counted.</summary>
    public UnitCounts? Counts { get; init; }

    /// <summary>What it consists of, the dearest first.</summary>
    public IReadOnlyList<CostItem> Items { get; init; } = [];

    /// <summary>True for what was idle and nobody bears.</summary>
    public bool IsIdle { get; init; }

    /// <summary>True for all the groups together that are too many to be shown.</summary>
    public bool IsRest { get; init; }

    /// <summary>True for a group that can be looked at by itself.</summary>
    public bool IsGroup => Filters.Count > 0;

    /// <summary>By how much it changed, as a share of what it was; null where it was nothing.</summary>
    public double? Growth => Before is { } before && before > Money.Zero ? (double)CostText.Units(Change!.Value) / (double)CostText.Units(before) : null;
}

/// <summary>What was used by one SKU.</summary>
/// <param name="Sku">The SKU; null: it has no price.</param>
/// <param name="Resource">The kind.</param>
/// <param name="Where">Where it came from: the pool, the model; empty where neither was stated.</param>
/// <param name="Kind">What the lines are: <c>usage</c>, <c>adjustment</c> …</param>
/// <param name="Sum">What they add up to.</param>
public sealed record CostItem(string? Sku, string Resource, string Where, string Kind, CostSum Sum);

/// <summary>Idle capacity of the range.</summary>
/// <param name="Total">What it cost.</param>
/// <param name="Steps">The same by the steps of the chart.</param>
/// <param name="Before">What it cost in the range that is compared; null where nothing is or it is not known.</param>
/// <param name="KnownSince">Since when capacity is known, where the range begins before; else null.</param>
/// <param name="Unpriced">What was there and has no price by the unit-hour.</param>
public sealed record IdleView(Money Total, IReadOnlyList<Money> Steps, Money? Before, Instant? KnownSince, IReadOnlyList<string> Unpriced);

/// <summary>What was used and has no price.</summary>
/// <param name="What">Where it came from and the kind.</param>
/// <param name="Quantity">How much.</param>
/// <param name="Unit">Of what.</param>
/// <param name="Since">The first step in which it was used.</param>
/// <param name="Lines">How many lines that are.</param>
public sealed record Unpriced(string What, PricingQuantity Quantity, string Unit, Instant Since, long Lines);

/// <summary>Some lines of the ledger.</summary>
/// <param name="Rows">The lines.</param>
/// <param name="Next">Where to go on; null at the end.</param>
/// <param name="Problem">Why there are none; null where there are.</param>
public sealed record RecordPage(IReadOnlyList<LedgerRow> Rows, (long Start, long Place)? Next, string? Problem = null);
