using Microsoft.Data.Sqlite;

namespace Nexus.Engine.Storage;

/// <summary>How far apart the points of a kept series are.</summary>
public enum SeriesStep
{
    /// <summary>Ten seconds.</summary>
    Raw = 0,

    /// <summary>Five minutes: the mean of the points within.</summary>
    FiveMinutes = 1,

    /// <summary>An hour: the mean of the five minutes within.</summary>
    Hour = 2,
}

/// <summary>What charts show of more than the last hour, in <c>series.db</c> beside the journal.</summary>
/// <remarks>
/// <para>It is not the truth of anything: decisions never read it, and it may be deleted. So points are not synced one by one, and the newest may be missing after a power cut.</para>
/// <para>Any thread may call; calls wait for each other. Errors of the disk come as <see cref="SqliteException"/> or <see cref="IOException"/>.</para>
/// </remarks>
internal sealed class SeriesStore : IDisposable
{
    /// <summary>Its file in a data folder.</summary>
    public const string FileName = "series.db";

    private const int Version = 1;

    private const string Create =
        """
        CREATE TABLE points (
            step  INTEGER NOT NULL,
            at    INTEGER NOT NULL,
            point BLOB NOT NULL,
            PRIMARY KEY (step, at)
        ) STRICT, WITHOUT ROWID;
        """;

    private readonly SqliteConnection _connection;
    private readonly SeriesOptions _options;
    private readonly Lock _lock = new();

    private SeriesStore(SqliteConnection connection, SeriesOptions options) => (_connection, _options) = (connection, options);

    /// <summary>Opens it, and makes it where there is none.</summary>
    public static SeriesStore Open(string folder, SeriesOptions options)
    {
        string path = Path.Combine(folder, FileName);
        PrivateFile.Create(path);
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false, DefaultTimeout = 2 }.ConnectionString);
        try
        {
            connection.Open();
            JournalSchema.Run(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216;");
            if (JournalSchema.Number(connection, "PRAGMA user_version") != Version)
            {
                JournalSchema.Run(connection, $"BEGIN IMMEDIATE; DROP TABLE IF EXISTS points; {Create} PRAGMA user_version = {Version}; COMMIT;");
            }

            return new SeriesStore(connection, options);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Keeps points, and drops those that are too old. All or nothing.</summary>
    public void Add(IReadOnlyCollection<(SeriesStep Step, long At, byte[] Point)> points, long now)
    {
        lock (_lock)
        {
            using SqliteTransaction transaction = _connection.BeginTransaction();
            using (SqliteCommand add = _connection.CreateCommand())
            {
                add.Transaction = transaction;
                add.CommandText = "INSERT OR REPLACE INTO points VALUES ($step, $at, $point)";
                foreach ((SeriesStep step, long at, byte[] point) in points)
                {
                    add.Parameters.Clear();
                    add.Parameters.AddWithValue("$step", (int)step);
                    add.Parameters.AddWithValue("$at", at);
                    add.Parameters.AddWithValue("$point", point);
                    add.ExecuteNonQuery();
                }
            }

            foreach ((SeriesStep step, TimeSpan keep) in ((SeriesStep, TimeSpan)[])[(SeriesStep.Raw, _options.KeepRaw), (SeriesStep.FiveMinutes, _options.KeepFiveMinutes), (SeriesStep.Hour, _options.KeepHours)])
            {
                using SqliteCommand trim = _connection.CreateCommand();
                trim.Transaction = transaction;
                trim.CommandText = "DELETE FROM points WHERE step = $step AND at < $before";
                trim.Parameters.AddWithValue("$step", (int)step);
                trim.Parameters.AddWithValue("$before", now - (long)keep.TotalMilliseconds);
                trim.ExecuteNonQuery();
            }

            transaction.Commit();
        }
    }

    /// <summary>The points of a step from a moment on, oldest first.</summary>
    public IReadOnlyList<byte[]> From(SeriesStep step, long at)
    {
        lock (_lock)
        {
            using SqliteCommand read = _connection.CreateCommand();
            read.CommandText = "SELECT point FROM points WHERE step = $step AND at >= $at ORDER BY at";
            read.Parameters.AddWithValue("$step", (int)step);
            read.Parameters.AddWithValue("$at", at);
            using SqliteDataReader rows = read.ExecuteReader();
            List<byte[]> points = [];
            while (rows.Read())
            {
                points.Add(rows.GetFieldValue<byte[]>(0));
            }

            return points;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _connection.Dispose();
        }
    }
}
