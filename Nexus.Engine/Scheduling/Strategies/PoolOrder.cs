using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Strategies;

/// <summary>How a pool orders who waits for it: its strategy under its settings, and under fair shares who has how much.</summary>
/// <param name="strategy">The strategy.</param>
/// <param name="agingInterval">The wait that is worth one point of a class.</param>
/// <param name="tree">Who has how much of the pool; null where that does not count.</param>
internal sealed class PoolOrder(IStrategy strategy, TimeSpan agingInterval, FairTree? tree)
{
    private readonly IStrategy _strategy = strategy;
    private readonly TimeSpan _agingInterval = agingInterval;

    /// <summary>The order of a pool that says nothing of it.</summary>
    public static PoolOrder Usual { get; } = new(KnownStrategies.Find(KnownStrategies.Default)!, PoolDefinition.DefaultAgingInterval, null);

    /// <summary>Who has how much of the pool; null where that does not count.</summary>
    public FairTree? Tree { get; } = tree;

    /// <summary>The order that a pool is configured to have.</summary>
    public static PoolOrder Of(PoolDefinition pool, FairTree? tree) => new(KnownStrategies.Find(pool.Follows) ?? throw new InvalidOperationException($"strategy {pool.Follows} is not known"), pool.AgingInterval, tree);

    /// <summary>True where of equal arrivals the class decides, and whoever comes stands behind all of its class and of higher ones.</summary>
    public bool IsByClass => Tree is null && _strategy is PriorityStrategy;

    /// <summary>True where the cheapest pool serves, and not the one that has least left over.</summary>
    public bool PlacesByCost => _strategy is CostOptimizedStrategy;

    /// <summary>Where somebody stands among those who wait.</summary>
    public QueuePlace Place(in Standing standing) => _strategy.Place(standing, _agingInterval);

    /// <summary>True when the places of both are the same, whoever waits.</summary>
    public bool PlacesAs(PoolOrder other) => _strategy == other._strategy && _agingInterval == other._agingInterval;

    /// <summary>A queue in this order, in which nobody waits.</summary>
    public IWaitQueue NewQueue() => Tree is null ? new WaitTree() : new FairQueue(Tree);

    /// <summary>Negative when <paramref name="a"/> goes first of two that wait at nodes of the pool.</summary>
    public int Compare(in Parked a, in Parked b, long now)
    {
        int order = Tree?.Compare(a.Owner, a.Shape.Resources, b.Owner, b.Shape.Resources, now) ?? 0;
        return order != 0 ? order : QueuePlace.Compare(a.Place, b.Place);
    }

    /// <summary>Negative when <paramref name="a"/> goes first of two who want something of the pool.</summary>
    public int Compare(IClaimant a, IClaimant b, long now)
    {
        int order = Tree?.Compare(a.Owner, a.Needs, b.Owner, b.Needs, now) ?? 0;
        return order != 0 ? order : QueuePlace.Compare(Place(a.Standing), Place(b.Standing));
    }

    /// <summary>True when somebody who waits goes before somebody who asks, be it one who waits too or one who only comes.</summary>
    public bool GoesBefore(in Parked parked, IClaimant asks, long now)
    {
        int order = Tree?.Compare(parked.Owner, parked.Shape.Resources, asks.Owner, asks.Needs, now) ?? 0;
        return (order != 0 ? order : QueuePlace.Compare(parked.Place, Place(asks.Standing))) < 0;
    }
}
