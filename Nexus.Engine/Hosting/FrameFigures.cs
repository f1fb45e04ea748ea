using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;

namespace Nexus.Engine.Hosting;

/// <summary>How full the queue is.</summary>
/// <param name="Waiting">How many wait, of those that the subscriber may see.</param>
/// <param name="Running">How many run, of those that the subscriber may see.</param>
/// <param name="AllWaiting">How many wait over all owners.</param>
/// <param name="AllRunning">How many run over all owners.</param>
/// <param name="OldestWaitingSince">Since when the oldest waits, of those that the subscriber may see.</param>
/// <param name="WaitingByClass">How many wait in each class, of those that the subscriber may see.</param>
public sealed record QueueFigures(
    int Waiting, int Running, int AllWaiting, int AllRunning, Instant? OldestWaitingSince, IReadOnlyDictionary<string, int> WaitingByClass)
{
    /// <inheritdoc/>
    public bool Equals(QueueFigures? other) =>
        other is not null && (Waiting, Running, AllWaiting, AllRunning, OldestWaitingSince) == (other.Waiting, other.Running, other.AllWaiting, other.AllRunning, other.OldestWaitingSince)
        && WaitingByClass.Count == other.WaitingByClass.Count && WaitingByClass.All(c => other.WaitingByClass.TryGetValue(c.Key, out int there) && there == c.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Waiting, Running, AllWaiting, AllRunning, OldestWaitingSince);
}

/// <summary>How the engine does, over all owners.</summary>
/// <param name="DecisionsPerSecond">Submissions decided a second, over the last ten.</param>
/// <param name="RefusedShare">The share of them that was refused over the last hour; null when none was decided.</param>
/// <param name="AdmissionP50">From question to answer, commit included, half of the last hour.</param>
/// <param name="AdmissionP99">From question to answer, commit included, 99 % of the last minute; null when nobody asked.</param>
public sealed record SpeedFigures(double DecisionsPerSecond, double? RefusedShare, TimeSpan? AdmissionP50, TimeSpan? AdmissionP99);

/// <summary>How the engine is.</summary>
/// <param name="State">What it is doing.</param>
/// <param name="Reason">Why it does not decide.</param>
/// <param name="Since">Since when, by the wall clock.</param>
/// <param name="Clock">How engine time stands to the wall clock.</param>
public sealed record HealthFigures(EngineHealthState State, string? Reason, DateTimeOffset Since, ClockState Clock);

/// <summary>How full a pool is. What all hold together is shown to everybody who may see the pool.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version of its configuration.</param>
/// <param name="Draining">True while it grants nothing more.</param>
/// <param name="Waiting">How many wait at home in it, over all owners.</param>
/// <param name="WaitP95">How long 95 % of those it granted in the last hour had waited at most; null when it granted none.</param>
/// <param name="Meters">What it has of each kind.</param>
public sealed record PoolFigures(string Name, long Version, bool Draining, int Waiting, TimeSpan? WaitP95, IReadOnlyList<MeterFigures> Meters)
{
    /// <summary>How it does by the outcomes of its grants, while it is not healthy; else null.</summary>
    public PoolHealthState? Health { get; init; }

    /// <inheritdoc/>
    public bool Equals(PoolFigures? other) =>
        other is not null && (Name, Version, Draining, Waiting, WaitP95) == (other.Name, other.Version, other.Draining, other.Waiting, other.WaitP95) && Equals(Health, other.Health) && Meters.SequenceEqual(other.Meters);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Version, Waiting);
}

/// <summary>What a pool has of a kind.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Behaviour">How it is taken.</param>
/// <param name="Capacity">Held: the capacity. Metered: what the bucket holds when full. Limit: the ceiling.</param>
/// <param name="Used">Held: what grants hold. Metered: what is out of the bucket, debt included. Limit: zero.</param>
/// <param name="Free">What a grant could take now.</param>
/// <param name="Owed">Metered: what the bucket owes.</param>
/// <param name="Rate">Metered: what flows in per <paramref name="Per"/>.</param>
/// <param name="Per">Metered: the time in which <paramref name="Rate"/> flows in.</param>
public sealed record MeterFigures(string Kind, ResourceBehaviour Behaviour, Quantity Capacity, Quantity Used, Quantity Free, Quantity Owed, Quantity Rate, TimeSpan Per);
