using System.Runtime.Intrinsics;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Quotas;

/// <summary>
/// The nodes that have a rule for one kind and period, and the one computation over them: what each has, what is charged to it, and what a grant can take.
/// </summary>
/// <remarks>
/// <para>Children first: <c>aside = Σ (own + aside)</c> of the children; <c>capacity = limit − aside</c>, or <c>extra + Σ lent</c> for a cohort; <c>lent = min(capacity, lend)</c>;
/// <c>own = capacity − lent</c>; <c>used = direct + Σ max(0, used − own)</c> of the children. Then <c>available = capacity − used</c> at the topmost node, plus <c>borrow</c> where it
/// has a limit, and below it <c>max(0, own − used) + min(available(parent), lent + borrow − max(0, used − own))</c>. The availability of an additive tree is Kueue's (cohorts with
/// borrowing and lending limits).</para>
/// <para>It is done twice for grants that cannot be preempted: over all use, and over their use alone with nothing lent but to all; both must allow.</para>
/// <para>Checking and charging cost O(depth) and allocate nothing: the figures of all nodes stand in one array, each with the place of its parent. What is used is state; what follows from it and from the time is worked out anew in O(nodes) when a slot
/// passes or a window opens.</para>
/// </remarks>
internal sealed class QuotaTree
{
    // Below whatever a node has room for, and what is free on a path can be taken from it without turning over.
    private const long NoNeed = -2 * QuotaMath.Most;

    private readonly Dictionary<OwnerPath, QuotaNode> _byOwner;
    private readonly QuotaNode[] _bottomUp;
    private readonly QuotaCell[] _cells;
    private readonly bool _passes;
    private long _from;
    private long _until;
    private long _windowsUntil;

    public QuotaTree(QuotaTreeKey key, IEnumerable<(OwnerPath Owner, QuotaRule Rule)> rules)
    {
        Key = key;
        Calendar = new QuotaCalendar(key.Period);
        (_passes, IsRate) = (Calendar.Passes, key.Period.Kind == QuotaPeriodKind.Rate);
        (OwnerPath Owner, QuotaRule Rule)[] inOrder = [.. rules.OrderBy(r => r.Owner.ToString(), StringComparer.Ordinal)];
        _cells = new QuotaCell[inOrder.Length];
        Nodes = [.. inOrder.Select((r, i) => new QuotaNode(r.Owner, r.Rule, Calendar, _cells, i))];
        HasWindows = Nodes.Any(n => n.HasWindows);
        HasEnforced = Nodes.Any(n => n.Rule.EnforceAt is not null);
        _byOwner = Nodes.ToDictionary(n => n.Owner);
        _bottomUp = [.. Nodes.OrderByDescending(n => n.Owner.Depth)];
        ILookup<QuotaNode?, QuotaNode> byParent = Nodes.ToLookup(n => n.Owner.IsRoot ? null : Nearest(n.Owner.Parent));
        for (int i = _bottomUp.Length - 1; i >= 0; i--)
        {
            QuotaNode node = _bottomUp[i];
            node.Stand(node.Owner.IsRoot ? null : Nearest(node.Owner.Parent), [.. byParent[node]]);
        }

        (_from, _until) = (long.MaxValue, long.MinValue);
    }

    /// <summary>Its kind and period.</summary>
    public QuotaTreeKey Key { get; }

    /// <summary>The slots of its period.</summary>
    public QuotaCalendar Calendar { get; }

    /// <summary>Its nodes, by path.</summary>
    public IReadOnlyList<QuotaNode> Nodes { get; }

    /// <summary>True where values change with the time.</summary>
    public bool HasWindows { get; }

    /// <summary>True where what is above a limit is taken back, now or at a time.</summary>
    public bool HasEnforced { get; }

    /// <summary>True for buckets, which neither lend nor borrow.</summary>
    public bool IsRate { get; }

    /// <summary>The rule that stands nearest to an owner, on its path; null where none does.</summary>
    public QuotaNode? Nearest(OwnerPath owner)
    {
        for (OwnerPath at = owner; ; at = at.Parent)
        {
            if (_byOwner.TryGetValue(at, out QuotaNode? node))
            {
                return node;
            }

            if (at.IsRoot)
            {
                return null;
            }
        }
    }

    /// <summary>The node of an owner itself, or null.</summary>
    public QuotaNode? Node(OwnerPath owner) => _byOwner.GetValueOrDefault(owner);

    /// <summary>True when nothing stops an amount at a moment.</summary>
    /// <param name="leaf">The rule nearest to the owner.</param>
    /// <param name="amount">Thousandths; at least 0.</param>
    /// <param name="use">Firm for a grant that cannot be preempted: it must pass both computations.</param>
    /// <param name="now">When.</param>
    public bool Allows(QuotaNode leaf, long amount, QuotaUse use, long now)
    {
        if (IsRate)
        {
            return RateBlocks(leaf, amount, now) is null;
        }

        At(now);
        return Allows(leaf.Place, amount, use);
    }

    /// <summary>What stops an amount at a moment, or null.</summary>
    /// <param name="leaf">The rule nearest to the owner.</param>
    /// <param name="amount">Thousandths; at least 0.</param>
    /// <param name="use">Firm for a grant that cannot be preempted: it must pass both computations.</param>
    /// <param name="now">When.</param>
    public QuotaBlock? Blocks(QuotaNode leaf, long amount, QuotaUse use, long now)
    {
        if (IsRate)
        {
            return RateBlocks(leaf, amount, now);
        }

        if (Allows(leaf, amount, use, now))
        {
            return null;
        }

        QuotaBlock? all = Blocks(leaf, amount, QuotaUse.All);
        QuotaBlock? firm = use == QuotaUse.Firm ? Blocks(leaf, amount, QuotaUse.Firm) : null;
        if (all is not { } a || firm is not { } f)
        {
            return all ?? firm;
        }

        int depth = f.Node.Path.Length.CompareTo(a.Node.Path.Length);
        return depth > 0 || (depth == 0 && f.Missing > a.Missing) ? f with { Available = Math.Min(a.Available, f.Available) } : a with { Available = Math.Min(a.Available, f.Available) };
    }

    /// <summary>What stops an amount even where nothing is used, as the rules stand; null where nothing does. Where windows change values, only what no window allows is never allowed.</summary>
    public QuotaBlock? NeverAllows(QuotaNode leaf, long amount, QuotaUse use, long now)
    {
        At(now);
        (long free, long freeFirm) = (0, 0);
        foreach (QuotaNode node in leaf.Path)
        {
            long most = node.Burst;
            if (!IsRate)
            {
                (free, freeFirm) = (free + node.All.Own, freeFirm + node.Firm.Own);
                most = HasWindows ? node.MostEver() : Math.Min(free + node.All.Reach, use == QuotaUse.Firm ? freeFirm + node.Firm.Reach : long.MaxValue);
            }

            if (node.IsHard && most < amount)
            {
                return new QuotaBlock(node, use, amount, amount - most, most);
            }
        }

        return null;
    }

    /// <summary>What a grant of an owner can take at a moment; negative where more is used than there is.</summary>
    public long Available(QuotaNode leaf, QuotaUse use, long now)
    {
        if (IsRate)
        {
            long least = QuotaMath.Most;
            foreach (QuotaNode node in leaf.Path)
            {
                least = node.IsHard ? Math.Min(least, node.Bucket!.LevelAt(node, now)) : least;
            }

            return least;
        }

        At(now);
        long all = Available(leaf, QuotaUse.All);
        return use == QuotaUse.All ? all : Math.Min(all, Available(leaf, QuotaUse.Firm));
    }

    /// <summary>Takes an amount, or gives it back where it is negative, on the whole path.</summary>
    /// <returns>What was taken: less than asked where the sum would be too large to count, or negative.</returns>
    public long Charge(QuotaNode leaf, long slot, long amount, QuotaUse use, long now)
    {
        if (IsRate)
        {
            foreach (QuotaNode node in leaf.Path)
            {
                node.Bucket!.Take(node, amount, now);
                node.Peak = Math.Max(node.Peak, node.Burst - node.Bucket.Level);
            }

            return amount;
        }

        At(now);
        QuotaCell[] cells = _cells;
        (long all, long firm) = Countable(leaf, slot, amount, use);
        if (_passes)
        {
            foreach (QuotaNode node in leaf.Path)
            {
                node.Slots!.Add(slot, all, firm);
            }

            if (!Calendar.Counts(slot, Calendar.SlotOf(now)))
            {
                return all;
            }
        }

        Vector128<long> total = Vector128.Create(all, firm);
        Vector128<long> used = total;
        for (int at = leaf.Place; at >= 0; at = cells[at].Parent)
        {
            ref QuotaCell cell = ref cells[at];
            used = cell.Add(total, used);
            if (all > 0)
            {
                cell.Rise();
            }
        }

        return all;
    }

    /// <summary>Counts an amount of what is held as taken, or as given back where it is negative, for as long as somebody looks: then it is to be undone. It is nobody's peak.</summary>
    /// <returns>What was counted.</returns>
    public long Imagine(QuotaNode leaf, long amount, QuotaUse use, long now)
    {
        At(now);
        (long all, long firm) = Countable(leaf, 0, amount, use);
        Vector128<long> total = Vector128.Create(all, firm);
        Vector128<long> used = total;
        for (int at = leaf.Place; at >= 0; at = _cells[at].Parent)
        {
            used = _cells[at].Add(total, used);
        }

        return all;
    }

    /// <summary>Works out everything anew at the next look: what was used was set from outside.</summary>
    public void Forget() => (_from, _until) = (long.MaxValue, long.MinValue);

    /// <summary>The next moment after this one at which anything that follows from the time may be otherwise; <see cref="long.MaxValue"/> when there is none. Of a rate ask the buckets.</summary>
    public long NextChange(long now)
    {
        At(now);
        return _until;
    }

    /// <summary>The next moment after this one at which a node may have more without anything being given back: something that counts there leaves its window, or other values hold somewhere.</summary>
    public long? MoreAt(QuotaNode node, long now)
    {
        At(now);
        long at = Math.Min(_windowsUntil, node.Slots?.NextExpiry(Calendar, Calendar.SlotOf(now)) ?? long.MaxValue);
        return at == long.MaxValue ? null : at;
    }

    /// <summary>Brings everything that follows from the time to a moment.</summary>
    public void At(long now)
    {
        if (now < _from || now >= _until)
        {
            WorkOut(now);
        }
    }

    private void WorkOut(long now)
    {
        long present = Calendar.SlotOf(now);
        (_from, _windowsUntil) = (now, long.MaxValue);
        foreach (QuotaNode node in _bottomUp)
        {
            _windowsUntil = Math.Min(_windowsUntil, node.Configure(now));
            (long all, long firm) = node.Slots?.Sum(Calendar, present) ?? (node.All.Total, node.Firm.Total);
            node.SetUse(all, firm);
        }

        _until = Math.Min(_windowsUntil, _passes ? Calendar.NextAfter(present) : long.MaxValue);
        if (_until == long.MaxValue)
        {
            _from = long.MinValue;
        }
    }

    // From the leaf up: what is beyond a node's own is asked of its parent, as far as the node's reach goes.
    private bool Allows(int leaf, long amount, QuotaUse use)
    {
        Vector128<long> needed = Vector128.Create(amount, use == QuotaUse.Firm ? amount : NoNeed);
        QuotaCell[] cells = _cells;
        for (int at = leaf; at >= 0; at = cells[at].Parent)
        {
            if (!cells[at].Allows(ref needed))
            {
                return false;
            }
        }

        return true;
    }

    private static QuotaBlock? Blocks(QuotaNode leaf, long amount, QuotaUse use)
    {
        long needed = amount;
        foreach (QuotaNode node in leaf.Path)
        {
            QuotaMeter meter = node.Of(use);
            needed -= meter.Free;
            if (meter.Room < needed)
            {
                return new QuotaBlock(node, use, needed, needed - meter.Room, Available(leaf, use));
            }
        }

        return null;
    }

    private static long Available(QuotaNode leaf, QuotaUse use)
    {
        (long free, long least) = (0, long.MaxValue);
        foreach (QuotaNode node in leaf.Path)
        {
            QuotaMeter meter = node.Of(use);
            free += meter.Free;
            least = Math.Min(least, free + meter.Room);
        }

        return least;
    }

    private static QuotaBlock? RateBlocks(QuotaNode leaf, long amount, long now)
    {
        QuotaBlock? lowest = null;
        long available = QuotaMath.Most;
        foreach (QuotaNode node in leaf.Path)
        {
            if (node.IsHard && node.Bucket!.LevelAt(node, now) is var level)
            {
                available = Math.Min(available, level);
                lowest ??= level < amount ? new QuotaBlock(node, QuotaUse.All, amount, amount - level, level) : null;
            }
        }

        return lowest is { } block ? block with { Available = available } : null;
    }

    // What is given back was taken in that slot by that owner's node for the same use, and sums must not turn over.
    private (long All, long Firm) Countable(QuotaNode leaf, long slot, long amount, QuotaUse use)
    {
        ref QuotaCell own = ref _cells[leaf.Place];
        (long all, long firm) = _passes ? leaf.Slots!.Of(slot) : own.Total;
        (long counted, _) = _passes ? Nodes[own.Top].Slots!.Of(slot) : _cells[own.Top].Total;
        long countable = amount < 0 ? Math.Max(amount, use == QuotaUse.Firm ? -firm : firm - all) : Math.Min(amount, Math.Max(0, QuotaMath.Most - counted));
        return (countable, use == QuotaUse.All ? 0 : countable);
    }
}
