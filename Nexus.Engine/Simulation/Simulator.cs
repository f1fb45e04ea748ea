using Nexus.Engine.Core;

namespace Nexus.Engine.Simulation;

/// <summary>The one comparison: a workload under several variants of the rules, by the engine itself under a virtual clock.</summary>
/// <remarks>
/// <para>Nothing waits and nothing is drawn by lot: the same workload under the same rules gives the same decisions, whose hash is in the report.</para>
/// <para>Variants are simulated one after the other, each in an engine of its own; memory holds what lives in one of them, and a wait for each request that started.</para>
/// </remarks>
public static class Simulator
{
    /// <summary>Simulates each variant.</summary>
    /// <param name="workload">What comes from outside.</param>
    /// <param name="variants">The rules, each with a name of its own.</param>
    /// <param name="decided">Told of the decisions after each step: the variant's index, and the batch, which is cleared afterwards; null: nobody wants them.</param>
    /// <param name="progress">Told how far it is, every thousand inputs.</param>
    /// <param name="cancellation">Stops it between two inputs.</param>
    /// <returns>A report for each variant, in their order.</returns>
    /// <exception cref="SimulationException">A request of the workload, or a change of a variant, is refused as wrong.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static IReadOnlyList<SimulationReport> Compare(
        Workload workload,
        IReadOnlyList<Variant> variants,
        Action<int, Batch>? decided = null,
        Action<SimulationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(workload);
        ArgumentNullException.ThrowIfNull(variants);
        List<SimulationReport> reports = new(variants.Count);
        for (int i = 0; i < variants.Count; i++)
        {
            int index = i;
            SimulationRun run = new(
                workload,
                variants[i],
                decided is null ? null : batch => decided(index, batch),
                progress is null ? null : (requests, events, at) => progress(new(index, requests, events, at)),
                cancellation);
            reports.Add(run.Report());
        }

        return reports;
    }
}
