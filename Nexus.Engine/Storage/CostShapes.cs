using System.Text.Json;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Rerating;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Storage;

/// <summary>Lines of the ledger and reported use as JSON; see <see cref="JsonShapes"/>.</summary>
internal static class CostShapes
{
    /// <summary>The lines that have a price.</summary>
    public static void WriteLines(this Utf8JsonWriter json, IReadOnlyList<CostLine> lines)
    {
        if (lines.All(l => l.Sku is null))
        {
            return;
        }

        json.WriteStartArray("lines");
        foreach (CostLine line in lines.Where(l => l.Sku is not null))
        {
            json.WriteStartObject();
            json.WriteEnum("kind", line.Kind);
            json.WriteString("resource", line.Resource);
            json.WriteTime("from", line.From);
            json.WriteTime("to", line.To);
            json.WriteNumber("amount", line.Thousandths / 1000m);
            json.WriteText("sku", line.Sku);
            json.WriteString("quantity", line.Quantity.ToString());
            json.WriteString("unitPrice", line.UnitPrice.ToString());
            json.WriteString("cost", line.Cost.ToString());
            json.WriteTrue("sharesMinimum", line.SharesMinimum);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>What rating anew corrected.</summary>
    public static void WriteCorrections(this Utf8JsonWriter json, IReadOnlyList<Correction> corrections)
    {
        json.WriteStartArray("corrections");
        foreach (Correction correction in corrections)
        {
            json.WriteStartObject();
            json.WriteNumber("corrects", correction.Place);
            json.WriteString("owner", correction.Owner.ToString());
            json.WriteLabels("labels", correction.Labels);
            json.WriteText("request", correction.Request);
            json.WriteText("leaseId", correction.Lease is { } lease ? Lease.IdOf(lease) : null);
            json.WriteText("record", correction.Record);
            json.WriteLines([.. correction.Entries.Select(e => e.Line)]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Reported use.</summary>
    public static void WriteRecords(this Utf8JsonWriter json, IReadOnlyList<RecordedUsage> records)
    {
        json.WriteStartArray("records");
        foreach ((UsageRecord record, IReadOnlyList<CostLine> lines) in records)
        {
            json.WriteStartObject();
            json.WriteString("id", record.Id);
            json.WriteTime("time", record.At);
            json.WriteString("owner", record.Owner.ToString());
            json.WriteString("resource", record.Resource);
            json.WriteNumber("quantity", record.Quantity.Units);
            json.WriteText("sku", record.Sku);
            json.WriteText("pool", record.Pool);
            json.WriteText("provider", record.Provider);
            json.WriteText("model", record.Model);
            json.WriteText("lane", record.Lane);
            if (record.PromptTokens is { } prompt)
            {
                json.WriteNumber("promptTokens", prompt);
            }

            json.WriteLabels("labels", record.Labels);
            json.WriteText("leaseId", record.Lease is { } lease ? Lease.IdOf(lease) : null);
            json.WriteLines(lines);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
