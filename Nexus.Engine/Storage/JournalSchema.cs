using System.Globalization;
using Microsoft.Data.Sqlite;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Engine.Storage;

/// <summary>The tables of <c>engine.db</c> and their version. A released layout is read for ever; a new one gets a number and a step that leads to it.</summary>
internal static class JournalSchema
{
    /// <summary>The layout that this version writes.</summary>
    public const int Version = 5;

    // The first layout had events alone.
    private const int WithoutLedger = 1;

    // The second had a ledger whose lines could not be rated again.
    private const int WithoutCorrections = 2;

    // The third kept no sums of months.
    private const int WithoutMonths = 3;

    // The fourth did not say of which lines others paid the minimum.
    private const int WithoutShared = 4;

    /// <summary>Marks the file as ours ("NXJ1"), so that another program's database is never taken for a journal.</summary>
    public const int ApplicationId = 0x4E584A31;

    // The hashes stand before the events so that they are read without walking a large batch's pages.
    private const string Create =
        """
        CREATE TABLE batches (
            first    INTEGER PRIMARY KEY,
            last     INTEGER NOT NULL,
            at       INTEGER NOT NULL,
            total    INTEGER NOT NULL,
            previous BLOB NOT NULL,
            hash     BLOB NOT NULL,
            events   BLOB NOT NULL
        ) STRICT;

        CREATE TABLE trimmed (
            one   INTEGER PRIMARY KEY CHECK (one = 1),
            last  INTEGER NOT NULL,
            at    INTEGER NOT NULL,
            total INTEGER NOT NULL,
            hash  BLOB NOT NULL
        ) STRICT;
        INSERT INTO trimmed VALUES (1, 0, 0, 0, zeroblob(32));

        CREATE TABLE archive (
            place   INTEGER PRIMARY KEY,
            since   INTEGER NOT NULL,
            tenant  TEXT NOT NULL,
            id      TEXT NOT NULL,
            lease   INTEGER,
            request BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX archive_by_id ON archive (id, tenant);
        CREATE INDEX archive_by_lease ON archive (lease) WHERE lease IS NOT NULL;

        CREATE TABLE trial (bytes BLOB NOT NULL) STRICT;
        """;

    /// <summary>Creates the tables in an empty file, or makes sure that they are ours and of a version that can be read.</summary>
    public static void Prepare(SqliteConnection connection, string folder)
    {
        if (Number(connection, "PRAGMA application_id") == 0 && Number(connection, "SELECT count(*) FROM sqlite_schema") == 0)
        {
            Run(connection, string.Create(CultureInfo.InvariantCulture,
                $"BEGIN IMMEDIATE; {Create} {LedgerSchema.Create} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version}; COMMIT;"));
        }

        Check(connection, folder);
        string? step = Number(connection, "PRAGMA user_version") switch { WithoutLedger => LedgerSchema.Create, WithoutCorrections => LedgerSchema.AddCorrections + LedgerSchema.AddShared, WithoutMonths => LedgerSchema.AddMonths + LedgerSchema.AddShared, WithoutShared => LedgerSchema.AddShared, _ => null };
        if (step is not null)
        {
            Run(connection, string.Create(CultureInfo.InvariantCulture, $"BEGIN IMMEDIATE; {step} PRAGMA user_version = {Version}; COMMIT;"));
        }
    }

    /// <summary>Makes sure that a file is a journal of a version that can be read.</summary>
    public static void Check(SqliteConnection connection, string folder)
    {
        if (Number(connection, "PRAGMA application_id") != ApplicationId)
        {
            throw new JournalException($"engine.db in {folder} is not a journal of Nexus: choose another folder with --data DIR.", JournalFailure.Corrupt);
        }

        long version = Number(connection, "PRAGMA user_version");
        if (version is < WithoutLedger or > Version)
        {
            throw new JournalException(
                $"The journal in {folder} has layout {version}, this Nexus knows layouts up to {Version}: use the version that wrote it, or a newer one.", JournalFailure.Corrupt);
        }
    }

    /// <summary>Runs statements that answer nothing.</summary>
    public static void Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Asks for one number.</summary>
    public static long Number(SqliteConnection connection, string sql) => Convert.ToInt64(Scalar(connection, sql), CultureInfo.InvariantCulture);

    /// <summary>Asks for one value.</summary>
    public static object? Scalar(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
