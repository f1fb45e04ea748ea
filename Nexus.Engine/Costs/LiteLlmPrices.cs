using System.Globalization;
using System.Text.Json;

namespace Nexus.Engine.Costs;

/// <summary>What an import could not price.</summary>
/// <param name="Name">The model, and the field where only that is not understood.</param>
/// <param name="Reason">Why not, for a person.</param>
public sealed record SkippedPrice(string Name, string Reason);

/// <summary>Reads the layout of LiteLLM's price table: the key is the model, <c>litellm_provider</c> the provider, prices are numbers for a token.</summary>
/// <remarks>Numbers are read as decimal text, never as doubles. Every field that is a price and not understood is reported, so that nothing is dropped in silence.</remarks>
public static class LiteLlmPrices
{
    private const string Batches = "_batches";
    private const string Above = "_above_";
    private const string Thousands = "k_tokens";

    private static readonly Dictionary<string, string> Resources = new(StringComparer.Ordinal)
    {
        ["input_cost_per_token"] = "tokens.input",
        ["output_cost_per_token"] = "tokens.output",
        ["cache_read_input_token_cost"] = "tokens.input.cached",
        ["cache_creation_input_token_cost"] = "tokens.input.cacheWrite",
        ["output_cost_per_reasoning_token"] = "tokens.output.reasoning",
    };

    /// <summary>Reads a table.</summary>
    /// <param name="json">The file.</param>
    /// <returns>The SKUs, named <c>provider/model/kind</c> with the lane and the prompt size where they are about one, and what could not be priced.</returns>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static (IReadOnlyList<Sku> Skus, IReadOnlyList<SkippedPrice> Skipped) Read(ReadOnlyMemory<byte> json)
    {
        using JsonDocument table = JsonDocument.Parse(json);
        if (table.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("a price table is an object of models");
        }

        List<Sku> skus = [];
        List<SkippedPrice> skipped = [];
        foreach (JsonProperty model in table.RootElement.EnumerateObject())
        {
            int before = skus.Count + skipped.Count;
            if (model.Value.ValueKind == JsonValueKind.Object)
            {
                Read(model.Name, model.Value, skus, skipped);
            }

            if (skus.Count + skipped.Count == before)
            {
                skipped.Add(new SkippedPrice(model.Name, "it has no price"));
            }
        }

        return (skus, skipped);
    }

    private static void Read(string model, JsonElement fields, List<Sku> skus, List<SkippedPrice> skipped)
    {
        string? provider = Text(fields, "litellm_provider");
        bool embeds = Text(fields, "mode") == "embedding";
        foreach (JsonProperty field in fields.EnumerateObject().Where(f => f.Name.Contains("cost", StringComparison.Ordinal)))
        {
            if (SkuOf(field.Name, model, provider, embeds) is not { } sku)
            {
                skipped.Add(new SkippedPrice($"{model}: {field.Name}", "it is not a price for tokens of a kind that is known"));
            }
            else if (field.Value.ValueKind != JsonValueKind.Number)
            {
                skipped.Add(new SkippedPrice($"{model}: {field.Name}", "it is not a number"));
            }
            else if (!Money.TryParse(DecimalText.Plain(field.Value.GetRawText()), out Money price, out string? reason))
            {
                skipped.Add(new SkippedPrice($"{model}: {field.Name}", $"it {reason}"));
            }
            else if (!(embeds && sku.Resource == "tokens.output"))
            {
                skus.Add(sku with { UnitPrice = price });
            }
        }
    }

    // input_cost_per_token, then where it holds: _above_200k_tokens, _batches.
    private static Sku? SkuOf(string field, string model, string? provider, bool embeds)
    {
        string name = field;
        string? lane = null;
        long? above = null;
        if (name.EndsWith(Batches, StringComparison.Ordinal))
        {
            (name, lane) = (name[..^Batches.Length], "batch");
        }

        int at = name.IndexOf(Above, StringComparison.Ordinal);
        if (at >= 0)
        {
            string size = name[(at + Above.Length)..];
            if (!size.EndsWith(Thousands, StringComparison.Ordinal) || !long.TryParse(size[..^Thousands.Length], NumberStyles.None, CultureInfo.InvariantCulture, out long thousands))
            {
                return null;
            }

            (name, above) = (name[..at], thousands * 1_000);
        }

        if (!Resources.TryGetValue(name, out string? resource))
        {
            return null;
        }

        resource = embeds && resource == "tokens.input" ? "tokens.embedding" : resource;
        string sku = string.Create(CultureInfo.InvariantCulture, $"{provider ?? "any"}/{model}/{resource}{(lane is null ? "" : $":{lane}")}{(above is null ? "" : $">{above}")}");
        return new Sku(sku, resource) { Provider = provider, Model = model, Lane = lane, AbovePromptTokens = above };
    }

    private static string? Text(JsonElement fields, string name) => fields.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
