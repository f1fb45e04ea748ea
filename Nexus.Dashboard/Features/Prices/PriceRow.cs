using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Prices;

/// <summary>An SKU as the page shows it, with all prices that it had, has and will have.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Holds">The price that holds now; the first to come where none does yet.</param>
/// <param name="All">All of them, the oldest first.</param>
public sealed record PriceRow(string Name, SkuPrice Holds, IReadOnlyList<SkuPrice> All)
{
    /// <summary>What was used by it in the range, in the kind's unit, of what is held in unit-hours; null where nothing was.</summary>
    public CostSum? Used { get; init; }

    /// <summary>The pool that states it itself; null for a price of the book.</summary>
    public string? OfPool { get; init; }

    /// <summary>Who set it last, and when; null where that is no longer known.</summary>
    public PriceSource? Source { get; init; }

    /// <summary>The words that a search finds it by.</summary>
    public string Words => string.Join(' ', [Name, Holds.Sku.Resource, .. PriceText.Narrows(Holds.Sku)]);
}

/// <summary>Who set a price.</summary>
/// <param name="Who">The person's name or the key's id.</param>
/// <param name="Door">By which door.</param>
/// <param name="At">When.</param>
public sealed record PriceSource(string Who, string Door, DateTimeOffset At);

/// <summary>Use of the range that has no price.</summary>
/// <param name="Resource">The kind.</param>
/// <param name="Pool">Where it came from.</param>
/// <param name="Provider">Who served it.</param>
/// <param name="Model">Which model used it.</param>
/// <param name="Sum">How much it is.</param>
public sealed record UnpricedUse(string Resource, string? Pool, string? Provider, string? Model, CostSum Sum)
{
    /// <summary>What it is, in words.</summary>
    public string Text => Resource + (Model is not null ? $" of {Model}" : Pool is not null ? $" in {Pool}" : "");
}
