using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Strategies;

/// <summary>Who goes first where work waits.</summary>
internal interface IStrategy
{
    /// <summary>What people read of it.</summary>
    StrategyInfo Info { get; }

    /// <summary>The place of a waiting request. It depends on nothing that changes while the request waits, but for its class and the pool's settings.</summary>
    /// <param name="waiting">What is known of the request.</param>
    /// <param name="agingInterval">The wait that is worth one point of the class, at least 1 ms.</param>
    QueuePlace Place(in Standing waiting, TimeSpan agingInterval);
}

/// <summary>What decides the place of a waiting request.</summary>
/// <param name="ClassValue">The value of its class.</param>
/// <param name="Arrival">The number of its submission, unique.</param>
/// <param name="ArrivedAt">When it was first submitted.</param>
/// <param name="Deadline">When its work must be done or begin; null: no deadline.</param>
internal readonly record struct Standing(int ClassValue, long Arrival, Instant ArrivedAt, Instant? Deadline = null);

/// <summary>A strategy as people meet it.</summary>
/// <param name="Name">As the API writes it.</param>
/// <param name="Title">As pages write it.</param>
/// <param name="Description">What it does, in a sentence or two.</param>
public sealed record StrategyInfo(string Name, string Title, string Description);
