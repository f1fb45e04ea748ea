using Nexus.Engine.Charges;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Costs.Allowances;

/// <summary>What of an allowance stops somebody.</summary>
/// <param name="Node">The allowance: the request's own, or one above it.</param>
/// <param name="Code">How.</param>
internal sealed record AllowanceStop(AllowanceNode Node, ReasonCode Code) : ISpendingStop
{
    /// <summary>What there is too little of; null where it is closed.</summary>
    public AllowanceTally? Tally { get; init; }

    /// <summary>How much is asked of it.</summary>
    public Int128 Needed { get; init; }

    /// <inheritdoc/>
    public bool IsNever => Code != ReasonCode.OverAllowance;

    /// <inheritdoc/>
    public Reason Reason(long now)
    {
        Reason reason = new(Code, Name: Node.Spec.Id);
        if (Tally is not { Limit: { } limit } tally)
        {
            return reason;
        }

        // What is only reserved may come back: of one that is spent it is no part of what is left.
        Int128 left = limit - (Code == ReasonCode.AllowanceSpent ? tally.Used : tally.Committed);
        return tally.Name == AllowanceAmount.Money
            ? reason with { Budget = new BudgetShortfall(new Money(Needed), new Money(left), null) }
            : reason with { Kind = tally.Name, Needed = QuantityOf(Needed), Available = QuantityOf(left) };
    }

    private static Quantity QuantityOf(Int128 thousandths) => Quantity.FromThousandths((long)Int128.Clamp(thousandths, 0, Quantity.MaxThousandths));
}
