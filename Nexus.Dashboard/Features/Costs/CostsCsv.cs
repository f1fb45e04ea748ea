using System.Text;
using Nexus.Dashboard.Api;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Costs;

/// <summary>Lines of the ledger as CSV: a column for each thing that a line says, numbers exact.</summary>
internal static class CostsCsv
{
    /// <summary>Writes them as they come.</summary>
    public static async Task WriteAsync(TextWriter to, IEnumerable<LedgerRow> rows, string currency, CancellationToken cancellation)
    {
        await to.WriteAsync(string.Join(',', CostsColumn.All.Select(c => c.Name)) + Csv.LineEnd);
        StringBuilder line = new();
        foreach (LedgerRow row in rows)
        {
            line.Clear().AppendJoin(',', CostsColumn.All.Select(c => c.Csv(row, currency))).Append(Csv.LineEnd);
            await to.WriteAsync(line, cancellation);
        }
    }
}
