using System.Globalization;
using Microsoft.Data.Sqlite;
using Nexus.Dashboard.Tests.Engine.Storage;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

/// <summary>What disks and people do, to the whole of host and SQLite.</summary>
public sealed class RealFailureTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly TestClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_full_disk_refuses_with_its_reason_keeps_answering_reads_and_comes_back_when_there_is_room()
    {
        int pages = 1_000_000;
        JournalOptions options = new() { WriterOpened = c => Run(c, string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {pages}")) };
        using EngineHost host = await StartAsync(() => SqliteJournal.Open(_folder.Path, options));
        await SubmitAsync(host, "before");
        await host.StopAsync(CancellationToken.None);

        pages = 40; // Room for a few more pages than it takes now.
        using EngineHost full = await StartAsync(() => SqliteJournal.Open(_folder.Path, options));
        List<string> acknowledged = ["before"];
        EngineUnavailableException? refused = null;
        for (int i = 0; refused is null; i++)
        {
            try
            {
                await SubmitAsync(full, $"r{i}");
                acknowledged.Add($"r{i}");
            }
            catch (EngineUnavailableException unavailable)
            {
                refused = unavailable;
            }
        }

        Assert.StartsWith("There is no room left for the journal", refused.Message, StringComparison.Ordinal);
        await UntilAsync(() => full.Health.State == EngineHealthState.Failed);
        Assert.Equal(JournalFailure.Full, full.Health.Failure);
        Assert.All(acknowledged, id => Assert.NotNull(full.Read.Find(new RequestKey("acme", id))));

        pages = 1_000_000;
        await UntilAsync(() => full.Health.IsReady);
        Assert.All(acknowledged, id => Assert.NotNull(full.Read.Find(new RequestKey("acme", id))));
        await SubmitAsync(full, "after");
        Assert.Equal(acknowledged.Count + 1, full.Read.Count(new RequestQuery { Within = Nexus.Engine.Resources.OwnerPath.Root }));
        await full.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Another_programs_lock_refuses_with_its_reason_and_passes()
    {
        using EngineHost host = await StartAsync(() => SqliteJournal.Open(_folder.Path, new JournalOptions { LockWait = TimeSpan.FromSeconds(1) }));
        await SubmitAsync(host, "before");
        using (SqliteConnection shell = new($"Data Source={_folder.Database};Pooling=False"))
        {
            shell.Open();
            Run(shell, "BEGIN IMMEDIATE");

            EngineUnavailableException refused = await Assert.ThrowsAsync<EngineUnavailableException>(() => SubmitAsync(host, "during"));
            Assert.StartsWith("Another program holds a lock on the journal", refused.Message, StringComparison.Ordinal);
            Assert.NotNull(host.Read.Find(new RequestKey("acme", "before")));
            Run(shell, "ROLLBACK");
        }

        await UntilAsync(() => host.Health.IsReady);
        Assert.Equal(RequestStatus.Allocated, (await SubmitAsync(host, "during")).Status);
        await host.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_damaged_journal_is_not_started_from_and_the_damage_is_named()
    {
        using (EngineHost host = await StartAsync(() => SqliteJournal.Open(_folder.Path)))
        {
            await SubmitAsync(host, "r1");
            await SubmitAsync(host, "r2");
            await host.StopAsync(CancellationToken.None);
        }

        Directory.Delete(Path.Combine(_folder.Path, "snapshots"), recursive: true);
        _folder.Sql("UPDATE batches SET events = zeroblob(length(events)) WHERE first = 2");
        using EngineHost damaged = new(() => SqliteJournal.Open(_folder.Path), null, _clock);
        await damaged.StartAsync(CancellationToken.None);
        await UntilAsync(() => damaged.Health.State == EngineHealthState.Failed);

        Assert.Equal(JournalFailure.Corrupt, damaged.Health.Failure);
        EngineUnavailableException refused = await Assert.ThrowsAsync<EngineUnavailableException>(() => SubmitAsync(damaged, "r3"));
        Assert.Equal(TimeSpan.FromSeconds(30), refused.RetryAfter);
        Assert.Throws<EngineUnavailableException>(() => damaged.Read.Find(new RequestKey("acme", "r1"))); // Not knowing is not the same as there being nothing.
        await damaged.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_damaged_snapshot_only_costs_time()
    {
        using (EngineHost host = await StartAsync(() => SqliteJournal.Open(_folder.Path)))
        {
            await SubmitAsync(host, "r1");
            await host.StopAsync(CancellationToken.None);
        }

        string snapshot = Assert.Single(Directory.GetFiles(Path.Combine(_folder.Path, "snapshots")));
        byte[] bytes = await File.ReadAllBytesAsync(snapshot);
        bytes[^10] ^= 0xFF;
        await File.WriteAllBytesAsync(snapshot, bytes);

        using EngineHost again = await StartAsync(() => SqliteJournal.Open(_folder.Path));
        Assert.Null(again.Health.Snapshot.Sequence);
        Assert.Equal(RequestStatus.Allocated, again.Read.Find(new RequestKey("acme", "r1"))!.Status);
        await again.StopAsync(CancellationToken.None);
    }

    private async Task<EngineHost> StartAsync(Func<IJournal> open)
    {
        EngineHost host = new(open, null, _clock);
        await host.StartAsync(CancellationToken.None);
        await host.WaitUntilReadyAsync().WaitAsync(RunningEngine.Patience);
        await host.SendAsync(new SetPool(Scene.Definition("gpus", ("gpu", 100_000))) { Actor = Scene.Somebody });
        return host;
    }

    private static async Task<Request> SubmitAsync(EngineHost host, string id) =>
        ((RequestReply)await host.SendAsync(new Submit(Scene.Spec(id, [("gpu", 1)])) { Actor = Scene.Somebody }).WaitAsync(RunningEngine.Patience)).Request;

    private async Task UntilAsync(Func<bool> holds)
    {
        for (int i = 0; i < 2_000 && !holds(); i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(5);
        }

        Assert.True(holds(), "it did not happen");
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
