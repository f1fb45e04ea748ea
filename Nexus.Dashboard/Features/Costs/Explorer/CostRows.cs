using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>Puts the table together: what groups cost, what they bear of idle capacity, what they cost before.</summary>
/// <param name="asked">What was asked for.</param>
/// <param name="shares">What each bears; null where idle capacity is not shared.</param>
/// <param name="before">The table of the range that is compared; null where nothing is.</param>
/// <param name="counts">By what they are divided.</param>
/// <param name="comparesDirect">True where what was idle before is not known.</param>
/// <param name="most">How many rows there are at most, at each level; the others stand together.</param>
internal sealed class CostRows(CostsAsked asked, SharedIdle? shares, CostRow? before, IReadOnlyDictionary<string, UnitCounts>? counts, bool comparesDirect, int most = CostRows.Most)
{
    /// <summary>How many groups are shown at most, at each level; all others stand together in one row.</summary>
    public const int Most = 200;

    private const string IdleKey = "idle";
    private const string RestKey = "rest";

    /// <summary>The row of everything, with all others within it.</summary>
    /// <param name="direct">What the ledger has, by groups.</param>
    /// <param name="steps">How many steps the range has.</param>
    public CostRow Total(IReadOnlyList<CostRow> direct, int steps)
    {
        List<CostRow> rows = [.. Level("", direct, before?.Rows.Where(r => !r.IsIdle), 1, steps)];
        if (shares is { Unborne: var unborne } && (unborne != Money.Zero || before?.Rows.Any(r => r.IsIdle) == true))
        {
            rows.Add(new CostRow(IdleKey, "idle, borne by nobody", []) { Idle = unborne, IsIdle = true, Trend = new Money[steps], ComparesDirect = comparesDirect, Before = before is null ? null : before.Rows.FirstOrDefault(r => r.IsIdle)?.Cost ?? Money.Zero });
        }

        Money[] trend = new Money[steps];
        for (int i = 0; i < steps; i++)
        {
            trend[i] = rows.Aggregate(Money.Zero, (sum, r) => sum + r.Trend[i]);
        }

        return new CostRow("", "Total", [])
        {
            Direct = Sum(rows, r => r.Direct),
            Idle = Sum(rows, r => r.Idle),
            Overhead = Sum(rows, r => r.Overhead),
            Before = before?.Cost,
            ComparesDirect = comparesDirect,
            Trend = trend,
            Rows = rows,
            Counts = counts?.GetValueOrDefault(""),
        };
    }

    private IEnumerable<CostRow> Level(string within, IReadOnlyList<CostRow> direct, IEnumerable<CostRow>? were, int level, int steps)
    {
        Dictionary<string, CostRow> was = were?.ToDictionary(r => r.Key, StringComparer.Ordinal) ?? [];
        HashSet<string> known = [.. direct.Select(r => r.Key)];

        // What has gone since, and what only bears idle capacity, has its row too.
        IEnumerable<CostRow> all = direct.Concat(was.Values.Where(r => !known.Contains(r.Key)).Select(r => new CostRow(r.Key, r.Name, r.Filters) { Trend = new Money[steps] }));
        return Bounded(within, all.Select(row =>
        {
            CostRow? then = was.GetValueOrDefault(row.Key);
            CostRow[] below = [.. Level(row.Key, row.Rows, before is null ? null : then?.Rows ?? [], level + 1, steps)];
            return row with
            {
                Rows = below,
                Idle = level == asked.GroupBy.Count ? shares?.Of.GetValueOrDefault(row.Key) ?? Money.Zero : Sum(below, r => r.Idle),
                Overhead = level == asked.GroupBy.Count ? shares?.Overhead.GetValueOrDefault(row.Key) ?? Money.Zero : Sum(below, r => r.Overhead),
                Before = before is null ? null : then?.Cost ?? Money.Zero,
                ComparesDirect = comparesDirect,
                Counts = counts?.GetValueOrDefault(row.Key),
            };
        }).OrderByDescending(r => r.Cost).ThenBy(r => r.Name, StringComparer.Ordinal), steps);
    }

    private IEnumerable<CostRow> Bounded(string within, IEnumerable<CostRow> ordered, int steps)
    {
        CostRow[] rows = [.. ordered];
        if (rows.Length <= most)
        {
            return rows;
        }

        CostRow[] rest = rows[most..];
        Money[] trend = new Money[steps];
        for (int i = 0; i < steps; i++)
        {
            trend[i] = Sum(rest, r => r.Trend[i]);
        }

        return rows.Take(most).Append(new CostRow($"{within}|{RestKey}", $"{rest.Length:#,0} others", [])
        {
            Direct = Sum(rest, r => r.Direct),
            Idle = Sum(rest, r => r.Idle),
            Overhead = Sum(rest, r => r.Overhead),
            Before = before is null ? null : Sum(rest, r => r.Before ?? Money.Zero),
            ComparesDirect = comparesDirect,
            Trend = trend,
            IsRest = true,
        });
    }

    private static Money Sum(IEnumerable<CostRow> rows, Func<CostRow, Money> of) => rows.Aggregate(Money.Zero, (sum, r) => sum + of(r));
}
