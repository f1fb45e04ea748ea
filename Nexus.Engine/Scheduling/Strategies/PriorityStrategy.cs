namespace Nexus.Engine.Scheduling.Strategies;

/// <summary>By class, then arrival, where waiting makes up for class.</summary>
/// <remarks>
/// After a wait of w a request counts v + w ÷ a, with v the value of its class and a the aging interval: so what fits the pool does not wait for
/// ever. With t now and s its arrival that is v + (t − s) ÷ a = (v·a − s) ÷ a + t ÷ a. The last term is the same for all who wait at a moment and a is
/// above zero, so they stand in the order of v·a − s, which does not change with time: one whole number, computed once. (Counting whole intervals
/// only would let pairs change their order to and fro within one interval.)
/// </remarks>
internal sealed class PriorityStrategy : IStrategy
{
    /// <summary>As the API writes it.</summary>
    public const string Name = "priority";

    /// <summary>The wait that is worth one point of a class where nothing else is set: from <c>low</c> to <c>critical</c> in two hours.</summary>
    public static TimeSpan DefaultAgingInterval { get; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public StrategyInfo Info { get; } = new(Name, "Priority",
        "The higher class goes first, then who came first. Waiting adds to the class, so that nobody waits for ever.");

    /// <inheritdoc/>
    public QueuePlace Place(in Standing waiting, TimeSpan agingInterval) => new(RankOf(waiting, agingInterval), 0, waiting.Arrival);

    /// <summary>The value of the class in milliseconds of waiting, less the time of arrival.</summary>
    public static long RankOf(in Standing waiting, TimeSpan agingInterval) =>
        checked((waiting.ClassValue * (agingInterval.Ticks / TimeSpan.TicksPerMillisecond)) - waiting.ArrivedAt.Milliseconds);
}
