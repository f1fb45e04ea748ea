using System.Text.Json;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Prices;

/// <summary>A file of prices in our own layout or in LiteLLM's, told apart by what stands in it.</summary>
/// <param name="Skus">What it prices.</param>
/// <param name="Skipped">What it could not price.</param>
internal sealed record PriceImport(IReadOnlyList<Sku> Skus, IReadOnlyList<SkippedPrice> Skipped)
{
    /// <summary>Reads a file.</summary>
    /// <param name="json">Its bytes.</param>
    /// <param name="configuration">The kinds that there are.</param>
    public static Result<PriceImport> Read(byte[] json, Configuration configuration)
    {
        if (IsOurs(json))
        {
            Result<PricesBody> body = Body.Parse(json, ApiJson.Default.PricesBody);
            Result<IReadOnlyList<Sku>> skus = body.Problem is { } wrong ? wrong : body.Value!.ToSkus();
            return skus.Problem is { } problem ? problem : new PriceImport(skus.Value!, []);
        }

        try
        {
            (IReadOnlyList<Sku> priced, IReadOnlyList<SkippedPrice> skipped) = LiteLlmPrices.Read(json);
            return Usable(priced, skipped, configuration);
        }
        catch (JsonException malformed)
        {
            return Problem.Field("malformed-json", 400, "$", $"is no price table: {malformed.Message}");
        }
    }

    // A table of others holds what it holds: what would be refused of it is named, and the rest is taken.
    private static PriceImport Usable(IReadOnlyList<Sku> priced, IReadOnlyList<SkippedPrice> skipped, Configuration configuration)
    {
        List<SkippedPrice> left = [.. skipped];
        List<Sku> usable = [];
        HashSet<SkuKey> seen = [];
        foreach (Sku sku in priced)
        {
            string? reason = configuration.Kind(sku.Resource) is not { } kind ? $"there is no kind '{sku.Resource}'"
                : !SkuPrice.TryCreate(sku, kind.Behaviour == ResourceBehaviour.Held, out _, out _, out string? fault) ? $"its price {fault}"
                : !seen.Add(sku.Key) ? "it stands there twice"
                : null;
            if (reason is null)
            {
                usable.Add(sku);
            }
            else
            {
                left.Add(new SkippedPrice(sku.Name, reason));
            }
        }

        return new PriceImport(usable, left);
    }

    // Ours is {"items": [...]}; in LiteLLM's each member is a model, which is an object.
    private static bool IsOurs(byte[] json)
    {
        try
        {
            Utf8JsonReader reader = new(json);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("items")
                && reader.Read() && reader.TokenType == JsonTokenType.StartArray;
        }
        catch (JsonException)
        {
            return true;
        }
    }
}
