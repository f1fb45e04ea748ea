using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage;
using Xunit;

namespace Nexus.Dashboard.Tests.Engine.Storage;

public sealed class RetentionTests : IDisposable
{
    private static readonly long Hour = (long)TimeSpan.FromHours(1).TotalMilliseconds;

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_two_snapshots_nothing_goes_however_old_it_is()
    {
        using SqliteJournal journal = Open();
        journal.CommitUpTo(900, at: HourOf);
        journal.SaveSnapshot(Of(800));
        journal.CommitUpTo(1000, at: HourOf);

        Assert.Equal(1, journal.FirstSequence);
    }

    [Fact]
    public void What_is_older_than_30_days_goes_but_for_what_the_older_snapshot_needs()
    {
        using SqliteJournal journal = Open();
        journal.CommitUpTo(900, at: HourOf);
        journal.SaveSnapshot(Of(100));
        journal.SaveSnapshot(Of(800));
        journal.CommitUpTo(1000, at: HourOf);
        Assert.Equal(101, journal.FirstSequence);

        journal.SaveSnapshot(Of(900));
        journal.CommitUpTo(1100, at: HourOf);

        // 30 days are 720 hours: event 379 ended 721 hours before event 1100.
        Assert.Equal(380, journal.FirstSequence);
        Assert.Equal(721, journal.Read(379).Count());
    }

    [Fact]
    public void What_was_trimmed_is_refused_by_name_and_what_remains_is_still_checked_against_it()
    {
        using (SqliteJournal journal = Open())
        {
            journal.CommitUpTo(900, at: HourOf);
            journal.SaveSnapshot(Of(700));
            journal.SaveSnapshot(Of(800));
            journal.CommitUpTo(1000, at: HourOf);
        }

        using (SqliteJournal again = Open())
        {
            Assert.Equal(280, again.FirstSequence);
            JournalException refused = Assert.Throws<JournalException>(() => again.Read(0).Count());
            Assert.Equal(JournalFailure.Trimmed, refused.Failure);
            Assert.Contains("Events up to 279", refused.Message, StringComparison.Ordinal);
            Assert.Equal(721, again.Read(279).Count());
        }

        _folder.Sql("UPDATE trimmed SET hash = zeroblob(32)");
        using SqliteJournal forged = Open();
        JournalException error = Assert.Throws<JournalException>(() => forged.Read(279).Count());
        Assert.Contains("events 280–280 does not follow on the one before it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_oldest_go_when_the_file_is_too_large_and_it_stays_near_its_size()
    {
        const long Most = 16 * 1024 * 1024;
        using SqliteJournal journal = _folder.Open(new JournalOptions { KeepBytes = Most, WriterOpened = FasterForATest });
        for (int round = 1; round <= 10; round++)
        {
            journal.CommitUpTo(round * 200, bytes: 16_000, at: sequence => sequence * 1000);
            journal.SaveSnapshot(Of(round * 200));
        }

        JournalFigures figures = journal.Measure();
        Assert.InRange(figures.UsedBytes, Most - 2_000_000, Most + 2_000_000);
        Assert.InRange(journal.FirstSequence, 800, 1400);
        Assert.Equal(2000 - journal.FirstSequence + 1, journal.Read(journal.FirstSequence - 1).Count());
    }

    [Fact]
    public void Archived_requests_go_with_the_events_after_which_they_left_memory()
    {
        using SqliteJournal journal = Open();
        for (int i = 1; i <= 900; i++)
        {
            journal.Commit(DataFolder.Batch(i, i, at: HourOf(i)), [DataFolder.Ended($"r{i}", lease: i)]);
        }

        journal.SaveSnapshot(Of(800));
        journal.SaveSnapshot(Of(900));
        for (int i = 901; i <= 1200; i++)
        {
            journal.Commit(DataFolder.Batch(i, i, at: HourOf(i)), [DataFolder.Ended($"r{i}", lease: i)]);
        }

        Assert.Equal(480, journal.FirstSequence);
        Assert.Null(journal.FindArchived(new RequestKey("acme", "r479")));
        Assert.NotNull(journal.FindArchived(new RequestKey("acme", "r480")));
    }

    [Fact]
    public void A_reader_that_is_overtaken_by_retention_is_told_so()
    {
        using SqliteJournal journal = Open();
        journal.CommitUpTo(3000, at: HourOf);
        journal.SaveSnapshot(Of(2500));
        journal.SaveSnapshot(Of(2900));
        using IEnumerator<JournalBatch> slow = journal.Read(0).GetEnumerator();
        Assert.True(slow.MoveNext());

        journal.CommitUpTo(3400, at: HourOf);

        Assert.Equal(2501, journal.FirstSequence);
        JournalException overtaken = Assert.Throws<JournalException>(() =>
        {
            while (slow.MoveNext())
            {
            }
        });
        Assert.Equal(JournalFailure.Trimmed, overtaken.Failure);
    }

    [Fact]
    public void The_figures_say_what_a_day_writes_and_when_the_disk_is_full()
    {
        using SqliteJournal journal = Open();
        Assert.Null(journal.Measure().BytesPerDay);
        journal.CommitUpTo(240, bytes: 10_000, at: HourOf);

        JournalFigures figures = journal.Measure();

        // 24 batches a day of 10,000 bytes, and what pages and indexes add.
        Assert.InRange(figures.BytesPerDay!.Value, 240_000, 400_000);
        Assert.Equal((1L, 240L), (figures.FirstSequence, figures.LastSequence));
        Assert.Equal(new Instant(HourOf(1)), figures.FirstAt);
        Assert.Equal(figures.BytesPerDay * 30, figures.SettlesAtBytes);
        Assert.Null((figures with { DiskFreeBytes = 1_000_000_000_000 }).DaysUntilFull);
        Assert.Equal(2, (figures with { DiskFreeBytes = figures.BytesPerDay.Value * 2 }).DaysUntilFull);
        Assert.True(figures.DiskFreeBytes > 0);
        Assert.True(figures.Bytes >= figures.UsedBytes);
    }

    private SqliteJournal Open() => _folder.Open(new JournalOptions { WriterOpened = FasterForATest });

    private static long HourOf(long sequence) => sequence * Hour;

    private static Snapshot Of(long sequence) => new(sequence, new Instant(sequence), new byte[100], SHA256.HashData(new byte[100]));

    // These tests are about what is kept, not about power cuts.
    private static void FasterForATest(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous = OFF";
        command.ExecuteNonQuery();
    }
}
