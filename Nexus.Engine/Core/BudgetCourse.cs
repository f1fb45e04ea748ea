using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>What follows from what is spent and reserved: thresholds that are reached are told, and those who wait for a budget are looked at when it has more.</summary>
internal sealed class BudgetCourse(EngineState state, WaitingRoom waiting, Happens happens)
{
    /// <summary>Tells of the thresholds that an event made budgets reach, each once in its period.</summary>
    public void Tell(EngineEvent happened, Instant at, Batch batch)
    {
        if (BudgetChange.IdOf(happened) is { } id)
        {
            batch.TouchBudget(id);
        }

        if (!state.Budgets.IsEmpty)
        {
            foreach (BudgetNode node in state.Budgets.TakeTouched())
            {
                Tell(node, at, batch);
            }
        }
    }

    /// <summary>True where a budget stops somebody who is about to start after all: another price may hold by now than when it came to wait.</summary>
    public bool Stops(Request request, Route route, Instant now) => !state.Budgets.IsEmpty && state.Estimates.Ask(request, route, now)?.Stop(now.Milliseconds) is not null;

    /// <summary>What a request no longer reserves is others' again.</summary>
    public void MarkMore(Request? before, Request after)
    {
        if (!state.Budgets.IsEmpty && before?.Estimate is not null && !ReferenceEquals(before.Estimate, after.Estimate))
        {
            foreach (BudgetNode node in state.Budgets.Of(before.Owner, before.Labels))
            {
                waiting.MarkMore(node.Point);
            }
        }
    }

    private void Tell(BudgetNode node, Instant at, Batch batch)
    {
        batch.TouchBudget(node.Definition.Id);
        if (node.NewlyReached(at.Milliseconds).FirstOrDefault() is { } threshold)
        {
            // The next one, if any, is told with what follows from this.
            BudgetFigures figures = node.FiguresAt(at.Milliseconds);
            happens(
                new BudgetThresholdReached(node.Definition.Id, threshold.AtMillionths, threshold.Action, figures.Start, figures.Amount, figures.Spent, figures.Reserved) { Owner = node.Definition.Scope.Owner },
                Actor.Engine, at, batch);
        }
    }
}
