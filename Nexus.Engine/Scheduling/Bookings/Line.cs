using Nexus.Engine.Charges;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Bookings;

/// <summary>Those who wait at a pool whose order does not change with every grant, one after another: as many as somebody asks for are ordered, however many wait.</summary>
internal static class Line
{
    private static readonly Comparer<QueuePlace> ByPlace = Comparer<QueuePlace>.Create(QueuePlace.Compare);

    /// <summary>Who waits, in the pool's order.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="aside">Who is set aside, in its order; null: nobody.</param>
    public static IEnumerable<Live> Of(Pool pool, IEnumerable<Live>? aside)
    {
        PriorityQueue<(IEnumerator<Live> Others, IEnumerator<Shape>? More), QueuePlace> heads = new(ByPlace);
        if (aside is not null)
        {
            Add(aside.GetEnumerator(), null);
        }

        foreach (ChargeNode node in pool.Nodes)
        {
            AddNext(node.Waiting.All(long.MaxValue).GetEnumerator());
        }

        // A shape may be parked at several places of the pool.
        HashSet<Live> seen = [];
        while (heads.TryDequeue(out (IEnumerator<Live> Others, IEnumerator<Shape>? More) head, out _))
        {
            Live live = head.Others.Current;
            Add(head.Others, null);
            if (head.More is not null)
            {
                AddNext(head.More);
            }

            if (seen.Add(live))
            {
                yield return live;
            }
        }

        void Add(IEnumerator<Live> others, IEnumerator<Shape>? more)
        {
            if (others.MoveNext())
            {
                heads.Enqueue((others, more), pool.Order.Place(others.Current.Standing));
            }
        }

        // The shapes of a node stand in the order of their firsts: the next is due once the one before it has given its first.
        void AddNext(IEnumerator<Shape> shapes)
        {
            if (shapes.MoveNext())
            {
                Add(shapes.Current.Waiting.InOrder.GetEnumerator(), shapes);
            }
        }
    }
}
