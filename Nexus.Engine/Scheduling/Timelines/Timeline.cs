namespace Nexus.Engine.Scheduling.Timelines;

/// <summary>How much of several kinds is used at every moment from now on: the sum of entries that hold amounts over [from, to) or without end.</summary>
/// <remarks>
/// <para>Amounts in thousandths of a unit, times in milliseconds since 1970; an entry without end reaches to <see cref="Open"/>. All spans have an amount for each kind, in one order.</para>
/// <para>Adding and removing take O(log n) for each kind, and each step of a search too; a search takes as many steps as there are gaps too short for what is sought before the first that is not,
/// and a search for ever a single one. Nothing is kept of what has passed, and at most two instants for each entry that has not.</para>
/// <para>It depends only on the entries it has, not on the order in which they came and went.</para>
/// </remarks>
internal sealed class Timeline : IRelief
{
    /// <summary>The end of what has none, and the length of what needs its capacity for ever.</summary>
    public const long Open = EdgeTree.None;

    /// <summary>No moment at all.</summary>
    public const long Never = EdgeTree.Never;

    // Far above all capacities, and far enough below the end of a long for the sums of two of them.
    private const long MostAtOnce = long.MaxValue / 4;

    private readonly EdgeTree _edges;
    private readonly long[] _first;

    /// <summary>A timeline on which nothing is used.</summary>
    /// <param name="kinds">How many kinds it has, at least one.</param>
    public Timeline(int kinds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(kinds, 1);
        _edges = new EdgeTree(kinds);
        _first = new long[kinds];
    }

    /// <summary>How many kinds it has.</summary>
    public int Kinds => _first.Length;

    /// <summary>The moment at which it begins: what was before is forgotten.</summary>
    public long Begins { get; private set; }

    /// <summary>How many instants are kept at which the use changes.</summary>
    public int Count => _edges.Count;

    /// <summary>Adds an entry. What of it has passed counts for nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It ends before it begins.</exception>
    /// <exception cref="OverflowException">More is used at once than can be counted.</exception>
    public void Add(long from, long to, ReadOnlySpan<long> amounts) => Change(from, to, amounts, 1);

    /// <summary>Removes an entry that was added with the same values, be it in part or wholly past by now.</summary>
    /// <exception cref="InvalidOperationException">Less than nothing would be used: it was not added.</exception>
    public void Remove(long from, long to, ReadOnlySpan<long> amounts) => Change(from, to, amounts, -1);

    /// <summary>Forgets what was before a moment. Never goes back.</summary>
    public void Advance(long now)
    {
        if (now > Begins)
        {
            Begins = now;
            _edges.Trim(now, _first);
        }
    }

    /// <summary>What is used of a kind at a moment, in thousandths; for a moment that has passed, at the begin.</summary>
    public long UsedAt(int kind, long at) => _first[kind] + _edges.SumAt(kind, at);

    /// <summary>The most that is used of a kind at any moment of [from, to).</summary>
    public long MostUsed(int kind, long from, long to) =>
        Math.Max(UsedAt(kind, from), _first[kind] + _edges.LargestBetween(kind, Math.Max(from, Begins), to));

    /// <summary>The next moment after one at which anything changes, or <see cref="Open"/>.</summary>
    public long NextChange(long after) => _edges.Next(after);

    /// <summary>The first moment, <paramref name="from"/> or later, at which more of a kind is used than a limit, or <see cref="Open"/>.</summary>
    public long FirstAbove(int kind, long limit, long from) =>
        UsedAt(kind, from) > limit ? Math.Max(from, Begins) : _edges.FirstAbove(kind, limit - _first[kind], from);

    /// <summary>The first moment, <paramref name="from"/> or later, at which no more of a kind is used than a limit, or <see cref="Open"/>.</summary>
    public long FirstAtMost(int kind, long limit, long from) =>
        UsedAt(kind, from) <= limit ? Math.Max(from, Begins) : _edges.FirstAtMost(kind, limit - _first[kind], from);

    /// <summary>The last moment of [from, to) at which more of a kind begins to be used than a limit, or at the begin is, or <see cref="Never"/>.</summary>
    public long LastAbove(int kind, long limit, long from, long to)
    {
        long last = _edges.LastAbove(kind, limit - _first[kind], to);
        return last > from ? last
            : (last != Never || _first[kind] > limit) && UsedAt(kind, from) > limit ? Math.Max(from, Begins)
            : Never;
    }

    /// <summary>True when the amounts are free at every moment of [from, to). A kind of which nothing is asked is not looked at.</summary>
    public bool Fits(ReadOnlySpan<long> amounts, ReadOnlySpan<long> capacities, long from, long to) =>
        FitSearch.FirstTooMuch(this, amounts, capacities, [], from, to) == Open;

    /// <summary>The first start, <paramref name="notBefore"/> or later, from which the amounts are free for a length.</summary>
    /// <param name="amounts">What is asked; a kind of which nothing is asked is not looked at.</param>
    /// <param name="capacities">What there is.</param>
    /// <param name="length">For how long, in milliseconds, at least one; <see cref="Open"/>: for ever.</param>
    /// <param name="notBefore">The earliest start that will do.</param>
    /// <returns>The start, or <see cref="Open"/> when there is none.</returns>
    public long EarliestFit(ReadOnlySpan<long> amounts, ReadOnlySpan<long> capacities, long length, long notBefore) =>
        FitSearch.Earliest(this, amounts, capacities, [], length, notBefore);

    /// <summary>Adds <paramref name="sign"/> times the amounts, which may be negative, over [from, to).</summary>
    internal void Change(long from, long to, ReadOnlySpan<long> amounts, long sign)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(to, from);
        if (to <= Begins || to == from)
        {
            return;
        }

        if (from > Begins)
        {
            _edges.Change(from, amounts, sign);
        }
        else
        {
            for (int kind = 0; kind < _first.Length; kind++)
            {
                _first[kind] += sign * amounts[kind];
            }
        }

        if (to != Open)
        {
            _edges.Change(to, amounts, -sign);
        }

        Check();
    }

    long IRelief.At(int kind, long at) => UsedAt(kind, at);

    private void Check()
    {
        for (int kind = 0; kind < _first.Length; kind++)
        {
            long first = _first[kind];
            if (first < 0 || _edges.SmallestSum(kind) < -first)
            {
                throw new InvalidOperationException("less than nothing is used on a timeline");
            }

            if (first > MostAtOnce || _edges.LargestSum(kind) > MostAtOnce)
            {
                throw new OverflowException("more is used on a timeline than can be counted");
            }
        }
    }
}
