using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>Puts the table together: what groups cost, what they bear of idle capacity, what they cost before.</summary>
/// <param name="asked">What was asked for.</param>
/// <param name="shares">What each bears; null where idle capacity is not shared.</param>
/// <param name="before">The table of the range that is compared; null where nothing is.</param>
/// <param name="counts">By what they are divided.</param>
internal sealed class CostRows(CostsAsked asked, SharedIdle? shares, CostRow? before, IReadOnlyDictionary<string, UnitCounts>? counts)
{
    private const string IdleKey = "idle";

    /// <summary>The row of everything, with all others within it.</summary>
    /// <param name="direct">What the ledger has, by groups.</param>
    /// <param name="steps">How many steps the range has.</param>
    public CostRow Total(IReadOnlyList<CostRow> direct, int steps)
    {
        List<CostRow> rows = [.. Level(direct, before?.Rows.Where(r => !r.IsIdle), 1, steps)];
        if (shares is { Unborne: var unborne } && (unborne != Money.Zero || before?.Rows.Any(r => r.IsIdle) == true))
        {
            rows.Add(new CostRow(IdleKey, "idle, borne by nobody", []) { Idle = unborne, IsIdle = true, Trend = new Money[steps], Before = before is null ? null : before.Rows.FirstOrDefault(r => r.IsIdle)?.Cost ?? Money.Zero });
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
            Before = before?.Cost,
            Trend = trend,
            Rows = rows,
            Counts = counts?.GetValueOrDefault(""),
        };
    }

    private IEnumerable<CostRow> Level(IReadOnlyList<CostRow> direct, IEnumerable<CostRow>? were, int level, int steps)
    {
        Dictionary<string, CostRow> was = were?.ToDictionary(r => r.Key, StringComparer.Ordinal) ?? [];
        HashSet<string> known = [.. direct.Select(r => r.Key)];

        // What has gone since, and what only bears idle capacity, has its row too.
        IEnumerable<CostRow> all = direct.Concat(was.Values.Where(r => !known.Contains(r.Key)).Select(r => new CostRow(r.Key, r.Name, r.Filters) { Trend = new Money[steps] }));
        return all.Select(row =>
        {
            CostRow? then = was.GetValueOrDefault(row.Key);
            CostRow[] within = [.. Level(row.Rows, before is null ? null : then?.Rows ?? [], level + 1, steps)];
            return row with
            {
                Rows = within,
                Idle = level == asked.GroupBy.Count ? shares?.Of.GetValueOrDefault(row.Key) ?? Money.Zero : Sum(within, r => r.Idle),
                Before = before is null ? null : then?.Cost ?? Money.Zero,
                Counts = counts?.GetValueOrDefault(row.Key),
            };
        }).OrderByDescending(r => r.Cost).ThenBy(r => r.Name, StringComparer.Ordinal);
    }

    private static Money Sum(IEnumerable<CostRow> rows, Func<CostRow, Money> of) => rows.Aggregate(Money.Zero, (sum, r) => sum + of(r));
}
