using System.Text.Json;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Prices;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>What a variant changes of the price book.</summary>
/// <param name="Change">The change.</param>
/// <param name="Version">Of the book as it is.</param>
/// <param name="Fields">What differs.</param>
internal sealed record BookChange(PriceChange Change, long Version, IReadOnlyList<FieldChange> Fields)
{
    /// <summary>What makes of a book another; null where nothing differs.</summary>
    public static BookChange? Of(PriceChange? change, long version) => change is null or { IsEmpty: true } ? null
        : new BookChange(change, version, [.. change.Before.Concat(change.Set).DistinctBy(s => s.Key).SelectMany(sku => FieldsOf(sku, change))]);

    private static IEnumerable<FieldChange> FieldsOf(Sku sku, PriceChange change) =>
        JsonDiff.Of(Written(change.Before.FirstOrDefault(s => s.Key == sku.Key)), Written(change.Set.FirstOrDefault(s => s.Key == sku.Key))).Select(f => f with { Field = $"{sku.Name} {f.Field}" });

    private static System.Text.Json.Nodes.JsonNode? Written(Sku? sku) => sku is null ? null : JsonSerializer.SerializeToNode(PriceItem.Of(sku), ApiJson.Default.PriceItem);
}
