using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Commands;
using Nexus.Dashboard.Features.Alerts;
using Nexus.Dashboard.Features.Alerts.Delivery;
using Nexus.Dashboard.Features.Months.Mail;
using Nexus.Dashboard.Features.Months.Statements;
using Nexus.Dashboard.Tests.Dashboard.Alerts;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Dashboard.Tests.Engine.Hosting;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Months;

/// <summary>Statements that are mailed: a real engine and ledger, a real database, a real SMTP server, and a clock that the test moves. It begins on 11 January 2026.</summary>
internal sealed class StatementMailScene : IDbContextFactory<AccessDb>, IAsyncDisposable
{
    public static readonly BillingMonth January = new((2026 * 12) + 0);
    public static readonly Caller Finance = new(ActorKind.Person, "fin", OwnerPath.Root, Role.Finance.Scopes(), null, "page", null);

    private readonly DataDirectory _data = new(Directory.CreateTempSubdirectory("nexus-statements-").FullName);
    private Rerater _rerater;

    private StatementMailScene(RunningEngine nexus)
    {
        Nexus = nexus;
        _rerater = new Rerater(nexus.Host);
        Begin();
    }

    public RunningEngine Nexus { get; private set; }

    public LocalSmtp Server { get; } = new();

    public StatementOutbox Outbox { get; private set; } = null!;

    public StatementScheduleService Schedules { get; private set; } = null!;

    public StatementMailing Mailing { get; private set; } = null!;

    public static async Task<StatementMailScene> StartAsync()
    {
        StatementMailScene scene = new(await RunningEngine.StartAsync());
        await using (AccessDb database = scene.CreateDbContext())
        {
            await database.Database.MigrateAsync();
        }

        await scene.Nexus.AdvanceAsync(TimeSpan.FromDays(10));
        await scene.Nexus.SendAsync(new RecordUsage([new UsageRecord("u", scene.Nexus.Host.Now, OwnerPath.Parse("acme/ada"), "tokens.input", Quantity.Of(3))]) { Actor = Scene.Somebody });
        return scene;
    }

    /// <summary>A schedule of acme's.</summary>
    public async Task ScheduleAsync(SendWhen when = SendWhen.Closed, int? day = null, string? zone = null, params string[] to) =>
        Assert.Null((await Schedules.PutAsync(Finance, "acme", new StatementScheduleBody { Tenant = "acme", To = [.. to.Length == 0 ? ["finance@example.com", "cfo@example.com"] : to], When = when, Day = day, TimeZone = zone }, null, CancellationToken.None)).Problem);

    /// <summary>Time passes, and what is due is sent.</summary>
    public async Task PassAsync(TimeSpan span)
    {
        await Nexus.AdvanceAsync(span);
        await Mailing.RoundAsync(CancellationToken.None);
    }

    /// <summary>A month is closed, which is now.</summary>
    public async Task CloseAsync(BillingMonth month) => Assert.IsType<MonthReply>(await new MonthCloser(Nexus.Host, _rerater).CloseAsync(month, Finance.Actor));

    public async Task<IReadOnlyList<StatementDelivery>> DeliveriesAsync() => [.. (await Outbox.NewestAsync(["acme"], 100, CancellationToken.None)).OrderBy(d => d.Mail.Id)];

    /// <summary>To whom the mail server took what.</summary>
    public IReadOnlyList<string> Taken => [.. Server.Taken.Select(t => t.To)];

    /// <summary>The program was stopped and begins anew on what was on disk.</summary>
    public async Task RestartAsync()
    {
        _rerater.Dispose();
        Nexus = await Nexus.RestartAsync();
        _rerater = new Rerater(Nexus.Host);
        Begin();
    }

    public AccessDb CreateDbContext() => new(new DbContextOptionsBuilder<AccessDb>().UseSqlite($"Data Source={AccessFile.PathIn(_data)};Pooling=False").Options);

    public async ValueTask DisposeAsync()
    {
        _rerater.Dispose();
        await Nexus.DisposeAsync();
        await Server.DisposeAsync();
        Directory.Delete(_data.Path, recursive: true);
    }

    private void Begin()
    {
        AlertStore store = new(this);
        Outbox = new StatementOutbox(store, Options.Create(new AlertOptions()), Nexus.Clock);
        Schedules = new StatementScheduleService(Nexus.Host, new StatementSchedules(store, Nexus.Clock), Outbox, new StatementService(Nexus.Host, new MonthCloser(Nexus.Host, _rerater)), Nexus.Clock);
        SmtpOptions smtp = new() { Host = "127.0.0.1", Port = Server.Port, Security = SmtpSecurity.None, From = "nexus@example.com" };
        Mailing = new StatementMailing(Schedules, Outbox, new MailServer(Options.Create(smtp)), Nexus.Host, Nexus.Clock, NullLogger<StatementMailing>.Instance);
    }
}
