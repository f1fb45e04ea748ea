using Nexus.Engine.Charges;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Scheduling;

/// <summary>Those of the waiting who are to be asked whether others can end for them: the first in the order of the queue first, each once however often it came up.</summary>
/// <remarks>Derived like all of the <see cref="WaitingRoom"/>.</remarks>
internal sealed class Askers(SortedDictionary<string, Pool> pools)
{
    // So many of those who wait at a node are asked when it has a little more.
    private const int MostLookedAt = 100;

    private readonly PriorityQueue<Live, QueuePlace> _lookedAt = new(Comparer<QueuePlace>.Create(QueuePlace.Compare));

    // Those for whom nobody can be told to end before a bucket has more, or before it is their turn there.
    private readonly HashSet<Live> _atBuckets = [];

    /// <summary>True while somebody is to be asked.</summary>
    public bool Any => _lookedAt.Count > 0;

    /// <summary>Somebody who waits is to be asked.</summary>
    public void LookAt(Live live) => _lookedAt.Enqueue(live, live.Place);

    /// <summary>Those who wait together are to be asked: one for all, the one with the best claim.</summary>
    public void LookAt(Shape shape)
    {
        if (shape.Waiting.Asker is { } asker)
        {
            LookAt(asker);
        }
    }

    /// <summary>Those who wait at a node are to be asked, where there could be enough for them with what may be ended.</summary>
    public void LookAtSeekers(WaitPoint node)
    {
        foreach (Shape shape in Seekers(node))
        {
            LookAt(shape);
        }
    }

    /// <summary>Those of an owner who wait for capacity in a pool that has a kind are to be asked: what is borrowed of that kind is another amount.</summary>
    public void LookAtClaims(string kind, OwnerPath within)
    {
        foreach (ChargeNode node in pools.Values.Where(p => p.Node(kind) is not null).SelectMany(p => p.Nodes).Where(n => n.Preemptible > 0))
        {
            foreach (Shape shape in Seekers(node).Where(s => s.First.Owner.IsWithin(within)))
            {
                LookAt(shape);
            }
        }
    }

    /// <summary>Nobody ends for somebody who waits before a bucket has more for it, or others had their turn there: then it is to be asked again.</summary>
    public void WaitAtBucket(Live live) => _atBuckets.Add(live);

    /// <summary>A bucket may have more, or it may be another's turn there: those who waited for that are to be asked.</summary>
    public void LookAtBuckets()
    {
        foreach (Live live in _atBuckets)
        {
            LookAt(live);
        }

        _atBuckets.Clear();
    }

    /// <summary>The next to be asked; null when nobody is left.</summary>
    public Live? Take()
    {
        if (!_lookedAt.TryDequeue(out Live? live, out _))
        {
            return null;
        }

        // One release is news at the pool, at each quota above it, and for each use of those: whoever waits at several of them is asked once.
        while (_lookedAt.TryPeek(out Live? again, out _) && ReferenceEquals(again, live))
        {
            _lookedAt.Dequeue();
        }

        return live;
    }

    /// <summary>Nobody is to be asked.</summary>
    public void Clear()
    {
        _lookedAt.Clear();
        _atBuckets.Clear();
    }

    // Those for whom there could be enough with what may be ended.
    private static IEnumerable<Shape> Seekers(WaitPoint node) =>
        node.Waiting.IsEmpty ? []
        : node is not ChargeNode meter ? node.Waiting.All(long.MaxValue).Take(MostLookedAt)
        : meter.Preemptible > 0 ? node.Waiting.All(meter.Room + meter.Preemptible).Take(MostLookedAt) : [];
}
