using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Core;

/// <summary>Decides changes of budgets.</summary>
internal sealed class BudgetHandler(EngineState state)
{
    private const int MostReason = 500;
    private static readonly TimeSpan LongestAhead = TimeSpan.FromDays(366);

    public Decision Decide(SetBudget command)
    {
        BudgetNode? before = state.Budgets.Find(command.Budget.Id);
        if (ConfigurationHandler.Stale(command.IfVersion, before?.Version) is { } stale)
        {
            return stale;
        }

        return BudgetRules.Fault(command.Budget, state.KindOf) is { } fault ? new Fault(FaultCode.Invalid, fault.Detail, fault.Field)
            : command.Budget.Equals(before?.Definition) ? new BudgetReply(before!.ToState())
            : new BudgetSet(command.Budget, before?.Definition, command.Starts, command.Reason);
    }

    public Decision Decide(DeleteBudget command) => state.Budgets.Find(command.Id) is not { } before ? NotFound(command.Id)
        : ConfigurationHandler.Stale(command.IfVersion, before.Version) is { } stale ? stale
        : new BudgetDeleted(before.Definition);

    public Decision Decide(RaiseBudget command, Instant now)
    {
        if (state.Budgets.Find(command.Id) is not { } node)
        {
            return NotFound(command.Id);
        }

        if (command.Amount <= Money.Zero || command.Amount > BudgetDefinition.MostAmount)
        {
            return new Fault(FaultCode.Invalid, "must be above zero and at most 1,000,000,000", "$.amount");
        }

        Instant until = command.Until ?? (node.Slot > 0 ? now + node.Definition.Period.Length : new Instant(node.Bounds(now.Milliseconds).End));
        return Fault(until, command.Reason, now) ?? (Decision)new BudgetRaised(command.Id, new BudgetRaise(command.Amount, now, until, command.Reason)) { Owner = node.Definition.Scope.Owner };
    }

    public Decision Decide(PauseBudget command, Instant now) => state.Budgets.Find(command.Id) is not { } node ? NotFound(command.Id)
        : command.Until is not { } until ? node.Pause is null ? new BudgetReply(node.ToState()) : new BudgetPaused(command.Id, null) { Owner = node.Definition.Scope.Owner }
        : Fault(until, command.Reason, now) ?? (Decision)new BudgetPaused(command.Id, new BudgetPause(until, command.Reason)) { Owner = node.Definition.Scope.Owner };

    private static Decision? Fault(Instant until, string reason, Instant now) =>
        until <= now || until - now > LongestAhead ? new Fault(FaultCode.Invalid, "must lie ahead, by 366 days at most", "$.until")
        : string.IsNullOrWhiteSpace(reason) || reason.Length > MostReason ? new Fault(FaultCode.Invalid, "say why, in at most 500 characters: it stands in the audit", "$.reason")
        : (Decision?)null;

    private static Fault NotFound(string id) => new(FaultCode.NotFound, $"there is no budget '{id}'");
}
