using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>What a request asked for that got less, because it would have been refused: by its owner's rules, before the refusal.</summary>
/// <remarks>The request is from then on as if it had asked for what it got; whether two bodies are the same is judged by what they asked.</remarks>
/// <param name="Resources">What each member asked for.</param>
/// <param name="Pools">The pools that it named; null: any.</param>
/// <param name="Queue">Whether it was willing to wait.</param>
/// <param name="MaxWait">How long; null: without end, or not at all.</param>
/// <param name="Deadline">Its deadline; null: none.</param>
/// <param name="By">The owner whose rules were followed.</param>
/// <param name="Steps">In what it gave way, in the order in which its owner states it.</param>
/// <param name="Why">Why it would have been refused as it was asked.</param>
public sealed record Degraded(
    ResourceVector Resources, IReadOnlyList<string>? Pools, bool Queue, TimeSpan? MaxWait, Instant? Deadline, OwnerPath By, IReadOnlyList<DegradeKind> Steps, Reason Why)
{
    /// <summary>What a request asked, before it gave way.</summary>
    internal static Degraded Of(RequestSpec asked, OwnerPath by, IReadOnlyList<DegradeKind> steps, Reason why) =>
        new(asked.Resources, asked.Pools, asked.Queue, asked.MaxWait, asked.Deadline, by, steps, why);
}
