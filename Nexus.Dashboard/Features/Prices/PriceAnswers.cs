using Nexus.Dashboard.Api;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Prices;

/// <summary>All prices of a book.</summary>
internal sealed record PricesBody
{
    /// <summary>The prices.</summary>
    public required List<PriceItem> Items { get; init; }

    /// <summary>Checks what is written.</summary>
    public Result<IReadOnlyList<Sku>> ToSkus()
    {
        Faults faults = new();
        List<Sku> skus = [];
        for (int i = 0; i < Items.Count; i++)
        {
            if (Items[i] is null)
            {
                faults.Add($"$.items[{i}]", "must be a price");
                continue;
            }

            skus.Add(Items[i].ToSku($"$.items[{i}]", faults));
        }

        return faults.Problem is { } problem ? problem : new Result<IReadOnlyList<Sku>>(skus);
    }
}

/// <summary>The price book.</summary>
/// <param name="Items">Its prices, by name and time.</param>
/// <param name="Version">The version of the whole, for <c>If-Match</c>.</param>
internal sealed record PricesAnswer(IReadOnlyList<PriceItem> Items, long Version);

/// <summary>What an import comes to.</summary>
/// <param name="Added">SKUs that were not there.</param>
/// <param name="Changed">SKUs that had another price.</param>
/// <param name="Unchanged">SKUs that were there as they are.</param>
/// <param name="Skipped">What could not be priced, with the reason.</param>
/// <param name="Version">The version of the book.</param>
internal sealed record PriceImportAnswer(
    IReadOnlyList<PriceItem> Added, IReadOnlyList<PriceChangeItem> Changed, int Unchanged, IReadOnlyList<PriceSkippedItem> Skipped, long Version)
{
    public static PriceImportAnswer Of(PriceChange change, int given, IEnumerable<SkippedPrice> skipped, long version) => new(
        [.. change.Added.Select(PriceItem.Of)],
        [.. change.Changed.Select(c => new PriceChangeItem(PriceItem.Of(c.Before), PriceItem.Of(c.After)))],
        given - change.Set.Count,
        [.. skipped.Select(s => new PriceSkippedItem(s.Name, s.Reason))],
        version);
}

/// <summary>A price that changes.</summary>
/// <param name="Before">What it was.</param>
/// <param name="After">What it is.</param>
internal sealed record PriceChangeItem(PriceItem Before, PriceItem After);

/// <summary>What could not be priced.</summary>
/// <param name="Name">Its name, and the field where only that is not understood.</param>
/// <param name="Reason">Why not.</param>
internal sealed record PriceSkippedItem(string Name, string Reason);
