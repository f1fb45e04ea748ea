using Nexus.Dashboard.Tests.Engine.Storage;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

/// <summary>Reported use counts once, whoever sends it again, at once or after a restart, and what was not acknowledged leaves no trace.</summary>
public sealed class ReportedUsageTests
{
    [Fact]
    public async Task A_record_counts_once_within_a_batch_and_after_a_restart()
    {
        using DataFolder folder = new();
        TestClock clock = new();
        await using (RunningEngine nexus = await RunningEngine.StartAsync(clock: clock, folder: folder))
        {
            // Both stand in the channel before either is decided.
            nexus.Journal.Commits.Reset();
            Task<Reply> holds = nexus.SendAsync(Report(nexus, "first"));
            Task<Reply> once = nexus.SendAsync(Report(nexus, "u1"));
            Task<Reply> twice = nexus.SendAsync(Report(nexus, "u1"));
            nexus.Journal.Commits.Set();

            Assert.Equal([UsageStatus.Accepted, UsageStatus.Accepted, UsageStatus.Duplicate], [Status(await holds), Status(await once), Status(await twice)]);
            Assert.Equal(UsageStatus.Duplicate, Status(await nexus.SendAsync(Report(nexus, "u1"))));
        }

        await using RunningEngine again = await RunningEngine.StartAsync(clock: clock, folder: folder);
        Assert.Equal(UsageStatus.Duplicate, Status(await again.SendAsync(Report(again, "u1"))));
        Assert.Equal(2, Total(again).Lines);
    }

    [Fact]
    public async Task Reports_that_memory_has_no_room_for_are_read_from_the_journal()
    {
        await using RunningEngine nexus = await RunningEngine.StartAsync(new EngineOptions { EventsInMemory = 100 });
        for (int report = 0; report < 4; report++)
        {
            await nexus.SendAsync(new RecordUsage([.. Enumerable.Range(0, 80).Select(i => Record(nexus, $"u{report}-{i}"))]) { Actor = Scene.Somebody });
        }

        Assert.Equal(4, nexus.Read.Events.First);
        EventPage all = nexus.Read.EventsAfter(0, 100, OwnerPath.Root);
        Assert.Equal([1L, 2L, 3L, 4L], all.Select(e => e.Sequence));
        Assert.All(all, e => Assert.Equal(80, ((UsageRecorded)e).Records.Count));
    }

    [Fact]
    public async Task A_report_whose_commit_failed_is_taken_when_it_comes_again()
    {
        await using RunningEngine nexus = await RunningEngine.StartAsync();
        nexus.Journal.Break();
        await Assert.ThrowsAsync<EngineUnavailableException>(() => nexus.SendAsync(Report(nexus, "u1")));
        nexus.Journal.Heal();
        await nexus.UntilAsync(() => nexus.Host.Health.IsReady, TimeSpan.FromSeconds(1));

        Assert.Equal(UsageStatus.Accepted, Status(await nexus.SendAsync(Report(nexus, "u1"))));
        Assert.Equal(1, Total(nexus).Lines);
    }

    [Fact]
    public async Task A_report_whose_answer_was_lost_is_known_when_it_comes_again()
    {
        await using RunningEngine nexus = await RunningEngine.StartAsync();
        nexus.Journal.LoseAnAnswer();
        await Assert.ThrowsAsync<EngineUnavailableException>(() => nexus.SendAsync(Report(nexus, "u1")));
        nexus.Journal.Heal();
        await nexus.UntilAsync(() => nexus.Host.Health.IsReady, TimeSpan.FromSeconds(1));

        Assert.Equal(UsageStatus.Duplicate, Status(await nexus.SendAsync(Report(nexus, "u1"))));
        Assert.Equal(1, Total(nexus).Lines);
    }

    [Fact]
    public async Task What_runs_shows_in_the_costs_of_today()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        await nexus.SendAsync(new SetPrices([new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(2) }], Replaces: true) { Actor = Scene.Somebody });
        await nexus.SubmitAsync(Scene.Spec("r1", [("gpu", 1)], lease: TimeSpan.FromHours(20)));

        nexus.Clock.Advance(TimeSpan.FromMinutes(59));
        await nexus.UntilAsync(() => Total(nexus).Lines > 0, TimeSpan.FromMinutes(1));

        Assert.True(Total(nexus).Cost > Money.Zero);
    }

    private static RecordUsage Report(RunningEngine nexus, string id) =>
        new([Record(nexus, id)]) { Actor = Scene.Somebody };

    private static UsageRecord Record(RunningEngine nexus, string id) => new(id, nexus.Host.Now, OwnerPath.Parse("acme/alice"), "tokens.input", Quantity.Of(10));

    private static UsageStatus Status(Reply reply) => Assert.Single(((UsageReply)reply).Outcomes).Status;

    private static CostSum Total(RunningEngine nexus) => nexus.Host.Journal!.Ledger.Report(new CostQuery(nexus.Host.Now - TimeSpan.FromDays(2), nexus.Host.Now + TimeSpan.FromDays(1))).Total;
}
