using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Dashboard.Features.Prices;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Features.Simulator;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Dashboard.Tests.Engine.Hosting;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Simulator;

/// <summary>A variant made real, over a real engine.</summary>
public sealed class SimulatorPageServiceTests : IAsyncLifetime
{
    private static readonly Caller Operator = LiveEngine.Person("operator");

    private readonly LiveEngine _live = new();
    private ServiceProvider _services = null!;
    private SimulatorPageService _service = null!;
    private RunningEngine _engine = null!;

    public async ValueTask InitializeAsync()
    {
        await _live.InitializeAsync();
        _engine = _live.Running;
        ServiceCollection services = new();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(_engine.Clock);
        _live.Serve(services);
        services.AddSingleton<SimulatorPageService>();
        _services = services.BuildServiceProvider();
        _service = _services.GetRequiredService<SimulatorPageService>();
        await _engine.PoolAsync("gpus", ("gpu", 1));
        QuotaBody one = new() { Rules = [new QuotaRuleBody { Resource = "gpu", Limit = new Amount(1) }] };
        Assert.Null((await _services.GetRequiredService<QuotaService>().PutAsync(Operator, OwnerPath.Parse("acme"), one, null, CancellationToken.None)).Problem);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _live.DisposeAsync();
    }

    [Fact]
    public async Task Pools_and_quotas_of_a_variant_are_previewed_together_made_and_undone()
    {
        await _engine.SubmitAsync("runs", ("gpu", 1));
        await _engine.QueueAsync("waits", ("gpu", 1));

        VariantChanges changes = _service.Changes(Variant(pool: """{"resources":{"gpu":4}}""", quota: """{"rules":[{"resource":"gpu","limit":2}]}"""));
        Assert.Equal(["gpus resources.gpu 1 → 4", "acme gpu limit 1 → 2"], changes.Fields.Select(f => f.Line));
        Assert.Contains(_service.Preview(Operator, changes), e => e.What == "1 waiting starts now");

        VariantApplied applied = await _service.ApplyAsync(Operator, changes, CancellationToken.None);
        Assert.Equal((2, null, 4, "2"), (applied.Made, applied.Failed, Gpus, Limit));

        Assert.Null(await _service.UndoAsync(Operator, applied, CancellationToken.None));
        Assert.Equal((1, "1"), (Gpus, Limit));
    }

    [Fact]
    public async Task What_somebody_changed_meanwhile_is_left()
    {
        VariantChanges changes = _service.Changes(Variant(pool: """{"resources":{"gpu":4}}"""));
        await _engine.PoolAsync("gpus", ("gpu", 2));

        VariantApplied applied = await _service.ApplyAsync(Operator, changes, CancellationToken.None);

        Assert.Equal((0, 2), (applied.Made, Gpus));
        Assert.StartsWith("gpus: ", applied.Failed!.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_variant_that_is_what_holds_changes_nothing()
    {
        VariantChanges changes = _service.Changes(Variant(pool: """{"resources":{"gpu":1}}"""));

        Assert.True(changes.IsEmpty);
        Assert.Equal("Nothing would change", Assert.Single(_service.Preview(Operator, changes)).What);
    }

    [Fact]
    public void A_pool_is_not_taken_away_from_here()
    {
        Effect said = Assert.Single(_service.Preview(Operator, _service.Changes(Variant(pool: "null"))));

        Assert.Equal((Signal.Bad, "It takes the pool gpus away: drain and delete it on its own page."), (said.State, said.What));
    }

    [Fact]
    public async Task Whoever_may_not_changes_nothing()
    {
        VariantChanges changes = _service.Changes(Variant(pool: """{"resources":{"gpu":4}}"""));

        VariantApplied applied = await _service.ApplyAsync(LiveEngine.Person("viewer"), changes, CancellationToken.None);

        Assert.Contains("configure", applied.Failed!.What, StringComparison.Ordinal);
        Assert.Equal(1, Gpus);
    }

    [Fact]
    public void A_variant_that_changes_kinds_classes_or_owners_is_not_made_in_part()
    {
        VariantChanges changes = _service.Changes(Variant(pool: """{"resources":{"gpu":4}}""") with { Priorities = new(StringComparer.Ordinal) { ["urgent"] = Json("""{"value":900}""") } });

        Assert.Contains("on the page of settings", changes.Fault, StringComparison.Ordinal);
        Assert.True(changes.IsEmpty);
    }

    [Fact]
    public async Task Prices_and_budgets_of_a_variant_are_made_with_it_and_undone()
    {
        await PriceAsync("2.5");
        VariantBody dearer = Variant(pool: """{"price":{"gpu":"3"}}""") with
        {
            Prices = [new PriceItem { Sku = "gpu-hour", Resource = "gpu", UnitPrice = "4" }],
            Budgets = new(StringComparer.Ordinal) { ["cap"] = Json("""{"amount":{"amount":"100"},"period":"month"}""") },
        };

        VariantChanges changes = _service.Changes(dearer);
        Assert.Contains("gpus price.gpu 3", changes.Fields.Select(f => f.Line));
        Assert.Contains("gpu-hour unitPrice 2.5 → 4", changes.Fields.Select(f => f.Line));
        Assert.Contains("cap amount.amount 100", changes.Fields.Select(f => f.Line));
        Assert.Contains(_service.Preview(Finance, changes), e => e.What == "1 price is otherwise from now on");

        VariantApplied applied = await _service.ApplyAsync(Finance, changes, CancellationToken.None);
        Assert.Equal((null, 3, "4", Money.Of(100)), (applied.Failed, applied.Made, Price, _engine.Read.Budget("cap")!.Definition.Amount));

        Assert.Null(await _service.UndoAsync(Finance, applied, CancellationToken.None));
        Assert.Equal(("2.5", null, 0), (Price, _engine.Read.Budget("cap"), _engine.Read.Pool("gpus")!.Definition.Prices.Count));
    }

    [Fact]
    public async Task A_budget_is_changed_taken_away_and_brought_back()
    {
        await BudgetAsync("kept", "50");
        await BudgetAsync("gone", "60");

        VariantChanges changes = _service.Changes(Variant() with { Budgets = new(StringComparer.Ordinal) { ["kept"] = Json("""{"amount":{"amount":"70"}}"""), ["gone"] = Json("null") } });
        Assert.Contains("kept amount.amount 50 → 70", changes.Fields.Select(f => f.Line));
        VariantApplied applied = await _service.ApplyAsync(Finance, changes, CancellationToken.None);
        Assert.Equal((Money.Of(70), null), (_engine.Read.Budget("kept")!.Definition.Amount, _engine.Read.Budget("gone")));

        Assert.Null(await _service.UndoAsync(Finance, applied, CancellationToken.None));
        Assert.Equal((Money.Of(50), Money.Of(60)), (_engine.Read.Budget("kept")!.Definition.Amount, _engine.Read.Budget("gone")!.Definition.Amount));
    }

    [Fact]
    public async Task A_budget_that_would_halt_what_waits_says_so_before_it_is_made()
    {
        await PriceAsync("2.5");
        await _engine.SubmitAsync("runs", ("gpu", 1));
        await _engine.QueueAsync("waits", ("gpu", 1));

        VariantChanges changes = _service.Changes(Variant(pool: """{"resources":{"gpu":2}}""") with { Budgets = new(StringComparer.Ordinal) { ["cap"] = Json("""{"amount":{"amount":"0.000001"},"period":"month","thresholds":[{"at":1,"action":"halt"}]}""") } });

        Assert.DoesNotContain(_service.Preview(Finance, changes), e => e.What == "1 waiting starts now");
    }

    [Fact]
    public async Task Who_may_not_change_money_is_told_so_before_anything_is_made()
    {
        await PriceAsync("2.5");
        VariantChanges changes = _service.Changes(Variant(pool: """{"resources":{"gpu":4}}""") with { Prices = [] });
        Caller mayPoolsAlone = Operator with { Scopes = Scope.Read | Scope.Configure };

        Effect said = Assert.Single(_service.Preview(mayPoolsAlone, changes));

        Assert.NotNull(changes.Prices);
        Assert.Equal(Signal.Bad, said.State);
    }

    [Fact]
    public async Task A_variant_with_a_price_that_cannot_be_is_not_made()
    {
        await PriceAsync("2.5");

        Assert.NotNull(_service.Changes(Variant() with { Prices = [new PriceItem { Sku = "gpu-hour", Resource = "gpu", UnitPrice = "-4" }] }).Fault);
    }

    private static Caller Finance => LiveEngine.Person("admin");

    private string? Price => _engine.Read.Configuration.Prices.Prices.Single().Sku.UnitPrice?.ToString();

    private async Task PriceAsync(string price) => Assert.Null((await _services.GetRequiredService<PriceService>().PutAsync(
        Finance, new PricesBody { Items = [new PriceItem { Sku = "gpu-hour", Resource = "gpu", UnitPrice = price }] }, null, CancellationToken.None)).Problem);

    private async Task BudgetAsync(string id, string amount) => Assert.Null((await _services.GetRequiredService<BudgetService>().PutAsync(
        Finance, id, new BudgetBody { Amount = new MoneyBody { Amount = amount }, Period = "month" }, null, CancellationToken.None)).Problem);

    private static VariantBody Variant(string? pool = null, string? quota = null) => new()
    {
        Name = "x",
        Pools = pool is null ? null : new(StringComparer.Ordinal) { ["gpus"] = Json(pool) },
        Quotas = quota is null ? null : new(StringComparer.Ordinal) { ["acme"] = Json(quota) },
    };

    private static JsonElement Json(string text)
    {
        using JsonDocument read = JsonDocument.Parse(text);
        return read.RootElement.Clone();
    }

    private decimal Gpus => _engine.Read.Pool("gpus")!.Of("gpu")!.Supply.Amount.Units;

    private string Limit => QuotaText.Of(QuotaBody.Of(_engine.Read.Quotas.Single().Definition).Rules![0], QuotaField.Limit);
}
