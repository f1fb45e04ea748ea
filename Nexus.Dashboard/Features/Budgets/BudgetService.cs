using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Budgets.Outlook;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Budgets;

/// <summary>Budgets: authorises the caller, then asks the engine. The page and the API call the same.</summary>
internal sealed class BudgetService(EngineHost host, BudgetOutlooks outlooks)
{
    /// <summary>The budgets within a path, as far as the caller may see them, by name.</summary>
    public Result<IReadOnlyList<BudgetAnswer>> List(Caller caller, OwnerPath under) => !MaySee(caller) ? Problem.MissingScope(Scope.Read, caller)
        : new Result<IReadOnlyList<BudgetAnswer>>([.. host.Read.Budgets.Where(b => b.Definition.Scope.Owner.IsWithin(under) && caller.MayActFor(b.Definition.Scope.Owner)).Select(Answer)]);

    /// <summary>A budget.</summary>
    public Result<BudgetAnswer> Get(Caller caller, string id) => !MaySee(caller) ? Problem.MissingScope(Scope.Read, caller) : Find(caller, id) is { } found ? Answer(found) : NotFound(id);

    /// <summary>A budget in the periods that it knows.</summary>
    public Result<BudgetPeriodsAnswer> Periods(Caller caller, string id) => !MaySee(caller) ? Problem.MissingScope(Scope.Read, caller)
        : Find(caller, id) is { } found ? new BudgetPeriodsAnswer([.. found.Terms.Reverse().Select(t => BudgetPeriodAnswer.Of(t, host.Read.Configuration.Currency))])
        : NotFound(id);

    /// <summary>Creates or replaces a budget. Nobody changes what bounds them: a budget of the caller's own path is set from above.</summary>
    public async Task<Result<BudgetAnswer>> PutAsync(Caller caller, string id, BudgetBody body, long? ifVersion, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Money))
        {
            return Problem.MissingScope(Scope.Money, caller);
        }

        Result<BudgetDefinition> budget = body.ToDefinition(id, host.Read.Configuration.Currency);
        return budget.Problem is { } wrong ? wrong
            : Refused(caller, budget.Value!.Scope.Owner) is { } outside ? outside
            : host.Read.Budget(id) is { } before && Refused(caller, before.Definition.Scope.Owner) is not null ? Taken(id)
            : Answered(await host.SendAsync(new SetBudget(budget.Value, ifVersion) { Actor = caller.Actor }, cancellation));
    }

    /// <summary>Removes a budget.</summary>
    public async Task<Problem?> DeleteAsync(Caller caller, string id, long? ifVersion, CancellationToken cancellation) => May(caller, id) is { } problem ? problem
        : await host.SendAsync(new DeleteBudget(id, ifVersion) { Actor = caller.Actor }, cancellation) is Fault fault ? Problem.Of(fault)
        : null;

    /// <summary>Gives a budget more for a time.</summary>
    public async Task<Result<BudgetAnswer>> RaiseAsync(Caller caller, string id, BudgetRaiseBody body, CancellationToken cancellation)
    {
        if (May(caller, id) is { } problem)
        {
            return problem;
        }

        Faults faults = new();
        Money amount = MoneyBody.Read(body.Amount, "$.amount", host.Read.Configuration.Currency, faults);
        return faults.Problem is { } wrong ? wrong
            : Answered(await host.SendAsync(new RaiseBudget(id, amount, body.Until is { } until ? Instant.From(until) : null, body.Reason ?? "") { Actor = caller.Actor }, cancellation));
    }

    /// <summary>Lets a budget stop and pace nobody for a time, or again.</summary>
    public async Task<Result<BudgetAnswer>> PauseAsync(Caller caller, string id, BudgetPauseBody body, CancellationToken cancellation) => May(caller, id) is { } problem ? problem
        : Answered(await host.SendAsync(new PauseBudget(id, body.Until is { } until ? Instant.From(until) : null, body.Reason ?? "") { Actor = caller.Actor }, cancellation));

    /// <summary>Why the caller may not set budgets of an owner; null where it may.</summary>
    public static Problem? Refused(Caller caller, OwnerPath owner) =>
        !caller.Allows(Scope.Money) ? Problem.MissingScope(Scope.Money, caller)
        : !caller.Path.IsRoot && (owner == caller.Path || !caller.MayActFor(owner)) ? Problem.NotBelowPath(owner.IsRoot ? "/" : owner.ToString(), caller)
        : null;

    private static bool MaySee(Caller caller) => caller.Allows(Scope.Read | Scope.Requests);

    private static Problem NotFound(string id) => Problem.NotFound($"There is no budget '{id}' that you may see.");

    // Of another's budget nobody learns more than that its name is not free.
    private static Problem Taken(string id) => Problem.Field("invalid-value", 422, "id", $"'{id}' is the name of a budget that you may not change: choose another");

    private Problem? May(Caller caller, string id) => !caller.Allows(Scope.Money) ? Problem.MissingScope(Scope.Money, caller)
        : Find(caller, id) is not { } found ? NotFound(id)
        : Refused(caller, found.Definition.Scope.Owner);

    private BudgetState? Find(Caller caller, string id) => host.Read.Budget(id) is { } found && caller.MayActFor(found.Definition.Scope.Owner) ? found : null;

    private BudgetAnswer Answer(BudgetState state) => BudgetAnswer.Of(state, host.Now, host.Read.Configuration.Currency, outlooks.Of(state));

    private Result<BudgetAnswer> Answered(Reply reply) => reply switch
    {
        Fault fault => Problem.Of(fault),
        BudgetReply budget => Answer(budget.Budget),
        var other => throw new InvalidOperationException($"a change of a budget was answered by {other.GetType().Name}"),
    };
}
