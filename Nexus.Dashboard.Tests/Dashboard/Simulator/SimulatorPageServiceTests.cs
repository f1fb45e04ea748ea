using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Features.Simulator;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Dashboard.Tests.Engine.Hosting;
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
    public void A_variant_that_changes_more_than_pools_and_quotas_is_not_made_in_part()
    {
        VariantChanges changes = _service.Changes(Variant(pool: """{"resources":{"gpu":4}}""") with { Prices = [] });

        Assert.Contains("prices, budgets and settings", changes.Fault, StringComparison.Ordinal);
        Assert.True(changes.IsEmpty);
    }

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
