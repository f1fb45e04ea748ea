using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

public sealed class CommitFailureTests
{
    [Theory]
    [InlineData(JournalFailure.Full)]
    [InlineData(JournalFailure.Locked)]
    [InlineData(JournalFailure.InputOutput)]
    public async Task When_a_commit_fails_its_callers_are_told_nothing_is_done_and_it_comes_back_by_itself(JournalFailure failure)
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        await nexus.SubmitAsync("r1", ("gpu", 1));
        nexus.Journal.Break(failure);

        EngineUnavailableException told = await Assert.ThrowsAsync<EngineUnavailableException>(() => nexus.SubmitAsync("r2", ("gpu", 1)));

        Assert.Equal($"the test says {failure}", told.Message);
        await nexus.UntilAsync(() => nexus.Host.Health.State == EngineHealthState.Failed);
        Assert.Equal((told.Message, failure), (nexus.Host.Health.Reason, nexus.Host.Health.Failure!.Value));
        Assert.Equal(RequestStatus.Allocated, nexus.Find("r1").Status);
        Assert.Null(nexus.Read.Find(new RequestKey("acme", "r2")));
        await Assert.ThrowsAsync<EngineUnavailableException>(() => nexus.SubmitAsync("r3", ("gpu", 1)));

        nexus.Journal.Heal();
        await nexus.UntilAsync(() => nexus.Host.Health.IsReady, TimeSpan.FromSeconds(1));

        Assert.Equal(RequestStatus.Allocated, (await nexus.SubmitAsync("r2", ("gpu", 3))).Status);
        Assert.Equal(0, nexus.Read.Pool("gpus")!.Of("gpu")!.FreeAt(nexus.Host.Now).Units);
    }

    [Fact]
    public async Task What_was_written_although_nobody_could_know_is_there_after_the_recovery()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        nexus.Journal.LoseAnAnswer();

        await Assert.ThrowsAsync<EngineUnavailableException>(() => nexus.SubmitAsync("r1", ("gpu", 4)));
        nexus.Journal.Heal();
        await nexus.UntilAsync(() => nexus.Host.Health.IsReady, TimeSpan.FromSeconds(1));

        Request first = nexus.Find("r1");
        RequestReply again = (RequestReply)await nexus.SubmitAsync(Scene.Spec("r1", [("gpu", 4)]));
        Assert.True(again.Duplicate);
        Assert.Equal(first.Lease!.Number, again.Request.Lease!.Number);
    }

    [Fact]
    public async Task Whoever_waits_in_the_channel_when_a_commit_fails_is_told_at_once()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        EngineHostTests.Block(nexus);
        Task<Reply> first = nexus.Host.SendAsync(new Submit(Scene.Spec("r1", [("gpu", 1)])) { Actor = Scene.Somebody });
        await nexus.Journal.Begun.WaitAsync(RunningEngine.Patience);
        Task<Reply> queued = nexus.Host.SendAsync(new Submit(Scene.Spec("r2", [("gpu", 1)])) { Actor = Scene.Somebody });
        nexus.Journal.Break();

        nexus.Journal.Commits.Set();

        await Assert.ThrowsAsync<EngineUnavailableException>(() => first.WaitAsync(RunningEngine.Patience));
        await Assert.ThrowsAsync<EngineUnavailableException>(() => queued.WaitAsync(RunningEngine.Patience));
    }

    [Fact]
    public async Task After_a_failure_of_more_than_an_hour_nobody_lost_the_lease_they_could_not_renew()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        await nexus.SubmitAsync(Scene.Spec("r1", [("gpu", 1)], lease: TimeSpan.FromMinutes(5)));
        nexus.Journal.Break();
        await Assert.ThrowsAsync<EngineUnavailableException>(() => nexus.SubmitAsync("r2", ("gpu", 1)));

        nexus.Clock.Advance(TimeSpan.FromHours(2));
        nexus.Journal.Heal();
        await nexus.UntilAsync(() => nexus.Host.Health.IsReady, TimeSpan.FromSeconds(1));

        Assert.Equal(RequestStatus.Allocated, nexus.Find("r1").Status);
        Assert.True(nexus.Find("r1").Lease!.ExpiresAt - nexus.Host.Now > TimeSpan.FromMinutes(4));
        Assert.Single(nexus.Read.EventsAfter(0, 100, Nexus.Engine.Resources.OwnerPath.Root).OfType<ClockJumped>());
    }

    [Fact]
    public async Task A_wait_goes_on_through_a_failure()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        Request first = await nexus.SubmitAsync("r1", ("gpu", 4));
        Request waiting = await nexus.QueueAsync("r2", ("gpu", 4));
        Task<Request?> news = nexus.Read.WaitForChangeAsync(waiting.Key, waiting.Version, TimeSpan.FromDays(1));
        nexus.Journal.Break();
        await Assert.ThrowsAsync<EngineUnavailableException>(() => nexus.ReleaseAsync(first));
        nexus.Journal.Heal();
        await nexus.UntilAsync(() => nexus.Host.Health.IsReady, TimeSpan.FromSeconds(1));

        // A recovery may have brought news, so whoever waits is asked to look; nothing is new here, and the client asks again.
        Request seen = (await news.WaitAsync(RunningEngine.Patience))!;
        Assert.Equal(RequestStatus.Queued, seen.Status);
        Task<Request?> again = nexus.Read.WaitForChangeAsync(seen.Key, seen.Version, TimeSpan.FromDays(1));
        await nexus.ReleaseAsync(nexus.Find("r1"));
        Assert.Equal(RequestStatus.Allocated, (await again.WaitAsync(RunningEngine.Patience))!.Status);
    }
}
