namespace Nexus.Engine.Scheduling;

/// <summary>
/// The shapes parked at one node, in the order of the queue, each with the amount it needs: finds in O(log n) the first in the order whose need
/// is met, so that what cannot run is not looked at.
/// </summary>
/// <remarks>A treap (Seidel and Aragon, 1996) whose subtrees know their smallest need. The heap's priorities are a mix of the arrival numbers, so that no random number is drawn.</remarks>
internal sealed class WaitTree
{
    private Node? _root;

    /// <summary>The smallest need of all, or null when nobody waits.</summary>
    public long? SmallestNeed => _root?.Smallest;

    /// <summary>True when nobody waits.</summary>
    public bool IsEmpty => _root is null;

    /// <summary>Parks a shape under the place of its first request.</summary>
    public void Add(QueuePlace place, long need, Shape shape) => _root = Insert(_root, new Node(place, need, shape));

    /// <summary>Takes a shape out.</summary>
    public void Remove(QueuePlace place) => _root = Delete(_root, place);

    /// <summary>The first shape in the order that needs no more than <paramref name="available"/>, or null.</summary>
    public Shape? First(long available)
    {
        Node? at = _root;
        if (at is null || at.Smallest > available)
        {
            return null;
        }

        while (true)
        {
            if (at.Left is { } left && left.Smallest <= available)
            {
                at = left;
            }
            else if (at.Need <= available)
            {
                return at.Shape;
            }
            else
            {
                at = at.Right!;
            }
        }
    }

    private static Node Insert(Node? tree, Node node)
    {
        if (tree is null)
        {
            return node;
        }

        if (node.Weight > tree.Weight)
        {
            (node.Left, node.Right) = Split(tree, node.Place);
            node.Update();
            return node;
        }

        if (QueuePlace.Compare(node.Place, tree.Place) < 0)
        {
            tree.Left = Insert(tree.Left, node);
        }
        else
        {
            tree.Right = Insert(tree.Right, node);
        }

        tree.Update();
        return tree;
    }

    private static (Node? Before, Node? After) Split(Node? tree, QueuePlace place)
    {
        if (tree is null)
        {
            return (null, null);
        }

        if (QueuePlace.Compare(tree.Place, place) < 0)
        {
            (Node? before, Node? after) = Split(tree.Right, place);
            tree.Right = before;
            tree.Update();
            return (tree, after);
        }
        else
        {
            (Node? before, Node? after) = Split(tree.Left, place);
            tree.Left = after;
            tree.Update();
            return (before, tree);
        }
    }

    private static Node? Delete(Node? tree, QueuePlace place)
    {
        if (tree is null)
        {
            throw new InvalidOperationException("a shape is not parked where it says");
        }

        int order = QueuePlace.Compare(place, tree.Place);
        if (order == 0)
        {
            return Join(tree.Left, tree.Right);
        }

        if (order < 0)
        {
            tree.Left = Delete(tree.Left, place);
        }
        else
        {
            tree.Right = Delete(tree.Right, place);
        }

        tree.Update();
        return tree;
    }

    private static Node? Join(Node? before, Node? after)
    {
        if (before is null || after is null)
        {
            return before ?? after;
        }

        if (before.Weight > after.Weight)
        {
            before.Right = Join(before.Right, after);
            before.Update();
            return before;
        }

        after.Left = Join(before, after.Left);
        after.Update();
        return after;
    }

    private sealed class Node(QueuePlace place, long need, Shape shape)
    {
        public QueuePlace Place { get; } = place;

        public long Need { get; } = need;

        public Shape Shape { get; } = shape;

        public ulong Weight { get; } = Mix((ulong)place.Arrival);

        public Node? Left { get; set; }

        public Node? Right { get; set; }

        public long Smallest { get; private set; } = need;

        public void Update() => Smallest = Math.Min(Need, Math.Min(Left?.Smallest ?? long.MaxValue, Right?.Smallest ?? long.MaxValue));

        // SplitMix64's finaliser (Steele, Lea and Flood, 2014).
        private static ulong Mix(ulong x)
        {
            unchecked
            {
                x += 0x9E3779B97F4A7C15;
                x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
                x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
                return x ^ (x >> 31);
            }
        }
    }
}

/// <summary>A place in the queue: the higher class first, then the earlier arrival.</summary>
/// <param name="ClassValue">The value of the priority class.</param>
/// <param name="Arrival">The number of the submission, unique.</param>
internal readonly record struct QueuePlace(int ClassValue, long Arrival)
{
    /// <summary>Negative when <paramref name="a"/> goes first.</summary>
    public static int Compare(QueuePlace a, QueuePlace b)
    {
        int order = b.ClassValue.CompareTo(a.ClassValue);
        return order != 0 ? order : a.Arrival.CompareTo(b.Arrival);
    }
}
