using System.Data;
using DuckDB.NET.Data;
using Nexus.Engine.Costs;

namespace Nexus.Bench.Ledgers;

/// <summary>The same lines as raw records in Parquet files, and DuckDB that adds them up: what somebody has who keeps what was used and asks it with the fastest there is.</summary>
/// <remarks>Costs are DECIMAL(18,12), which DuckDB adds up in 64 bits: as fast as exact amounts can be there.</remarks>
internal sealed class RawRecords : IDisposable
{
    private const int RowsAFile = 1_000_000;

    private readonly string _folder;
    private readonly DuckDBConnection _connection = new("Data Source=:memory:");
    private DuckDBAppender? _appender;
    private int _rows;
    private int _files;

    public RawRecords(string folder)
    {
        _folder = Directory.CreateDirectory(Path.Combine(folder, "raw")).FullName;
        _connection.Open();
        Run("CREATE TABLE raw (used TIMESTAMP, tenant VARCHAR, member VARCHAR, workflow VARCHAR, agent VARCHAR, resource VARCHAR, model VARCHAR, amount BIGINT, sku VARCHAR, price DECIMAL(18,12), cost DECIMAL(18,12))");
    }

    /// <summary>What the files take on disk.</summary>
    public long Bytes => new DirectoryInfo(_folder).EnumerateFiles().Sum(f => f.Length);

    /// <summary>Adds a line.</summary>
    public void Add(LedgerEntry entry)
    {
        _appender ??= _connection.CreateAppender("raw");
        (CostLine line, IReadOnlyList<string> owner) = (entry.Line, entry.Owner.Segments);
        _appender.CreateRow().AppendValue(line.From.ToDateTimeOffset().UtcDateTime).AppendValue(owner[0]).AppendValue(owner[1]).AppendValue(owner[2]).AppendValue(owner[3]).AppendValue(line.Resource).AppendValue(line.Model)
            .AppendValue(line.Thousandths).AppendValue(line.Sku).AppendValue(Decimal(line.UnitPrice)).AppendValue(Decimal(line.Cost)).EndRow();
        if (++_rows == RowsAFile)
        {
            Close();
        }
    }

    /// <summary>Writes what is left.</summary>
    public void Close()
    {
        if (_rows == 0)
        {
            return;
        }

        _appender!.Dispose();
        _appender = null;
        Run($"COPY raw TO '{_folder}/part-{_files++:000}.parquet' (FORMAT parquet); DELETE FROM raw");
        _rows = 0;
    }

    /// <summary>The costs of a range by tenant and model.</summary>
    public Dictionary<(string Tenant, string Model), decimal> Report(DateTime from, DateTime to)
    {
        using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = $"SELECT tenant, model, sum(cost) FROM '{_folder}/*.parquet' WHERE used >= $since AND used < $until GROUP BY tenant, model";
        command.Parameters.Add(new DuckDBParameter("since", from));
        command.Parameters.Add(new DuckDBParameter("until", to));
        using IDataReader rows = command.ExecuteReader();
        Dictionary<(string, string), decimal> costs = [];
        while (rows.Read())
        {
            costs[(rows.GetString(0), rows.GetString(1))] = rows.GetDecimal(2);
        }

        return costs;
    }

    public void Dispose()
    {
        _appender?.Dispose();
        _connection.Dispose();
    }

    private static decimal Decimal(Money money) => (decimal)money.Picos / 1_000_000_000_000m;

    private void Run(string sql)
    {
        using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
