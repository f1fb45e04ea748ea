using System.Text;
using Nexus.Dashboard.Api;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Costs.Focus;

/// <summary>Lines of the ledger as a FOCUS Cost and Usage dataset in CSV: a charge a line, numbers exact.</summary>
internal static class FocusCsv
{
    /// <summary>Writes them as they come.</summary>
    public static async Task WriteAsync(TextWriter to, IEnumerable<LedgerRow> rows, FocusBook book, FocusVersion version, CancellationToken cancellation)
    {
        IReadOnlyList<FocusColumn> columns = FocusColumn.In(version);
        await to.WriteAsync(string.Join(',', columns.Select(c => c.Name)) + Csv.LineEnd);
        StringBuilder line = new();
        foreach (LedgerRow row in rows)
        {
            FocusCharge charge = new(row, book);
            line.Clear().AppendJoin(',', columns.Select(c => c.Cell(charge))).Append(Csv.LineEnd);
            await to.WriteAsync(line, cancellation);
        }
    }
}
