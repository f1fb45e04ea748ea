using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Nexus.Engine.Storage;
using Xunit;

namespace Nexus.Dashboard.Tests.Engine.Storage;

/// <summary>What disks and people do to a journal, done for real.</summary>
public sealed class JournalFailureTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_commit_is_one_sync_of_the_wal()
    {
        using WatchedDisk disk = new(_folder.Path);
        using SqliteJournal journal = _folder.Open();
        journal.CommitUpTo(1);
        (int before, int database) = (disk.Syncs("engine.db-wal"), disk.Syncs("engine.db"));

        for (int i = 2; i <= 201; i++)
        {
            journal.Commit(DataFolder.Batch(i, i), i % 2 == 0 ? [DataFolder.Ended($"r{i}", lease: i)] : []);
        }

        Assert.Equal(200, disk.Syncs("engine.db-wal") - before);
        Assert.Equal(0, disk.Syncs("engine.db") - database);
    }

    [Fact]
    public void A_file_that_may_not_grow_refuses_commits_until_there_is_room_again()
    {
        long mostPages = 40;
        using SqliteJournal journal = _folder.Open(new JournalOptions { WriterOpened = connection => Run(connection, $"PRAGMA max_page_count = {mostPages}") });

        JournalException full = Assert.Throws<JournalException>(() => journal.CommitUpTo(1000, bytes: 4000));
        long last = journal.LastSequence;
        Assert.Equal(JournalFailure.Full, full.Failure);
        Assert.Contains("no room left", full.Message, StringComparison.Ordinal);
        Assert.InRange(last, 10, 40);

        JournalException still = Assert.Throws<JournalException>(() => journal.Commit(DataFolder.Batch(last + 1, last + 1)));
        Assert.Equal(JournalFailure.Full, still.Failure);
        Assert.False(journal.TryRecover(out JournalException? cause));
        Assert.Equal(JournalFailure.Full, cause.Failure);
        Assert.Equal(last, journal.Read(0).Last().Last);

        mostPages = 1000;
        Assert.True(journal.TryRecover(out _));
        Assert.Equal(last, journal.LastSequence);
        journal.CommitUpTo(last + 20, bytes: 4000);
        Assert.Equal(last + 20, journal.Read(0).Last().Last);
    }

    [Theory]
    [InlineData(WatchedDisk.FullDisk, JournalFailure.Full)]
    [InlineData(WatchedDisk.WriteError, JournalFailure.InputOutput)]
    public void A_disk_that_fails_to_write_passes_without_a_restart(int answer, JournalFailure failure)
    {
        using WatchedDisk disk = new(_folder.Path);
        using SqliteJournal journal = _folder.Open();
        journal.CommitUpTo(5);

        disk.WritesAnswer = answer;
        JournalException error = Assert.Throws<JournalException>(() => journal.CommitUpTo(6));
        Assert.Equal(failure, error.Failure);
        Assert.Equal(5, journal.LastSequence);
        Assert.False(journal.TryRecover(out JournalException? cause));
        Assert.Equal(failure, cause.Failure);
        Assert.Equal(5, journal.Read(0).Count());

        disk.WritesAnswer = 0;
        Assert.True(journal.TryRecover(out _));
        journal.CommitUpTo(10);
        Assert.Equal(10, journal.Read(0).Count());
    }

    [Fact]
    public void A_commit_whose_sync_fails_is_refused_and_what_is_on_disk_decides()
    {
        using WatchedDisk disk = new(_folder.Path);
        using (SqliteJournal journal = _folder.Open())
        {
            journal.CommitUpTo(5);
            disk.SyncsAnswer = WatchedDisk.SyncError;
            JournalException error = Assert.Throws<JournalException>(() => journal.CommitUpTo(6));
            Assert.Equal(JournalFailure.InputOutput, error.Failure);
            Assert.False(journal.TryRecover(out _));

            disk.SyncsAnswer = 0;
            Assert.True(journal.TryRecover(out _));
            Assert.InRange(journal.LastSequence, 5, 6);
            journal.CommitUpTo(10);
        }

        using SqliteJournal again = _folder.Open();
        Assert.Equal(10, again.Read(0).Last().Last);
    }

    [Fact]
    public void A_lock_that_somebody_else_holds_refuses_commits_until_they_let_go()
    {
        using SqliteJournal journal = _folder.Open(new JournalOptions { LockWait = TimeSpan.FromSeconds(1) });
        journal.CommitUpTo(3);
        using SqliteConnection shell = new($"Data Source={_folder.Database};Pooling=False");
        shell.Open();
        Run(shell, "BEGIN IMMEDIATE");

        JournalException locked = Assert.Throws<JournalException>(() => journal.CommitUpTo(4));
        Assert.Equal(JournalFailure.Locked, locked.Failure);
        Assert.Contains("Another program holds a lock", locked.Message, StringComparison.Ordinal);
        Assert.False(journal.TryRecover(out JournalException? cause));
        Assert.Equal(JournalFailure.Locked, cause.Failure);
        Assert.Equal(3, journal.Read(0).Count());

        Run(shell, "ROLLBACK");
        Assert.True(journal.TryRecover(out _));
        journal.CommitUpTo(4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5000)]
    public void A_wal_cut_short_loses_what_was_cut_and_no_more(int cut)
    {
        using SqliteJournal journal = _folder.Open();
        journal.CommitUpTo(20, bytes: 3000);
        using DataFolder copy = _folder.Copy();
        using (FileStream wal = File.OpenWrite(copy.Wal))
        {
            wal.SetLength(wal.Length - cut);
        }

        using SqliteJournal recovered = copy.Open();

        Assert.InRange(recovered.LastSequence, 15, 19);
        Assert.Equal(recovered.LastSequence, recovered.Read(0).Count());
        recovered.CommitUpTo(25);
    }

    [Fact]
    public void A_flipped_byte_in_the_wal_loses_what_follows_it_and_no_more()
    {
        using SqliteJournal journal = _folder.Open();
        journal.CommitUpTo(20, bytes: 3000);
        using DataFolder copy = _folder.Copy();
        Flip(copy.Wal, new FileInfo(copy.Wal).Length - 6000);

        using SqliteJournal recovered = copy.Open();

        Assert.InRange(recovered.LastSequence, 15, 19);
        Assert.Equal(recovered.LastSequence, recovered.Read(0).Count());
    }

    [Fact]
    public void A_flipped_byte_in_an_older_batch_is_found_when_it_is_read_and_named()
    {
        byte[] unique = [.. Enumerable.Range(0, 3000).Select(i => (byte)(i * i / 7))];
        using (SqliteJournal journal = _folder.Open())
        {
            journal.CommitUpTo(49);
            journal.Commit(DataFolder.Batch(50, 50) with { Events = unique });
            journal.CommitUpTo(100);
        }

        int place = File.ReadAllBytes(_folder.Database).AsSpan().IndexOf(unique);
        Assert.True(place > 0);
        Flip(_folder.Database, place + 500);

        using SqliteJournal damaged = _folder.Open();
        JournalException error = Assert.Throws<JournalException>(() => damaged.Read(0).Count());
        Assert.Equal(JournalFailure.Corrupt, error.Failure);
        Assert.Contains("The batch of events 50–50 is not what was written", error.Message, StringComparison.Ordinal);
        Assert.Contains("restore a backup", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flipped_byte_in_the_newest_batch_keeps_the_journal_from_being_opened()
    {
        using (SqliteJournal journal = _folder.Open())
        {
            journal.CommitUpTo(10);
        }

        _folder.Sql("UPDATE batches SET events = zeroblob(100) WHERE first = 10");

        JournalException error = Assert.Throws<JournalException>(() => _folder.Open());
        Assert.Contains("events 10–10", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_database_any_more_is_called_damaged()
    {
        _folder.Open().Dispose();
        File.WriteAllText(_folder.Database, new string('x', 8192));

        JournalException error = Assert.Throws<JournalException>(() => _folder.Open());

        Assert.Equal(JournalFailure.Corrupt, error.Failure);
        Assert.Contains("keep the folder as it is and restore a backup", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a folder that may not be written")]
    [InlineData("a file that may not be written")]
    public void What_may_not_be_written_is_refused_at_the_start(string what)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("file modes and setfsuid are Linux's");
            return;
        }

        using (SqliteJournal journal = _folder.Open())
        {
            journal.CommitUpTo(3);
        }

        bool folder = what.Contains("folder", StringComparison.Ordinal);
        UnixFileMode all = (UnixFileMode)0b111_111_111;
        foreach (string file in Directory.EnumerateFiles(_folder.Path))
        {
            File.SetUnixFileMode(file, (UnixFileMode)(folder || file == _folder.Database ? 0b100_100_100 : 0b110_110_110));
        }

        File.SetUnixFileMode(_folder.Path, folder ? (UnixFileMode)0b101_101_101 : all);
        JournalException? error = AsNobody(() => Assert.Throws<JournalException>(() => _folder.Open()));
        File.SetUnixFileMode(_folder.Path, all);

        Assert.Equal(JournalFailure.InputOutput, error!.Failure);
        Assert.Contains("check the disk and that this user may write there", error.Message, StringComparison.Ordinal);
    }

    // Root may write anything: a thread that gives up its rights on files is like any other user.
    private static T? AsNobody<T>(Func<T> act)
    {
        T? result = default;
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                if (Environment.IsPrivilegedProcess)
                {
                    _ = SetFileSystemUser(65534);
                }

                result = act();
            }
            catch (Exception error)
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result : throw new InvalidOperationException(failure.Message, failure);
    }

    private static void Flip(string file, long place)
    {
        using FileStream open = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        open.Position = place;
        int before = open.ReadByte();
        open.Position = place;
        open.WriteByte((byte)(before ^ 0x10));
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    private static extern int SetFileSystemUser(int user);
}
