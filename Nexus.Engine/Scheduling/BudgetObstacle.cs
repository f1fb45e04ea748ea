using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>The budget or allowance that stopped a request when it was decided and still has too little for it.</summary>
/// <param name="Reason">What it has now.</param>
/// <param name="Missing">How much money a budget is missing.</param>
internal sealed record BudgetObstacle(Reason Reason, Money Missing)
{
    /// <summary>What stops a request, or null.</summary>
    public static BudgetObstacle? First(Request request, Present present)
    {
        if (request.Reason is { IsOfAllowance: true } ofRun)
        {
            return OfAllowance(request, ofRun, present);
        }

        if (request.Reason is not { Gate: Gate.Budget, Budget: { } decided } reason || present.Budgets.FirstOrDefault(b => b.Definition.Id == reason.Name) is not { } state)
        {
            return null;
        }

        BudgetNode node = BudgetNode.Of(state);
        long now = present.Now.Milliseconds;
        if (node.LeftAt(now) is not { } left || left >= decided.Needed)
        {
            return null;
        }

        return new BudgetObstacle(
            reason with { Budget = decided with { Left = left, Resets = node.Slot > 0 ? null : new Instant(node.Bounds(now).End) }, Earliest = reason.Code == ReasonCode.ExceedsBudget ? null : new Instant(node.MoreAt(now)) },
            decided.Needed - (left > Money.Zero ? left : Money.Zero));
    }

    // What is used up or over stays so; what is only reserved may have come back.
    private static BudgetObstacle? OfAllowance(Request request, Reason reason, Present present)
    {
        if (reason.Code != ReasonCode.OverAllowance)
        {
            return new BudgetObstacle(reason, Money.Zero);
        }

        string name = reason.Budget is null ? reason.Kind! : AllowanceAmount.Money;
        if (present.Allowance(new AllowanceKey(request.Owner.Tenant, reason.Name!))?.Figures.FirstOrDefault(f => f.Name == name)?.Remaining is not { } left)
        {
            return null;
        }

        return reason.Budget is { } money
            ? left >= money.Needed.Picos ? null : new BudgetObstacle(reason with { Budget = money with { Left = new Money(left) } }, Money.Zero)
            : left >= reason.Needed!.Value.Thousandths ? null
            : new BudgetObstacle(reason with { Available = Quantity.FromThousandths((long)Int128.Clamp(left, 0, Quantity.MaxThousandths)) }, Money.Zero);
    }

    /// <summary>What would let it pass. A run's limits are its own: nobody raises them.</summary>
    public IEnumerable<Counterfactual> Changes()
    {
        if (Reason.IsOfAllowance)
        {
            yield break;
        }

        yield return new Counterfactual(CounterfactualKind.RaiseBudget, Node: Reason.Name) { More = Missing };
        if (Reason.Earliest is { } at)
        {
            yield return new Counterfactual(CounterfactualKind.WaitUntil, StartsAt: at);
        }
    }
}
