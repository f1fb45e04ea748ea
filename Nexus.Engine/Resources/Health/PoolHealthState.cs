namespace Nexus.Engine.Resources.Health;

/// <summary>How a pool does by the outcomes of its grants, at one moment. Never changed: each outcome replaces it by another.</summary>
/// <param name="Settings">By which it is judged.</param>
/// <param name="Status">How it does.</param>
/// <param name="Since">When it opened first, of the times since it was healthy last; null while it is.</param>
/// <param name="RetryAt">When it is probed; null unless it is open.</param>
/// <param name="Limit">How many grants may run at a time that began since it is probed; 0 while it is open, and without meaning while it is healthy.</param>
/// <param name="Probing">How many of those run.</param>
/// <param name="Evidence">What opened it; null while it is healthy.</param>
public sealed record PoolHealthState(
    HealthSettings Settings, PoolHealthStatus Status, Instant? Since, Instant? RetryAt, int Limit, int Probing, HealthEvidence? Evidence)
{
    /// <summary>True while it grants nothing at this moment for its health.</summary>
    public bool StopsGrants => Status == PoolHealthStatus.Open || (Status != PoolHealthStatus.Healthy && Probing >= Limit);

    /// <summary>How often it opened since it was healthy last.</summary>
    internal int Opened { get; init; }

    /// <summary>The event with which it was probed or reset last: what was granted before says nothing of it any more.</summary>
    internal long ProbedFrom { get; init; }

    /// <summary>How many of its probes stated an outcome.</summary>
    internal int ProbesSettled { get; init; }

    /// <summary>How many of those failed.</summary>
    internal int ProbesFailed { get; init; }

    /// <summary>The outcomes in its window, oldest first.</summary>
    internal IReadOnlyList<HealthSlot> Slots { get; init; } = [];

    /// <summary>True where it says nothing that does not follow from its settings.</summary>
    internal bool IsNew => Status == PoolHealthStatus.Healthy && ProbedFrom == 0 && Slots.Count == 0;

    /// <summary>How many grants failed, of how many that stated an outcome: in the window while it is healthy, else of those that began since it is probed.</summary>
    public (int Failed, int Settled) OutcomesAt(Instant now) =>
        Status == PoolHealthStatus.Healthy ? HealthWindow.Sum(Slots, Settings.Window, now) : (ProbesFailed, ProbesSettled);
}

/// <summary>What opened a pool.</summary>
/// <param name="Failed">How many grants failed.</param>
/// <param name="Settled">Of how many that stated an outcome.</param>
/// <param name="Window">In which time; null: they were its probes.</param>
public sealed record HealthEvidence(int Failed, int Settled, TimeSpan? Window);
