using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Nexus.Dashboard.Commands;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Simulator;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Tests.Dashboard.Simulator;

/// <summary>The recorded past under other rules, over a real engine with a real journal.</summary>
public sealed class PastReplayTests : IAsyncLifetime
{
    private readonly LiveEngine _engine = new();
    private readonly SimulationRuns _runs = new(Options.Create(new SimulatorOptions { MaxRunning = 1, MaxQueued = 1 }), NullLogger<SimulationRuns>.Instance);
    private PastReplay _replay = null!;

    public async ValueTask InitializeAsync()
    {
        await _engine.InitializeAsync();
        await _engine.Running.PoolAsync("gpus", ("gpu", 1));
        await _engine.Running.AdvanceAsync(TimeSpan.FromSeconds(1));
        await _engine.Running.SubmitAsync(Scene.Spec("runs", [("gpu", 1)], duration: TimeSpan.FromMinutes(10)));
        await _engine.Running.SubmitAsync(Scene.Spec("high", [("gpu", 1)], priority: "high", queue: true, duration: TimeSpan.FromMinutes(10)));
        await _engine.Running.AdvanceAsync(TimeSpan.FromMinutes(1));
        SimulationService simulations = new(
            _engine.Running.Host, _runs, new DataDirectory(_engine.Running.Folder.Path), Options.Create(new EngineOptions()), Options.Create(new SimulatorOptions()), TimeProvider.System);
        _replay = new PastReplay(simulations, new FakeTimeProvider(_engine.Running.Host.Now.ToDateTimeOffset().AddHours(1)));
    }

    public async ValueTask DisposeAsync()
    {
        await _runs.StopAsync(CancellationToken.None);
        _runs.Dispose();
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task Every_strategy_is_tried_on_the_same_past_the_present_one_first()
    {
        await _replay.RunAsync(LiveEngine.Person("operator"), StrategyReplay.Variants("gpus", "fairShare"), TimeSpan.FromHours(6), () => { }, CancellationToken.None);

        Assert.Equal([("Fair share", "fairShare"), ("Priority", "priority"), ("Deadline", "deadline"), ("Cost optimized", "costOptimized"), ("Adaptive", "adaptive")], _replay.State.Variants.Select(v => (v.Name, v.Strategy)));
        Assert.Equal((false, null, 2L), (_replay.State.IsRunning, _replay.State.Wrong, _replay.State.Requests));
        Assert.Equal(["Mean wait", "p95 wait", "Deadlines met", "Refused", "Preempted or reclaimed"], Comparison.InShort(_replay.State.Variants).Select(r => r.What));
    }

    [Fact]
    public async Task A_pool_that_came_in_the_course_of_that_time_follows_each_from_when_it_came()
    {
        await _engine.Running.PoolAsync("later", ("gpu", 2));
        await _engine.Running.SubmitAsync(Scene.Spec("there", [("gpu", 1)], pools: ["later"]));
        await _engine.Running.AdvanceAsync(TimeSpan.FromMinutes(1));

        await _replay.RunAsync(LiveEngine.Person("operator"), StrategyReplay.Variants("later", "priority"), TimeSpan.FromHours(6), () => { }, CancellationToken.None);

        Assert.Null(_replay.State.Wrong);
        Assert.Equal([0L, 0L, 0L, 0L, 0L], _replay.State.Variants.Select(v => v.Rejected));
    }

    [Fact]
    public async Task What_was_replayed_is_forgotten_when_it_is_dropped()
    {
        await _replay.RunAsync(LiveEngine.Person("operator"), [new VariantBody { Name = "as recorded" }], TimeSpan.FromHours(6), () => { }, CancellationToken.None);
        Assert.Equal((true, false), (Assert.Single(_replay.State.Variants).AsRecorded, _replay.State.Differs));

        _replay.Drop();

        Assert.Equal(PastReplayState.None, _replay.State);
    }

    [Fact]
    public async Task Why_it_could_not_be_begun_is_said()
    {
        await _replay.RunAsync(LiveEngine.Person("viewer"), [new VariantBody { Name = "as recorded" }], TimeSpan.FromHours(6), () => { }, CancellationToken.None);

        Assert.Contains("benchmarks", _replay.State.Wrong, StringComparison.Ordinal);
    }
}
