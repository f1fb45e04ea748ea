namespace Nexus.Engine.Hosting;

/// <summary>The engine cannot take or answer this now: too much waits, the journal fails, or it is starting or stopping. Nothing acknowledged is lost; asking again with the same id is safe.</summary>
public sealed class EngineUnavailableException : Exception
{
    /// <summary>Says why.</summary>
    /// <param name="reason">A sentence for people.</param>
    /// <param name="retryAfter">When to come back; null when nobody knows.</param>
    /// <param name="inner">What caused it.</param>
    public EngineUnavailableException(string reason, TimeSpan? retryAfter, Exception? inner = null)
        : base(reason, inner) => RetryAfter = retryAfter;

    /// <summary>When to come back; null when nobody knows.</summary>
    public TimeSpan? RetryAfter { get; }
}
