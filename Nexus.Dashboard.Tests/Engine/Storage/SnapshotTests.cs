using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;
using Xunit;

namespace Nexus.Dashboard.Tests.Engine.Storage;

public sealed class SnapshotTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string[] Files => [.. Directory.EnumerateFiles(Path.Combine(_folder.Path, "snapshots")).Order(StringComparer.Ordinal)];

    [Fact]
    public void The_newest_snapshot_at_or_below_a_number_is_found()
    {
        using SqliteJournal journal = _folder.Open();
        journal.CommitUpTo(30);
        Assert.Null(journal.LatestSnapshot());
        journal.SaveSnapshot(Of(10));
        journal.SaveSnapshot(Of(20));

        Assert.Equal(20, journal.LatestSnapshot()!.Sequence);
        Assert.Equal(10, journal.LatestSnapshot(atMost: 19)!.Sequence);
        Assert.Null(journal.LatestSnapshot(atMost: 9));
        Assert.Equal(Of(20).State.ToArray(), journal.LatestSnapshot()!.State.ToArray());
        Assert.Equal(20, journal.LatestSnapshot()!.At.Milliseconds);
    }

    [Fact]
    public void The_newest_two_are_kept()
    {
        using SqliteJournal journal = _folder.Open();
        journal.CommitUpTo(30);
        foreach (long sequence in (long[])[5, 10, 15, 20])
        {
            journal.SaveSnapshot(Of(sequence));
        }

        Assert.Equal(["0000000000000000015.snapshot", "0000000000000000020.snapshot"], Files.Select(Path.GetFileName));
    }

    [Fact]
    public void A_snapshot_of_what_is_not_on_disk_is_refused()
    {
        using SqliteJournal journal = _folder.Open();
        journal.Commit(DataFolder.Batch(1, 5));

        Assert.Throws<ArgumentException>(() => journal.SaveSnapshot(Of(6)));
        Assert.Throws<ArgumentException>(() => journal.SaveSnapshot(Of(3)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(40)]
    [InlineData(70)]
    [InlineData(100)]
    [InlineData(1100)]
    public void A_snapshot_with_a_flipped_byte_is_not_used_and_said_so(int place)
    {
        List<string> said = [];
        using SqliteJournal journal = SqliteJournal.Open(_folder.Path, log: new Listener(said));
        journal.CommitUpTo(30);
        journal.SaveSnapshot(Of(10));
        journal.SaveSnapshot(Of(20));
        byte[] bytes = File.ReadAllBytes(Files[1]);
        bytes[place] ^= 1;
        File.WriteAllBytes(Files[1], bytes);

        Assert.Equal(10, journal.LatestSnapshot()!.Sequence);
        Assert.Contains("0000000000000000020.snapshot is not used", Assert.Single(said), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(1000)]
    public void A_snapshot_cut_short_is_not_used(int length)
    {
        using SqliteJournal journal = _folder.Open();
        journal.CommitUpTo(30);
        journal.SaveSnapshot(Of(20));
        File.WriteAllBytes(Files[0], File.ReadAllBytes(Files[0])[..length]);

        Assert.Null(journal.LatestSnapshot());
    }

    [Fact]
    public void A_snapshot_of_another_journal_is_not_used()
    {
        using DataFolder other = new();
        using (SqliteJournal theirs = other.Open())
        {
            theirs.CommitUpTo(30, bytes: 50);
            theirs.SaveSnapshot(Of(20));
        }

        using SqliteJournal journal = _folder.Open();
        journal.CommitUpTo(30);
        journal.SaveSnapshot(Of(10));
        File.Copy(Path.Combine(other.Path, "snapshots", "0000000000000000020.snapshot"), Path.Combine(_folder.Path, "snapshots", "0000000000000000020.snapshot"));

        Assert.Equal(10, journal.LatestSnapshot()!.Sequence);
    }

    [Fact]
    public void A_journal_that_ends_before_its_snapshots_says_that_events_are_missing_and_goes_on_without_them()
    {
        using (SqliteJournal journal = _folder.Open())
        {
            journal.CommitUpTo(30);
            journal.SaveSnapshot(Of(10));
            journal.SaveSnapshot(Of(20));
        }

        _folder.Sql("DELETE FROM batches WHERE first > 15");
        List<string> said = [];
        using SqliteJournal older = SqliteJournal.Open(_folder.Path, log: new Listener(said));
        Assert.Contains("ends at event 15, but a snapshot of event 20 lies beside it", Assert.Single(said), StringComparison.Ordinal);
        Assert.Equal(10, older.LatestSnapshot()!.Sequence);

        for (long next = 16; next <= 22; next++)
        {
            older.Commit(DataFolder.Batch(next, next, bytes: 7));
        }

        Assert.Equal(10, older.LatestSnapshot()!.Sequence);
        older.SaveSnapshot(Of(18));
        Assert.Equal(["0000000000000000010.snapshot", "0000000000000000018.snapshot"], Files.Select(Path.GetFileName));
    }

    private static Snapshot Of(long sequence)
    {
        byte[] state = [.. Enumerable.Range(0, 1024).Select(i => (byte)(i * sequence))];
        return new Snapshot(sequence, new Instant(sequence), state, SHA256.HashData(state));
    }

    private sealed class Listener(List<string> said) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => said.Add(formatter(state, exception));
    }
}
