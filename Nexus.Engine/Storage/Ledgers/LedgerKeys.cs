using Microsoft.Data.Sqlite;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Storage.Ledgers;

/// <summary>Reads the keys of the ledger.</summary>
internal static class LedgerKeys
{
    /// <summary>Those with numbers above one, with their numbers.</summary>
    public static IEnumerable<(long Number, LedgerKey Key)> Read(SqliteConnection connection, long above = 0)
    {
        using RawStatement rows = new(connection, "SELECT key, kind, owner, resource, pool, provider, model, lane, sku, labels FROM ledger_keys WHERE key > ? ORDER BY key");
        rows.Bind(1, above);
        while (rows.Next())
        {
            yield return (rows.Number(0), new LedgerKey(
                (LineKind)rows.Number(1), OwnerPath.Parse(rows.Text(2)!), rows.Text(3)!, rows.Text(4), rows.Text(5), rows.Text(6), rows.Text(7), rows.Text(8), LabelText.Read(rows.Text(9))));
        }
    }
}
