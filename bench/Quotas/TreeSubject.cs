using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Bench.Quotas;

/// <summary>The engine's own trees, as a grant that cannot be preempted goes through them: the owner is looked up once, then both computations at every level.</summary>
internal sealed class TreeSubject
{
    private readonly QuotaTree[] _trees;
    private readonly Dictionary<OwnerPath, QuotaNode[]> _nearest;

    public TreeSubject(OwnerPath[] nodes)
    {
        _trees = [.. QuotaBench.Kinds.Select(kind => new QuotaTree(new QuotaTreeKey(kind, QuotaPeriod.None), nodes.Select(n => (n, Rule(n, kind)))))];
        _nearest = nodes.ToDictionary(n => n, n => Array.ConvertAll(_trees, t => t.Nearest(n)!));
    }

    public double BytesAnOperation { get; private set; }

    public int Run(OwnerPath[] owners, int operations)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        int passed = 0;
        for (int i = 0; i < operations; i++)
        {
            QuotaNode[] leaves = _nearest[owners[i % owners.Length]];
            bool blocked = false;
            for (int kind = 0; kind < _trees.Length && !blocked; kind++)
            {
                blocked = !_trees[kind].Allows(leaves[kind], 1_000, QuotaUse.Firm, i);
            }

            if (!blocked)
            {
                Charge(leaves, 1_000, i);
                Charge(leaves, -1_000, i);
                passed++;
            }
        }

        BytesAnOperation = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)operations;
        return passed;
    }

    private void Charge(QuotaNode[] leaves, long amount, long now)
    {
        for (int kind = 0; kind < _trees.Length; kind++)
        {
            _trees[kind].Charge(leaves[kind], 0, amount, QuotaUse.Firm, now);
        }
    }

    // Each keeps half of what it has and lends the rest, so that every level has a part of its own.
    private static QuotaRule Rule(OwnerPath owner, string kind) => owner.Depth == 3
        ? new QuotaRule(kind) { Limit = Quantity.Of(1_000), Borrow = QuotaBound.Unbounded, Lend = QuotaBound.Of(Quantity.Of(500)) }
        : new QuotaRule(kind) { Extra = Quantity.Of(10), Borrow = QuotaBound.Unbounded, Lend = QuotaBound.Of(Quantity.Of(1_000)) };
}
