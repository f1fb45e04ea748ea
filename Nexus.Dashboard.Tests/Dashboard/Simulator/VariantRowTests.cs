using Nexus.Dashboard.Features.Simulator;
using Nexus.Dashboard.Gallery;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Resources;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Tests.Dashboard.Simulator;

public sealed class VariantRowTests
{
    private static readonly SimulationReport Done = ComparisonTests.Report("as it is", 1, 1, 1, 0) with { Events = 812 };

    [Fact]
    public void What_is_done_what_runs_and_what_waits_is_told_apart_variant_by_variant()
    {
        using Simulation simulation = Of(SimulationStatus.Running, [Done], new VariantProgress(0.25, Instant.From(Story.Noted), 2_000, 40_000));

        Assert.Equal(
            [new VariantRow("as it is", Signal.Ok, 1, 812), new VariantRow("roomier", Signal.Info, 0.25, 2_000, 40_000, Story.Noted), new VariantRow("fairly", Signal.Waiting, 0, 0)],
            VariantRow.Of(simulation));
    }

    [Fact]
    public void Before_its_turn_all_wait_and_while_the_past_is_read_the_first_has_begun()
    {
        using Simulation waits = Of(SimulationStatus.Queued, [], null);
        using Simulation reads = Of(SimulationStatus.Running, [], null);

        Assert.All(VariantRow.Of(waits), row => Assert.Equal(Signal.Waiting, row.State));
        Assert.Equal([Signal.Info, Signal.Waiting, Signal.Waiting], VariantRow.Of(reads).Select(r => r.State));
    }

    private static Simulation Of(SimulationStatus status, IReadOnlyList<SimulationReport> done, VariantProgress? current)
    {
        Simulation simulation = new("sim-1", LiveEngine.Person("operator"), Story.Noted, _ => { }) { Asked = new SimulationBody { Variants = [new() { Name = "as it is" }, new() { Name = "roomier" }, new() { Name = "fairly" }] } };
        simulation.Becomes(new SimulationState(status, 0, done) { Current = current });
        return simulation;
    }
}
