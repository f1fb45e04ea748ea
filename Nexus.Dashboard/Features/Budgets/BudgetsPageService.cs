using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Budgets.Outlook;
using Nexus.Dashboard.Features.Budgets.Past;
using Nexus.Dashboard.Features.Costs;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Budgets;

/// <summary>What the page of the budgets shows, and what a change would do.</summary>
internal sealed class BudgetsPageService(EngineHost host, BudgetService budgets, BudgetOutlooks outlooks, CostsService costs, PastReader past)
{
    /// <summary>The installation's currency.</summary>
    public string Currency => costs.Currency;

    /// <summary>The kinds that can be named in a scope.</summary>
    public IReadOnlyList<string> Kinds => [.. host.Read.Configuration.Kinds.Select(k => k.Name)];

    /// <summary>The budgets that the caller may see, within what all pages show.</summary>
    public Result<IReadOnlyList<BudgetRow>> Get(Caller caller, Caller viewer)
    {
        Result<IReadOnlyList<BudgetAnswer>> found = budgets.List(caller, viewer.Path);
        return found.Problem is { } problem ? problem : new Result<IReadOnlyList<BudgetRow>>(BudgetRow.Sorted(found.Value!, host.Now, PathOf));
    }

    private BudgetPath? PathOf(BudgetAnswer budget) => host.Read.Budget(budget.Id) is not { } state ? null
        : BudgetPath.Of(outlooks.Of(state), Instant.From(budget.PeriodStart), Instant.From(budget.PeriodEnd), Money.Parse(budget.Available.Amount));

    /// <summary>How many of them somebody should look at.</summary>
    public int AtRisk(Caller caller, Caller viewer) => (Get(caller, viewer).Value ?? []).Count(r => r.IsAtRisk);

    /// <summary>What a budget knows of its periods; null where there is none or it may not be seen.</summary>
    public BudgetPeriodsAnswer? Periods(Caller caller, string id) => budgets.Periods(caller, id).Value;

    /// <summary>What the ledger has of a scope in the present period, by owner. What may not be seen is not there.</summary>
    public async Task<BudgetMatch?> MatchAsync(Caller caller, BudgetDefinition budget, CancellationToken cancellation)
    {
        OwnerPath owner = budget.Scope.Owner.IsWithin(caller.Path) ? budget.Scope.Owner : caller.Path;
        (Instant start, Instant end) = budget.Period.Around(host.Now);

        // The present moment counts too.
        CostQuery query = new(start, new Instant(Math.Max(end.Milliseconds, host.Now.Milliseconds + 1))) { GroupBy = [new CostDimension("owner")], Filters = BudgetSpending.Filters(budget.Scope, host.Read.Configuration) };
        Result<CostsWithIdle> report = await costs.ReportAsync(caller with { Path = owner }, query, idle: null, cancellation);
        return report.Value?.Costs is not { } found ? null
            : new BudgetMatch(found.Total.Cost, [.. found.Groups.Select(g => (g.Values[0] ?? "", g.Sum.Cost))], budget.Period.Kind == BudgetPeriodKind.Rolling ? "in the last " + Numbers.Duration(budget.Period.Length) : BudgetText.When(budget.Period.ToString()));
    }

    /// <summary>What the scope of a budget spent in its last periods; null where there is nothing, or it cannot be read.</summary>
    public Task<PastSpending?> PastAsync(Caller caller, BudgetDefinition budget, CancellationToken cancellation) => past.ReadAsync(caller, budget, cancellation);

    /// <summary>Which wider budgets would be nearly used up by what a changed one lets pass.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="wanted">The budget.</param>
    /// <param name="before">What is set, of the same scope and period.</param>
    /// <param name="spending">What its scope spent, and will.</param>
    public IReadOnlyList<Effect> Strained(Caller caller, BudgetDefinition wanted, BudgetAnswer before, PastSpending spending) =>
        spending.Periods is [.., { IsAhead: true } running] ? BudgetStrain.Of(wanted, before, new Money((Int128)(running.Total * 1e12)), Get(caller, caller).Value ?? [], Currency) : [];

    /// <summary>What a budget would do from now on, by what the ledger has.</summary>
    /// <param name="wanted">The budget.</param>
    /// <param name="before">What is set; null: nothing.</param>
    /// <param name="match">What the ledger has of its scope and period; null: not known.</param>
    public IReadOnlyList<Effect> Preview(BudgetDefinition wanted, BudgetAnswer? before, BudgetMatch? match)
    {
        if (match is null)
        {
            return [new Effect(Signal.Info, "What it begins with is not known", "The ledger could not be read; the engine counts it when the budget is set.")];
        }

        // What is reserved is known of a budget whose scope and period stay; of another one the engine adds it up.
        bool stays = before is not null && before.Period == wanted.Period.ToString() && before.TimeZone == wanted.Period.Zone && BudgetScopeBody.Of(wanted.Scope) is var scope && BudgetText.Scope(scope) == BudgetText.Scope(before.Scope);
        Money reserved = stays ? Money.Parse(before!.Reserved.Amount) : Money.Zero;
        Money more = stays ? Money.Parse(before!.Available.Amount) - Money.Parse(before.Amount.Amount) : Money.Zero;
        Money available = wanted.Amount + more;
        Money taken = match.Spent + reserved;
        List<Effect> effects = [new Effect(Signal.Info, $"{(before is null ? "It begins with" : "It has")} {BudgetMoney.Full(match.Spent, Currency)} spent {match.When}, {Numbers.Percent((double)BudgetMoney.Part(match.Spent, available))} of {BudgetMoney.Short(available, Currency)}",
            stays ? $"{BudgetMoney.Full(reserved, Currency)} is reserved." : "What running grants are expected to cost counts too, from their next reservation on.")];
        if (wanted.First(BudgetAction.Halt) is { } halt && taken >= halt.Of(available))
        {
            effects.Add(new Effect(Signal.Warning, "It halts at once", $"Nothing that costs anything is admitted within {BudgetText.Scope(BudgetScopeBody.Of(wanted.Scope))} until {(wanted.Period.Kind == BudgetPeriodKind.Rolling ? "less counts" : "the period ends")}. What runs goes on."));
        }
        else if (wanted.First(BudgetAction.Throttle) is { } throttle && taken >= throttle.Of(available))
        {
            effects.Add(new Effect(Signal.Warning, "It paces at once", $"What is left, {BudgetMoney.Full(available - taken, Currency)}, is spread over the time that is left."));
        }
        else
        {
            effects.Add(new Effect(Signal.Ok, before?.State is BudgetCondition.Halted or BudgetCondition.Throttled ? "It stops and paces nobody any more" : "It stops and paces nobody now", $"{BudgetMoney.Full(available - taken, Currency)} is left."));
        }

        if (wanted.Thresholds.Where(t => t.Action == BudgetAction.Alert && match.Spent >= t.Of(available)).Select(t => BudgetText.Threshold(BudgetThresholdBody.Of(t))).ToArray() is { Length: > 0 } told)
        {
            effects.Add(new Effect(Signal.Info, $"Reached already: {string.Join(", ", told)}"));
        }

        return effects;
    }
}
