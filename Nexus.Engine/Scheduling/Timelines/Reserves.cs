using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Timelines;

/// <summary>The reserves of one pool, by owner, and who draws from them.</summary>
/// <param name="all">The pool's timeline, on which what is left of the reserves stands beside what is used.</param>
internal sealed class Reserves(Timeline all)
{
    // The deepest owners first: of two on one path, the lower comes before the upper.
    private readonly List<Reserve> _reserves = [];
    private readonly long[] _left = new long[all.Kinds];
    private readonly long[] _needed = new long[all.Kinds];
    private readonly long[] _promised = new long[all.Kinds];
    private readonly long[] _nothing = new long[all.Kinds];

    /// <summary>For how many owners something is reserved.</summary>
    public int Count => _reserves.Count;

    /// <summary>What of a kind is reserved and not used at a moment.</summary>
    public long LeftAt(int kind, long at) => _reserves.Sum(r => r.At(kind, at));

    /// <summary>Forgets what was before a moment.</summary>
    public void Advance(long now)
    {
        foreach (Reserve reserve in _reserves)
        {
            reserve.Advance(now);
        }
    }

    /// <summary>What is not in an owner's way: what is left for it, and perhaps the <paramref name="plans"/>, with what they draw from reserves.</summary>
    public IRelief[] Of(OwnerPath? owner, Timeline? plans)
    {
        List<IRelief> reliefs = [];
        foreach (Reserve reserve in _reserves)
        {
            if (owner is not null && owner.IsWithin(reserve.Owner))
            {
                reliefs.Add(reserve);
            }
            else if (plans is not null)
            {
                reliefs.Add(reserve.DrawnByPlans);
            }
        }

        if (plans is not null)
        {
            reliefs.Add(plans);
        }

        return [.. reliefs];
    }

    /// <summary>Reserves amounts for an owner.</summary>
    public void Hold(OwnerPath owner, long from, long to, ReadOnlySpan<long> amounts, IEnumerable<Use> uses)
    {
        Reserve reserve = _reserves.Find(r => r.Owner == owner) ?? Open(owner, uses);
        reserve.Reservations++;
        Redraw(owner, from, to, amounts, _nothing, _nothing, 1);
    }

    /// <summary>Gives up what was reserved with the same values.</summary>
    public void Free(OwnerPath owner, long from, long to, ReadOnlySpan<long> amounts)
    {
        Reserve reserve = _reserves.Find(r => r.Owner == owner) ?? throw new InvalidOperationException($"nothing is reserved for {owner}");
        Redraw(owner, from, to, amounts, _nothing, _nothing, -1);
        if (--reserve.Reservations == 0)
        {
            // It holds nothing and passes on all that it is asked for: the reserves above it do not notice.
            _reserves.Remove(reserve);
        }
    }

    /// <summary>An owner uses amounts, which stand in for what is left for it, or no longer does.</summary>
    public void Draw(OwnerPath owner, long from, long to, ReadOnlySpan<long> amounts, UseKind kind, long sign) =>
        Redraw(owner, from, to, _nothing, amounts, kind == UseKind.Plan ? _nothing : amounts, sign);

    /// <summary>What an owner was planned to use is promised to it.</summary>
    public void Promise(OwnerPath owner, long from, long to, ReadOnlySpan<long> amounts) =>
        Redraw(owner, from, to, _nothing, _nothing, amounts, 1);

    // Piece by piece, in each of which nothing changes at any reserve on the owner's path; from the lowest up, each passes on what it cannot cover.
    private void Redraw(OwnerPath owner, long from, long to, ReadOnlySpan<long> reserved, ReadOnlySpan<long> needed, ReadOnlySpan<long> promised, long sign)
    {
        Reserve[] path = _reserves.Count == 0 ? [] : [.. _reserves.Where(r => owner.IsWithin(r.Owner))];
        Span<long> changed = stackalloc long[reserved.Length];
        for (long at = Math.Max(from, all.Begins), until; path.Length > 0 && at < to; at = until)
        {
            until = to;
            Times(reserved, sign, changed);
            Times(needed, sign, _needed);
            Times(promised, sign, _promised);
            _left.AsSpan().Clear();
            foreach (Reserve reserve in path)
            {
                until = Math.Min(until, reserve.NextChange(at));
            }

            foreach (Reserve reserve in path)
            {
                reserve.Change(at, until, changed, _needed, _promised, _left);
                changed.Clear();
            }

            all.Change(at, until, _left, 1);
        }
    }

    // A new reserve needs what its owner already uses, less what the reserves below it cover.
    private Reserve Open(OwnerPath owner, IEnumerable<Use> uses)
    {
        Reserve opened = new(owner, all.Kinds, all.Begins);
        Reserve[] below = [.. _reserves.Where(r => r.Owner.IsWithin(owner))];
        foreach (Use use in uses)
        {
            if (use.To > all.Begins && use.Owner.IsWithin(owner) && !Array.Exists(below, r => use.Owner.IsWithin(r.Owner)))
            {
                opened.Need(use.From, use.To, use.Amounts, use.Kind == UseKind.Plan ? _nothing : use.Amounts);
            }
        }

        foreach (Reserve child in below.Where(c => !Array.Exists(below, r => r != c && c.Owner.IsWithin(r.Owner))))
        {
            for (long at = all.Begins; at != Timeline.Open; at = child.NextChange(at))
            {
                for (int kind = 0; kind < _needed.Length; kind++)
                {
                    (_needed[kind], _promised[kind]) = (child.Excess(kind, at), child.PromisedExcess(kind, at));
                }

                opened.Need(at, child.NextChange(at), _needed, _promised);
            }
        }

        int place = _reserves.FindIndex(r => r.Owner.ToString().Length <= owner.ToString().Length);
        _reserves.Insert(place < 0 ? _reserves.Count : place, opened);
        return opened;
    }

    private static void Times(ReadOnlySpan<long> amounts, long sign, Span<long> product)
    {
        for (int kind = 0; kind < amounts.Length; kind++)
        {
            product[kind] = sign * amounts[kind];
        }
    }
}
