using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;

namespace Nexus.Dashboard.Features.Months;

/// <summary>A month as a list has it.</summary>
/// <param name="Sum">What it comes to.</param>
/// <param name="Closed">When and by whom it was closed; null: it is open.</param>
/// <param name="HasEnded">True where it can be closed.</param>
internal sealed record MonthLine(MonthSum Sum, ClosedMonth? Closed, bool HasEnded)
{
    /// <summary>The month.</summary>
    public BillingMonth Month => Sum.Month;
}

/// <summary>What closing a month came to, or would.</summary>
/// <param name="Month">The month.</param>
/// <param name="Closed">When and by whom it was closed; null: it is open.</param>
/// <param name="Total">What is billed in it, its tiers trued up.</param>
/// <param name="TrueUp">By how much truing tiers up changes that; nothing where it had been closed before.</param>
/// <param name="Corrections">What of the total belongs to earlier months.</param>
/// <param name="Items">The checklist, as it was before; empty where it had been closed before.</param>
internal sealed record MonthClose(BillingMonth Month, ClosedMonth? Closed, Money Total, Money TrueUp, Money Corrections, IReadOnlyList<MonthItem> Items);
