using System.Threading.Channels;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

public sealed class EngineFeedTests
{
    [Fact]
    public async Task A_subscription_begins_with_everything_and_goes_on_with_what_changed()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        await nexus.PoolAsync("others", ("gpu", 1));
        await using EngineFeed feed = new(nexus.Host, nexus.Clock);
        using Watcher watcher = new(feed, "pools");

        PoolsFrame full = (PoolsFrame)await watcher.NextAsync();
        Assert.True(full.Full);
        Assert.Equal(["gpus", "others"], full.Pools.Select(p => p.Name));

        feed.Tick();
        await watcher.NextAsync(); // The first point of the series.
        await nexus.SubmitAsync(Scene.Spec("r1", [("gpu", 3)]));
        feed.Tick();

        PoolsFrame changed = (PoolsFrame)await watcher.NextAsync();
        Assert.False(changed.Full);
        MeterFigures meter = Assert.Single(Assert.Single(changed.Pools).Meters);
        Assert.Equal(("gpus", 3m, 1m), (changed.Pools[0].Name, meter.Used.Units, meter.Free.Units));
    }

    [Fact]
    public async Task Without_a_change_nothing_is_sent_but_a_heartbeat()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        await using EngineFeed feed = new(nexus.Host, nexus.Clock);
        using Watcher watcher = new(feed, "queue");
        await watcher.NextAsync();

        for (int i = 0; i < 19; i++)
        {
            nexus.Clock.Advance(EngineFeed.Interval);
            feed.Tick();
        }

        Assert.Equal(0, watcher.Unread);
        nexus.Clock.Advance(EngineFeed.Interval);
        feed.Tick();
        QueueFrame beat = (QueueFrame)await watcher.NextAsync();
        Assert.Equal((false, null, 0), (beat.Full, beat.Queue, beat.Changed.Count));
    }

    [Fact]
    public async Task A_subscriber_sees_requests_within_its_path_and_the_sums_of_all()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        await using EngineFeed feed = new(nexus.Host, nexus.Clock);
        using Watcher overview = new(feed, "overview", "acme");
        using Watcher queue = new(feed, "queue", "acme");
        using Watcher pool = new(feed, "pools/gpus", "acme");
        await Task.WhenAll(overview.NextAsync(), queue.NextAsync(), pool.NextAsync());

        await nexus.SubmitAsync(Scene.Spec("mine", [("gpu", 3)]));
        await nexus.SubmitAsync(Scene.Spec("theirs", [("gpu", 2)], owner: "globex/eve", queue: true));
        feed.Tick();

        OverviewFrame seen = (OverviewFrame)await overview.NextAsync();
        Assert.Equal(["mine"], seen.Decisions.Select(d => d.Id));
        Assert.Equal((0, 1, 1, 1), (seen.Queue!.Waiting, seen.Queue.Running, seen.Queue.AllWaiting, seen.Queue.AllRunning));
        Assert.Equal(3, Assert.Single(seen.Pools).Meters[0].Used.Units);
        Assert.Equal(1, seen.Pools[0].Waiting);
        Assert.Equal(["mine"], ((QueueFrame)await queue.NextAsync()).Changed.Select(r => r.Spec.Id));
        Assert.Equal(["mine"], ((PoolFrame)await pool.NextAsync()).Changed.Select(r => r.Spec.Id));
    }

    [Fact]
    public async Task Decisions_are_told_with_their_verb_the_newest_first()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        await using EngineFeed feed = new(nexus.Host, nexus.Clock);
        using Watcher watcher = new(feed, "overview");
        await watcher.NextAsync();

        Request first = await nexus.SubmitAsync("a", ("gpu", 4));
        await nexus.QueueAsync("b", ("gpu", 1));
        await nexus.SubmitAsync("c", ("gpu", 9));
        await nexus.ReleaseAsync(first);
        await nexus.SendAsync(new Cancel(new RequestKey("acme", "b")) { Actor = Scene.Somebody });
        feed.Tick();

        OverviewFrame frame = (OverviewFrame)await watcher.NextAsync();
        Assert.Equal(
            [("b", DecisionVerb.Cancelled), ("b", DecisionVerb.Granted), ("c", DecisionVerb.Refused), ("b", DecisionVerb.Queued), ("a", DecisionVerb.Granted)],
            frame.Decisions.Select(d => (d.Id, d.Verb)));
        Assert.Equal(["gpus"], frame.Decisions[1].Pools);
    }

    [Fact]
    public async Task A_subscriber_that_does_not_keep_up_gets_a_full_frame_instead_of_what_it_missed()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 400));
        await using EngineFeed feed = new(nexus.Host, nexus.Clock);
        IAsyncEnumerator<Frame> slow = feed.Subscribe("queue", OwnerPath.Root).GetAsyncEnumerator();
        await slow.MoveNextAsync();
        for (int i = 0; i < 40; i++)
        {
            await nexus.SubmitAsync($"r{i}", ("gpu", 1));
            feed.Tick();
        }

        int read = 0;
        for (int i = 0; i < Broadcast.MostUnread; i++)
        {
            await slow.MoveNextAsync();
            read += slow.Current.Full ? 0 : 1;
        }

        Assert.Equal(Broadcast.MostUnread, read);
        feed.Tick();
        await slow.MoveNextAsync();
        Assert.True(slow.Current.Full);
        Assert.Equal(40, ((QueueFrame)slow.Current).Queue!.Running);
        await slow.DisposeAsync();
        Assert.Equal(0, feed.Subscribers);
    }

    [Fact]
    public async Task A_subscriber_is_told_that_more_changed_than_memory_remembers()
    {
        await using RunningEngine nexus = await RunningEngine.StartAsync(new EngineOptions { EventsInMemory = 100 });
        await nexus.PoolAsync("gpus", ("gpu", 4));
        await using EngineFeed feed = new(nexus.Host, nexus.Clock);
        using Watcher watcher = new(feed, "queue");
        await watcher.NextAsync();

        await nexus.SubmitAsync("a", ("gpu", 1));
        UsageRecord use = new("", nexus.Host.Now, OwnerPath.Parse("acme"), "tokens.input", Quantity.Of(1));
        await nexus.SendAsync(new RecordUsage([.. Enumerable.Range(0, 100).Select(i => use with { Id = $"u{i}" })]) { Actor = Scene.Somebody });
        feed.Tick();

        QueueFrame frame = (QueueFrame)await watcher.NextAsync();
        Assert.True(frame.More);
        Assert.Empty(frame.Changed);
    }

    [Fact]
    public async Task The_series_keeps_a_point_every_ten_seconds_of_the_last_hour()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        await using EngineFeed feed = new(nexus.Host, nexus.Clock);
        await nexus.SubmitAsync("a", ("gpu", 3));
        await nexus.QueueAsync("b", ("gpu", 2));
        await nexus.SubmitAsync("c", ("gpu", 9));

        for (int i = 0; i < 3_700; i += 5)
        {
            feed.Tick();
            nexus.Clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(360, feed.Series.Count);
        Assert.Equal(TimeSpan.FromSeconds(3590), feed.Series[^1].At - feed.Series[0].At);
        using Watcher watcher = new(feed, "pools/gpus");
        PoolFrame full = (PoolFrame)await watcher.NextAsync();
        Assert.Equal(360, full.Points.Count);
        Assert.Equal(new KindPoint("gpu", Quantity.Of(3), Quantity.Of(4), Quantity.Of(2)), feed.Series[0].Kinds[0]);
        Assert.Equal(new MeterPoint("gpus", "gpu", Quantity.Of(3), Quantity.Of(4)), feed.Series[0].Meters[0]);
    }

    [Fact]
    public async Task A_pool_that_goes_away_is_told()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        await using EngineFeed feed = new(nexus.Host, nexus.Clock);
        using Watcher pools = new(feed, "pools");
        using Watcher pool = new(feed, "pools/gpus");
        await Task.WhenAll(pools.NextAsync(), pool.NextAsync());

        await nexus.SendAsync(new DeletePool("gpus") { Actor = Scene.Somebody });
        feed.Tick();

        Assert.Equal(["gpus"], ((PoolsFrame)await pools.NextAsync()).RemovedPools);
        Assert.True(((PoolFrame)await pool.NextAsync()).Removed);
    }

    [Fact]
    public async Task A_failure_is_told_on_the_overview()
    {
        await using RunningEngine nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        await using EngineFeed feed = new(nexus.Host, nexus.Clock);
        using Watcher watcher = new(feed, "overview");
        await watcher.NextAsync();
        nexus.Journal.Break();
        await Assert.ThrowsAsync<EngineUnavailableException>(() => nexus.SubmitAsync("r1", ("gpu", 1)));
        await nexus.UntilAsync(() => nexus.Host.Health.State == EngineHealthState.Failed);

        feed.Tick();

        Assert.Equal("the test says Full", ((OverviewFrame)await watcher.NextAsync()).Health!.Reason);
    }

    [Theory]
    [InlineData("overview", true)]
    [InlineData("pools", true)]
    [InlineData("pools/gpus", true)]
    [InlineData("queue", true)]
    [InlineData("pools/", false)]
    [InlineData("secrets", false)]
    [InlineData(null, false)]
    public void Topics_are_known_by_name(string? topic, bool known) => Assert.Equal(known, EngineFeed.IsTopic(topic));

    private sealed class Watcher : IDisposable
    {
        private readonly CancellationTokenSource _gone = new();
        private readonly Channel<Frame> _frames = Channel.CreateUnbounded<Frame>();

        public Watcher(EngineFeed feed, string topic, string within = "") => _ = ReadAsync(feed.Subscribe(topic, OwnerPath.Parse(within), _gone.Token));

        public int Unread => _frames.Reader.Count;

        public Task<Frame> NextAsync() => _frames.Reader.ReadAsync().AsTask().WaitAsync(RunningEngine.Patience);

        public void Dispose() => _gone.Cancel();

        private async Task ReadAsync(IAsyncEnumerable<Frame> frames)
        {
            await foreach (Frame frame in frames)
            {
                _frames.Writer.TryWrite(frame);
            }
        }
    }
}
