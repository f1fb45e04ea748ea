namespace Nexus.Engine.Scheduling;

/// <summary>The shapes parked at one node in one order, which the strategy fixed when they were parked.</summary>
internal sealed class WaitTree : IWaitQueue
{
    private readonly NeedTree<Shape> _shapes = new();

    /// <inheritdoc/>
    public long? SmallestNeed => _shapes.SmallestNeed;

    /// <inheritdoc/>
    public bool IsEmpty => _shapes.IsEmpty;

    /// <inheritdoc/>
    public void Add(QueuePlace place, long need, Shape shape) => _shapes.Add(place, need, shape);

    /// <inheritdoc/>
    public void Remove(QueuePlace place) => _shapes.Remove(place);

    /// <inheritdoc/>
    public Parked? Find(long available, long now) => _shapes.First(available, out QueuePlace place, out long need) is { } shape ? new Parked(place, need, shape) : null;

    /// <inheritdoc/>
    public IEnumerable<Shape> All(long available) => _shapes.All(available);
}
