using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>The figures of a row as the table writes them: rounded so that each column adds up to its total.</summary>
/// <param name="Cost">What it costs in all.</param>
/// <param name="Direct">What the ledger says.</param>
/// <param name="Idle">What it bears of idle capacity.</param>
/// <param name="Overhead">What it bears of what is everybody's.</param>
/// <param name="Change">How much more that is than it was; null where nothing is compared.</param>
internal sealed record ShownRow(decimal Cost, decimal Direct, decimal Idle, decimal Overhead, decimal? Change);

/// <summary>Rounds a whole table: parts add up to what is shown of their total, at each level.</summary>
internal static class CostShown
{
    /// <summary>The figures of every row.</summary>
    /// <param name="total">The row of everything.</param>
    /// <param name="decimals">With how many decimals.</param>
    public static IReadOnlyDictionary<CostRow, ShownRow> Of(CostRow total, int decimals)
    {
        decimal cost = CostText.Rounded(total.Cost, decimals);
        decimal direct = CostText.Rounded(total.Direct, decimals);
        decimal overhead = CostText.Rounded(total.Overhead, decimals);
        Dictionary<CostRow, ShownRow> shown = new(ReferenceEqualityComparer.Instance) { [total] = new ShownRow(cost, direct, cost - direct - overhead, overhead, total.Change is { } change ? CostText.Rounded(change, decimals) : null) };
        Within(total, decimals, shown);
        return shown;
    }

    private static void Within(CostRow row, int decimals, Dictionary<CostRow, ShownRow> shown)
    {
        if (row.Rows.Count == 0)
        {
            return;
        }

        ShownRow whole = shown[row];
        decimal[] direct = CostText.Rounded([.. row.Rows.Select(r => r.Direct)], whole.Direct, decimals);
        decimal[] idle = CostText.Rounded([.. row.Rows.Select(r => r.Idle)], whole.Idle, decimals);
        decimal[] overhead = CostText.Rounded([.. row.Rows.Select(r => r.Overhead)], whole.Overhead, decimals);
        decimal[]? change = whole.Change is { } changed ? CostText.Rounded([.. row.Rows.Select(r => r.Change ?? Money.Zero)], changed, decimals) : null;
        for (int i = 0; i < row.Rows.Count; i++)
        {
            shown[row.Rows[i]] = new ShownRow(direct[i] + idle[i] + overhead[i], direct[i], idle[i], overhead[i], change?[i]);
            Within(row.Rows[i], decimals, shown);
        }
    }
}
