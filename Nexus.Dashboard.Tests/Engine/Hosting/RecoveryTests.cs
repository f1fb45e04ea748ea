using Nexus.Dashboard.Tests.Engine.Storage;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

public sealed class RecoveryTests
{
    [Fact]
    public async Task After_a_power_cut_everything_that_was_acknowledged_is_there()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        Request granted = await nexus.SubmitAsync("r1", ("gpu", 3));
        Request waiting = await nexus.QueueAsync("r2", ("gpu", 2));

        await using RunningEngine after = await nexus.AfterPowerCutAsync();

        Assert.Equivalent(granted, after.Find("r1"), strict: true);
        Assert.Equivalent(waiting, after.Find("r2"), strict: true);
        Assert.Equal(nexus.Read.Sequence, after.Read.Sequence);
        Assert.Equal(1, after.Read.Pool("gpus")!.Of("gpu")!.FreeAt(after.Host.Now).Units);
        Assert.Equal((1, 1), (after.Read.Counts.Waiting, after.Read.Counts.Running));
        Assert.True(((RequestReply)await after.SubmitAsync(Scene.Spec("r1", [("gpu", 3)]))).Duplicate);
    }

    [Fact]
    public async Task A_clean_stop_keeps_a_snapshot_and_the_next_start_begins_there()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        await nexus.SubmitAsync("r1", ("gpu", 3));
        long last = nexus.Read.Sequence;

        await using RunningEngine again = await nexus.RestartAsync();

        Assert.Equal(last, again.Host.Health.Snapshot.Sequence);
        Assert.Equal(last, again.Read.EventsAfter(0, 10, OwnerPath.Root).Count);
        Assert.Single(again.Read.TimelineOf(again.Find("r1")));
        Assert.Equal(RequestStatus.Allocated, again.Find("r1").Status);
        Assert.Equal(EngineHealthState.Stopped, nexus.Host.Health.State);
    }

    [Fact]
    public async Task A_snapshot_is_kept_after_so_many_events_and_after_so_long()
    {
        await using RunningEngine nexus = await RunningEngine.StartAsync(new EngineOptions { SnapshotEvents = 1_000, SnapshotInterval = TimeSpan.FromMinutes(10) });
        await nexus.PoolAsync("gpus", ("gpu", 4));
        await nexus.Host.SendAsync([.. Enumerable.Range(0, 1_100).Select(i => new Submit(Scene.Spec($"r{i}", [("gpu", 9)])) { Actor = Scene.Somebody })]);
        await nexus.UntilAsync(() => nexus.Host.Health.Snapshot.Sequence == 1_101);

        await nexus.SubmitAsync("more", ("gpu", 9));
        Assert.Equal(1_101, nexus.Host.Health.Snapshot.Sequence);
        nexus.Clock.Advance(TimeSpan.FromMinutes(10));
        await nexus.SubmitAsync("still more", ("gpu", 9));
        await nexus.UntilAsync(() => nexus.Host.Health.Snapshot.Sequence == 1_103);
    }

    [Fact]
    public async Task An_id_that_left_memory_is_still_known_and_never_granted_twice()
    {
        await using RunningEngine nexus = await RunningEngine.StartAsync(new EngineOptions { EndedInMemory = 2 });
        await nexus.PoolAsync("gpus", ("gpu", 4));
        Request first = await nexus.SubmitAsync("r1", ("gpu", 1));
        await nexus.ReleaseAsync(first);
        for (int i = 2; i < 6; i++)
        {
            await nexus.ReleaseAsync(await nexus.SubmitAsync($"r{i}", ("gpu", 1)));
        }

        RequestReply again = (RequestReply)await nexus.SubmitAsync(Scene.Spec("r1", [("gpu", 1)]));
        Assert.True(again.Duplicate);
        Assert.Equal((RequestStatus.Released, first.Lease!.Number), (again.Request.Status, again.Request.Lease!.Number));
        Assert.Equal(FaultCode.IdReused, ((Fault)await nexus.SubmitAsync(Scene.Spec("r1", [("gpu", 2)]))).Code);
        Assert.Equal(first.Lease.Number, nexus.Read.FindByLease(first.Lease.Number)!.Lease!.Number);
        Assert.Equal("r1", Assert.Single(nexus.Read.FindById("r1", OwnerPath.Root)).Spec.Id);
        Assert.False(((ReleaseReply)await nexus.ReleaseAsync(first)).Late);
        Assert.True(((RequestReply)await nexus.SendAsync(new Cancel(first.Key) { Actor = Scene.Somebody })).Duplicate);
        Assert.Equal(FaultCode.Ended, ((Fault)await nexus.SendAsync(new SetPriority(first.Key, "high") { Actor = Scene.Somebody })).Code);
        Assert.Equal(FaultCode.NotFound, ((Fault)await nexus.SendAsync(new Cancel(new RequestKey("acme", "r99")) { Actor = Scene.Somebody })).Code);
    }

    [Fact]
    public async Task An_id_that_leaves_memory_with_the_very_batch_is_not_granted_twice()
    {
        await using RunningEngine nexus = await RunningEngine.StartAsync(new EngineOptions { EndedInMemory = 1 });
        await nexus.PoolAsync("gpus", ("gpu", 4));
        Request first = await nexus.SubmitAsync("r1", ("gpu", 1));
        Request second = await nexus.SubmitAsync("r2", ("gpu", 1));
        await nexus.ReleaseAsync(first);

        Reply[] replies = await nexus.Host.SendAsync(
        [
            new Release(second.Key, second.Lease!.Number, ResourceVector.Empty, Labels.None, null) { Actor = Scene.Somebody },
            new Submit(Scene.Spec("r1", [("gpu", 1)])) { Actor = Scene.Somebody },
        ]);

        Assert.True(((RequestReply)replies[1]).Duplicate);
        Assert.Equal(0, nexus.Read.Counts.Running);
    }

    [Fact]
    public async Task Fewer_in_memory_than_before_loses_no_id()
    {
        await using RunningEngine nexus = await RunningEngine.StartAsync(new EngineOptions { EndedInMemory = 100 });
        await nexus.PoolAsync("gpus", ("gpu", 4));
        for (int i = 0; i < 20; i++)
        {
            await nexus.ReleaseAsync(await nexus.SubmitAsync($"r{i}", ("gpu", 1)));
        }

        using DataFolder copy = nexus.Folder.Copy();
        await using RunningEngine smaller = await RunningEngine.StartAsync(new EngineOptions { EndedInMemory = 3 }, nexus.Clock, copy);
        await smaller.SubmitAsync("next", ("gpu", 1));

        for (int i = 0; i < 20; i++)
        {
            Assert.True(((RequestReply)await smaller.SubmitAsync(Scene.Spec($"r{i}", [("gpu", 1)]))).Duplicate, $"r{i} was forgotten");
        }
    }

    [Fact]
    public async Task A_short_downtime_is_time_that_passed_and_a_long_one_gives_leases_their_length_again()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        await nexus.SubmitAsync(Scene.Spec("short", [("gpu", 1)], lease: TimeSpan.FromMinutes(5)));
        await nexus.SubmitAsync(Scene.Spec("long", [("gpu", 1)], lease: TimeSpan.FromHours(3)));
        await nexus.Host.StopAsync(CancellationToken.None);

        nexus.Clock.Advance(TimeSpan.FromMinutes(50));
        await using RunningEngine soon = await nexus.RestartAsync();
        await soon.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal(RequestStatus.Expired, soon.Find("short").Status);
        Assert.Equal(RequestStatus.Allocated, soon.Find("long").Status);
        await soon.Host.StopAsync(CancellationToken.None);

        nexus.Clock.Advance(TimeSpan.FromHours(30));
        await using RunningEngine late = await soon.RestartAsync();
        await late.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal(late.Host.Now + TimeSpan.FromHours(3), late.Find("long").Lease!.ExpiresAt);
        Assert.Equal(ClockState.Jumped, late.Host.Health.Clock.State);
    }

    [Fact]
    public async Task Events_that_memory_no_longer_holds_are_read_from_the_journal()
    {
        await using RunningEngine nexus = await RunningEngine.StartAsync(new EngineOptions { EventsInMemory = 100 });
        await nexus.PoolAsync("gpus", ("gpu", 4));
        await nexus.Host.SendAsync([.. Enumerable.Range(0, 500).Select(i => new Submit(Scene.Spec($"r{i}", [("gpu", 9)], owner: i % 50 == 0 ? "globex/bo" : "acme/alice")) { Actor = Scene.Somebody })]);

        EventPage first = nexus.Read.EventsAfter(0, 3, OwnerPath.Root);
        Assert.Equal([1L, 2L, 3L], first.Select(e => e.Sequence));
        Assert.Equal(3, first.LookedTo);

        EventPage globex = nexus.Read.EventsAfter(0, 1_000, OwnerPath.Parse("globex"));
        Assert.Equal(10, globex.Count);
        Assert.All(globex, e => Assert.Equal("globex", ((RequestEvent)e).Owner.Tenant));
        Assert.Equal(501, globex.LookedTo);

        Assert.Equal(2, Assert.Single(nexus.Read.TimelineOf(nexus.Find("r0", "globex"))).Sequence);
        Assert.Equal([500L, 501L], nexus.Read.EventsAfter(499, 10, OwnerPath.Root).Select(e => e.Sequence));
        Assert.Empty(nexus.Read.EventsAfter(501, 10, OwnerPath.Root));
    }
}
