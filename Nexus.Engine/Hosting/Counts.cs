using Nexus.Engine.Resources;

namespace Nexus.Engine.Hosting;

/// <summary>How much lives, at one moment.</summary>
/// <param name="Waiting">How many requests wait.</param>
/// <param name="Running">How many hold a lease.</param>
/// <param name="WaitingByClass">How many wait in each class; classes in which nobody waits are left out.</param>
/// <param name="RunningByClass">How many run in each class.</param>
/// <param name="WaitingByPool">How many wait at home in each pool; who could start in several stands in each.</param>
/// <param name="WaitingAmounts">What those who wait need of each kind.</param>
/// <param name="OldestWaitingSince">Since when the one that waits longest does; null when nobody waits.</param>
public sealed record Counts(
    int Waiting,
    int Running,
    IReadOnlyDictionary<string, int> WaitingByClass,
    IReadOnlyDictionary<string, int> RunningByClass,
    IReadOnlyDictionary<string, int> WaitingByPool,
    IReadOnlyDictionary<string, Quantity> WaitingAmounts,
    Instant? OldestWaitingSince);

/// <summary>How many requests ended in a time, by how they ended.</summary>
/// <param name="Released">Released by their client.</param>
/// <param name="Expired">Their lease or their wait ran out.</param>
/// <param name="Cancelled">Cancelled.</param>
/// <param name="Rejected">Refused, at once or later.</param>
/// <param name="Complete">False when memory does not reach back that far: then it is at least so many.</param>
public sealed record EndedCounts(int Released, int Expired, int Cancelled, int Rejected, bool Complete);
