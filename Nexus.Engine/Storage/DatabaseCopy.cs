using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Nexus.Engine.Storage;

/// <summary>Copies a SQLite database as it stands at one moment, while others write to it (https://www.sqlite.org/backup.html).</summary>
internal static class DatabaseCopy
{
    private const int StepPages = 1024;

    /// <summary>Copies a database into a single file without a WAL, readable by its owner alone.</summary>
    /// <param name="from">The database; never written to.</param>
    /// <param name="to">The copy; what is there is replaced.</param>
    /// <param name="progress">Told the bytes done and all bytes.</param>
    /// <param name="cancellation">Stops it between steps.</param>
    public static void Write(string from, string to, Action<long, long> progress, CancellationToken cancellation)
    {
        using SqliteConnection source = Open(from, SqliteOpenMode.ReadOnly);
        using SqliteConnection copy = Open(to, SqliteOpenMode.ReadWriteCreate);
        long pageSize = JournalSchema.Number(source, "PRAGMA page_size");

        // One read transaction for the whole copy: else every commit of the server between two steps would start it over, and a busy server's would never end.
        // The server's WAL grows meanwhile and is used again, from its start, afterwards.
        JournalSchema.Run(source, "BEGIN");
        JournalSchema.Number(source, "SELECT count(*) FROM sqlite_schema");
        using (sqlite3_backup backup = raw.sqlite3_backup_init(copy.Handle, "main", source.Handle, "main")
            ?? throw new SqliteException(raw.sqlite3_errmsg(copy.Handle).utf8_to_string(), raw.sqlite3_errcode(copy.Handle)))
        {
            int code;
            while ((code = raw.sqlite3_backup_step(backup, StepPages)) == raw.SQLITE_OK)
            {
                cancellation.ThrowIfCancellationRequested();
                long all = raw.sqlite3_backup_pagecount(backup);
                progress((all - raw.sqlite3_backup_remaining(backup)) * pageSize, all * pageSize);
            }

            if (code != raw.SQLITE_DONE)
            {
                throw new SqliteException($"copying {from} failed: {raw.sqlite3_errstr(code).utf8_to_string()}", code);
            }
        }

        JournalSchema.Run(copy, "PRAGMA journal_mode = DELETE");
        long size = new FileInfo(to).Length;
        progress(size, size);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(to, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 30 }.ConnectionString);
        connection.Open();
        return connection;
    }
}
