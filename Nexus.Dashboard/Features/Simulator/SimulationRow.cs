using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>A simulation in the list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="At">When it was asked for.</param>
/// <param name="What">A window and how long it is, or a trace.</param>
/// <param name="Variants">The names of what was compared.</param>
/// <param name="By">Who asked.</param>
/// <param name="State">How it stands.</param>
/// <param name="Word">The same in a word.</param>
public sealed record SimulationRow(string Id, DateTimeOffset At, string What, string Variants, string By, Signal State, string Word)
{
    internal static SimulationRow Of(Simulation simulation) => new(
        simulation.Id, simulation.CreatedAt, WhatOf(simulation), string.Join(", ", (simulation.Asked.Variants ?? []).Select(v => v.Name)), simulation.Caller.Id,
        simulation.State.Status switch
        {
            SimulationStatus.Finished => Signal.Ok,
            SimulationStatus.Failed => Signal.Bad,
            SimulationStatus.Cancelled => Signal.Cancelled,
            SimulationStatus.Queued => Signal.Waiting,
            _ => Signal.Info,
        },
        simulation.State.Status.ToString());

    private static string WhatOf(Simulation simulation) => (simulation.State.Window, simulation.Asked.Window) switch
    {
        ({ } cut, _) => $"{Numbers.Duration(cut.To - cut.From)} of the past",
        (_, { From: { } from, To: { } to }) => $"{Numbers.Duration(to - from)} of the past",
        _ => "a trace",
    };
}
