using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>The budget that stopped a request when it was decided and still has too little for it.</summary>
/// <param name="Reason">What it has now.</param>
/// <param name="Missing">How much is missing.</param>
internal sealed record BudgetObstacle(Reason Reason, Money Missing)
{
    /// <summary>What stops a request, or null.</summary>
    public static BudgetObstacle? First(Request request, Present present)
    {
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

    /// <summary>What would let it pass.</summary>
    public IEnumerable<Counterfactual> Changes()
    {
        yield return new Counterfactual(CounterfactualKind.RaiseBudget, Node: Reason.Name) { More = Missing };
        if (Reason.Earliest is { } at)
        {
            yield return new Counterfactual(CounterfactualKind.WaitUntil, StartsAt: at);
        }
    }
}
