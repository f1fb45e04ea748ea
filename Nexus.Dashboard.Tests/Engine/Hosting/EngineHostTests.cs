using Nexus.Dashboard.Tests.Engine.Storage;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

public sealed class EngineHostTests
{
    [Fact]
    public async Task Whoever_was_answered_reads_the_answer_and_finds_it_on_disk()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));

        Request granted = await nexus.SubmitAsync("r1", ("gpu", 3));

        Assert.Equal(RequestStatus.Allocated, granted.Status);
        Assert.Same(granted, nexus.Find("r1"));
        Assert.Same(granted, nexus.Read.FindByLease(granted.Lease!.Number));
        Assert.Equal(1, nexus.Read.Pool("gpus")!.Of("gpu")!.FreeAt(nexus.Host.Now).Units);
        Assert.Equal(nexus.Read.Sequence, nexus.Journal.LastSequence);
    }

    [Fact]
    public async Task Nobody_is_answered_before_the_commit_and_no_reader_sees_more_than_is_on_disk()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        Block(nexus);

        Task<Reply> asking = nexus.Host.SendAsync(new Submit(Scene.Spec("r1", [("gpu", 3)])) { Actor = Scene.Somebody });
        await nexus.Journal.Begun.WaitAsync(RunningEngine.Patience);

        Assert.False(asking.IsCompleted);
        Assert.Null(nexus.Read.Find(new RequestKey("acme", "r1")));
        Assert.Equal(1, nexus.Read.Sequence);

        nexus.Journal.Commits.Set();
        Assert.IsType<RequestReply>(await asking.WaitAsync(RunningEngine.Patience));
        Assert.Equal(2, nexus.Read.Sequence);
    }

    [Fact]
    public async Task A_duplicate_that_comes_before_the_commit_waits_for_it_too()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        Block(nexus);
        Submit submit = new(Scene.Spec("r1", [("gpu", 3)])) { Actor = Scene.Somebody };
        Task<Reply> blocker = nexus.Host.SendAsync(new Submit(Scene.Spec("r0", [("gpu", 1)])) { Actor = Scene.Somebody });
        await nexus.Journal.Begun.WaitAsync(RunningEngine.Patience);

        Task<Reply> first = nexus.Host.SendAsync(submit);
        Task<Reply> second = nexus.Host.SendAsync(submit);
        nexus.Journal.Commits.Set();

        RequestReply original = (RequestReply)await first.WaitAsync(RunningEngine.Patience);
        RequestReply duplicate = (RequestReply)await second.WaitAsync(RunningEngine.Patience);
        Assert.Equal(original.Request, duplicate.Request);
        Assert.True(duplicate.Duplicate);
        await blocker;
    }

    [Fact]
    public async Task What_waits_together_is_committed_together()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 400));
        Block(nexus);
        Task<Reply> blocker = nexus.Host.SendAsync(new Submit(Scene.Spec("r0", [("gpu", 1)])) { Actor = Scene.Somebody });
        await nexus.Journal.Begun.WaitAsync(RunningEngine.Patience);
        int written = nexus.Journal.Written;

        Task<Reply>[] asking = [.. Enumerable.Range(1, 50).Select(i => nexus.Host.SendAsync(new Submit(Scene.Spec($"r{i}", [("gpu", 1)])) { Actor = Scene.Somebody }))];
        nexus.Journal.Commits.Set();
        await Task.WhenAll(asking).WaitAsync(RunningEngine.Patience);
        await blocker;

        Assert.Equal(written + 2, nexus.Journal.Written);
        Assert.Equal(349, nexus.Read.Pool("gpus")!.Of("gpu")!.FreeAt(nexus.Host.Now).Units);
    }

    [Fact]
    public async Task Beyond_the_channels_capacity_callers_are_told_to_come_back_and_nothing_is_half_done()
    {
        await using RunningEngine nexus = await RunningEngine.StartAsync(new EngineOptions { ChannelCapacity = 5 });
        await nexus.PoolAsync("gpus", ("gpu", 400));
        Block(nexus);
        Task<Reply> blocker = nexus.Host.SendAsync(new Submit(Scene.Spec("r0", [("gpu", 1)])) { Actor = Scene.Somebody });
        await nexus.Journal.Begun.WaitAsync(RunningEngine.Patience);

        Task<Reply>[] queued = [.. Enumerable.Range(1, 5).Select(i => nexus.Host.SendAsync(new Submit(Scene.Spec($"r{i}", [("gpu", 1)])) { Actor = Scene.Somebody }))];
        EngineUnavailableException refused = await Assert.ThrowsAsync<EngineUnavailableException>(() => nexus.SubmitAsync(Scene.Spec("r6", [("gpu", 1)])));
        EngineUnavailableException whole = await Assert.ThrowsAsync<EngineUnavailableException>(() => nexus.Host.SendAsync(
            [.. Enumerable.Range(7, 3).Select(i => new Submit(Scene.Spec($"r{i}", [("gpu", 1)])) { Actor = Scene.Somebody })]));

        Assert.Equal(TimeSpan.FromSeconds(1), refused.RetryAfter);
        Assert.Equal("5 callers wait to be decided already. Come back in a second.", whole.Message);
        Assert.Equal(5, nexus.Host.Health.ChannelDepth);
        nexus.Journal.Commits.Set();
        await Task.WhenAll([blocker, .. queued]).WaitAsync(RunningEngine.Patience);
        Assert.Equal(6, nexus.Read.Counts.Running);
    }

    [Fact]
    public async Task Several_commands_take_one_place_and_one_commit_and_answer_each_for_itself()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        int written = nexus.Journal.Written;

        Reply[] replies = await nexus.Host.SendAsync(
        [
            new Submit(Scene.Spec("r1", [("gpu", 4)])) { Actor = Scene.Somebody },
            new Submit(Scene.Spec("r2", [("gpu", 1)])) { Actor = Scene.Somebody },
            new Submit(Scene.Spec("r3", [("unicorns", 1)])) { Actor = Scene.Somebody },
        ]);

        Assert.Equal(RequestStatus.Allocated, ((RequestReply)replies[0]).Request.Status);
        Assert.Equal(RequestStatus.Rejected, ((RequestReply)replies[1]).Request.Status);
        Assert.Equal(FaultCode.UnknownName, ((Fault)replies[2]).Code);
        Assert.Equal(written + 1, nexus.Journal.Written);
    }

    [Fact]
    public async Task A_caller_that_gives_up_before_it_is_queued_changes_nothing()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => nexus.Host.SendAsync(
            new Submit(Scene.Spec("r1", [("gpu", 4)])) { Actor = Scene.Somebody }, new CancellationToken(canceled: true)));

        Assert.Equal(0, nexus.Read.Counts.Running);
    }

    [Fact]
    public async Task A_lease_expires_by_itself_when_its_time_has_come()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        Request granted = ((RequestReply)await nexus.SubmitAsync(Scene.Spec("r1", [("gpu", 4)], lease: TimeSpan.FromSeconds(30)))).Request;
        await nexus.QueueAsync("r2", ("gpu", 2));

        await nexus.UntilAsync(() => nexus.Find("r1").Status == RequestStatus.Expired, TimeSpan.FromSeconds(1));

        Assert.Equal(granted.Lease!.ExpiresAt, nexus.Find("r1").EndedAt);
        Assert.Equal(granted.Lease.ExpiresAt, nexus.Find("r2").Lease!.GrantedAt);
    }

    [Fact]
    public async Task A_release_that_comes_with_the_expiry_settles_once()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        Request granted = ((RequestReply)await nexus.SubmitAsync(Scene.Spec("r1", [("gpu", 4)], lease: TimeSpan.FromSeconds(30)))).Request;

        nexus.Clock.Advance(TimeSpan.FromSeconds(30));
        ReleaseReply[] replies = [.. (await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => nexus.ReleaseAsync(granted)))).Cast<ReleaseReply>()];

        Assert.All(replies, r => Assert.True(r.Late));
        Assert.Single(nexus.Read.TimelineOf(granted with { Version = nexus.Read.Sequence }).OfType<RequestEnded>());
        Assert.Single(nexus.Read.TimelineOf(granted with { Version = nexus.Read.Sequence }).OfType<SettlementCorrected>());
        Assert.Equal(4, nexus.Read.Pool("gpus")!.Of("gpu")!.FreeAt(nexus.Host.Now).Units);
    }

    [Fact]
    public async Task The_clock_jumps_and_every_lease_gets_its_full_length_again()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        await nexus.SubmitAsync(Scene.Spec("r1", [("gpu", 4)], lease: TimeSpan.FromSeconds(30)));

        nexus.Clock.SetWallBy(TimeSpan.FromHours(5));
        await nexus.AdvanceAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(RequestStatus.Allocated, nexus.Find("r1").Status);
        Assert.Equal(nexus.Host.Now + TimeSpan.FromSeconds(30), nexus.Find("r1").Lease!.ExpiresAt);
        Assert.Equal(ClockState.Jumped, nexus.Host.Health.Clock.State);
        Assert.Equal(Instant.From(nexus.Clock.GetUtcNow()), nexus.Host.Now);
    }

    [Fact]
    public async Task A_clock_that_is_weeks_ahead_waits_for_an_operator_who_is_recorded()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        nexus.Clock.SetWallBy(TimeSpan.FromDays(40));
        await nexus.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(ClockState.WaitingForOperator, nexus.Host.Health.Clock.State);

        Reply done = await nexus.Host.AcceptClockAsync(new Actor(ActorKind.Person, "dana", "page"));

        Assert.Equal(Instant.From(nexus.Clock.GetUtcNow()), nexus.Host.Now);
        EngineEvent jump = Assert.Single(nexus.Read.EventsAfter(((DoneReply)done).Version - 1, 10, OwnerPath.Root));
        Assert.Equal("dana", Assert.IsType<ClockJumped>(jump).Actor.Id);
        Assert.Equal(0, ((DoneReply)await nexus.Host.AcceptClockAsync(Scene.Somebody)).Version);
    }

    [Fact]
    public async Task A_second_engine_on_the_same_folder_does_not_start()
    {
        await using RunningEngine nexus = await RunningEngine.StartAsync();
        using EngineHost second = new(() => nexus.Folder.Open());

        JournalException refused = await Assert.ThrowsAsync<JournalException>(() => second.StartAsync(CancellationToken.None));

        Assert.Equal(JournalFailure.Locked, refused.Failure);
        Assert.Equal(EngineHealthState.Stopped, second.Health.State);
    }

    [Fact]
    public async Task A_journal_that_cannot_be_opened_is_tried_again_and_the_reason_is_shown()
    {
        TestClock clock = new();
        using DataFolder folder = new();
        bool broken = true;
        using EngineHost host = new(() => broken ? throw new JournalException("no room", JournalFailure.Full) : folder.Open(), null, clock);

        await host.StartAsync(CancellationToken.None);
        Assert.Equal((EngineHealthState.Failed, "no room", JournalFailure.Full), (host.Health.State, host.Health.Reason, host.Health.Failure!.Value));
        await Assert.ThrowsAsync<EngineUnavailableException>(() => host.SendAsync(new Tick { Actor = Actor.Engine }));

        broken = false;
        for (int i = 0; i < 500 && !host.Health.IsReady; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5);
        }

        Assert.True(host.Health.IsReady);
        await host.StopAsync(CancellationToken.None);
    }

    internal static void Block(RunningEngine nexus)
    {
        nexus.Journal.Commits.Reset();
        while (nexus.Journal.Begun.Wait(0))
        {
            // Only what begins from now on counts.
        }
    }
}
