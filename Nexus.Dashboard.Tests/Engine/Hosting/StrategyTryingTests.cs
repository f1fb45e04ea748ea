using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

/// <summary>Beside a real engine with a real journal, the past of adaptive pools is replayed, and the engine is told.</summary>
public sealed class StrategyTryingTests
{
    private static readonly EngineOptions Options = new();

    [Fact]
    public async Task What_came_since_the_last_time_is_replayed_under_each_strategy_and_told()
    {
        await using RunningEngine nexus = await AdaptiveAsync();
        using StrategyTrying trying = Trying(nexus);
        await WaitAsync(nexus, "a");

        await trying.TryAsync(CancellationToken.None);
        StrategyTrial first = Assert.Single(nexus.Read.Pool("p")!.Adaptive!.Trials);
        Assert.Equal(KnownStrategies.Fixed, first.Figures.Select(f => f.Strategy));
        Assert.All(first.Figures, f => Assert.Equal(2, f.Requests));
        Assert.True(first.Figures[0].Waited > 0);
        Assert.Equal(nexus.Host.Now - TimeSpan.FromSeconds(1), first.To);

        await WaitAsync(nexus, "b");
        await trying.TryAsync(CancellationToken.None);
        Assert.Equal(first.To, nexus.Read.Pool("p")!.Adaptive!.Trials[^1].From);
        Assert.Equal(2, nexus.Read.Pool("p")!.Adaptive!.Trials.Count);
    }

    [Fact]
    public async Task Where_nobody_waited_nothing_is_replayed()
    {
        await using RunningEngine nexus = await AdaptiveAsync();
        using StrategyTrying trying = Trying(nexus);
        await nexus.ReleaseAsync(await nexus.SubmitAsync("alone", ("gpu", 1)));
        await nexus.AdvanceAsync(Options.StrategyTrialInterval);

        await trying.TryAsync(CancellationToken.None);

        Assert.Empty(nexus.Read.Pool("p")!.Adaptive!.Trials);
    }

    [Fact]
    public async Task After_a_restart_it_goes_on_where_it_had_come_to_and_what_was_learned_is_there()
    {
        RunningEngine nexus = await AdaptiveAsync();
        Instant until;
        using (StrategyTrying before = Trying(nexus))
        {
            await WaitAsync(nexus, "a");
            await before.TryAsync(CancellationToken.None);
            until = nexus.Read.Pool("p")!.Adaptive!.Trials[^1].To;
        }

        await using RunningEngine again = await nexus.RestartAsync();
        Assert.Equal(until, Assert.Single(again.Read.Pool("p")!.Adaptive!.Trials).To);
        using StrategyTrying after = Trying(again);
        await WaitAsync(again, "b");
        await after.TryAsync(CancellationToken.None);

        Assert.Equal(until, again.Read.Pool("p")!.Adaptive!.Trials[^1].From);
        await nexus.DisposeAsync();
    }

    [Fact]
    public async Task It_begins_by_itself_once_in_an_interval()
    {
        await using RunningEngine nexus = await AdaptiveAsync();
        using StrategyTrying trying = Trying(nexus);
        await WaitAsync(nexus, "a");
        await trying.StartAsync(CancellationToken.None);

        for (int i = 0; nexus.Read.Pool("p")!.Adaptive!.Trials.IsEmpty; i++)
        {
            // As often as it takes until it waits for its interval: each time there is something to learn.
            await WaitAsync(nexus, $"again-{i}");
        }

        await trying.StopAsync(CancellationToken.None);
    }

    private static async Task<RunningEngine> AdaptiveAsync()
    {
        RunningEngine nexus = await RunningEngine.StartAsync(Options);
        await nexus.SendAsync(new SetPool(Scene.Definition("p", ("gpu", 1)) with { Strategy = "adaptive" }) { Actor = Scene.Somebody });
        await nexus.AdvanceAsync(TimeSpan.FromSeconds(2));
        return nexus;
    }

    // One runs for five minutes and another waits for it; then ten minutes have passed.
    private static async Task WaitAsync(RunningEngine nexus, string id)
    {
        await nexus.SubmitAsync($"{id}-runs", ("gpu", 1));
        await nexus.QueueAsync($"{id}-waits", ("gpu", 1));
        await nexus.AdvanceAsync(TimeSpan.FromMinutes(4));
        await nexus.ReleaseAsync(nexus.Find($"{id}-runs"));
        await nexus.ReleaseAsync(nexus.Find($"{id}-waits"));
        await nexus.AdvanceAsync(TimeSpan.FromMinutes(6));
    }

    private static StrategyTrying Trying(RunningEngine nexus) => new(nexus.Host, () => nexus.Folder.Path, nexus.Clock, Options, NullLogger<StrategyTrying>.Instance, share: 1);
}
