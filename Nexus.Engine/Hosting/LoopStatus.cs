using Nexus.Engine.Storage;

namespace Nexus.Engine.Hosting;

/// <summary>What the loop is doing, and why.</summary>
internal sealed record LoopStatus(EngineHealthState State, string? Reason, JournalFailure? Failure, DateTimeOffset Since)
{
    /// <summary>When it is worth to try again what may pass by itself.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan AfterDamage = TimeSpan.FromSeconds(30);

    /// <summary>When it is worth to try again; damage does not pass quickly.</summary>
    public TimeSpan RetryAfter => Failure is JournalFailure.Corrupt or JournalFailure.Trimmed ? AfterDamage : Soon;

    /// <summary>What a caller is told that comes at a bad time.</summary>
    public EngineUnavailableException Unavailable() => new(Reason ?? "The engine is not ready.", RetryAfter);
}
