using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Timelines;

namespace Nexus.Dashboard.Tests.Engine.Scheduling.Timelines;

/// <summary>A pool's future written out moment by moment, from 0 to <see cref="End"/>, which stands for ever after: the plain restatement of what a timeline says.</summary>
internal sealed class PlainPool(params long[] capacities)
{
    public const int End = 50;

    // Below before above, with the place of the owner above; the last is the root.
    private static readonly (OwnerPath Owner, int Above)[] Tree =
        [(OwnerPath.Parse("a/x"), 2), (OwnerPath.Parse("a/y"), 2), (OwnerPath.Parse("a"), 4), (OwnerPath.Parse("b"), 4), (OwnerPath.Root, -1)];

    public static OwnerPath[] Owners { get; } = [.. Tree.Select(t => t.Owner)];

    public List<PlainUse> Uses { get; } = [];

    public List<PlainUse> Holds { get; } = [];

    public long[] Capacities { get; } = capacities;

    /// <summary>All that is used or held of a kind at a moment; what is left of the reservations of some owners does not count.</summary>
    public long Used(int kind, int at, OwnerPath? without = null, bool plans = true)
    {
        Span<long> needed = stackalloc long[Tree.Length];
        Span<long> reserved = stackalloc long[Tree.Length];
        long sum = 0;
        foreach (PlainUse use in Uses)
        {
            if (use.Covers(at) && (plans || !use.IsPlan))
            {
                needed[use.Owner] += use.Amounts[kind];
                sum += use.Amounts[kind];
            }
        }

        foreach (PlainUse hold in Holds)
        {
            reserved[hold.Owner] += hold.Covers(at) ? hold.Amounts[kind] : 0;
        }

        for (int i = 0; i < Tree.Length; i++)
        {
            sum += without is not null && without.IsWithin(Tree[i].Owner) ? 0 : Math.Max(0, reserved[i] - needed[i]);
            if (Tree[i].Above >= 0)
            {
                needed[Tree[i].Above] += Math.Max(0, needed[i] - reserved[i]);
            }
        }

        return sum;
    }

    public bool Fits(int owner, long[] amounts, int at, bool plans = true)
    {
        for (int kind = 0; kind < amounts.Length; kind++)
        {
            if (amounts[kind] > 0 && Used(kind, at, Owners[owner], plans) + amounts[kind] > Capacities[kind])
            {
                return false;
            }
        }

        return true;
    }

    public static long EarliestFit(IReadOnlyList<(PlainPool Pool, long[] Amounts)> needs, int owner, long length, int notBefore, bool plans = true)
    {
        bool[] fits = new bool[End + 1];
        for (int at = notBefore; at <= End; at++)
        {
            fits[at] = needs.All(n => n.Pool.Fits(owner, n.Amounts, at, plans));
        }

        for (int start = notBefore; start <= End; start++)
        {
            long last = length > End - start ? End : start + length - 1;
            if (Enumerable.Range(start, (int)(last - start + 1)).All(at => fits[at]))
            {
                return start;
            }
        }

        return Timeline.Open;
    }

    public long EarliestFit(int owner, long[] amounts, long length, int notBefore, bool plans = true) =>
        EarliestFit([(this, amounts)], owner, length, notBefore, plans);
}

/// <summary>Amounts of an owner, by its place among the owners, over [from, to).</summary>
internal sealed record PlainUse(int Owner, long From, long To, long[] Amounts, bool IsPlan = false)
{
    public bool Covers(int at) => From <= at && at < To;
}
