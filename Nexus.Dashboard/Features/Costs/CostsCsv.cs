using System.Globalization;
using System.Text.Json;
using Nexus.Dashboard.Api;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Costs;

/// <summary>Lines of the ledger as CSV: a column for each thing that a line says, numbers exact.</summary>
internal static class CostsCsv
{
    private static readonly string[] Head =
    [
        "id", "kind", "start", "end", "owner", "tenant", "user", "workflow", "agent", "resource", "amount", "consumed", "pool", "provider", "model", "lane",
        "sku", "pricingUnit", "pricingQuantity", "unitPrice", "cost", "currency", "request", "leaseId", "record", "labels", "corrects",
    ];

    /// <summary>Writes them as they come.</summary>
    public static async Task WriteAsync(TextWriter to, IEnumerable<LedgerRow> rows, string currency)
    {
        await to.WriteAsync(string.Join(',', Head) + Csv.LineEnd);
        foreach (LedgerRow row in rows)
        {
            await to.WriteAsync(string.Join(',', Cells(row, currency)) + Csv.LineEnd);
        }
    }

    private static IEnumerable<string> Cells(LedgerRow row, string currency)
    {
        (LedgerEntry entry, CostLine line) = (row.Entry, row.Entry.Line);
        IReadOnlyList<string> owner = entry.Owner.Segments;
        bool priced = line.Sku is not null;
        return
        [
            row.Place.ToString(CultureInfo.InvariantCulture), JsonNamingPolicy.CamelCase.ConvertName(line.Kind.ToString()), Time(line.From), Time(line.To),
            Csv.Text(entry.Owner.ToString()), Level(owner, 0), Level(owner, 1), Level(owner, 2), Level(owner, 3), Csv.Text(line.Resource),
            (line.Thousandths / 1000m).ToString(CultureInfo.InvariantCulture), line.Consumed.ToString(), Text(line.Pool), Text(line.Provider), Text(line.Model), Text(line.Lane),
            Text(line.Sku), priced ? CostRecordAnswer.NameOf(line.Unit) : "", priced ? line.Quantity.ToString() : "", priced ? line.UnitPrice.ToString() : "", line.Cost.ToString(), currency,
            Text(entry.Request), entry.Lease is { } lease ? Lease.IdOf(lease) : "", Text(entry.Record),
            Text(entry.Labels.Count == 0 ? null : JsonSerializer.Serialize(entry.Labels.ToDictionary(l => l.Key, l => l.Value, StringComparer.Ordinal), ApiJson.Default.DictionaryStringString)),
            entry.Corrects?.ToString(CultureInfo.InvariantCulture) ?? "",
        ];
    }

    private static string Text(string? text) => text is null ? "" : Csv.Text(text);

    private static string Level(IReadOnlyList<string> owner, int level) => level < owner.Count ? Csv.Text(owner[level]) : "";

    private static string Time(Instant at) => at.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
}
