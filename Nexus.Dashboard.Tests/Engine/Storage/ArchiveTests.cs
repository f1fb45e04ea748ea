using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage;
using Xunit;

namespace Nexus.Dashboard.Tests.Engine.Storage;

public sealed class ArchiveTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_request_that_left_memory_is_found_by_identity_id_and_lease_and_after_a_restart()
    {
        using (SqliteJournal journal = _folder.Open())
        {
            journal.Commit(DataFolder.Batch(1, 1), [DataFolder.Ended("r1", "acme", lease: 7), DataFolder.Ended("r1", "globex", lease: 9)]);
            AssertFound(journal);
        }

        using SqliteJournal again = _folder.Open();
        AssertFound(again);
    }

    [Fact]
    public void What_was_never_archived_is_not_found()
    {
        using SqliteJournal journal = _folder.Open();
        journal.Commit(DataFolder.Batch(1, 1), [DataFolder.Ended("r1", "acme", lease: 7)]);

        Assert.Null(journal.FindArchived(new RequestKey("acme", "r2")));
        Assert.Null(journal.FindArchived(new RequestKey("globex", "r1")));
        Assert.Null(journal.FindArchivedByLease(8));
        Assert.Null(journal.FindArchivedByLease(-1));
        Assert.Empty(journal.FindArchivedById("r2"));
    }

    [Fact]
    public void A_request_archived_again_replaces_what_was_kept_of_it()
    {
        using SqliteJournal journal = _folder.Open();
        journal.Commit(DataFolder.Batch(1, 1), [DataFolder.Ended("r1")]);
        journal.Commit(DataFolder.Batch(2, 2), [DataFolder.Ended("r1") with { Version = 99 }]);

        Assert.Equal(99, journal.FindArchived(new RequestKey("acme", "r1"))!.Version);
        Assert.Single(journal.FindArchivedById("r1"));
    }

    [Fact]
    public async Task Many_threads_look_up_while_another_writes()
    {
        using SqliteJournal journal = _folder.Open();
        using CancellationTokenSource stop = new();
        Task[] readers =
        [
            .. Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            {
                while (!stop.IsCancellationRequested)
                {
                    long seen = journal.LastSequence;
                    if (seen > 0)
                    {
                        Assert.Equal($"r{seen}", journal.FindArchived(new RequestKey("acme", $"r{seen}"))!.Spec.Id);
                        Assert.Equal($"r{seen}", journal.FindArchivedByLease(seen)!.Spec.Id);
                    }
                }
            })),
        ];

        for (int i = 1; i <= 300; i++)
        {
            journal.Commit(DataFolder.Batch(i, i), [DataFolder.Ended($"r{i}", lease: i)]);
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
    }

    [Fact]
    public void The_filter_says_no_to_what_was_never_added_almost_always_and_never_to_what_was()
    {
        ArchiveFilter filter = new(64 * 1024 * 1024);
        filter.Complete();
        const int Many = 1_000_000;
        for (int i = 0; i < Many; i++)
        {
            filter.Add(new RequestKey("acme", $"known-{i}"));
        }

        Assert.All(Enumerable.Range(0, 1000), i => Assert.True(filter.MayHold(new RequestKey("acme", $"known-{i * 1000}"))));
        int wrong = Enumerable.Range(0, 10_000).Count(i => filter.MayHold(new RequestKey("acme", $"unknown-{i}")));
        Assert.InRange(wrong, 0, 500);
        Assert.InRange(filter.Bytes, 2_000_000, 8_000_000);
    }

    [Fact]
    public void The_filter_keeps_within_its_bound_and_stays_right_beyond_it()
    {
        ArchiveFilter filter = new(IdFilter.FirstLayerBytes);
        filter.Complete();
        for (int i = 0; i < 1_000_000; i++)
        {
            filter.Add(new RequestKey("acme", $"known-{i}"));
        }

        Assert.Equal(IdFilter.FirstLayerBytes, filter.Bytes);
        Assert.All(Enumerable.Range(0, 1000), i => Assert.True(filter.MayHold(new RequestKey("acme", $"known-{i * 1000}"))));
    }

    [Fact]
    public void A_filter_that_is_not_filled_yet_says_perhaps() => Assert.True(new ArchiveFilter(IdFilter.FirstLayerBytes).MayHold(new RequestKey("acme", "r1")));

    private static void AssertFound(SqliteJournal journal)
    {
        Assert.Equal(7, journal.FindArchived(new RequestKey("acme", "r1"))!.Lease!.Number);
        Assert.Equal("globex", journal.FindArchivedByLease(9)!.Owner.Tenant);
        Assert.Equal(["acme", "globex"], journal.FindArchivedById("r1").Select(r => r.Owner.Tenant));
    }
}
