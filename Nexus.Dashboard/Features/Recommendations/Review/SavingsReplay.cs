using Microsoft.Extensions.Options;
using Nexus.Dashboard.Commands;
using Nexus.Dashboard.Features.Simulator;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;
using Nexus.Engine.Optimization;
using Nexus.Engine.Optimization.FollowUp;
using Nexus.Engine.Resources;
using Nexus.Engine.Simulation;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Features.Recommendations.Review;

/// <summary>Replays the time since a pool was made smaller without that change, by the engine itself, and compares what both cost.</summary>
/// <remarks>
/// <para>What both cost is the pool's capacity at its price, and what was metered: use of capacity costs nothing beside the capacity itself.</para>
/// <para>It cannot tell where the journal does not keep that time, where it holds more than may be replayed, or where a replay under the rules as they were does not decide as it is recorded.</para>
/// </remarks>
internal sealed class SavingsReplay(EngineHost host, DataDirectory data, IOptions<EngineOptions> engine, IOptions<SimulatorOptions> simulator)
{
    private static readonly Actor Author = new(ActorKind.Engine, "what-if", "follow-up");
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    // Of a time that holds too much its end is replayed.
    private static readonly TimeSpan[] Windows = [TimeSpan.FromDays(31), TimeSpan.FromDays(7), Day];

    /// <summary>What an applied change saved since, and what else would have been otherwise; null where a replay cannot tell.</summary>
    /// <param name="change">The change.</param>
    /// <param name="since">When it was made.</param>
    /// <param name="past">What pools had and what they cost; it ends when the replay does.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(Realised Realised, ReplayedEffect Effect)?> RunAsync(ProposedChange change, Instant since, SavingsPast past, CancellationToken cancellation)
    {
        if (change is not { Kind: ChangeKind.PoolCapacity, Resource: { } resource, From: { } without } || past.Pools.FirstOrDefault(p => p.Pool == change.Subject && p.Resource == resource) is not { UnitHour: { } price } pool)
        {
            return null;
        }

        // What was due until then is decided and on disk, so that the end of the window is whole.
        await host.SendAsync(new Tick { Actor = Actor.Engine }, cancellation);
        Variant[] variants = [Variant.Unchanged("as it was"), new("without the change", engine => Undone(engine.Pools, change.Subject, resource, without), command => Kept(command, change.Subject, resource, without))];
        foreach (TimeSpan longest in Windows)
        {
            Instant from = past.To - since > longest ? past.To - longest : since;
            try
            {
                return await Task.Run(() => Compare(from, past.To, variants, pool, (double)without.Units * price, price, cancellation), cancellation);
            }
            catch (SimulationException) when (longest > Day && past.To - since > Windows[Array.IndexOf(Windows, longest) + 1])
            {
                // It holds too much: a shorter end of it may not.
            }
            catch (Exception failure) when (failure is SimulationException or JournalException)
            {
                return null;
            }
        }

        return null;
    }

    private (Realised, ReplayedEffect)? Compare(Instant from, Instant to, Variant[] variants, PoolPast pool, double withoutAnHour, double price, CancellationToken stop)
    {
        RecordedWindow window = RecordedWindow.Read(data.Path, engine.Value.Limits, simulator.Value.MaxEvents, from, to, null, stop);
        TimeSpan step = to - window.From >= 3 * Day ? Day : Hour;
        int count = (int)((to - window.From) / step);
        if (count == 0)
        {
            return null;
        }

        double[][] metered = [new double[count], new double[count]];
        IReadOnlyList<SimulationReport> reports = Engine.Simulation.Simulator.Compare(
            window.Workload, variants, (variant, batch) =>
            {
                foreach (LedgerEntry entry in batch.Ledger.Where(e => !IsHeld(e.Line.Resource)))
                {
                    int at = (int)((entry.Line.From - window.From) / step);
                    if (at >= 0 && at < count && entry.Line.From >= window.From)
                    {
                        metered[variant][at] += SavingsMoney.Units(entry.Line.Cost);
                    }
                }
            },
            cancellation: stop);
        if (reports[0].Hash != window.Hash)
        {
            return null;
        }

        List<ReplayedStep> steps = [];
        for (int i = 0; i < count; i++)
        {
            Instant start = window.From + (step * i);
            double[] had = [.. pool.Points.Where(p => p.At >= start && p.At < start + step).Select(p => p.Capacity)];
            double with = (had.Length > 0 ? had.Average() : pool.Points.LastOrDefault(p => p.At < start, pool.Points.Count > 0 ? pool.Points[^1] : default).Capacity) * price * step.TotalHours;
            steps.Add(new ReplayedStep(start, with + metered[0][i], (withoutAnHour * step.TotalHours) + metered[1][i]));
        }

        return Realised.Replayed(steps, step) is { } realised
            ? (realised, new ReplayedEffect(window.From, to, reports[0].Finished, reports[1].Finished, reports[0].WaitSeconds.P95, reports[1].WaitSeconds.P95)) : null;
    }

    private static IEnumerable<Command> Undone(IEnumerable<PoolState> pools, string name, string resource, Quantity amount) =>
        pools.Where(p => p.Name == name && p.Definition.Of(resource) is { } supply && supply.Amount != amount).Select(p => new SetPool(With(p.Definition, resource, amount)) { Actor = Author });

    // Whatever else was set since is set in the replay too.
    private static Command? Kept(Command command, string name, string resource, Quantity amount) => command is SetPool set && set.Pool.Name == name ? set with { Pool = With(set.Pool, resource, amount) } : command;

    private static PoolDefinition With(PoolDefinition pool, string resource, Quantity amount) => pool with { Supplies = [.. pool.Supplies.Select(s => s.Kind == resource ? s with { Amount = amount } : s)] };

    private bool IsHeld(string kind) => host.Read.Configuration.Kind(kind)?.Behaviour == ResourceBehaviour.Held;
}
