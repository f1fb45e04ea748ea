using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Histories;

/// <summary>What budgets of a history must hold: no decision takes more of one that halts than it has, however many come at once, and what is reserved is what runs and is booked.</summary>
/// <param name="limits">Of the engine that lives it.</param>
internal sealed class Budgets(EngineLimits limits)
{
    private static readonly string[] Ids = ["team", "all", "calls"];
    private static readonly string[] Owners = ["acme", "", "acme/x"];
    private static readonly string[] Periods = ["day", "month", "rolling:PT1H"];

    private readonly Nexus.Engine.Core.Engine _seen = new(limits);
    private int _read;

    /// <summary>A budget of a step.</summary>
    public static SetBudget Set(Step step)
    {
        int which = step.A % 3;
        BudgetScope scope = new(which == 1 ? OwnerPath.Root : OwnerPath.Parse(Owners[which])) { Resources = which == 2 && step.B % 2 == 0 ? ["llm.calls", "tokens.output"] : [] };
        return new SetBudget(new BudgetDefinition(Ids[which], scope, new Money((Int128)(1 + (step.B % 2_000)) * 1_000_000_000), Scene.Period(Periods[step.C % 3]))
        {
            Thresholds = (step.A % 4) switch
            {
                0 => [new(1_000_000, BudgetAction.Halt)],
                1 => [new(500_000, BudgetAction.Alert), new(900_000, BudgetAction.Halt)],
                2 => [new(1 + (step.B % 500_000), BudgetAction.Throttle), new(1_000_000, BudgetAction.Halt)],
                _ => [new(300_000, BudgetAction.Throttle)],
            },
            CarryOver = step.C % 3 != 2 && step.B % 3 == 0,
        }) { Actor = Scene.Somebody };
    }

    /// <summary>A budget gets more, stops nobody for a while, or is gone.</summary>
    public static Command Change(Step step, Instant now) => (step.B % 4) switch
    {
        0 => new RaiseBudget(Ids[step.A % 3], new Money((Int128)(1 + step.C) * 1_000_000_000), step.C % 2 == 0 ? null : now + TimeSpan.FromSeconds(1 + step.C), "more") { Actor = Scene.Somebody },
        1 => new PauseBudget(Ids[step.A % 3], now + TimeSpan.FromSeconds(1 + (step.C % 60)), "a while") { Actor = Scene.Somebody },
        2 => new PauseBudget(Ids[step.A % 3], null, "over") { Actor = Scene.Somebody },
        _ => new DeleteBudget(Ids[step.A % 3]) { Actor = Scene.Somebody },
    };

    /// <summary>Looks at each event that was not seen yet, beside what was before it.</summary>
    public void Check(IReadOnlyList<EngineEvent> journal)
    {
        for (; _read < journal.Count; _read++)
        {
            EngineEvent happened = journal[_read];
            BudgetState[] before = [.. _seen.Budgets];
            _seen.Apply(happened);
            if (happened is RequestSubmitted or RequestStarted or RequestBooked or BookingMoved or LeaseRenewed)
            {
                Array.ForEach(before, budget => Admits(budget, happened));
            }
        }
    }

    private void Admits(BudgetState budget, EngineEvent happened)
    {
        if (budget.Definition.Thresholds.FirstOrDefault(t => t.Action == BudgetAction.Halt) is not { } halt || budget.Pause?.Until > happened.At)
        {
            return;
        }

        BudgetFigures was = budget.At(happened.At);
        BudgetFigures now = _seen.Budget(budget.Definition.Id)!.At(happened.At);
        Money taken = now.Spent + now.Reserved;
        Invariants.Holds(taken <= was.Spent + was.Reserved || taken <= halt.Of(now.Amount), $"{happened.GetType().Name} took {taken} of the {halt.Of(now.Amount)} of budget {budget.Definition.Id}");
    }
}
