using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Commands;
using Nexus.Dashboard.Features.Quotas.Proposals;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Dashboard.Tests.Engine.Hosting;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Dashboard.Quotas.Proposals;

/// <summary>A real engine with a pool of 40 gpu and one limit that follows its use, looked at each minute by a window of ten.</summary>
internal sealed class AdjustedQuotas : IDbContextFactory<AccessDb>, IAsyncDisposable
{
    public const int Window = 10;

    private readonly DataDirectory _data = new(Directory.CreateTempSubdirectory("nexus-adjust-").FullName);
    private int _asked;

    private AdjustedQuotas(RunningEngine engine)
    {
        Engine = engine;
        Adjuster = Made();
    }

    public RunningEngine Engine { get; }

    public QuotaAdjuster Adjuster { get; private set; }

    public ProposalService Service => new(Adjuster);

    public static async Task<AdjustedQuotas> WithAsync(QuotaRule rule, string owner = "acme")
    {
        RunningEngine engine = await RunningEngine.WithPoolAsync("p", ("gpu", 40));
        AdjustedQuotas quotas = new(engine);
        await using (AccessDb database = quotas.CreateDbContext())
        {
            await database.Database.MigrateAsync();
        }

        await quotas.SetAsync(rule, owner);
        return quotas;
    }

    /// <summary>A limit of so many gpu that may become 4 to 32.</summary>
    public static QuotaRule Limit(long gpu, QuotaAdjustMode mode = QuotaAdjustMode.Offer) => new("gpu") { Limit = Quantity.Of(gpu), Adjust = new QuotaAdjustment(mode, Quantity.Of(4), Quantity.Of(32)) };

    public async Task SetAsync(QuotaRule rule, string owner = "acme")
    {
        Reply reply = await Engine.SendAsync(new SetQuota(new QuotaDefinition(OwnerPath.Parse(owner), QuotaDefinition.OneShare, [rule])) { Actor = new Actor(ActorKind.Person, "dana", "page") });
        Assert.IsType<QuotaReply>(reply);
    }

    /// <summary>Minutes pass, each with a look.</summary>
    public async Task PassAsync(int minutes, bool refusing = false)
    {
        for (int i = 0; i < minutes; i++)
        {
            await Engine.AdvanceAsync(TimeSpan.FromMinutes(1));
            if (refusing)
            {
                await AskAsync(32);
            }

            await Adjuster.LookAsync(CancellationToken.None);
        }
    }

    public async Task<Request> AskAsync(double gpu, bool queue = false) =>
        ((RequestReply)await Engine.SubmitAsync(Scene.Spec($"r{_asked++}", [("gpu", gpu)], queue: queue, lease: TimeSpan.FromHours(20)))).Request;

    public async Task<IReadOnlyList<QuotaProposal>> AllAsync() => await Adjuster.AllAsync(CancellationToken.None);

    public decimal? Present(string owner = "acme") => Engine.Read.Quotas.Single(q => q.Owner == OwnerPath.Parse(owner)).Definition.Rules[0].Limit?.Units;

    /// <summary>The program begins anew on what it had kept; what was seen lately was kept when it stopped.</summary>
    public async Task RestartAsync(bool cleanly)
    {
        if (cleanly)
        {
            await Adjuster.StopAsync(CancellationToken.None);
        }

        Adjuster.Dispose();
        Adjuster = Made();
    }

    public AccessDb CreateDbContext() => new(new DbContextOptionsBuilder<AccessDb>().UseSqlite($"Data Source={AccessFile.PathIn(_data)};Pooling=False").Options);

    public async ValueTask DisposeAsync()
    {
        Adjuster.Dispose();
        await Engine.DisposeAsync();
        Directory.Delete(_data.Path, recursive: true);
    }

    private QuotaAdjuster Made() => new(Engine.Host, new ProposalStore(this), Options.Create(new QuotaAdjustOptions { Every = TimeSpan.FromMinutes(1), Window = TimeSpan.FromMinutes(Window) }), Engine.Clock);
}
