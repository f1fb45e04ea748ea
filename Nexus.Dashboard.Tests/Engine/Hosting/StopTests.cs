using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

public sealed class StopTests
{
    [Fact]
    public async Task What_is_queued_when_it_is_told_to_stop_is_decided_and_committed_and_nothing_new_is_taken()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 400));
        EngineHostTests.Block(nexus);
        Task<Reply> first = nexus.Host.SendAsync(new Submit(Scene.Spec("r0", [("gpu", 1)])) { Actor = Scene.Somebody });
        await nexus.Journal.Begun.WaitAsync(RunningEngine.Patience);
        Task<Reply>[] queued = [.. Enumerable.Range(1, 20).Select(i => nexus.Host.SendAsync(new Submit(Scene.Spec($"r{i}", [("gpu", 1)])) { Actor = Scene.Somebody }))];

        Task stopping = nexus.Host.StopAsync(CancellationToken.None);
        EngineUnavailableException refused = await Assert.ThrowsAsync<EngineUnavailableException>(() => nexus.SubmitAsync("late", ("gpu", 1)));
        nexus.Journal.Commits.Set();
        await stopping.WaitAsync(RunningEngine.Patience);

        Assert.Equal("Nexus is stopping.", refused.Message);
        Assert.All(await Task.WhenAll([first, .. queued]), r => Assert.Equal(RequestStatus.Allocated, ((RequestReply)r).Request.Status));
        Assert.Equal(EngineHealthState.Stopped, nexus.Host.Health.State);
        await using RunningEngine again = await nexus.RestartAsync();
        Assert.Equal(21, again.Read.Counts.Running);
    }

    [Fact]
    public async Task Whoever_waits_for_news_is_let_go_at_once()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        Request granted = await nexus.SubmitAsync("r1", ("gpu", 4));
        Task<Request?> request = nexus.Read.WaitForChangeAsync(granted.Key, granted.Version, TimeSpan.FromDays(1));
        Task events = nexus.Read.WaitForEventsAsync(nexus.Read.Sequence, TimeSpan.FromDays(1));

        await nexus.Host.StoppingAsync(CancellationToken.None);

        Assert.Equal(granted, await request.WaitAsync(RunningEngine.Patience));
        await events.WaitAsync(RunningEngine.Patience);
        Assert.Equal(granted, await nexus.Read.WaitForChangeAsync(granted.Key, granted.Version, TimeSpan.FromDays(1)));
    }

    [Fact]
    public async Task It_stops_while_it_has_failed_too()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        nexus.Journal.Break();
        await Assert.ThrowsAsync<EngineUnavailableException>(() => nexus.SubmitAsync("r1", ("gpu", 1)));

        await nexus.Host.StopAsync(CancellationToken.None).WaitAsync(RunningEngine.Patience);

        Assert.Equal(EngineHealthState.Stopped, nexus.Host.Health.State);
    }
}
