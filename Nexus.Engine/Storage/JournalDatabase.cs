using Microsoft.Data.Sqlite;

namespace Nexus.Engine.Storage;

/// <summary>Opens <c>engine.db</c>, for the one writer or for readers.</summary>
internal static class JournalDatabase
{
    /// <summary>The journal's file in a data folder.</summary>
    public const string FileName = "engine.db";

    private const long Full = 2;

    /// <summary>The journal's file in <paramref name="folder"/>.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, FileName);

    /// <summary>A private connection that makes each commit durable, or none at all: the settings are read back.</summary>
    public static SqliteConnection OpenWriter(string folder, JournalOptions options)
    {
        CreatePrivate(folder);
        SqliteConnection connection = Open(folder, SqliteOpenMode.ReadWriteCreate, options.LockWait);
        try
        {
            if (SQLitePCL.raw.sqlite3_db_readonly(connection.Handle, "main") != 0)
            {
                throw JournalErrors.From(new UnauthorizedAccessException($"{FileName} is read-only for this user."), folder);
            }

            // WAL is a property of the file, synchronous one of the connection. fullfsync matters on macOS alone, where fsync stops at the drive's cache.
            // A page that is written again and again, as those of sums are, is moved from the WAL once for all of its turns; with what is written in a second in memory, none is read back.
            string mode = (string)JournalSchema.Scalar(connection, "PRAGMA journal_mode = WAL")!;
            JournalSchema.Run(connection, "PRAGMA synchronous = FULL; PRAGMA fullfsync = 1; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -8192; PRAGMA journal_size_limit = 67108864;");
            long synchronous = JournalSchema.Number(connection, "PRAGMA synchronous");
            if (mode != "wal" || synchronous != Full)
            {
                throw new JournalException(
                    $"SQLite will not make commits durable in {folder}: journal_mode is {mode} (wal is needed), synchronous {synchronous} (2 is needed). Use a local file system.",
                    JournalFailure.InputOutput);
            }

            JournalSchema.Prepare(connection, folder);
            options.WriterOpened?.Invoke(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A connection that cannot write.</summary>
    public static SqliteConnection OpenReader(string folder)
    {
        if (!File.Exists(PathIn(folder)))
        {
            throw new JournalException($"There is no journal in {folder}: name the data folder with --data DIR.", JournalFailure.InputOutput);
        }

        SqliteConnection connection = Open(folder, SqliteOpenMode.ReadOnly, TimeSpan.FromSeconds(5));
        try
        {
            JournalSchema.Check(connection, folder);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void CreatePrivate(string folder)
    {
        try
        {
            PrivateFile.Create(PathIn(folder));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw JournalErrors.From(error, folder);
        }
    }

    // Never pooled: a pooled connection keeps the settings of whoever had it before.
    private static SqliteConnection Open(string folder, SqliteOpenMode mode, TimeSpan wait)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = PathIn(folder),
            Mode = mode,
            Pooling = false,
            DefaultTimeout = (int)wait.TotalSeconds,
        }.ConnectionString);
        connection.Open();
        return connection;
    }
}
