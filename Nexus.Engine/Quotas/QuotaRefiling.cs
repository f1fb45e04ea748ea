using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Quotas;

/// <summary>What grants have charged to trees of quotas, and how that is filed anew when the rules change.</summary>
internal static class QuotaRefiling
{
    /// <summary>The trees in which a definition has a rule.</summary>
    public static IEnumerable<QuotaTreeKey> KeysOf(QuotaDefinition? definition) => definition?.Rules.Select(r => new QuotaTreeKey(r.Resource, r.Period)) ?? [];

    /// <summary>What a running grant has charged in a tree, the oldest first.</summary>
    public static IEnumerable<QuotaCharge> ChargesOf(Live live, QuotaStep step)
    {
        QuotaTreeKey key = step.Tree.Key;
        return live.QuotaCharges is { } noted && Array.Exists(noted, c => c.Tree == key)
            ? noted.Where(c => c.Tree == key)
            : [new QuotaCharge(key, step.Tree.Calendar.SlotOf(live.Request.Lease!.GrantedAt.Milliseconds), step.Granted(live.Request))];
    }

    /// <summary>What is noted of a grant's charges with one more. What does not count any more is one note, so that their number has a bound.</summary>
    public static QuotaCharge[] Added(Live live, QuotaStep step, QuotaCharge added, long now)
    {
        QuotaCalendar calendar = step.Tree.Calendar;
        long present = calendar.SlotOf(now);
        IEnumerable<QuotaCharge> others = live.QuotaCharges?.Where(c => c.Tree != added.Tree) ?? [];
        return
        [
            .. others, .. ChargesOf(live, step).Append(added)
                .GroupBy(c => calendar.Counts(c.Slot, present) ? c.Slot : long.MinValue)
                .OrderBy(g => g.Key)
                .Select(g => new QuotaCharge(added.Tree, g.Max(c => c.Slot), g.Aggregate(0L, static (sum, c) => QuotaMath.Plus(sum, c.Amount)))),
        ];
    }

    /// <summary>Nothing is noted of a tree any more that is gone.</summary>
    public static void Forget(IEnumerable<Live> running, QuotaTreeKey key)
    {
        foreach (Live live in running)
        {
            if (live.QuotaCharges is { } noted && Array.Exists(noted, c => c.Tree == key))
            {
                noted = Array.FindAll(noted, c => c.Tree != key);
                live.QuotaCharges = noted.Length == 0 ? null : noted;
            }
        }
    }

    /// <summary>Files what is used under other rules: a node that stays keeps what it had come to; a new one has what is known to have been used below it.</summary>
    /// <param name="before">The tree as it was, or null.</param>
    /// <param name="after">The tree as it will be, empty; or null.</param>
    /// <param name="kind">The kind it is for.</param>
    /// <param name="running">The grants that run.</param>
    /// <param name="now">When.</param>
    public static void Refile(QuotaTree? before, QuotaTree? after, ResourceKind kind, IReadOnlyCollection<Live> running, long now)
    {
        if (after is null)
        {
            return;
        }

        foreach (QuotaNode node in after.Nodes)
        {
            if (before?.Node(node.Owner) is { } kept)
            {
                node.TakeOver(kept, now);
            }
            else
            {
                node.Bucket?.Fill(node, now);
                FileBelow(node, before, after, kind, running);
            }
        }

        Hold(after, kind, running, now);
    }

    /// <summary>Without a period what is used is what runs.</summary>
    public static void Hold(QuotaTree tree, ResourceKind kind, IReadOnlyCollection<Live> running, long now)
    {
        long[] peaks = [.. tree.Nodes.Select(n => n.Peak)];
        foreach (QuotaNode node in tree.Nodes)
        {
            node.SetUse(0, 0);
        }

        tree.Forget();
        tree.At(now);
        if (tree.Key.Period.Kind == QuotaPeriodKind.None)
        {
            foreach ((Live live, QuotaStep step) in Steps(tree, kind, running))
            {
                tree.Charge(step.Leaf, 0, step.Granted(live.Request), QuotaAsk.UseOf(live.Request.Spec), now);
            }
        }

        for (int i = 0; i < peaks.Length; i++)
        {
            tree.Nodes[i].Peak = Math.Max(peaks[i], tree.IsRate ? 0 : tree.Nodes[i].All.Total);
        }
    }

    // All that was filed at nodes below it, and what grants below it that run have charged beyond those.
    private static void FileBelow(QuotaNode node, QuotaTree? before, QuotaTree after, ResourceKind kind, IReadOnlyCollection<Live> running)
    {
        if (node.Slots is not { } slots)
        {
            return;
        }

        foreach (QuotaNode below in before?.Nodes.Where(n => n.Owner.IsWithin(node.Owner) && n.Parent?.Owner.IsWithin(node.Owner) != true) ?? [])
        {
            foreach ((long slot, long all, long firm) in below.Slots!.Kept)
            {
                slots.Add(slot, all, firm);
            }
        }

        foreach ((Live live, QuotaStep step) in Steps(after, kind, running.Where(l => l.Request.Owner.IsWithin(node.Owner) && before?.Nearest(l.Request.Owner)?.Owner.IsWithin(node.Owner) != true)))
        {
            foreach (QuotaCharge charge in ChargesOf(live, step))
            {
                slots.Add(charge.Slot, charge.Amount, live.Request.Spec.Preemptible ? 0 : charge.Amount);
            }
        }
    }

    private static IEnumerable<(Live Live, QuotaStep Step)> Steps(QuotaTree tree, ResourceKind kind, IEnumerable<Live> running) =>
        from live in running
        where QuotaRules.IsMeasured(kind.Name) || live.Request.Lease!.Amounts.Has(kind.Name)
        let leaf = tree.Nearest(live.Request.Owner)
        where leaf is not null
        select (live, new QuotaStep(tree, leaf, QuotaStep.CountOf(kind, tree.Key.Period)));
}
