using Microsoft.Data.Sqlite;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Engine.Storage;

/// <summary>The one connection that writes, with its prepared statements. Used by one thread at a time; after any exception it is closed and opened anew.</summary>
internal sealed class JournalWriter : IDisposable
{
    /// <summary>The most batches and the most archived requests that one commit trims besides.</summary>
    private const int TrimStep = 8;

    private readonly SqliteConnection _connection;
    private readonly LedgerWriter _ledger;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly RawStatement _insertBatch;
    private readonly SqliteCommand _insertArchived;
    private readonly SqliteCommand _oldestBatches;
    private readonly SqliteCommand _trimBatches;
    private readonly SqliteCommand _keepTrimmed;
    private readonly SqliteCommand _trimArchive;
    private readonly EventBuffer _request = new();

    private JournalWriter(SqliteConnection connection, LedgerOptions ledger)
    {
        _connection = connection;
        _ledger = new LedgerWriter(connection, ledger);
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _insertBatch = new RawStatement(connection, "INSERT INTO batches (first, last, at, total, previous, hash, events) VALUES (?, ?, ?, ?, ?, ?, ?)");
        _insertArchived = Prepare("INSERT OR REPLACE INTO archive (since, tenant, id, lease, request) VALUES ($1, $2, $3, $4, $5)", 5);
        _oldestBatches = Prepare("SELECT last, at, total, hash FROM batches WHERE last <= $1 ORDER BY first LIMIT $2", 2);
        _trimBatches = Prepare("DELETE FROM batches WHERE first <= $1", 1);
        _keepTrimmed = Prepare("UPDATE trimmed SET last = $1, at = $2, total = $3, hash = $4", 4);
        _trimArchive = Prepare(
            "DELETE FROM archive WHERE place <= (SELECT max(place) FROM (SELECT place, since FROM archive ORDER BY place LIMIT $2) WHERE since <= $1)", 2);
    }

    /// <summary>Opens the journal of a folder for writing.</summary>
    public static JournalWriter Open(string folder, JournalOptions options, LedgerOptions ledger)
    {
        SqliteConnection connection = JournalDatabase.OpenWriter(folder, options);
        try
        {
            LedgerWriter.KeepLabels(connection, ledger);
            return new JournalWriter(connection, ledger);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Writes a batch, what it says for the ledger, the requests that left memory with it, and a step of retention, all or nothing.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="end">The end of the chain before it.</param>
    /// <param name="archived">The requests that left memory.</param>
    /// <param name="trim">What retention may take, or null.</param>
    /// <returns>The new end of the chain, and what was trimmed, if anything was to be.</returns>
    public (ChainLink End, Trimming? Trimmed) Commit(JournalBatch batch, ChainLink end, IReadOnlyList<Request> archived, TrimLimit? trim)
    {
        ChainLink next = new(batch.Last, batch.At, end.Total + batch.Events.Length, JournalChain.Next(end.Hash, batch));
        if (archived.Count == 0 && trim is null && batch is { Ledger.Count: 0, Records.Count: 0 })
        {
            InsertBatch(batch, end, next);
            return (next, null);
        }

        _begin.ExecuteNonQuery();
        InsertBatch(batch, end, next);
        _ledger.Write(batch);
        foreach (Request request in archived)
        {
            InsertArchived(request, batch.Last);
        }

        Trimming? trimmed = trim is null ? null : Trim(trim, archived.Count);
        _commit.ExecuteNonQuery();
        return (next, trimmed);
    }

    /// <summary>Takes room for some bytes, makes it durable, and gives it back: fails as a commit would.</summary>
    public void Try(int bytes)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = "INSERT INTO trial (bytes) VALUES (zeroblob($1))";
        command.Parameters.AddWithValue("$1", bytes);
        command.ExecuteNonQuery();
        JournalSchema.Run(_connection, "DELETE FROM trial");
    }

    /// <summary>The pages in use, in bytes.</summary>
    public long UsedBytes() =>
        (JournalSchema.Number(_connection, "PRAGMA page_count") - JournalSchema.Number(_connection, "PRAGMA freelist_count")) * JournalSchema.Number(_connection, "PRAGMA page_size");

    /// <inheritdoc/>
    public void Dispose()
    {
        // An open transaction is rolled back by closing.
        _ledger.Dispose();
        _insertBatch.Dispose();
        foreach (SqliteCommand command in (SqliteCommand[])[_begin, _commit, _insertArchived, _oldestBatches, _trimBatches, _keepTrimmed, _trimArchive])
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private void InsertBatch(JournalBatch batch, ChainLink end, ChainLink next) =>
        _insertBatch.Bind(1, batch.First).Bind(2, batch.Last).Bind(3, batch.At.Milliseconds).Bind(4, next.Total).BindBytes(5, end.Hash).BindBytes(6, next.Hash).BindBytes(7, batch.Events.Span).Run();

    private void InsertArchived(Request request, long since)
    {
        _request.Clear();
        RequestCodec.Write(_request, request);
        Run(_insertArchived, since, request.Key.Tenant, request.Key.Id, request.Lease is { } lease ? lease.Number : DBNull.Value, _request.Written.ToArray());
    }

    private Trimming Trim(TrimLimit limit, int archivedNow)
    {
        ChainLink? taken = null;
        Instant? oldest = null;
        Bind(_oldestBatches, limit.Last, TrimStep);
        using (SqliteDataReader row = _oldestBatches.ExecuteReader())
        {
            while (oldest is null && row.Read())
            {
                ChainLink next = new(row.GetInt64(0), new Instant(row.GetInt64(1)), row.GetInt64(2), row.GetFieldValue<byte[]>(3));
                if (limit.MakeRoom || next.At < limit.Before)
                {
                    taken = next;
                }
                else
                {
                    oldest = next.At;
                }
            }
        }

        if (taken is not null)
        {
            Run(_trimBatches, taken.Last);
            Run(_keepTrimmed, taken.Last, taken.At.Milliseconds, taken.Total, taken.Hash);
        }

        // Twice what came in, so that the archive catches up with the batches wherever it stands.
        Run(_trimArchive, taken?.Last ?? limit.Trimmed, TrimStep + (2 * archivedNow));
        return new(taken?.Last ?? limit.Trimmed, oldest ?? taken?.At);
    }

    private SqliteCommand Prepare(string sql, int parameters = 0)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        for (int i = 1; i <= parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
        }

        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        Bind(command, values);
        command.ExecuteNonQuery();
    }

    private static void Bind(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }
    }
}
