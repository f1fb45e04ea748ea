using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Engine.Costs.Months;

/// <summary>What is billed in a month.</summary>
/// <param name="Own">What belongs to it by its charge period, and was not billed later because the month was closed when it came.</param>
/// <param name="Corrections">What belongs to earlier months that were closed when it came, by month in its series.</param>
/// <param name="Entered">The credits, discounts and taxes in both, in the order of the ledger.</param>
public sealed record MonthBill(CostReport Own, CostReport Corrections, IReadOnlyList<LedgerRow> Entered)
{
    /// <summary>All of it.</summary>
    public CostSum Total => Own.Total + Corrections.Total;
}
