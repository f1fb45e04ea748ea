using System.Text.Json;
using Nexus.Engine.Costs;

namespace Nexus.Engine.Storage;

/// <summary>Prices as JSON, in the shapes of the HTTP API; see <see cref="JsonShapes"/>.</summary>
internal static class PriceShapes
{
    /// <summary>Prices as an object with a member for each, by name and, where it is dated, time.</summary>
    public static void WritePrices(this Utf8JsonWriter json, string name, IReadOnlyList<Sku> skus)
    {
        if (skus.Count == 0)
        {
            return;
        }

        json.WriteStartObject(name);
        foreach (Sku sku in skus)
        {
            json.WriteStartObject(sku.EffectiveFrom is { } dated ? $"{sku.Name} from {dated.ToDateTimeOffset():O}" : sku.Name);
            json.WritePrice(sku);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WritePrice(this Utf8JsonWriter json, Sku sku)
    {
        json.WriteString("sku", sku.Name);
        json.WriteString("resource", sku.Resource);
        json.WriteText("pool", sku.Pool);
        json.WriteText("provider", sku.Provider);
        json.WriteText("model", sku.Model);
        json.WriteText("lane", sku.Lane);
        if (sku.AbovePromptTokens is { } above)
        {
            json.WriteNumber("abovePromptTokens", above);
        }

        json.WriteText("formula", sku.Formula);
        json.WriteText("unitPrice", sku.UnitPrice?.ToString());
        if (sku.Tiers.Count > 0)
        {
            json.WriteStartArray("tiers");
            foreach (PriceTier tier in sku.Tiers)
            {
                json.WriteStartObject();
                json.WriteAmount("upTo", tier.UpTo);
                json.WriteString("unitPrice", tier.UnitPrice.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEnum("tierMode", sku.TierMode);
        }

        json.WriteText("tierPeriod", sku.TierPeriod == TierPeriod.Month ? "month" : null);
        json.WriteText("minimum", sku.Minimum?.ToString());
        if (sku.EffectiveFrom is { } from)
        {
            json.WriteTime("effectiveFrom", from);
        }
    }
}
