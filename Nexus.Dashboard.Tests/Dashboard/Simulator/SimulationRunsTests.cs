using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Features.Simulator;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Tests.Dashboard.Simulator;

public sealed class SimulationRunsTests : IAsyncDisposable
{
    private static readonly Caller Somebody = new(ActorKind.Person, "dana", OwnerPath.Root, Scope.Admin, null, "page", null);

    private readonly SimulationRuns _runs = new(
        Options.Create(new SimulatorOptions { MaxRunning = 2, MaxQueued = 1, MaxKept = 3 }), NullLogger<SimulationRuns>.Instance);

    public async ValueTask DisposeAsync()
    {
        await _runs.StopAsync(CancellationToken.None);
        _runs.Dispose();
    }

    [Fact]
    public async Task No_more_run_at_once_than_may_and_no_more_wait()
    {
        Simulation first = Add("a", UntilStopped);
        Simulation second = Add("b", UntilStopped);
        Simulation third = Add("c", UntilStopped);

        Assert.False(_runs.TryAdd(Of("d", UntilStopped)));
        Assert.Equal([SimulationStatus.Running, SimulationStatus.Running, SimulationStatus.Queued], new[] { first, second, third }.Select(s => s.State.Status));

        Task turn = third.News;
        second.Cancel();
        await turn.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal((SimulationStatus.Cancelled, SimulationStatus.Running), (second.State.Status, third.State.Status));
    }

    [Fact]
    public void One_that_waits_and_is_cancelled_never_runs()
    {
        Add("a", UntilStopped);
        Add("b", UntilStopped);
        Simulation waits = Add("c", _ => throw new InvalidOperationException("it ran"));

        waits.Cancel();
        _runs.Look();

        Assert.Equal(SimulationStatus.Cancelled, waits.State.Status);
    }

    [Fact]
    public async Task What_went_wrong_is_told_and_what_was_a_fault_of_ours_is_not()
    {
        Simulation wrong = await EndedAsync(Add("a", _ => throw new SimulationException("request 2 of the trace: priority 'urgent' is not a class")));
        Simulation bug = await EndedAsync(Add("b", _ => throw new InvalidOperationException("secret")));

        Assert.Equal((SimulationStatus.Failed, "request 2 of the trace: priority 'urgent' is not a class"), (wrong.State.Status, wrong.State.Error));
        Assert.Equal(SimulationStatus.Failed, bug.State.Status);
        Assert.DoesNotContain("secret", bug.State.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_newest_results_are_kept()
    {
        foreach (string id in (string[])["a", "b", "c", "d", "e"])
        {
            await EndedAsync(Add(id, s => s.Becomes(s.State with { Status = SimulationStatus.Finished })));
        }

        Assert.Equal(["e", "d", "c"], _runs.All.Select(s => s.Id));
        Assert.Null(_runs.Find("a"));
    }

    [Fact]
    public async Task When_the_program_ends_they_stop()
    {
        Simulation runs = Add("a", UntilStopped);

        await _runs.StopAsync(CancellationToken.None);

        Assert.Equal(SimulationStatus.Cancelled, runs.State.Status);
        Assert.False(_runs.TryAdd(Of("b", UntilStopped)));
    }

    [Theory]
    [InlineData("MaxRunning", 0)]
    [InlineData("MaxEvents", 999)]
    public void A_bound_that_cannot_be_is_named_by_its_key(string key, int value)
    {
        SimulatorOptions options = key == "MaxRunning" ? new() { MaxRunning = value } : new() { MaxEvents = value };

        Assert.Contains($"Nexus:Simulator:{key} must be between", Assert.Single(options.Faults()), StringComparison.Ordinal);
    }

    private Simulation Add(string id, Action<Simulation> work)
    {
        Simulation simulation = Of(id, work);
        Assert.True(_runs.TryAdd(simulation));
        return simulation;
    }

    private static async Task<Simulation> EndedAsync(Simulation simulation)
    {
        // The news first: what ends it between the two is told by a news that nobody had asked for.
        for (Task news = simulation.News; !simulation.State.HasEnded; news = simulation.News)
        {
            await news.WaitAsync(TimeSpan.FromSeconds(30));
        }

        return simulation;
    }

    private static Simulation Of(string id, Action<Simulation> work) => new(id, Somebody, default, work);

    private static void UntilStopped(Simulation simulation)
    {
        simulation.Stop.WaitHandle.WaitOne();
        simulation.Stop.ThrowIfCancellationRequested();
    }
}
