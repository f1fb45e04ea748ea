using Nexus.Engine.Resources;

namespace Nexus.Bench.Quotas;

/// <summary>The same tree as one would write it first: cells found by path and kind in dictionaries at every level, with the same borrowing and lending, over all use alone.</summary>
internal sealed class DictionarySubject
{
    private readonly Dictionary<string, Dictionary<string, Cell>> _cells;
    private readonly Dictionary<OwnerPath, string[]> _levels;

    public DictionarySubject(OwnerPath[] nodes)
    {
        _cells = nodes.ToDictionary(n => n.ToString(), n => QuotaBench.Kinds.ToDictionary(k => k, _ => new Cell { Own = 500_000, Reach = long.MaxValue / 4 }, StringComparer.Ordinal), StringComparer.Ordinal);
        _levels = nodes.ToDictionary(n => n, n => (string[])[.. n.SelfAndParents().Append(OwnerPath.Root).Select(p => p.ToString())]);
    }

    public int Run(OwnerPath[] owners, int operations)
    {
        int passed = 0;
        for (int i = 0; i < operations; i++)
        {
            string[] levels = _levels[owners[i % owners.Length]];
            if (Array.TrueForAll(QuotaBench.Kinds, kind => Allows(levels, kind, 1_000)))
            {
                Charge(levels, 1_000);
                Charge(levels, -1_000);
                passed++;
            }
        }

        return passed;
    }

    private bool Allows(string[] levels, string kind, long amount)
    {
        foreach (string level in levels)
        {
            Cell cell = _cells[level][kind];
            amount -= Math.Max(0, cell.Own - cell.Used);
            if (cell.Reach - Math.Max(0, cell.Used - cell.Own) < amount)
            {
                return false;
            }
        }

        return true;
    }

    private void Charge(string[] levels, long amount)
    {
        foreach (string kind in QuotaBench.Kinds)
        {
            long passed = amount;
            foreach (string level in levels)
            {
                Cell cell = _cells[level][kind];
                cell.Total += amount;
                cell.Peak = Math.Max(cell.Peak, cell.Total);
                long before = Math.Max(0, cell.Used - cell.Own);
                cell.Used += passed;
                passed = Math.Max(0, cell.Used - cell.Own) - before;
            }
        }
    }

    private sealed class Cell
    {
        public long Own { get; init; }

        public long Reach { get; init; }

        public long Used { get; set; }

        public long Total { get; set; }

        public long Peak { get; set; }
    }
}
