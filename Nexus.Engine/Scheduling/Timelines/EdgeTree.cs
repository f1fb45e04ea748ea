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
    /// <summary>No instant to come.</summary>
    public const long None = long.MaxValue;

    /// <summary>No instant before.</summary>
    public const long Never = long.MinValue;

    private const int Leaf = EdgeNodes.Leaf;

    private readonly int _kinds;
    private readonly EdgeNodes _nodes;
    private int _root;

    /// <summary>A tree without an instant.</summary>
    public EdgeTree(int kinds) => (_kinds, _nodes) = (kinds, new EdgeNodes(kinds));

    /// <summary>How many instants there are.</summary>
    public int Count => _nodes.Count;

    /// <summary>The largest running sum of a kind at any instant; far below zero when there is no instant.</summary>
    public long LargestSum(int kind) => _nodes.Value(_root, kind, EdgeNodes.Most);

    /// <summary>The smallest running sum of a kind at any instant; far above all amounts when there is no instant.</summary>
    public long SmallestSum(int kind) => _nodes.Value(_root, kind, EdgeNodes.Least);

    /// <summary>Adds <paramref name="sign"/> times the amounts from an instant on.</summary>
    public void Change(long at, ReadOnlySpan<long> amounts, long sign)
    {
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
                sum += _nodes.Value(_nodes[n].Left, kind, EdgeNodes.Sum) + _nodes.Value(n, kind, EdgeNodes.Delta);
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

    /// <summary>The last instant before <paramref name="before"/> at which the running sum of a kind is above a limit, or <see cref="Never"/>.</summary>
    public long LastAbove(int kind, long limit, long before) => LastAbove(_root, kind, limit, before);

    /// <summary>The largest running sum of a kind at the instants after <paramref name="after"/> and before <paramref name="before"/>; far below zero when there is none.</summary>
    public long LargestBetween(int kind, long after, long before) => LargestBetween(_root, kind, after, before);

    // Limits are relative to what the instants before the subtree add up to.
    private long FirstAbove(int n, int kind, long limit, long after)
    {
        while (_nodes.Value(n, kind, EdgeNodes.Most) > limit)
        {
            ref EdgeNode node = ref _nodes[n];
            long here = _nodes.Value(node.Left, kind, EdgeNodes.Sum) + _nodes.Value(n, kind, EdgeNodes.Delta);
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

    private long LastAbove(int n, int kind, long limit, long before)
    {
        while (_nodes.Value(n, kind, EdgeNodes.Most) > limit)
        {
            ref EdgeNode node = ref _nodes[n];
            long here = _nodes.Value(node.Left, kind, EdgeNodes.Sum) + _nodes.Value(n, kind, EdgeNodes.Delta);
            if (node.At < before)
            {
                if (LastAbove(node.Right, kind, limit - here, before) is var found and not Never)
                {
                    return found;
                }

                if (here > limit)
                {
                    return node.At;
                }
            }

            n = node.Left;
        }

        return Never;
    }

    private long FirstAtMost(int n, int kind, long limit, long after)
    {
        while (_nodes.Value(n, kind, EdgeNodes.Least) <= limit)
        {
            ref EdgeNode node = ref _nodes[n];
            long here = _nodes.Value(node.Left, kind, EdgeNodes.Sum) + _nodes.Value(n, kind, EdgeNodes.Delta);
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
            return _nodes.Value(n, kind, EdgeNodes.Most);
        }

        ref EdgeNode node = ref _nodes[n];
        long here = _nodes.Value(node.Left, kind, EdgeNodes.Sum) + _nodes.Value(n, kind, EdgeNodes.Delta);
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
            return _nodes.Create(at, amounts, sign);
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
                _nodes.Update(n);
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
                _nodes.Update(n);
                n = right;
            }
        }

        _nodes.Update(n);
        return n;
    }

    private int Alter(int n, ReadOnlySpan<long> amounts, long sign)
    {
        bool changes = false;
        for (int kind = 0; kind < _kinds; kind++)
        {
            changes |= (_nodes.Value(n, kind, EdgeNodes.Delta) += sign * amounts[kind]) != 0;
        }

        if (changes)
        {
            _nodes.Update(n);
            return n;
        }

        int joined = Join(_nodes[n].Left, _nodes[n].Right);
        _nodes.Release(n);
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
            _nodes.Update(before);
            return before;
        }

        _nodes[after].Left = Join(before, _nodes[after].Left);
        _nodes.Update(after);
        return after;
    }

    private int Trim(int n, long at, Span<long> sums)
    {
        while (n != Leaf && _nodes[n].At <= at)
        {
            for (int kind = 0; kind < _kinds; kind++)
            {
                sums[kind] += _nodes.Value(_nodes[n].Left, kind, EdgeNodes.Sum) + _nodes.Value(n, kind, EdgeNodes.Delta);
            }

            int right = _nodes[n].Right;
            ReleaseAll(_nodes[n].Left);
            _nodes.Release(n);
            n = right;
        }

        if (n != Leaf)
        {
            _nodes[n].Left = Trim(_nodes[n].Left, at, sums);
            _nodes.Update(n);
        }

        return n;
    }

    private void ReleaseAll(int n)
    {
        if (n != Leaf)
        {
            ReleaseAll(_nodes[n].Left);
            ReleaseAll(_nodes[n].Right);
            _nodes.Release(n);
        }
    }
}
