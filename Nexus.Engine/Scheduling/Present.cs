using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Scheduling;

/// <summary>The world as a reader finds it, for whoever computes something about it.</summary>
/// <param name="Configuration">Kinds, classes and owners.</param>
/// <param name="Pools">The pools, by name.</param>
/// <param name="Running">The requests that hold a lease, in any order.</param>
/// <param name="Waiting">The requests that wait, in any order.</param>
/// <param name="Now">The engine time.</param>
/// <param name="Sequence">The last event in it.</param>
internal sealed record Present(
    Configuration Configuration, IReadOnlyList<PoolState> Pools, IEnumerable<Request> Running, IEnumerable<Request> Waiting, Instant Now, long Sequence)
{
    /// <summary>What owners may use and do use.</summary>
    public QuotaReading Quotas { get; init; } = QuotaReading.None;

    /// <summary>How long grants of each workflow ran so far.</summary>
    public LearnedTimes Learned { get; init; } = new();

    private readonly PriorityStrategy _priority = new();
    private readonly Dictionary<string, PoolState> _pools = Pools.ToDictionary(p => p.Name, StringComparer.Ordinal);

    /// <summary>A pool.</summary>
    public PoolState Pool(string name) => _pools[name];

    /// <summary>What a grant could take of a kind in a pool now.</summary>
    public Quantity Free(string pool, string kind) => Pool(pool) is { Draining: false } open && open.Of(kind) is { } meter ? meter.FreeAt(Now) : Quantity.Zero;

    /// <summary>Where a class stands; 0 for one that was removed.</summary>
    public int ValueOf(string priority) => Configuration.Class(priority)?.Value ?? 0;

    /// <summary>Where a request stands in the queue.</summary>
    public QueuePlace PlaceOf(Request request) => PlaceOf(request, ValueOf(request.Priority));

    /// <summary>Where a request would stand in the queue with a class of a value.</summary>
    public QueuePlace PlaceOf(Request request, int value) => _priority.Place(new Standing(value, request.Arrival, request.SubmittedAt), PriorityStrategy.DefaultAgingInterval);
}
