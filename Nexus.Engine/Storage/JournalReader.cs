using Microsoft.Data.Sqlite;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Engine.Storage;

/// <summary>A connection that reads, with its prepared questions. Each question is one short read: none outlives its method, so that the WAL can be used again.</summary>
internal sealed class JournalReader : IDisposable
{
    /// <summary>How many bytes of events one step reads before it pauses.</summary>
    private const int StepBytes = 4 * 1024 * 1024;

    private const int StepBatches = 1024;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);

    private JournalReader(SqliteConnection connection) => (_connection, Ledger) = (connection, new LedgerReader(connection));

    /// <summary>Asks the ledger.</summary>
    public LedgerReader Ledger { get; }

    /// <summary>Opens the journal in a folder, whether or not somebody writes it.</summary>
    public static JournalReader Open(string folder) => new(JournalDatabase.OpenReader(folder));

    /// <summary>What retention took last; the beginning of everything while it took nothing.</summary>
    public ChainLink Trimmed() => Link("SELECT last, at, total, hash FROM trimmed", 0)!;

    /// <summary>The end of the newest batch, or of what was trimmed.</summary>
    public ChainLink End() => Link("SELECT last, at, total, hash FROM batches ORDER BY first DESC LIMIT 1", 0) ?? Trimmed();

    /// <summary>The end of the newest batch that begins at or before a number, or null.</summary>
    public ChainLink? EndOfBatchWith(long sequence) => Link("SELECT last, at, total, hash FROM batches WHERE first <= $1 ORDER BY first DESC LIMIT 1", sequence);

    /// <summary>The place in the chain before the batch that holds the event after a number.</summary>
    public ChainLink Before(long after)
    {
        long first = Number("SELECT first FROM batches WHERE first <= $1 ORDER BY first DESC LIMIT 1", after + 1);
        return Link("SELECT last, at, total, hash FROM batches WHERE first < $1 ORDER BY first DESC LIMIT 1", first) ?? Trimmed();
    }

    /// <summary>Some of the batches that begin after a number, in order; none at the end.</summary>
    public List<ChainedBatch> BatchesAfter(long sequence)
    {
        SqliteCommand command = Prepared("SELECT first, last, at, previous, hash, events FROM batches WHERE first > $1 ORDER BY first LIMIT $2", sequence, StepBatches);
        using SqliteDataReader row = command.ExecuteReader();
        List<ChainedBatch> batches = [];
        for (int bytes = 0; bytes < StepBytes && row.Read();)
        {
            byte[] events = row.GetFieldValue<byte[]>(5);
            bytes += events.Length;
            batches.Add(new(
                new JournalBatch(row.GetInt64(0), row.GetInt64(1), new Instant(row.GetInt64(2)), events), row.GetFieldValue<byte[]>(3), row.GetFieldValue<byte[]>(4)));
        }

        return batches;
    }

    /// <summary>An archived request by its identity.</summary>
    public Request? Archived(RequestKey key) => Requests("SELECT request FROM archive WHERE id = $1 AND tenant = $2", key.Id, key.Tenant).FirstOrDefault();

    /// <summary>An archived request by its lease.</summary>
    public Request? ArchivedByLease(long lease) => Requests("SELECT request FROM archive WHERE lease = $1", lease).FirstOrDefault();

    /// <summary>Archived requests by id, tenants in order.</summary>
    public List<Request> ArchivedById(string id) => Requests("SELECT request FROM archive WHERE id = $1 ORDER BY tenant", id);

    /// <summary>Some of the archive's identities after one, in the index's order; none at the end.</summary>
    public List<RequestKey> ArchivedKeysAfter(RequestKey key, int limit)
    {
        SqliteCommand command = Prepared("SELECT tenant, id FROM archive WHERE (id, tenant) > ($1, $2) ORDER BY id, tenant LIMIT $3", key.Id, key.Tenant, limit);
        using SqliteDataReader row = command.ExecuteReader();
        List<RequestKey> keys = [];
        while (row.Read())
        {
            keys.Add(new(row.GetString(0), row.GetString(1)));
        }

        return keys;
    }

    /// <summary>The highest number of an archived lease; 0 when there is none.</summary>
    public long NewestArchivedLease() => Number("SELECT coalesce(max(lease), 0) FROM archive WHERE lease IS NOT NULL");

    /// <summary>The pages of the file that are in use, in bytes.</summary>
    public long UsedBytes() => (Number("PRAGMA page_count") - Number("PRAGMA freelist_count")) * Number("PRAGMA page_size");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SqliteCommand command in _prepared.Values)
        {
            command.Dispose();
        }

        Ledger.Dispose();
        _connection.Dispose();
    }

    private ChainLink? Link(string sql, long sequence)
    {
        using SqliteDataReader row = (sql.Contains('$', StringComparison.Ordinal) ? Prepared(sql, sequence) : Prepared(sql)).ExecuteReader();
        return row.Read() ? new(row.GetInt64(0), new Instant(row.GetInt64(1)), row.GetInt64(2), row.GetFieldValue<byte[]>(3)) : null;
    }

    private List<Request> Requests(string sql, params object[] values)
    {
        using SqliteDataReader row = Prepared(sql, values).ExecuteReader();
        List<Request> requests = [];
        while (row.Read())
        {
            EventReader bytes = new(row.GetFieldValue<byte[]>(0));
            requests.Add(RequestCodec.Read(ref bytes));
        }

        return requests;
    }

    private long Number(string sql, params object[] values) => Prepared(sql, values).ExecuteScalar() is long number ? number : 0;

    private SqliteCommand Prepared(string sql, params object[] values)
    {
        if (!_prepared.TryGetValue(sql, out SqliteCommand? command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            for (int i = 1; i <= values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            }

            _prepared[sql] = command;
        }

        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        return command;
    }
}
