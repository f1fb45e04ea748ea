namespace Nexus.Engine.Scheduling.Strategies;

/// <summary>Earliest deadline first: optimal for one resource without overload (Liu and Layland, JACM 1973). Requests without a deadline come last.</summary>
internal sealed class DeadlineStrategy : IStrategy
{
    /// <summary>As the API writes it.</summary>
    public const string Name = "deadline";

    /// <inheritdoc/>
    public StrategyInfo Info { get; } = new(Name, "Deadline",
        "The earliest deadline goes first, those without one last; then the higher class, then who came first.");

    /// <inheritdoc/>
    public QueuePlace Place(in Standing waiting, TimeSpan agingInterval) =>
        new(waiting.Deadline is { } deadline ? -deadline.Milliseconds : long.MinValue, waiting.ClassValue, waiting.Arrival);
}
