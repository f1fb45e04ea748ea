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

/// <summary>What the loop is doing now. Any thread may ask, and may tell it to stop.</summary>
internal sealed class LoopCondition(TimeProvider time)
{
    private readonly Lock _becoming = new();
    private volatile LoopStatus _now = new(EngineHealthState.Recovering, "The engine has not started.", null, time.GetUtcNow());

    /// <summary>What it is doing, and why.</summary>
    public LoopStatus Now => _now;

    /// <summary>It does something else from now on. Whoever is told to stop does not become anything else.</summary>
    public void Become(EngineHealthState state, string? reason, JournalFailure? failure, DateTimeOffset? since)
    {
        lock (_becoming)
        {
            if (_now.State < EngineHealthState.Stopping || state > _now.State)
            {
                _now = new LoopStatus(state, reason, failure, since ?? time.GetUtcNow());
            }
        }
    }
}
