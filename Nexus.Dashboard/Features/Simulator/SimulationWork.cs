using Nexus.Engine.Core;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;
using Nexus.Engine.Simulation;
using Nexus.Engine.Simulation.Traces;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>The work of a simulation: one variant after the other, with what is done so far to be seen.</summary>
internal static class SimulationWork
{
    // Reading the past is a part of the work: of the bar it gets so much.
    private const double ShareOfReading = 0.1;

    /// <summary>Simulates a trace.</summary>
    public static void OfTrace(
        Simulation simulation, IReadOnlyList<TraceRequest> trace, PresentRules now, IReadOnlyList<WhatIf> variants, decimal tokensPerSecond, TimeProvider time)
    {
        PoolDefinition[] all = [.. variants.SelectMany(v => v.Pools(now.Pools)).DistinctBy(p => p.Name, StringComparer.Ordinal)];
        Workload workload = TraceWorkload.Of(() => trace, all, tokensPerSecond, TraceWorkload.DefaultStart, now.Catalogue);
        Run(simulation, workload, [.. variants.Select(v => v.OnTrace(now))], 0, progress => (double)progress.Requests / Math.Max(1, trace.Count), static (_, report) => report, time);
    }

    /// <summary>Simulates a recorded window.</summary>
    /// <exception cref="SimulationException">The window holds too much, or nothing.</exception>
    public static void OfWindow(
        Simulation simulation, string folder, EngineLimits limits, int maxEvents, Instant from, Instant to, IReadOnlyList<WhatIf> variants,
        Func<BudgetDefinition, Instant, IReadOnlyList<BudgetStart>> spentBefore, TimeProvider time)
    {
        RecordedWindow window = RecordedWindow.Read(folder, limits, maxEvents, from, to, begins => simulation.Becomes(simulation.State with { Window = (begins, to) }), simulation.Stop);
        Run(
            simulation, window.Workload, [.. variants.Select(v => v.OnRecord(spentBefore))], ShareOfReading,
            progress => (progress.At - window.From) / (to - window.From),
            (i, report) => variants[i].IsUnchanged ? report with { AsRecorded = report.Hash == window.Hash } : report,
            time);
    }

    private static void Run(
        Simulation simulation, Workload workload, IReadOnlyList<Variant> variants, double begun, Func<SimulationProgress, double> share, Func<int, SimulationReport, SimulationReport> finish,
        TimeProvider time)
    {
        for (int i = 0; i < variants.Count; i++)
        {
            int done = i;
            long began = time.GetTimestamp();
            SimulationReport report = Engine.Simulation.Simulator.Compare(
                workload, [variants[i]],
                progress: at => simulation.Becomes(At(at, done, began)),
                cancellation: simulation.Stop)[0];
            simulation.Becomes(simulation.State with { Progress = Share(i + 1), Current = null, Variants = [.. simulation.State.Variants, finish(i, report)] });
        }

        simulation.Becomes(simulation.State with { Status = SimulationStatus.Finished, Progress = 1 });

        SimulationState At(SimulationProgress at, int done, long began)
        {
            double of = Math.Clamp(share(at), 0, 1);
            TimeSpan taken = time.GetElapsedTime(began);
            return simulation.State with { Progress = Share(done + of), Current = new VariantProgress(of, at.At, at.Events, taken > TimeSpan.Zero ? at.Events / taken.TotalSeconds : 0) };
        }

        double Share(double variantsDone) => begun + ((1 - begun) * variantsDone / variants.Count);
    }
}
