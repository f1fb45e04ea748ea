using Microsoft.Data.Sqlite;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Tests.Engine.Storage;

/// <summary>A data folder of a test's own, with the few things that tests of the journal do to it.</summary>
internal sealed class DataFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("nexus-journal-").FullName;

    public string Database => System.IO.Path.Combine(Path, "engine.db");

    public string Wal => Database + "-wal";

    public SqliteJournal Open(JournalOptions? options = null, LedgerOptions? ledger = null) => SqliteJournal.Open(Path, options, ledger: ledger);

    /// <summary>A copy of what is on disk at this moment, as a power cut would leave it.</summary>
    public DataFolder Copy()
    {
        DataFolder copy = new();
        foreach (string file in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            string target = System.IO.Path.Combine(copy.Path, System.IO.Path.GetRelativePath(Path, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return copy;
    }

    /// <summary>Runs SQL as somebody with a shell would.</summary>
    public void Sql(string sql)
    {
        using SqliteConnection connection = new($"Data Source={Database};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>A batch of opaque bytes.</summary>
    public static JournalBatch Batch(long first, long last, int bytes = 100, long at = 0) =>
        new(first, last, new Instant(at == 0 ? last : at), Enumerable.Range(0, bytes).Select(i => (byte)(first + i)).ToArray());

    /// <summary>A request that ended.</summary>
    public static Request Ended(string id, string tenant = "acme", long lease = 7) => new()
    {
        Spec = new RequestSpec(
            id, OwnerPath.Parse(tenant + "/alice"), ResourceVector.Of(new ResourceAmount("gpu", Quantity.Of(2))), null, null, Labels.None, null, false, null,
            RequestSpec.DefaultLeaseLength, Labels.None),
        Arrival = lease - 1,
        Version = lease + 1,
        SubmittedAt = new Instant(1000),
        Priority = "medium",
        Labels = Labels.None,
        Status = RequestStatus.Released,
        Lease = new Lease(lease, ResourceVector.Of(new ResourceAmount("gpu", Quantity.Of(2))), ["big"], new Instant(1000), new Instant(301_000), ResourceVector.Empty),
        EndedAt = new Instant(2000),
    };
}

/// <summary>Shorthand that the tests of the journal share.</summary>
internal static class JournalExtensions
{
    public static void Commit(this SqliteJournal journal, JournalBatch batch) => journal.Commit(batch, []);

    /// <summary>Commits batches of one event each up to a number.</summary>
    public static void CommitUpTo(this SqliteJournal journal, long last, int bytes = 100, Func<long, long>? at = null)
    {
        for (long next = journal.LastSequence + 1; next <= last; next++)
        {
            journal.Commit(DataFolder.Batch(next, next, bytes, at?.Invoke(next) ?? 0));
        }
    }
}
