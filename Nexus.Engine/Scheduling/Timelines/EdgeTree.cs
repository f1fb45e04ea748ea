using System.Diagnostics;

namespace Nexus.Engine.Scheduling.Timelines;

/// <summary>
/// The instants at which something changes, in their order, each with how much of every kind is added there; what holds at an instant is the sum of all up to it.
/// Subtrees know their sum and their largest and smallest running sum, so that the next instant above or at a limit is found in O(log n).
/// </summary>
/// <remarks>
/// A treap (Seidel and Aragon, 1996) in arrays, augmented as in Cormen et al., "Introduction to Algorithms", problem 14-1. The heap's priorities are a mix of the
/// instants, so that no random number is drawn and the tree depends only on what is in it. An instant at which nothing changes any more is taken out.
/// </remarks>
internal sealed class EdgeTree
{
    /// <summary>No instant.</summary>
    public const long None = long.MaxValue;

    private const int Delta = 0;
    private const int Sum = 1;
    private const int Most = 2;
    private const int Least = 3;
    private const int Fields = 4;
    private const int Leaf = 0;

    private readonly int _kinds;
    private Node[] _nodes = new Node[8];
    private long[] _values;
    private int _root;
    private int _free;
    private int _next = 1;

    /// <summary>A tree without an instant.</summary>
    public EdgeTree(int kinds)
    {
        _kinds = kinds;
        _values = new long[_nodes.Length * kinds * Fields];

        // The empty subtree: it adds nothing, and no running sum of it is the largest or smallest of any.
        for (int kind = 0; kind < kinds; kind++)
        {
            _values[(kind * Fields) + Most] = long.MinValue / 2;
            _values[(kind * Fields) + Least] = long.MaxValue / 2;
        }
    }

    /// <summary>How many instants there are.</summary>
    public int Count { get; private set; }

    /// <summary>The largest running sum of a kind at any instant; far below zero when there is no instant.</summary>
    public long LargestSum(int kind) => Value(_root, kind, Most);

    /// <summary>The smallest running sum of a kind at any instant; far above all amounts when there is no instant.</summary>
    public long SmallestSum(int kind) => Value(_root, kind, Least);

    /// <summary>Adds <paramref name="sign"/> times the amounts from an instant on.</summary>
    public void Change(long at, ReadOnlySpan<long> amounts, long sign)
    {
        Debug.Assert(amounts.Length == _kinds, "an amount for each kind");
        if (amounts.ContainsAnyExcept(0))
        {
            _root = Change(_root, at, amounts, sign);
        }
    }

    /// <summary>Takes out all instants up to and with <paramref name="at"/>, and adds what they changed to <paramref name="sums"/>.</summary>
    public void Trim(long at, Span<long> sums) => _root = Trim(_root, at, sums);

    /// <summary>The running sum of a kind at an instant.</summary>
    public long SumAt(int kind, long at)
    {
        long sum = 0;
        for (int n = _root; n != Leaf;)
        {
            if (_nodes[n].At > at)
            {
                n = _nodes[n].Left;
            }
            else
            {
                sum += Value(_nodes[n].Left, kind, Sum) + Value(n, kind, Delta);
                n = _nodes[n].Right;
            }
        }

        return sum;
    }

    /// <summary>The first instant after <paramref name="after"/>, or <see cref="None"/>.</summary>
    public long Next(long after)
    {
        long next = None;
        for (int n = _root; n != Leaf;)
        {
            if (_nodes[n].At > after)
            {
                (next, n) = (_nodes[n].At, _nodes[n].Left);
            }
            else
            {
                n = _nodes[n].Right;
            }
        }

        return next;
    }

    /// <summary>The first instant after <paramref name="after"/> at which the running sum of a kind is above a limit, or <see cref="None"/>.</summary>
    public long FirstAbove(int kind, long limit, long after) => FirstAbove(_root, kind, limit, after);

    /// <summary>The first instant after <paramref name="after"/> at which the running sum of a kind is not above a limit, or <see cref="None"/>.</summary>
    public long FirstAtMost(int kind, long limit, long after) => FirstAtMost(_root, kind, limit, after);

    /// <summary>The last instant at which the running sum of a kind is above a limit, or <see cref="None"/>.</summary>
    public long LastAbove(int kind, long limit)
    {
        for (int n = _root; Value(n, kind, Most) > limit;)
        {
            long here = Value(_nodes[n].Left, kind, Sum) + Value(n, kind, Delta);
            if (Value(_nodes[n].Right, kind, Most) > limit - here)
            {
                limit -= here;
                n = _nodes[n].Right;
            }
            else if (here > limit)
            {
                return _nodes[n].At;
            }
            else
            {
                n = _nodes[n].Left;
            }
        }

        return None;
    }

    /// <summary>The largest running sum of a kind at the instants after <paramref name="after"/> and before <paramref name="before"/>; far below zero when there is none.</summary>
    public long LargestBetween(int kind, long after, long before) => LargestBetween(_root, kind, after, before);

    // Limits are relative to what the instants before the subtree add up to.
    private long FirstAbove(int n, int kind, long limit, long after)
    {
        while (Value(n, kind, Most) > limit)
        {
            ref Node node = ref _nodes[n];
            long here = Value(node.Left, kind, Sum) + Value(n, kind, Delta);
            if (node.At > after)
            {
                if (FirstAbove(node.Left, kind, limit, after) is var found and not None)
                {
                    return found;
                }

                if (here > limit)
                {
                    return node.At;
                }
            }

            limit -= here;
            n = node.Right;
        }

        return None;
    }

    private long FirstAtMost(int n, int kind, long limit, long after)
    {
        while (Value(n, kind, Least) <= limit)
        {
            ref Node node = ref _nodes[n];
            long here = Value(node.Left, kind, Sum) + Value(n, kind, Delta);
            if (node.At > after)
            {
                if (FirstAtMost(node.Left, kind, limit, after) is var found and not None)
                {
                    return found;
                }

                if (here <= limit)
                {
                    return node.At;
                }
            }

            limit -= here;
            n = node.Right;
        }

        return None;
    }

    private long LargestBetween(int n, int kind, long after, long before)
    {
        if (n == Leaf || (after == long.MinValue && before == long.MaxValue))
        {
            return Value(n, kind, Most);
        }

        ref Node node = ref _nodes[n];
        long here = Value(node.Left, kind, Sum) + Value(n, kind, Delta);
        if (node.At <= after)
        {
            return here + LargestBetween(node.Right, kind, after, before);
        }

        // What lies left of an instant that is wanted is bounded only from below, what lies right of it only from above.
        long left = LargestBetween(node.Left, kind, after, node.At < before ? long.MaxValue : before);
        return node.At < before ? Math.Max(Math.Max(left, here), here + LargestBetween(node.Right, kind, long.MinValue, before)) : left;
    }

    private int Change(int n, long at, ReadOnlySpan<long> amounts, long sign)
    {
        if (n == Leaf)
        {
            return Create(at, amounts, sign);
        }

        if (at == _nodes[n].At)
        {
            return Alter(n, amounts, sign);
        }

        if (at < _nodes[n].At)
        {
            int left = Change(_nodes[n].Left, at, amounts, sign);
            _nodes[n].Left = left;
            if (left != Leaf && _nodes[left].Weight > _nodes[n].Weight)
            {
                _nodes[n].Left = _nodes[left].Right;
                _nodes[left].Right = n;
                Update(n);
                n = left;
            }
        }
        else
        {
            int right = Change(_nodes[n].Right, at, amounts, sign);
            _nodes[n].Right = right;
            if (right != Leaf && _nodes[right].Weight > _nodes[n].Weight)
            {
                _nodes[n].Right = _nodes[right].Left;
                _nodes[right].Left = n;
                Update(n);
                n = right;
            }
        }

        Update(n);
        return n;
    }

    private int Alter(int n, ReadOnlySpan<long> amounts, long sign)
    {
        bool changes = false;
        for (int kind = 0; kind < _kinds; kind++)
        {
            changes |= (Value(n, kind, Delta) += sign * amounts[kind]) != 0;
        }

        if (changes)
        {
            Update(n);
            return n;
        }

        int joined = Join(_nodes[n].Left, _nodes[n].Right);
        Release(n);
        return joined;
    }

    private int Join(int before, int after)
    {
        if (before == Leaf || after == Leaf)
        {
            return before + after;
        }

        if (_nodes[before].Weight > _nodes[after].Weight)
        {
            _nodes[before].Right = Join(_nodes[before].Right, after);
            Update(before);
            return before;
        }

        _nodes[after].Left = Join(before, _nodes[after].Left);
        Update(after);
        return after;
    }

    private int Trim(int n, long at, Span<long> sums)
    {
        while (n != Leaf && _nodes[n].At <= at)
        {
            for (int kind = 0; kind < _kinds; kind++)
            {
                sums[kind] += Value(_nodes[n].Left, kind, Sum) + Value(n, kind, Delta);
            }

            int right = _nodes[n].Right;
            ReleaseAll(_nodes[n].Left);
            Release(n);
            n = right;
        }

        if (n != Leaf)
        {
            _nodes[n].Left = Trim(_nodes[n].Left, at, sums);
            Update(n);
        }

        return n;
    }

    private int Create(long at, ReadOnlySpan<long> amounts, long sign)
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

        _nodes[n] = new Node(at, Mix((ulong)at));
        for (int kind = 0; kind < _kinds; kind++)
        {
            Value(n, kind, Delta) = sign * amounts[kind];
        }

        Update(n);
        Count++;
        return n;
    }

    private void Release(int n)
    {
        _nodes[n].Left = _free;
        _free = n;
        Count--;
    }

    private void ReleaseAll(int n)
    {
        if (n != Leaf)
        {
            ReleaseAll(_nodes[n].Left);
            ReleaseAll(_nodes[n].Right);
            Release(n);
        }
    }

    private void Update(int n)
    {
        ref Node node = ref _nodes[n];
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

    private ref long Value(int n, int kind, int field) => ref _values[(((n * _kinds) + kind) * Fields) + field];

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

    private struct Node(long at, ulong weight)
    {
        public readonly long At = at;
        public readonly ulong Weight = weight;
        public int Left;
        public int Right;
    }
}
