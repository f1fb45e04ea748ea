using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Tests.Engine.Storage.Ledgers;

/// <summary>Which records were reported before is known without the disk for nearly all that are new, and never wrongly denied.</summary>
public sealed class UsageFilterTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_says_no_to_what_was_never_reported_almost_always_and_never_to_what_was()
    {
        UsageFilter filter = new(64 * 1024 * 1024);
        filter.Complete();
        const int Many = 1_000_000;
        for (int i = 0; i < Many; i++)
        {
            filter.Add("acme", $"u-{i}");
        }

        Assert.All(Enumerable.Range(0, 1000), i => Assert.True(filter.MayHold("acme", $"u-{i * 1000}")));
        Assert.InRange(Enumerable.Range(0, 10_000).Count(i => filter.MayHold("globex", $"u-{i}")), 0, 300);

        // Ten bits an id, in layers of 1 MiB and 2 MiB.
        Assert.Equal(3 * 1024 * 1024, filter.Bytes);
    }

    [Fact]
    public void It_keeps_within_its_bound_and_stays_right_beyond_it()
    {
        UsageFilter filter = new(IdFilter.FirstLayerBytes);
        filter.Complete();
        for (int i = 0; i < 1_000_000; i++)
        {
            filter.Add("acme", $"u-{i}");
        }

        Assert.Equal(IdFilter.FirstLayerBytes, filter.Bytes);
        Assert.All(Enumerable.Range(0, 1000), i => Assert.True(filter.MayHold("acme", $"u-{i * 1000}")));
    }

    [Fact]
    public void Until_it_is_filled_it_says_perhaps() => Assert.True(new UsageFilter(IdFilter.FirstLayerBytes).MayHold("acme", "u-1"));

    [Fact]
    public async Task After_a_start_it_is_filled_from_what_is_on_disk()
    {
        using (SqliteJournal journal = _folder.Open())
        {
            journal.Commit(DataFolder.Batch(1, 1) with { Records = new HashSet<(string, string)> { ("acme", "u-1"), ("globex", "u-2") } }, []);
        }

        using SqliteJournal again = _folder.Open();
        await again.Filled;
        Assert.Equal([0, 2], again.Ledger.Known([Record("acme", "u-1"), Record("acme", "u-2"), Record("globex", "u-2"), Record("acme", "u-3")]).Order());

        // What is written later is known at once.
        again.Commit(DataFolder.Batch(2, 2) with { Records = new HashSet<(string, string)> { ("acme", "u-3") } }, []);
        Assert.Equal(0, Assert.Single(again.Ledger.Known([Record("acme", "u-3"), Record("globex", "u-3")])));

        // It was filled, else the disk would be asked for each: here it cannot answer any more.
        _folder.Sql("DROP TABLE usage_records");
        Assert.Empty(again.Ledger.Known([Record("acme", "never"), Record("globex", "never")]));
    }

    private static UsageRecord Record(string tenant, string id) => new(id, new Instant(1), OwnerPath.Parse(tenant), "tokens.input", Quantity.Of(1));
}
