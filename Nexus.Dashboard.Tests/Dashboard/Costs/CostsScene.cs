using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Features.Audit;
using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Dashboard.Features.Costs.Focus;
using Nexus.Dashboard.Features.Costs.Views;
using Nexus.Dashboard.Features.Costs;
using Nexus.Dashboard.Tests.Engine.Hosting;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Tests.Dashboard.Costs;

/// <summary>A real engine with prices, and the services of the page of costs on top of it.</summary>
internal sealed class CostsScene : IAsyncDisposable
{
    private readonly LiveEngine _engine;

    private CostsScene(LiveEngine engine, string[] sharedOwners)
    {
        _engine = engine;
        Trail = new AuditTrail(Running.Host, Running.Clock, NullLogger<AuditTrail>.Instance);
        Sharer = new IdleSharer(Running.Host, new IdleCosts(Running.Host, new CapacityPast(Running.Host, Trail)), Options.Create(new OverheadOptions { SharedOwners = sharedOwners }));
        Service = new CostsService(Running.Host, Sharer, Options.Create(new FocusOptions()));
        Page = new CostsPageService(Running.Host, Sharer, new UnitCounting(Running.Host), Options.Create(new LedgerOptions()));
    }

    public RunningEngine Running => _engine.Running;

    public AuditTrail Trail { get; }

    public IdleSharer Sharer { get; }

    public CostsPageService Page { get; }

    public CostsService Service { get; }

    public static Caller Everywhere { get; } = LiveEngine.Person("finance");

    /// <summary>With a pool of four GPUs at $2 an hour, and tokens at $3 and $15 a million.</summary>
    /// <param name="sharedOwners">Whose costs are everybody's.</param>
    public static async Task<CostsScene> StartAsync(params string[] sharedOwners)
    {
        LiveEngine engine = new();
        await engine.InitializeAsync();
        CostsScene scene = new(engine, sharedOwners);
        await scene.Trail.StartAsync(CancellationToken.None);
        await scene.PricesAsync(
            new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(2) },
            new Sku("in", "tokens.input") { UnitPrice = Money.Parse("0.000003") }, new Sku("out", "tokens.output") { UnitPrice = Money.Parse("0.000015") });
        await scene.Running.PoolAsync("gpus", ("gpu", 4));
        await scene.Running.UntilAsync(() => scene.Sharer.IsKnown);
        return scene;
    }

    public Task PricesAsync(params Sku[] skus) => Running.SendAsync(new SetPrices(skus, Replaces: true) { Actor = Scene.Somebody });

    /// <summary>Tokens that somebody reports as used now; then a second passes, as a range ends before its last moment.</summary>
    public async Task UseAsync(string id, string owner, string resource, long quantity, string? model = null)
    {
        await Running.SendAsync(new RecordUsage([new UsageRecord(id, Running.Host.Now, OwnerPath.Parse(owner), resource, Quantity.Of(quantity)) { Model = model }]) { Actor = Scene.Somebody });
        await Running.AdvanceAsync(TimeSpan.FromSeconds(1));
    }

    /// <summary>Devices that somebody holds for a time.</summary>
    public async Task HoldAsync(string id, string owner, double gpus, TimeSpan time)
    {
        RequestReply reply = (RequestReply)await Running.SubmitAsync(Scene.Spec(id, [("gpu", gpus)], owner: owner, lease: TimeSpan.FromHours(20)));
        await Running.AdvanceAsync(time);
        await Running.SendAsync(new Release(reply.Request.Key, reply.Request.Lease!.Number, ResourceVector.Empty, Labels.None, Outcome.Succeeded) { Actor = Scene.Somebody });
    }

    public async Task<CostsView> ViewAsync(CostsAddress address, Caller? caller = null) =>
        (await Page.GetAsync(caller ?? Everywhere, CostsAsked.Read(address, Running.Host.Now, null).Value!, CancellationToken.None)).Value!;

    /// <summary>What the page asks for.</summary>
    public void Serve(IServiceCollection services, string role = "finance", string owner = "")
    {
        _engine.Serve(services, role, owner);
        services.AddSingleton(Sharer);
        services.AddSingleton(Service);
        services.AddSingleton(Page);
    }

    public async ValueTask DisposeAsync()
    {
        await Trail.StopAsync(CancellationToken.None);
        Trail.Dispose();
        await _engine.DisposeAsync();
    }
}
