using Nexus.Engine.Resources;

namespace Nexus.Engine.Simulation.Traces;

/// <summary>One request of a workload trace, the same for every layout.</summary>
/// <param name="Number">Its place among the rows of the file, from 1.</param>
/// <param name="At">When it is submitted, from the start of the trace: not negative, and not before the request read ahead of it.</param>
/// <param name="Id">The id that the trace states, 1–200 of <c>A-Z a-z 0-9 . _ : -</c>; null where it states none.</param>
/// <param name="Owner">Who it is for.</param>
/// <param name="Priority">The class it asks for; null: the owner's default.</param>
/// <param name="Resources">What it needs: at least one kind, each positive.</param>
/// <param name="Duration">How long it runs, where the trace states that; not negative.</param>
/// <param name="Deadline">When it must be done, from the start of the trace; null: no deadline.</param>
/// <param name="Preemptible">True when a higher class may end it.</param>
/// <param name="Members">How many equal sets of the resources it needs, all or none; 1 or more.</param>
/// <param name="PoolModels">It runs only in pools whose label <c>model</c> is one of these; empty: in any.</param>
public sealed record TraceRequest(
    long Number,
    TimeSpan At,
    string? Id,
    OwnerPath Owner,
    string? Priority,
    ResourceVector Resources,
    TimeSpan? Duration,
    TimeSpan? Deadline,
    bool Preemptible,
    int Members,
    IReadOnlyList<string> PoolModels)
{
    /// <summary>How long its work takes once it starts: as stated, else the time in which its output tokens are generated, else none.</summary>
    /// <param name="tokensPerSecond">How fast a model answers, above 0.</param>
    public TimeSpan RunTime(decimal tokensPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tokensPerSecond);
        return Duration ?? TimeSpan.FromTicks((long)(Resources["tokens.output"].Units / tokensPerSecond * TimeSpan.TicksPerSecond));
    }
}
