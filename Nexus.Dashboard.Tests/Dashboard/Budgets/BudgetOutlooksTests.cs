using Nexus.Dashboard.Features.Alerts.Metrics;
using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Dashboard.Features.Budgets.Outlook;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Dashboard.Tests.Engine.Hosting;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Budgets;

/// <summary>Where budgets are heading, by what a real ledger has. A call costs 1.</summary>
public sealed class BudgetOutlooksTests : IAsyncLifetime
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private RunningEngine _engine = null!;
    private BudgetOutlooks _outlooks = null!;

    public async ValueTask InitializeAsync()
    {
        _engine = await RunningEngine.StartAsync();
        _outlooks = new BudgetOutlooks(_engine.Host);
        await _engine.AdvanceAsync(Hour);
        await _engine.SendAsync(new SetPrices([new Sku("call", "external.calls") { UnitPrice = Money.Of(1) }], Replaces: true) { Actor = Scene.Somebody });
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task With_too_little_history_there_is_no_forecast()
    {
        await SpendAsync(hours: 48, calls: 10);
        BudgetState budget = await SetAsync("b", 1_000_000, "week");

        Assert.True(_outlooks.Look(CancellationToken.None));

        Assert.Null(_outlooks.Of(budget)!.End);
    }

    [Fact]
    public async Task What_is_spent_evenly_ends_where_it_leads()
    {
        await SpendAsync(hours: 20 * 24, calls: 10);
        BudgetState budget = await SetAsync("b", 1_500, "week");

        _outlooks.Look(CancellationToken.None);

        BudgetAnswer answer = BudgetAnswer.Of(budget, _engine.Host.Now, "USD", _outlooks.Of(budget));
        Assert.InRange(decimal.Parse(answer.Forecast!.Amount, System.Globalization.CultureInfo.InvariantCulture), 1_660, 1_690);
        Assert.InRange(answer.Forecast.ExceedsAt!.Value, answer.PeriodEnd.AddHours(-20), answer.PeriodEnd.AddHours(-14));
        Assert.Equal(("USD", 0.8), (answer.Forecast.Currency, answer.Forecast.Coverage));
        Assert.Contains("would end at 112", new BudgetRow(answer, _engine.Host.Now).Outcome.Tail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_scope_is_another_forecast()
    {
        await SpendAsync(hours: 10 * 24, calls: 10);
        BudgetState before = await SetAsync("b", 1_500, "week");
        _outlooks.Look(CancellationToken.None);

        BudgetState after = await SetAsync("b", 1_500, "week", owner: "globex");

        Assert.NotNull(_outlooks.Of(before));
        Assert.Null(_outlooks.Of(after));
        _outlooks.Look(CancellationToken.None);
        Assert.Null(_outlooks.Of(after)!.End);
    }

    [Fact]
    public async Task A_rolling_budget_has_a_pace_and_no_end()
    {
        await SpendAsync(hours: 10 * 24, calls: 10);
        BudgetState budget = await SetAsync("b", 5_000, "rolling:P30D");

        _outlooks.Look(CancellationToken.None);

        BudgetOutlook outlook = _outlooks.Of(budget)!;
        Assert.Null(outlook.End);
        Assert.All(outlook.Burn, b => Assert.Equal(10 * 24 * 30 / 5_000d, b.OverLong, 1));
    }

    [Fact]
    public async Task Money_that_goes_too_fast_over_both_windows_is_told_and_when_it_stops_no_more()
    {
        await SpendAsync(hours: 10 * 24, calls: 10);
        BudgetState budget = await SetAsync("b", 7_200, "rolling:P30D");
        BudgetSource source = new(_engine.Read, _outlooks);
        double? Haste() => source.Read(source.Metrics.Single(m => m.Name == "budget.burn"), new AlertRule("r", "budget.burn", AlertCondition.AtLeast(1)))!.SingleOrDefault()?.Value;
        _outlooks.Look(CancellationToken.None);
        Assert.InRange(Haste()!.Value, 0.1, 0.9);

        await SpendAsync(hours: 1, calls: 400);
        await _engine.AdvanceAsync(TimeSpan.FromMinutes(16));
        _outlooks.Look(CancellationToken.None);
        Assert.True(Haste() > 1, $"{Haste()}");
        Assert.Equal(14.4, _outlooks.Of(budget)!.Fires!.Rule.Factor);

        await _engine.AdvanceAsync(4 * Hour);
        _outlooks.Look(CancellationToken.None);
        Assert.True(Haste() < 1, $"{Haste()}");
    }

    [Fact]
    public async Task What_budgets_do_is_watched_by_name()
    {
        BudgetState budget = await SetAsync("b", 100, "month");
        BudgetSource source = new(_engine.Read, _outlooks);
        await SpendAsync(hours: 1, calls: 60);

        IReadOnlyList<AlertReading> Read(string metric) => source.Read(source.Metrics.Single(m => m.Name == metric), new AlertRule("r", metric, AlertCondition.AtLeast(0)))!;

        Assert.Equal((0.6, "b", "acme"), Read("budget.spent").Single() is var spent ? (spent.Value, spent.Subject.Resource, spent.Subject.OwnerName) : default);
        Assert.Equal([("b:50", 1.2), ("b:100", 0.6)], Read("budget.threshold").Select(r => (r.Subject.Resource, r.Value)));
        Assert.Equal(["finance"], source.AlsoTold(source.Metrics.Single(m => m.Name == "budget.threshold"), "b:50"));
        Assert.Equal(0, Read("budget.stops").Single().Value);
        Assert.Empty(Read("budget.forecast"));
        await SpendAsync(hours: 1, calls: 50);
        Assert.Equal(2, Read("budget.stops").Single().Value);
        Assert.Equal(budget.Definition.Id, Assert.Single(source.Read(source.Metrics[0], new AlertRule("r", "budget.spent", AlertCondition.AtLeast(0)) { Resource = "b" })!).Subject.Resource);
        Assert.Empty(source.Read(source.Metrics[0], new AlertRule("r", "budget.spent", AlertCondition.AtLeast(0)) { Owner = OwnerPath.Parse("globex") })!);
    }

    // So many calls in each of the hours that end now.
    private async Task SpendAsync(int hours, int calls)
    {
        Instant now = _engine.Host.Now;
        for (int from = 0; from < hours; from += 100)
        {
            UsageRecord[] records = [.. Enumerable.Range(from, Math.Min(100, hours - from)).Select(h => new UsageRecord($"{now.Milliseconds}-{h}", now - (Hour * (h + 0.5)), OwnerPath.Parse("acme/bob"), "external.calls", Scene.Amount(calls)))];
            await _engine.SendAsync(new RecordUsage(records) { Actor = Scene.Somebody });
        }

        await _engine.AdvanceAsync(TimeSpan.FromSeconds(1));
    }

    private async Task<BudgetState> SetAsync(string id, int amount, string period, string owner = "acme")
    {
        BudgetDefinition definition = new(id, new BudgetScope(OwnerPath.Parse(owner)), Money.Of(amount), Scene.Period(period)) { Thresholds = [new(500_000, BudgetAction.Alert) { Notify = ["finance"] }, new(1_000_000, BudgetAction.Halt)] };
        return ((BudgetReply)await _engine.SendAsync(new SetBudget(definition) { Actor = Scene.Somebody })).Budget;
    }
}
