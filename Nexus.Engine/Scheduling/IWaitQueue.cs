using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>The shapes parked at one node, each with the amount it needs of it, in the order in which they should start.</summary>
internal interface IWaitQueue
{
    /// <summary>The smallest need of all, or null when nobody waits.</summary>
    long? SmallestNeed { get; }

    /// <summary>True when nobody waits.</summary>
    bool IsEmpty { get; }

    /// <summary>Parks a shape under the place of its first request.</summary>
    void Add(QueuePlace place, long need, Shape shape);

    /// <summary>Takes the shape out that was parked under a place.</summary>
    /// <exception cref="InvalidOperationException">None was.</exception>
    void Remove(QueuePlace place);

    /// <summary>The first in the order that needs no more than <paramref name="available"/>, or null.</summary>
    /// <param name="available">What the node can give.</param>
    /// <param name="now">The moment, in milliseconds.</param>
    Parked? Find(long available, long now);

    /// <summary>All shapes that need no more than <paramref name="available"/>, by class and arrival or by owner: where who takes from others looks for candidates, its order decides nothing.</summary>
    IEnumerable<Shape> All(long available);
}

/// <summary>A shape as it is parked at a node.</summary>
/// <param name="Place">The place under which it is.</param>
/// <param name="Need">What it needs of the node, in thousandths.</param>
/// <param name="Shape">The shape.</param>
internal readonly record struct Parked(QueuePlace Place, long Need, Shape Shape)
{
    /// <summary>Whose the first request of it is; under fair shares all of it is the same owner's.</summary>
    public OwnerPath Owner => Shape.First.Request.Owner;
}
