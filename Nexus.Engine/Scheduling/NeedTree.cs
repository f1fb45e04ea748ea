namespace Nexus.Engine.Scheduling;

/// <summary>
/// Those who need an amount of the same, in an order: finds in O(log n) the first in the order whose need is met, so that what cannot run is not looked at.
/// </summary>
/// <remarks>
/// A treap (Seidel and Aragon, 1996) whose subtrees know their smallest need. The heap's priorities are a mix of the arrival numbers, so that no
/// random number is drawn.
/// </remarks>
/// <typeparam name="T">Whoever needs something.</typeparam>
internal sealed class NeedTree<T>
    where T : class
{
    private Node? _root;

    /// <summary>The smallest need of all, or null when nobody is there.</summary>
    public long? SmallestNeed => _root?.Smallest;

    /// <summary>True when nobody is there.</summary>
    public bool IsEmpty => _root is null;

    /// <summary>Puts somebody at a place.</summary>
    public void Add(QueuePlace place, long need, T item) => _root = Insert(_root, new Node(place, need, item));

    /// <summary>Takes somebody out.</summary>
    /// <exception cref="InvalidOperationException">Nobody is at that place.</exception>
    public void Remove(QueuePlace place) => _root = Delete(_root, place);

    /// <summary>Takes everybody out.</summary>
    /// <returns>Those who were there, in the order.</returns>
    public IReadOnlyList<T> Clear()
    {
        List<T> all = [];
        Collect(_root, all);
        _root = null;
        return all;
    }

    /// <summary>The first in the order who needs no more than <paramref name="available"/>, or null.</summary>
    public T? First(long available) => First(available, out _, out _);

    /// <summary>The same, with its place and what it needs.</summary>
    public T? First(long available, out QueuePlace place, out long need)
    {
        Node? at = _root;
        (place, need) = (default, 0);
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
                (place, need) = (at.Place, at.Need);
                return at.Item;
            }
            else
            {
                at = at.Right!;
            }
        }
    }

    /// <summary>All, in the order, who need no more than <paramref name="available"/>.</summary>
    public IEnumerable<T> All(long available)
    {
        Stack<(Node Node, bool Opened)> rest = new();
        Push(_root);
        while (rest.TryPop(out (Node Node, bool Opened) top))
        {
            if (!top.Opened)
            {
                Push(top.Node.Right);
                rest.Push((top.Node, true));
                Push(top.Node.Left);
            }
            else if (top.Node.Need <= available)
            {
                yield return top.Node.Item;
            }
        }

        void Push(Node? node)
        {
            if (node is not null && node.Smallest <= available)
            {
                rest.Push((node, false));
            }
        }
    }

    private static void Collect(Node? tree, List<T> all)
    {
        if (tree is not null)
        {
            Collect(tree.Left, all);
            all.Add(tree.Item);
            Collect(tree.Right, all);
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
            throw new InvalidOperationException("nobody is at that place");
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

    private sealed class Node(QueuePlace place, long need, T item)
    {
        public QueuePlace Place { get; } = place;

        public long Need { get; } = need;

        public T Item { get; } = item;

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
