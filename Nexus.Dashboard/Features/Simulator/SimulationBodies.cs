using System.Text.Json;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Prices;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>What is to be simulated: a recorded window or a trace, and the rules to try.</summary>
internal sealed record SimulationBody
{
    /// <summary>The recorded past, cut to what the journal keeps.</summary>
    public WindowBody? Window { get; init; }

    /// <summary>A trace as CSV text.</summary>
    public string? Trace { get; init; }

    /// <summary>How many tenants requests are spread over whose trace names no owner.</summary>
    public int? Owners { get; init; }

    /// <summary>How fast a model answers, where a trace says nothing of durations.</summary>
    public decimal? TokensPerSecond { get; init; }

    public List<VariantBody>? Variants { get; init; }
}

/// <summary>A window of recorded time.</summary>
internal sealed record WindowBody(DateTimeOffset? From, DateTimeOffset? To);

/// <summary>Rules to try: what differs from those that were recorded, of a trace from those of today.</summary>
internal sealed record VariantBody
{
    public string? Name { get; init; }

    /// <summary>The strategy that every pool follows.</summary>
    public string? Strategy { get; init; }

    /// <summary>Pools by name, each as a merge patch (RFC 7396) on the pool as it is; null removes it.</summary>
    public Dictionary<string, JsonElement>? Pools { get; init; }

    /// <summary>Quotas by owner path (the root is <c>~</c>), each as a merge patch on what is set there; null removes it.</summary>
    public Dictionary<string, JsonElement>? Quotas { get; init; }

    /// <summary>Budgets by id, each as a merge patch on the budget as it is; null removes it.</summary>
    public Dictionary<string, JsonElement>? Budgets { get; init; }

    /// <summary>The whole price book, in the place of the one that holds.</summary>
    public List<PriceItem>? Prices { get; init; }

    /// <summary>Own kinds by name, each as a merge patch; null removes it.</summary>
    public Dictionary<string, JsonElement>? Kinds { get; init; }

    /// <summary>Priority classes by name, each as a merge patch; null removes it.</summary>
    public Dictionary<string, JsonElement>? Priorities { get; init; }

    /// <summary>What is set for owners, by path (the root is <c>~</c>), each as a merge patch; null removes it.</summary>
    public Dictionary<string, JsonElement>? Owners { get; init; }
}

/// <summary>A simulation as it stands.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Progress">How far it is, 0 … 1.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="CreatedBy">By whom.</param>
/// <param name="Window">The window as it was cut; absent for a trace.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="NotModelled">What a simulation leaves out, in a sentence.</param>
/// <param name="Variants">What came of each variant, as <c>simulate --json</c> prints it; of those that are done.</param>
internal sealed record SimulationAnswer(
    string Id, SimulationStatus Status, double Progress, DateTimeOffset CreatedAt, string CreatedBy, WindowBody? Window, string? Error, string NotModelled, IReadOnlyList<SimulationReport> Variants)
{
    internal const string LeftOut = "Requests come as they came: retries and changed submissions, which other answers might have caused, are not modelled.";

    public static SimulationAnswer Of(Simulation simulation)
    {
        SimulationState state = simulation.State;
        return new(
            simulation.Id, state.Status, Math.Round(state.Progress, 4), simulation.CreatedAt, simulation.Caller.Id,
            state.Window is { } window ? new WindowBody(window.From.ToDateTimeOffset(), window.To.ToDateTimeOffset()) : null,
            state.Error, LeftOut, state.Variants);
    }
}
