using Nexus.Dashboard.Shared;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Pools;

/// <summary>The health of a pool in words.</summary>
internal static class HealthText
{
    /// <summary>How a pool is marked that is not healthy; null for one that is, or whose grants' outcomes do not count.</summary>
    public static (Signal State, string Word)? Of(PoolHealthState? health) => health?.Status switch
    {
        PoolHealthStatus.Open => (Signal.Bad, "Unhealthy"),
        PoolHealthStatus.Probing => (Signal.Warning, "Probing"),
        PoolHealthStatus.Recovering => (Signal.Warning, "Recovering"),
        _ => null,
    };

    /// <summary>What happened to a pool that is not healthy, and what it grants; null for one that is. When it is probed stands beside it.</summary>
    public static string? Sentence(PoolHealthState? health) => health is not { Evidence: { } evidence } ? null
        : $"{Sentence(new PoolFailing(evidence.Failed, evidence.Settled, evidence.Window, 0).ToString())}: {Grants(health)}";

    private static string Grants(PoolHealthState health) => health.Status switch
    {
        PoolHealthStatus.Open => "it grants nothing until it is probed.",
        PoolHealthStatus.Probing => $"it is being probed, with {health.Limit} at a time.",
        _ => Recovers(health.OutcomesAt(default), health.Limit),
    };

    private static string Recovers((int Failed, int Settled) probes, int limit) => $"{probes.Settled - probes.Failed} of {probes.Settled} probes succeeded; it grants {limit} at a time.";

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
