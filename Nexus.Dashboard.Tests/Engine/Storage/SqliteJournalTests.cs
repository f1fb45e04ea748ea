using Microsoft.Data.Sqlite;
using Nexus.Engine.Storage;
using Xunit;

namespace Nexus.Dashboard.Tests.Engine.Storage;

public sealed class SqliteJournalTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_committed_is_read_back_after_a_restart()
    {
        using (SqliteJournal journal = _folder.Open())
        {
            Assert.Equal(0, journal.LastSequence);
            journal.Commit(DataFolder.Batch(1, 3));
            journal.Commit(DataFolder.Batch(4, 4, bytes: 100_000));
        }

        using SqliteJournal again = _folder.Open();
        Assert.Equal(4, again.LastSequence);
        Assert.Equal(1, again.FirstSequence);
        JournalBatch[] read = [.. again.Read(0)];
        Assert.Equal([(1L, 3L), (4L, 4L)], read.Select(b => (b.First, b.Last)));
        Assert.Equal(DataFolder.Batch(4, 4, 100_000).Events.ToArray(), read[1].Events.ToArray());
        Assert.Equal(3, read[0].At.Milliseconds);
    }

    [Fact]
    public void Reading_after_an_event_gives_the_whole_batch_that_holds_the_next_one()
    {
        using SqliteJournal journal = _folder.Open();
        journal.Commit(DataFolder.Batch(1, 3));
        journal.Commit(DataFolder.Batch(4, 6));

        Assert.Equal([1L, 4L], journal.Read(2).Select(b => b.First));
        Assert.Equal([4L], journal.Read(3).Select(b => b.First));
        Assert.Equal([4L], journal.Read(5).Select(b => b.First));
        Assert.Empty(journal.Read(6));
        Assert.Empty(journal.Read(99));
    }

    [Fact]
    public void A_batch_that_does_not_follow_on_the_last_is_refused_and_nothing_is_written()
    {
        using SqliteJournal journal = _folder.Open();
        journal.Commit(DataFolder.Batch(1, 3));

        Assert.Throws<ArgumentException>(() => journal.Commit(DataFolder.Batch(5, 5)));
        Assert.Throws<ArgumentException>(() => journal.Commit(DataFolder.Batch(3, 4)));

        journal.Commit(DataFolder.Batch(4, 4));
        Assert.Equal(4, journal.LastSequence);
    }

    [Fact]
    public void A_second_engine_on_the_same_folder_is_refused_and_told_what_to_do()
    {
        using SqliteJournal journal = _folder.Open();

        JournalException refused = Assert.Throws<JournalException>(() => _folder.Open());

        Assert.Equal(JournalFailure.Locked, refused.Failure);
        Assert.Contains($"in use by another Nexus (process {Environment.ProcessId})", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--data DIR", refused.Message, StringComparison.Ordinal);
        journal.Commit(DataFolder.Batch(1, 1));
    }

    [Fact]
    public void The_folder_is_free_again_once_the_journal_is_closed()
    {
        _folder.Open().Dispose();
        using SqliteJournal journal = _folder.Open();
        journal.Commit(DataFolder.Batch(1, 1));
    }

    [Fact]
    public void Closing_leaves_one_file_without_a_wal()
    {
        using (SqliteJournal journal = _folder.Open())
        {
            journal.CommitUpTo(100);
            Assert.True(File.Exists(_folder.Wal));
        }

        Assert.False(File.Exists(_folder.Wal));
    }

    [Fact]
    public void The_connection_that_writes_is_durable_by_its_own_account()
    {
        Dictionary<string, object?> pragmas = [];
        using SqliteJournal journal = _folder.Open(new JournalOptions
        {
            WriterOpened = connection =>
            {
                foreach (string pragma in (string[])["journal_mode", "synchronous", "wal_autocheckpoint", "fullfsync"])
                {
                    using SqliteCommand command = connection.CreateCommand();
                    command.CommandText = $"PRAGMA {pragma}";
                    pragmas[pragma] = command.ExecuteScalar();
                }
            },
        });

        Assert.Equal("wal", pragmas["journal_mode"]);
        Assert.Equal(2L, pragmas["synchronous"]);
        Assert.Equal(4000L, pragmas["wal_autocheckpoint"]);
        Assert.Equal(1L, pragmas["fullfsync"]);
    }

    [Fact]
    public void What_is_written_is_its_owners_alone_whatever_the_folder_allows()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("file modes are Unix's");
            return;
        }

        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101);
        using SqliteJournal journal = _folder.Open();
        journal.CommitUpTo(1);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.Database));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.Wal));
    }

    [Fact]
    public void Another_programs_database_is_not_taken_for_a_journal()
    {
        _folder.Sql("CREATE TABLE theirs (a)");

        JournalException refused = Assert.Throws<JournalException>(() => _folder.Open());

        Assert.Equal(JournalFailure.Corrupt, refused.Failure);
        Assert.Contains("is not a journal of Nexus", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_journal_of_a_later_layout_is_refused_by_name()
    {
        _folder.Open().Dispose();
        _folder.Sql("PRAGMA user_version = 6");

        JournalException refused = Assert.Throws<JournalException>(() => _folder.Open());

        Assert.Contains("has layout 6, this Nexus knows layouts up to 5", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_refused_with_their_key()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => _folder.Open(new JournalOptions { KeepFor = TimeSpan.FromMinutes(5) }));

        Assert.StartsWith("Nexus:Engine:Journal:KeepFor must be at least an hour", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Thousands_of_batches_are_read_in_steps_and_in_order()
    {
        using SqliteJournal journal = _folder.Open(new JournalOptions { WriterOpened = FasterForATest });
        journal.CommitUpTo(5000, bytes: 1500);

        Assert.Equal(Enumerable.Range(1, 5000).Select(i => (long)i), journal.Read(0).Select(b => b.First));
        Assert.Equal(Enumerable.Range(4000, 1001).Select(i => (long)i), journal.Read(3999).Select(b => b.First));
    }

    [Fact]
    public void Reading_slowly_does_not_keep_the_wal_from_being_used_again()
    {
        using SqliteJournal journal = _folder.Open(new JournalOptions { WriterOpened = FasterForATest });
        journal.CommitUpTo(2000, bytes: 4000);
        using IEnumerator<JournalBatch> slow = journal.Read(0).GetEnumerator();
        Assert.True(slow.MoveNext());

        journal.CommitUpTo(12_000, bytes: 4000);

        // 10,000 batches of 4 KB went through the WAL, which never held more than about four thousand pages.
        Assert.InRange(new FileInfo(_folder.Wal).Length, 1, 18_000_000);
        Assert.Equal(2, slow.MoveNext() ? slow.Current.First : 0);
    }

    // These tests are about what is read, not about power cuts.
    private static void FasterForATest(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous = OFF";
        command.ExecuteNonQuery();
    }
}
