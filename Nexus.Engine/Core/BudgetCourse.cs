using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>What follows from what is spent and reserved: thresholds that are reached are told, and those who wait for a budget are looked at when it has more.</summary>
internal sealed class BudgetCourse(EngineState state, WaitingRoom waiting, Happens happens)
{
    /// <summary>Tells of the thresholds that an event made budgets reach, each once in its period, and has those looked at who wait for what it may have given back: an estimate, a correction of what was spent.</summary>
    public void Tell(EngineEvent happened, Instant at, Batch batch)
    {
        if (BudgetChange.IdOf(happened) is { } id)
        {
            batch.TouchBudget(id);
        }

        if (!state.Budgets.IsEmpty)
        {
            BudgetNode[] touched = state.Budgets.TakeTouched();
            batch.TouchBudgets(touched);
            foreach (BudgetNode node in touched)
            {
                Tell(node, at, batch);
            }
        }
    }

    /// <summary>What events of the journal did to budgets was told when they happened.</summary>
    public void Forget() => state.Budgets.TakeTouched();

    /// <summary>True where a budget stops somebody who is about to start after all: another price may hold by now than when it came to wait.</summary>
    public bool Stops(Request request, Route route, Instant now) => state.LimitsSpending(request.Spec) && state.Estimates.Ask(request, route, now)?.Stop(now.Milliseconds) is not null;

    private void Tell(BudgetNode node, Instant at, Batch batch)
    {
        if (!node.Point.Waiting.IsEmpty)
        {
            waiting.MarkMore(node.Point);
        }

        if (node.NewlyReached(at.Milliseconds) is [var threshold, ..])
        {
            // The next one, if any, is told with what follows from this.
            BudgetFigures figures = node.FiguresAt(at.Milliseconds);
            happens(
                new BudgetThresholdReached(node.Definition.Id, threshold.AtMillionths, threshold.Action, figures.Start, figures.Amount, figures.Spent, figures.Reserved) { Owner = node.Definition.Scope.Owner },
                Actor.Engine, at, batch);
        }
    }
}
