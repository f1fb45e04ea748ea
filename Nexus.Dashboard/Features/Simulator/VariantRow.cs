using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>A variant of a simulation that runs: how far it is.</summary>
/// <param name="Name">The variant.</param>
/// <param name="State">Whether it waits, runs or is done.</param>
/// <param name="Share">0 … 1.</param>
/// <param name="Events">How many decisions were made.</param>
/// <param name="EventsPerSecond">How many a second; null where it does not run.</param>
/// <param name="At">The virtual time it has come to; null where it does not run.</param>
public sealed record VariantRow(string Name, Signal State, double Share, long Events, double? EventsPerSecond = null, DateTimeOffset? At = null)
{
    /// <summary>The variants of a simulation, in the order in which they are simulated.</summary>
    internal static IReadOnlyList<VariantRow> Of(Simulation simulation)
    {
        SimulationState state = simulation.State;
        return
        [
            .. (simulation.Asked.Variants ?? []).Select((variant, i) => (i - state.Variants.Count, state) switch
            {
                ( < 0, _) => new VariantRow(variant.Name!, Signal.Ok, 1, state.Variants[i].Events),
                (0, { Current: { } now }) => new VariantRow(variant.Name!, Signal.Info, now.Share, now.Events, now.EventsPerSecond, now.At.ToDateTimeOffset()),
                (0, { Status: SimulationStatus.Running }) => new VariantRow(variant.Name!, Signal.Info, 0, 0),
                _ => new VariantRow(variant.Name!, Signal.Waiting, 0, 0),
            }),
        ];
    }
}
