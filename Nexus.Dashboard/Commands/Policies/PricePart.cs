using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Commands.Access;
using Nexus.Dashboard.Features.Prices;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>The price book: prices of SKUs, replaced as a whole. Its file is as <c>GET /prices</c> answers, since several prices of one SKU may differ in their time.</summary>
internal sealed class PricePart() : PolicyPart(PolicyFiles.Prices, "price", "prices")
{
    private const string Items = "items";

    private static readonly Actor Author = new(ActorKind.Local, "policy", "cli");

    /// <inheritdoc/>
    public override async Task<PolicyPartContent> ReadAsync(SystemConnection system, string currency, CancellationToken cancellation)
    {
        JsonObject answer = (await system.SendAsync(HttpMethod.Get, Path, null, PolicyJson.Default.JsonObject, cancellation)).OrFail();
        long version = (long)answer["version"]!;
        answer.Remove("version");
        PricesBody book = Read(answer, (JsonTypeInfo<PricesBody>)PolicyJson.Lenient.GetTypeInfo(typeof(PricesBody))!);
        return Of(Known(book.ToSkus(), "the book")) with { Version = version };
    }

    /// <inheritdoc/>
    public override PolicyPartContent ReadFile(string path, string currency, Action<string> note) => Of(PolicyFiles.ReadPrices(path, note));

    /// <summary>The same of prices that are known.</summary>
    public PolicyPartContent Of(IEnumerable<Sku> prices) => new(
        this, [.. prices.OrderBy(sku => sku.Name, StringComparer.Ordinal).ThenBy(sku => sku.EffectiveFrom?.Milliseconds ?? long.MinValue).Select(Item)]);

    /// <inheritdoc/>
    public override JsonObject Write(IReadOnlyList<PolicyItem> items) => new() { [Items] = new JsonArray([.. items.Select(item => item.Body.DeepClone())]) };

    private static PolicyItem Item(Sku sku) => new(
        sku.EffectiveFrom is { } from ? string.Create(CultureInfo.InvariantCulture, $"{sku.Name} from {from.ToDateTimeOffset():yyyy-MM-ddTHH:mm:ss.FFFK}") : sku.Name,
        JsonSerializer.SerializeToNode(PriceItem.Of(sku), ApiJson.Default.PriceItem)!.AsObject(),
        new SetPrices([sku], Replaces: false) { Actor = Author },
        new SetPrices([], Replaces: false) { Actor = Author, Removes = [sku.Key] });
}
