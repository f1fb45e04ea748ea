using Microsoft.Data.Sqlite;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage;
using Xunit;

namespace Nexus.Dashboard.Tests.Engine.Storage;

public sealed class JournalBackupTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly DataFolder _elsewhere = new();
    private readonly Scene _story = Story.Told();

    public void Dispose()
    {
        _folder.Dispose();
        _elsewhere.Dispose();
    }

    private string Target => Path.Combine(_elsewhere.Path, "backup");

    [Fact]
    public void A_backup_taken_while_the_server_writes_verifies_and_can_be_started_on()
    {
        using SqliteJournal journal = _folder.Open();
        Story.Write(journal, _story.Events, archived: _story.Archived);
        journal.SaveSnapshot(Story.SnapshotAt(_story.Events, _story.Events.Count));

        BackupResult backup = JournalBackup.Create(_folder.Path, Target);

        Assert.Equal(_story.Events.Count, backup.LastSequence);
        VerifyResult verified = new JournalVerifier(Target, Story.Limits).Verify();
        Assert.True(verified.Ok, verified.Problem);
        Assert.Equal(verified.Hash, verified.ReplayedHash);
        using SqliteJournal restored = SqliteJournal.Open(Target);
        Assert.Equal(journal.LastSequence, restored.LastSequence);
        Assert.Equal(_story.Archived[0].Key, restored.FindArchived(_story.Archived[0].Key)!.Key);
        Assert.Equal(_story.Events.Count, restored.LatestSnapshot()!.Sequence);
    }

    [Fact]
    public async Task Commits_go_on_while_a_backup_is_taken_and_it_holds_one_moment()
    {
        using SqliteJournal journal = _folder.Open();
        journal.CommitUpTo(2000, bytes: 4000);
        using CancellationTokenSource done = new();
        Task writing = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                journal.Commit(DataFolder.Batch(journal.LastSequence + 1, journal.LastSequence + 1, 4000));
            }
        });

        BackupResult backup = JournalBackup.Create(_folder.Path, Target);
        await done.CancelAsync();
        await writing;

        Assert.InRange(backup.LastSequence, 2000, journal.LastSequence);
        using SqliteJournal restored = SqliteJournal.Open(Target);
        Assert.Equal(backup.LastSequence, restored.LastSequence);
        Assert.Equal(backup.LastSequence, restored.Read(0).Count());
    }

    [Fact]
    public void It_holds_all_that_a_restore_needs_and_nothing_of_the_running_process()
    {
        using SqliteJournal journal = _folder.Open();
        journal.CommitUpTo(3);
        journal.SaveSnapshot(new Snapshot(3, default, new byte[10], System.Security.Cryptography.SHA256.HashData(new byte[10])));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "keys"));
        File.WriteAllText(Path.Combine(_folder.Path, "keys", "key-1.xml"), "<key/>");
        File.WriteAllText(Path.Combine(_folder.Path, "nexus.sock"), "");
        using SqliteConnection access = new($"Data Source={Path.Combine(_folder.Path, "access.db")};Pooling=False");
        access.Open();
        using SqliteCommand people = access.CreateCommand();
        people.CommandText = "PRAGMA journal_mode = WAL; CREATE TABLE people (name); INSERT INTO people VALUES ('dana')";
        people.ExecuteNonQuery();

        JournalBackup.Create(_folder.Path, Target);

        Assert.Equal(
            ["access.db", "engine.db", "keys/key-1.xml", "snapshots/0000000000000000003.snapshot"],
            Directory.EnumerateFiles(Target, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Target, f)).Order(StringComparer.Ordinal));
        using SqliteConnection copy = new($"Data Source={Path.Combine(Target, "access.db")};Mode=ReadOnly;Pooling=False");
        copy.Open();
        using SqliteCommand name = copy.CreateCommand();
        name.CommandText = "SELECT name FROM people";
        Assert.Equal("dana", name.ExecuteScalar());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Target, "access.db")));
        }
    }

    [Fact]
    public void A_place_that_holds_something_is_refused_and_left_as_it_is()
    {
        _folder.Open().Dispose();
        Directory.CreateDirectory(Target);
        File.WriteAllText(Path.Combine(Target, "mine.txt"), "mine");

        ArgumentException refused = Assert.Throws<ArgumentException>(() => JournalBackup.Create(_folder.Path, Target));

        Assert.Contains("exists and is not empty", refused.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Target, "mine.txt")));
    }

    [Fact]
    public void A_place_within_the_data_folder_is_refused()
    {
        _folder.Open().Dispose();

        ArgumentException refused = Assert.Throws<ArgumentException>(() => JournalBackup.Create(_folder.Path, Path.Combine(_folder.Path, "backup")));

        Assert.Contains("lies within the data folder", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_journal_gives_no_backup_and_leaves_nothing_behind()
    {
        using (SqliteJournal journal = _folder.Open())
        {
            journal.CommitUpTo(20);
        }

        _folder.Sql("UPDATE batches SET events = zeroblob(10) WHERE first = 7");

        JournalException error = Assert.Throws<JournalException>(() => JournalBackup.Create(_folder.Path, Target));

        Assert.Contains("events 7–7", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_elsewhere.Path));
    }

    [Fact]
    public void A_backup_that_is_stopped_leaves_nothing_behind()
    {
        using (SqliteJournal journal = _folder.Open())
        {
            journal.CommitUpTo(20);
        }

        Assert.Throws<OperationCanceledException>(() => JournalBackup.Create(_folder.Path, Target, cancellation: new CancellationToken(canceled: true)));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_elsewhere.Path));
    }

    [Fact]
    public void A_trimmed_journal_is_backed_up_with_the_snapshot_it_starts_from()
    {
        using SqliteJournal journal = _folder.Open();
        Story.Write(journal, _story.Events);
        journal.SaveSnapshot(Story.SnapshotAt(_story.Events, 12));
        journal.SaveSnapshot(Story.SnapshotAt(_story.Events, 20));
        _folder.Sql("UPDATE trimmed SET last = 12, hash = (SELECT hash FROM batches WHERE last = 12); DELETE FROM batches WHERE last <= 12");

        JournalBackup.Create(_folder.Path, Target);

        VerifyResult verified = new JournalVerifier(Target, Story.Limits).Verify();
        Assert.True(verified.Ok, verified.Problem);
        Assert.Equal(13, verified.First);
    }
}
