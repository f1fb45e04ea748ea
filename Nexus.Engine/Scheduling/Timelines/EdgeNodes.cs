namespace Nexus.Engine.Scheduling.Timelines;

/// <summary>An instant in a tree of them.</summary>
internal struct EdgeNode(long at, ulong weight)
{
    /// <summary>The instant.</summary>
    public readonly long At = at;

    /// <summary>Its priority in the heap.</summary>
    public readonly ulong Weight = weight;

    /// <summary>The instants before it in its subtree, or <see cref="EdgeNodes.Leaf"/>.</summary>
    public int Left;

    /// <summary>The instants after it in its subtree, or <see cref="EdgeNodes.Leaf"/>.</summary>
    public int Right;
}

/// <summary>The nodes of an <see cref="EdgeTree"/> and what their subtrees add up to, in two arrays that grow and are used again, so that no node is an object.</summary>
internal sealed class EdgeNodes
{
    /// <summary>No node.</summary>
    public const int Leaf = 0;

    /// <summary>What is added at an instant.</summary>
    public const int Delta = 0;

    /// <summary>What is added at all instants of a subtree.</summary>
    public const int Sum = 1;

    /// <summary>The largest running sum in a subtree.</summary>
    public const int Most = 2;

    /// <summary>The smallest running sum in a subtree.</summary>
    public const int Least = 3;

    private const int Fields = 4;

    private readonly int _kinds;
    private EdgeNode[] _nodes = new EdgeNode[8];
    private long[] _values;
    private int _free;
    private int _next = 1;

    /// <summary>No nodes yet.</summary>
    public EdgeNodes(int kinds)
    {
        _kinds = kinds;
        _values = new long[_nodes.Length * kinds * Fields];

        // The empty subtree: it adds nothing, and no running sum of it is the largest or smallest of any.
        for (int kind = 0; kind < kinds; kind++)
        {
            Value(Leaf, kind, Most) = long.MinValue / 2;
            Value(Leaf, kind, Least) = long.MaxValue / 2;
        }
    }

    /// <summary>How many nodes there are.</summary>
    public int Count { get; private set; }

    /// <summary>A node; the reference holds until the next one is created.</summary>
    public ref EdgeNode this[int n] => ref _nodes[n];

    /// <summary>One of the figures of a node and a kind.</summary>
    public ref long Value(int n, int kind, int field) => ref _values[(((n * _kinds) + kind) * Fields) + field];

    /// <summary>A node without any below it.</summary>
    public int Create(long at, ReadOnlySpan<long> amounts, long sign)
    {
        int n = _free;
        if (n != Leaf)
        {
            _free = _nodes[n].Left;
        }
        else
        {
            n = _next++;
            if (n == _nodes.Length)
            {
                Array.Resize(ref _nodes, 2 * n);
                Array.Resize(ref _values, 2 * _values.Length);
            }
        }

        _nodes[n] = new EdgeNode(at, Mix((ulong)at));
        for (int kind = 0; kind < _kinds; kind++)
        {
            Value(n, kind, Delta) = sign * amounts[kind];
        }

        Update(n);
        Count++;
        return n;
    }

    /// <summary>Gives a node up, to be used again.</summary>
    public void Release(int n)
    {
        _nodes[n].Left = _free;
        _free = n;
        Count--;
    }

    /// <summary>Adds up what lies in the subtree of a node.</summary>
    public void Update(int n)
    {
        ref EdgeNode node = ref _nodes[n];
        Span<long> own = Values(n);
        ReadOnlySpan<long> left = Values(node.Left);
        ReadOnlySpan<long> right = Values(node.Right);
        for (int at = 0; at < own.Length; at += Fields)
        {
            long here = left[at + Sum] + own[at + Delta];
            own[at + Sum] = here + right[at + Sum];
            own[at + Most] = Math.Max(Math.Max(left[at + Most], here), here + right[at + Most]);
            own[at + Least] = Math.Min(Math.Min(left[at + Least], here), here + right[at + Least]);
        }
    }

    private Span<long> Values(int n) => _values.AsSpan(n * _kinds * Fields, _kinds * Fields);

    // SplitMix64's finaliser (Steele, Lea and Flood, 2014): one to one, so that no two instants have the same priority.
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
