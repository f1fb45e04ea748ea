using System.Globalization;
using Nexus.Engine.Resources.Health;

namespace Nexus.Engine.Scheduling;

/// <summary>What of a pool's health stopped a request.</summary>
/// <param name="Failed">How many of its grants had failed.</param>
/// <param name="Settled">Of how many that stated an outcome.</param>
/// <param name="Window">In which time; null: they were its probes.</param>
/// <param name="AtOnce">How many it granted at a time while it was probed; 0 while it was open.</param>
public sealed record PoolFailing(int Failed, int Settled, TimeSpan? Window, int AtOnce)
{
    /// <summary>What of a pool's health stops somebody, or null: nothing.</summary>
    public static PoolFailing? Of(PoolHealthState? health) =>
        health is { StopsGrants: true, Evidence: { } evidence } ? new(evidence.Failed, evidence.Settled, evidence.Window, health.Limit) : null;

    /// <summary>For example <c>14 of 20 grants failed in 5 min</c>.</summary>
    public override string ToString() => Window is { } window
        ? string.Create(CultureInfo.InvariantCulture, $"{Failed} of {Settled} grants failed in {Length(window)}")
        : string.Create(CultureInfo.InvariantCulture, $"{Failed} of {Settled} probes failed");

    private static string Length(TimeSpan window) => window.TotalMinutes < 1 ? string.Create(CultureInfo.InvariantCulture, $"{window.TotalSeconds:0.###} s")
        : window.TotalHours < 1 ? string.Create(CultureInfo.InvariantCulture, $"{window.TotalMinutes:0.##} min")
        : string.Create(CultureInfo.InvariantCulture, $"{window.TotalHours:0.##} h");
}
