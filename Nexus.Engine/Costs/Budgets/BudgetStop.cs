using Nexus.Engine.Charges;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Costs.Budgets;

/// <summary>What of a budget stops somebody, as the reason of a decision tells.</summary>
/// <param name="Needed">What it is expected to cost in this period.</param>
/// <param name="Left">What the budget has left for it; negative where more was spent than there was.</param>
/// <param name="Resets">When the period ends; null for a rolling one.</param>
public sealed record BudgetShortfall(Money Needed, Money Left, Instant? Resets)
{
    /// <summary>How much an hour a throttle lets pass, as things stand; null where it is not one that stops.</summary>
    public Money? PerHour { get; init; }
}

/// <summary>What stops an estimate.</summary>
/// <param name="Node">The budget.</param>
/// <param name="Action">Whether it halts or paces.</param>
/// <param name="Needed">What it would cost in this period.</param>
/// <param name="Left">What is left for it.</param>
/// <param name="Earliest">When it would pass as things stand, in milliseconds; null where that is not known.</param>
/// <param name="IsNever">True where no period has so much.</param>
internal sealed record BudgetStop(BudgetNode Node, BudgetAction Action, Money Needed, Money Left, long? Earliest, bool IsNever) : ISpendingStop
{
    /// <summary>What a throttle lets pass an hour.</summary>
    public Money? PerHour { get; init; }

    /// <summary>As the reason of a decision.</summary>
    public Reason Reason(long now) => new(
        IsNever ? ReasonCode.ExceedsBudget : Action == BudgetAction.Throttle ? ReasonCode.Throttled : ReasonCode.OverBudget,
        Earliest: !IsNever && Earliest is { } at ? new Instant(at) : null, Name: Node.Definition.Id)
    {
        Budget = new BudgetShortfall(Needed, Left, Node.Slot > 0 ? null : new Instant(Node.Bounds(now).End)) { PerHour = PerHour },
    };
}

/// <summary>Where those wait whom a budget stops.</summary>
internal sealed class BudgetPoint(BudgetNode node) : WaitPoint
{
    // Waits are counted in 10⁻⁹ of the currency: what is asked is rounded up and what is left down, so that nobody is looked at in vain.
    private const long PicosANano = 1_000;

    /// <summary>The budget.</summary>
    public BudgetNode Node { get; } = node;

    /// <inheritdoc/>
    public override IWaitQueue Waiting { get; } = new WaitTree();

    /// <summary>What a cost counts as at a point.</summary>
    public static long Need(Money cost) => (long)Int128.Min(long.MaxValue / 2, (cost.Picos + PicosANano - 1) / PicosANano);

    /// <inheritdoc/>
    public override long Available(long now) => Node.LeftAt(now) is not { } left ? long.MaxValue : left <= Money.Zero ? 0 : (long)Int128.Min(long.MaxValue, left.Picos / PicosANano);

    /// <inheritdoc/>
    public override long? MoreAt(long now) => Waiting.IsEmpty ? null : Node.MoreAt(now);
}
