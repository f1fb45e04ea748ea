using Nexus.Engine.Hosting;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

public sealed class WaitingTests
{
    [Fact]
    public async Task A_queued_request_is_told_of_its_grant()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        Request holds = await nexus.SubmitAsync("r1", ("gpu", 4));
        Request waits = await nexus.QueueAsync("r2", ("gpu", 4));

        Task<Request?> news = nexus.Read.WaitForChangeAsync(waits.Key, waits.Version, TimeSpan.FromSeconds(30));
        Assert.False(news.IsCompleted);
        await nexus.ReleaseAsync(holds);

        Assert.Equal(RequestStatus.Allocated, (await news.WaitAsync(RunningEngine.Patience))!.Status);
        Assert.Equal(0, nexus.Read.Waiters);
    }

    [Fact]
    public async Task Without_news_the_answer_is_what_it_was()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        Request granted = await nexus.SubmitAsync("r1", ("gpu", 4));

        Task<Request?> news = nexus.Read.WaitForChangeAsync(granted.Key, granted.Version, TimeSpan.FromSeconds(30));
        nexus.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Same(granted, await news.WaitAsync(RunningEngine.Patience));
    }

    [Fact]
    public async Task What_is_new_already_is_answered_at_once()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        Request granted = await nexus.SubmitAsync("r1", ("gpu", 4));

        Assert.Same(granted, await nexus.Read.WaitForChangeAsync(granted.Key, granted.Version - 1, TimeSpan.FromSeconds(30)));
        Assert.Null(await nexus.Read.WaitForChangeAsync(new RequestKey("acme", "nobody"), 0, TimeSpan.FromSeconds(30)));
        Assert.Same(granted, await nexus.Read.WaitForChangeAsync(granted.Key, granted.Version, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_waiter_that_goes_away_leaves_nothing_behind()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        Request granted = await nexus.SubmitAsync("r1", ("gpu", 4));
        using CancellationTokenSource gone = new();

        Task<Request?> news = nexus.Read.WaitForChangeAsync(granted.Key, granted.Version, TimeSpan.FromSeconds(30), gone.Token);
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => news);
        Assert.Equal(0, nexus.Read.Waiters);
    }

    [Fact]
    public async Task Ten_thousand_wait_without_a_thread_each_and_all_are_woken()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        Request holds = await nexus.SubmitAsync("r1", ("gpu", 4));
        int threads = ThreadPool.ThreadCount;

        Task<Request?>[] waiting = [.. Enumerable.Range(0, 10_000).Select(_ => nexus.Read.WaitForChangeAsync(holds.Key, holds.Version, TimeSpan.FromMinutes(1)))];
        Assert.Equal(10_000, nexus.Read.Waiters);
        Assert.InRange(ThreadPool.ThreadCount - threads, -100, 20);
        await nexus.ReleaseAsync(holds);

        Request?[] woken = await Task.WhenAll(waiting).WaitAsync(RunningEngine.Patience);
        Assert.All(woken, r => Assert.Equal(RequestStatus.Released, r!.Status));
        Assert.Equal(0, nexus.Read.Waiters);
    }

    [Fact]
    public async Task More_than_may_wait_are_told_to_come_back()
    {
        await using RunningEngine nexus = await RunningEngine.StartAsync(new EngineOptions { MaxWaiters = 2 });
        await nexus.PoolAsync("gpus", ("gpu", 4));
        Request granted = await nexus.SubmitAsync("r1", ("gpu", 4));
        Task<Request?>[] waiting = [.. Enumerable.Range(0, 2).Select(_ => nexus.Read.WaitForChangeAsync(granted.Key, granted.Version, TimeSpan.FromMinutes(1)))];

        await Assert.ThrowsAsync<EngineUnavailableException>(() => nexus.Read.WaitForChangeAsync(granted.Key, granted.Version, TimeSpan.FromMinutes(1)));

        await nexus.ReleaseAsync(granted);
        await Task.WhenAll(waiting).WaitAsync(RunningEngine.Patience);
    }

    [Fact]
    public async Task Whoever_waits_for_events_is_woken_by_the_next()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        long seen = nexus.Read.Sequence;

        Task news = nexus.Read.WaitForEventsAsync(seen, TimeSpan.FromMinutes(1));
        Assert.False(news.IsCompleted);
        await nexus.SubmitAsync("r1", ("gpu", 4));

        await news.WaitAsync(RunningEngine.Patience);
        Assert.Equal(seen + 1, nexus.Read.Sequence);
        await nexus.Read.WaitForEventsAsync(seen, TimeSpan.FromMinutes(1)).WaitAsync(RunningEngine.Patience);
    }
}
